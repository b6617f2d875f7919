package org.vaxroute.submit;

/** The server cannot be reached, does not answer in time, or cut the connection. It is tried again by itself. */
public final class ServerAway extends DeliveryFailure {
    ServerAway(String message, Throwable cause) {
        super(message, cause);
    }
}
