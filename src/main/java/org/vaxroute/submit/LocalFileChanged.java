package org.vaxroute.submit;

/** Our own copy of a submission file is missing or is not what the ledger says it is. It is not sent. */
public final class LocalFileChanged extends DeliveryFailure {
    LocalFileChanged(String message, Throwable cause) {
        super(message, cause);
    }
}
