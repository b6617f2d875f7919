package org.vaxroute.submit;

/** The account's password, or the passphrase of its key, cannot be read, so that there was no login. */
public final class SecretUnreadable extends DeliveryFailure {
    SecretUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
