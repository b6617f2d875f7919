package org.vaxroute.ledger;

import java.time.Instant;

/**
 * How far a source has been read for a feed, and how much it has handed over since the beginning.
 *
 * @param value the high-water mark; null when the source has none or has not begun
 * @param recordsRead every record of every committed chunk, repeated ones too
 * @param repeated records that had been stored before
 * @param stored what became of the others when they were stored
 * @param movedAt when the last chunk was committed; null before the first
 */
public record Position(
        String connection,
        String source,
        Feed feed,
        String value,
        long recordsRead,
        long dosesRead,
        long repeated,
        long repeatedDoses,
        Tally stored,
        Instant movedAt) {

    /** Records by the state that they were stored in, whatever became of them since. */
    public record Tally(long ready, long held, long duplicates, long dropped) {}
}
