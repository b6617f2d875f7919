package org.vaxroute.feeds;

/**
 * Whether a feed may send now.
 *
 * @param open whether it may
 * @param maxMessages most messages of its next file; {@link Integer#MAX_VALUE} for no ceiling
 * @param maxDoses most doses of its next file; {@link Long#MAX_VALUE} for no ceiling
 * @param missing what is missing; empty when open
 * @param remedy what to do about it; empty when open
 */
public record Permission(boolean open, int maxMessages, long maxDoses, String missing, String remedy) {
    static final Permission FREE = new Permission(true, Integer.MAX_VALUE, Long.MAX_VALUE, "", "");

    static Permission upTo(int messages, long doses) {
        return new Permission(true, messages, doses, "", "");
    }

    static Permission closed(String missing, String remedy) {
        return new Permission(false, 0, 0, missing, remedy);
    }

    /** What is missing and what to do, in one text. */
    public String why() {
        return open ? "" : missing + " " + remedy;
    }
}
