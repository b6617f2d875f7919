package org.vaxroute.rules;

/** How bad a finding is. Declared from worst to mildest, so that the natural order sorts the worst first. */
public enum Severity {
    /** The registry refuses what the finding speaks of: it is held. */
    ERROR,
    /** The registry takes it but loses, ignores or questions something: it is sent, and somebody should mend it. */
    WARNING,
    /** Worth knowing, nothing to mend before sending. */
    INFORMATION
}
