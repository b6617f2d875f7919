package org.vaxroute.operate.http;

/** The web server cannot listen where the settings say; the message names address and remedy. */
public class PortTakenException extends RuntimeException {
    PortTakenException(String message, Throwable cause) {
        super(message, cause);
    }
}
