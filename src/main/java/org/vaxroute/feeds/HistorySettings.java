package org.vaxroute.feeds;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * How the historical load of a connection goes.
 *
 * @param filesPerDay most historical files within 24 hours; how many may be read ahead follows from it
 * @param maxMessages most messages in a file
 * @param maxBytes most bytes in a file
 * @param open whether historical files may be sent at this moment
 * @param reports folder for plans and reports
 */
public record HistorySettings(int filesPerDay, int maxMessages, long maxBytes, Predicate<Instant> open, Path reports) {
    public HistorySettings {
        if (filesPerDay < 1) {
            throw new IllegalArgumentException(
                    "feed.historical.files-per-day is " + filesPerDay + "; it must be at least 1.");
        }
    }

    /** Messages of one day. */
    long messagesPerDay() {
        return (long) filesPerDay * maxMessages;
    }
}
