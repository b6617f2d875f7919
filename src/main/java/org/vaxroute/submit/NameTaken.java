package org.vaxroute.submit;

/** Somebody else's file has our file's name in the drop-off folder. It is never overwritten: a person must find out whose it is. */
public final class NameTaken extends DeliveryFailure {
    NameTaken(String message, Throwable cause) {
        super(message, cause);
    }
}
