package org.vaxroute.ledger;

/** The record, file or gate is not in the state that this step needs, or the lease it was taken under is lost. Nothing was changed. */
public final class WrongTransition extends LedgerException {
    public WrongTransition(String message) {
        super(message);
    }
}
