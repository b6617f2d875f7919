package org.vaxroute.ledger;

import java.util.Set;

/** How far a historical load is. */
public enum LoadState {
    /** Counted, and nothing more. */
    PLANNED,
    /** History is read and sent. */
    RUNNING,
    /** A person stopped it; nothing of it is read or leaves. */
    PAUSED,
    /** Everything was read and has left. */
    DONE,
    /** A person decided that no history is sent. */
    WAIVED;

    /** Whether a step leads from this state to that one; back from an end only with an operator's reason. */
    boolean mayBecome(LoadState next) {
        return switch (this) {
            case PLANNED -> Set.of(RUNNING, WAIVED).contains(next);
            case RUNNING -> Set.of(PAUSED, DONE).contains(next);
            case PAUSED -> Set.of(RUNNING, WAIVED).contains(next);
            case DONE -> next == RUNNING;
            case WAIVED -> next == PLANNED;
        };
    }
}
