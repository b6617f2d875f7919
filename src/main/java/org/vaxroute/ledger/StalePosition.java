package org.vaxroute.ledger;

/** Somebody else moved the source's position meanwhile; nothing was stored. Read the position again and go on from there. */
public final class StalePosition extends LedgerException {
    public StalePosition(String message) {
        super(message);
    }
}
