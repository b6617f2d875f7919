package org.vaxroute.submit;

/** An account cannot be used because nothing says which server to trust. The message holds the command that creates it. */
public final class TrustMissing extends RuntimeException {
    TrustMissing(String message) {
        super(message);
    }

    TrustMissing(String message, Throwable cause) {
        super(message, cause);
    }
}
