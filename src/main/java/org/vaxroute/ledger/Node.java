package org.vaxroute.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A process that works on the ledger, or did.
 *
 * @param name its own, the same after a restart
 * @param place machine and process number, for a person who looks for it
 * @param startedAt by the database's clock, as is {@code seenAt}
 * @param seenAt when it last showed that it lives
 * @param leases names of the leases that it holds: what it is at work on
 */
public record Node(
        String name,
        String place,
        String version,
        Instant startedAt,
        Instant seenAt,
        State state,
        Optional<Drain> drain,
        List<String> leases) {
    /** What a node does. */
    public enum State {
        /** It takes work. */
        RUNNING,
        /** It takes none any more and finishes what it has. */
        DRAINING,
        /** It has nothing in hand and takes nothing. */
        DRAINED,
        /** It ended in good order. */
        STOPPED,
        /** It has not shown for longer than its leases last, and did not say that it ends. */
        GONE
    }

    /** Somebody's word that a node is to take no work. */
    public record Drain(String who, String why, Instant since) {
        public String text() {
            return "drained by " + who + " since " + since + ": " + why;
        }
    }
}
