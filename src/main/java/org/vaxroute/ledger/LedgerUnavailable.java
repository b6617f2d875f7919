package org.vaxroute.ledger;

/**
 * The database is away, full, or too busy to answer in time. Nothing of the transaction was kept: stop taking, and try again later with the
 * same work.
 */
public final class LedgerUnavailable extends LedgerException {
    public LedgerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
