package org.vaxroute.submit;

import org.vaxroute.ledger.Feed;

/**
 * Who says whether a feed of a connection may send. Asked by assembling, in the transaction that decides a file, and by delivery,
 * before a file leaves: a file decided before a suspension must not leave after it.
 */
public interface SendGate {
    /** What the next file of this feed may be. */
    Answer maySend(String connection, Feed feed);

    /** Whether a file of this feed that is decided already may leave. */
    Answer mayDeliver(String connection, Feed feed);

    /**
     * @param open whether the step may be taken
     * @param maxMessages most messages of the file; {@link Integer#MAX_VALUE} where the gate does not care
     * @param maxDoses most doses of the file; {@link Long#MAX_VALUE} where the gate does not care
     * @param why what is missing and what to do; empty when open
     */
    record Answer(boolean open, int maxMessages, long maxDoses, String why) {
        /** Yes, without a ceiling of the gate's own. */
        public static final Answer OPEN = new Answer(true, Integer.MAX_VALUE, Long.MAX_VALUE, "");

        /** No, for this reason. */
        public static Answer closed(String why) {
            return new Answer(false, 0, 0, why);
        }
    }
}
