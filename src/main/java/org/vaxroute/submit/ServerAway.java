package org.vaxroute.submit;

/** The server cannot be reached, does not answer in time, or cut the connection. It is tried again by itself. */
public final class ServerAway extends DeliveryFailure {
    ServerAway(String message, Throwable cause) {
        super(message, cause);
    }

    /** After a library threw what none says that it throws: it stumbled over what arrived, so the line is at fault. */
    static ServerAway stumbled(Account account, RuntimeException over) {
        return new ServerAway(
                "The connection to the server of " + account + " broke: what arrived could not be read ("
                        + words(over.toString()) + ").",
                over);
    }
}
