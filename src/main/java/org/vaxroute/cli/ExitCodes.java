package org.vaxroute.cli;

/** What the process's exit code means; documented in {@code docs/command-line.md}. */
final class ExitCodes {
    /** All is well. */
    static final int OK = 0;

    /** The command did its work and what it found is not well: faults, an unbalanced audit, a failed doctor. */
    static final int NOT_WELL = 1;

    /** The command line itself is wrong. */
    static final int USAGE = 2;

    /** The command could not be carried out: no home, no ledger, refused by the gate. */
    static final int REFUSED = 3;

    private ExitCodes() {}
}
