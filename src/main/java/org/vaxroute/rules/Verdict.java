package org.vaxroute.rules;

/** What the findings about a record, or about one of its doses, add up to. */
public enum Verdict {
    /** Nothing but information was found. */
    DELIVERABLE,
    /** May be sent, with warnings. */
    WARNED,
    /** Kept back until a person, a recheck or a corrected record settles it. */
    HELD,
    /** No HL7 message at all. */
    UNREADABLE;

    /** The more serious of the two. */
    public Verdict worse(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
