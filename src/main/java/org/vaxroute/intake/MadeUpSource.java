package org.vaxroute.intake;

import java.util.function.IntFunction;
import org.vaxroute.ledger.Feed;

/**
 * A source that makes its records up, to test with before real ones are at hand. Each bears a mark in MSH-3 and PID-3.4, and the ledger
 * takes neither the source nor the mark into a production feed.
 *
 * @param records the text of record {@code n}, from 1
 * @param most how many it gives at most
 */
public record MadeUpSource(String id, String connection, Feed feed, IntFunction<String> records, long most) {
    public MadeUpSource {
        if (feed != Feed.TEST) {
            throw new IllegalArgumentException("Source " + id + " of connection " + connection
                    + " makes its records up, so they may go to the test feed alone. Set source." + id
                    + ".feed = test.");
        }
    }
}
