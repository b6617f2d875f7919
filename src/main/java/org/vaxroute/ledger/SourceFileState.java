package org.vaxroute.ledger;

/** Where a file from an EHR stands. */
public enum SourceFileState {
    /** Being read; goes on from its position after any stop. */
    TAKING,
    /** Every message of it is in the ledger; the file itself may still lie in its drop folder. */
    STORED,
    /** Stored, and the file was moved away. */
    DONE,
    /** Not taken, for a fault of its own. */
    FAILED
}
