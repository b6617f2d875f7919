package org.vaxroute.ledger;

/** Where a record, or one of its doses, stands. Delivery is not told here but by the submission file that the record travels in. */
public enum RecordState {
    /** May be sent, or travels in a submission file and has no answer of its own yet. */
    READY,
    /** Kept back for a named reason until a person, a recheck or a corrected record settles it. */
    HELD,
    /** Says nothing that the registry has not been told already. */
    DUPLICATE,
    /** Was held, and a later record of the same patient says at least as much. */
    SUPERSEDED,
    /** Left out by a step or a person, with a reason. */
    DROPPED,
    /** The registry took it. */
    ACCEPTED,
    /** The registry took it and complained. */
    WARNED,
    /** The registry refused it. */
    REJECTED
}
