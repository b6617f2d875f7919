package org.vaxroute.ledger;

import java.time.Instant;
import java.util.List;

/**
 * Something that takes longer than anybody waits for an answer.
 *
 * @param about for a person: {@code plan the historical load of main}
 * @param filter which held records are meant; for other work only the connection
 * @param reached held records up to this id are done
 * @param last no record above this id is meant: what was held after the job was asked for
 * @param records how many were held when it was asked for
 * @param seen how many were looked at so far
 * @param ready of them go
 * @param stillHeld of them are held still
 * @param said of them need not be sent: the registry knows it, or a newer record says it
 * @param dropped of them are left out
 * @param progress how far other work is, in words
 * @param lines what came of other work; empty until it has ended
 * @param fault why it stopped; null when it did not
 */
public record Job(
        long id,
        Kind kind,
        String about,
        HeldFilter filter,
        String who,
        String why,
        State state,
        long reached,
        long last,
        long records,
        long seen,
        long ready,
        long stillHeld,
        long said,
        long dropped,
        String progress,
        List<String> lines,
        String fault,
        Instant startedAt,
        Instant endedAt) {

    /** What is done. */
    public enum Kind {
        /** Held records are judged again by transforms and rules as they are now. */
        RECHECK,
        /** Held records are let go as they are. */
        RELEASE,
        /** Held records are left out for good. */
        DROP,
        /** A historical load is counted. */
        PLAN,
        /** A historical load is balanced. */
        BALANCE;

        /** Whether it works on held records, in portions, and goes on after a restart; other work is begun anew by a person. */
        public boolean onHeld() {
            return this == RECHECK || this == RELEASE || this == DROP;
        }
    }

    /** Where the work stands. */
    public enum State {
        RUNNING,
        DONE,
        /** Stopped by a person; what was done stays done. */
        STOPPED,
        /** Stopped by a fault; what was done stays done. */
        FAILED
    }
}
