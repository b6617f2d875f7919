package org.vaxroute.ledger;

/** Proves that nothing was lost or doubled: the sources' counts and the files' own counts against the records. */
public final class Conservation {
    private final Database database;

    Conservation(Database database) {
        this.database = database;
    }

    /** Adds everything up, for every source and feed. Reads every record once; takes seconds for a million. */
    public Balance balance() {
        return database.patiently(() -> database.atOneMoment(sql -> new Balancing(sql).balance()));
    }
}
