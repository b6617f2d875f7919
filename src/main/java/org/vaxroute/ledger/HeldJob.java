package org.vaxroute.ledger;

import java.time.Instant;

/**
 * Work on many held records at once.
 *
 * @param reached records up to this id are done
 * @param last no record above this id is meant: what was held after the job was asked for
 * @param records how many were held when it was asked for
 * @param seen how many were looked at so far
 * @param ready of them go
 * @param stillHeld of them are held still
 * @param said of them need not be sent: the registry knows it, or a newer record says it
 * @param dropped of them are left out
 * @param fault why it stopped; null when it did not
 */
public record HeldJob(
        long id,
        Kind kind,
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
        String fault,
        Instant startedAt,
        Instant endedAt) {

    /** What is done with the records. */
    public enum Kind {
        /** Judged again by transforms and rules as they are now. */
        RECHECK,
        /** Let go as they are. */
        RELEASE,
        /** Left out for good. */
        DROP
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
