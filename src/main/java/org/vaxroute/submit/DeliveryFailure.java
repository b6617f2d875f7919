package org.vaxroute.submit;

/**
 * An attempt to deliver ended with a fault. The ledger already knows: the file's state, the reason and the next attempt are stored
 * before this is thrown, so a route that catches it need only tell somebody.
 */
public abstract class DeliveryFailure extends RuntimeException {
    DeliveryFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The server's own words, without control characters and at most a line of them. */
    static String words(String reply) {
        String line = reply == null ? "" : reply.replaceAll("\\p{Cc}+", " ").strip();
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }
}
