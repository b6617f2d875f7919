package org.vaxroute.ledger;

import java.util.Set;

/** Where a submission file stands on its way to the registry. */
public enum FileState {
    /** Its records, order and name are decided; its bytes are written, or can be written again at any time. */
    BUILT,
    /** An upload has begun under the temporary name. */
    SENDING,
    /** All bytes are at the registry under the temporary name; the rename is owed. */
    UPLOADED,
    /** Delivered. */
    SENT,
    /** The registry has answered. */
    ANSWERED,
    /** Nobody can tell whether it arrived; settled by an answer, an archive folder or a person, never by sending again. */
    UNSURE,
    /** The registry refused the file as a whole or lost it; its records travel in the next generation. */
    REFUSED,
    /** Taken back, because it did not arrive or need not leave any more; what was not answered of its records is dropped. */
    WITHDRAWN;

    /** On its way to the registry, or about to be. */
    public static final Set<FileState> ON_THE_WAY = Set.of(BUILT, SENDING, UPLOADED);

    /** Those, and where nobody can tell. */
    public static final Set<FileState> NOT_AWAY = Set.of(BUILT, SENDING, UPLOADED, UNSURE);

    private Set<FileState> next;

    static {
        BUILT.next = Set.of(SENDING, WITHDRAWN);
        SENDING.next = Set.of(BUILT, SENDING, UPLOADED, SENT, UNSURE);
        UPLOADED.next = Set.of(SENDING, SENT, UNSURE);
        SENT.next = Set.of(ANSWERED, REFUSED, WITHDRAWN);
        UNSURE.next = Set.of(SENT, ANSWERED, REFUSED, WITHDRAWN);
        ANSWERED.next = Set.of();
        REFUSED.next = Set.of();
        WITHDRAWN.next = Set.of();
    }

    /** Whether a file may go from here to there. */
    public boolean mayBecome(FileState there) {
        return next.contains(there);
    }

    /** Whether the registry has the file, as far as we know. */
    public boolean delivered() {
        return this == SENT || this == ANSWERED;
    }
}
