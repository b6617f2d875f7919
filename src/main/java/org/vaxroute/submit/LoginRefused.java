package org.vaxroute.submit;

/** The server refused the login. Every use of the account rests: servers lock accounts that knock too often. */
public final class LoginRefused extends DeliveryFailure {
    LoginRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
