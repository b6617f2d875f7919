package org.vaxroute.submit;

/** The server could not prove who it is: its host key or certificate is not the one we trust. Nothing was sent, not even the password. */
public final class ServerNotTrusted extends DeliveryFailure {
    ServerNotTrusted(String message, Throwable cause) {
        super(message, cause);
    }
}
