package org.vaxroute.ledger;

/** Why records are sent. */
public enum Feed {
    /** Files that show the registry what we can do, before it approves us. */
    TEST,
    /** The one load of what was given before the connection began. */
    HISTORICAL,
    /** What is new, for ever. */
    ONGOING;

    /** The world that this feed's records and files belong to. */
    public Stage stage() {
        return this == TEST ? Stage.TEST : Stage.PRODUCTION;
    }
}
