package org.vaxroute.ledger;

import java.util.List;

/**
 * The conservation sums, taken from different places.
 *
 * @param lines one per source and feed
 * @param differences everything that does not add up; empty when all is well
 */
public record Balance(List<Line> lines, List<Difference> differences) {

    /** Whether everything adds up. */
    public boolean balanced() {
        return differences.isEmpty();
    }

    /**
     * What became of what one source handed over.
     *
     * @param read by the source's own count, repeated ones left out
     * @param ready waiting for a file
     * @param batched in a file that is not delivered
     * @param sent in a delivered file, whatever was answered
     */
    public record Line(
            String connection,
            String source,
            Feed feed,
            Count read,
            Count ready,
            Count batched,
            Count sent,
            Count held,
            Count duplicate,
            Count superseded,
            Count dropped) {}

    /** Records and doses. */
    public record Count(long records, long doses) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(records + other.records, doses + other.doses);
        }
    }

    /**
     * Two figures that should be the same.
     *
     * @param subject connection, source, lane or file
     * @param what the two sides in words
     */
    public record Difference(String subject, String what, long expected, long found) {}
}
