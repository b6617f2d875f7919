package org.vaxroute.ledger;

/** The ledger could not do what was asked. Never carries patient data. */
public class LedgerException extends RuntimeException {
    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
