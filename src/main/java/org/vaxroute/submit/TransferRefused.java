package org.vaxroute.submit;

/** The server answered, and refused the upload, the rename or the proof of the size. */
public final class TransferRefused extends DeliveryFailure {
    TransferRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
