package org.vaxroute.practice;

/** What goes wrong on a day of the practice clinic. */
enum Mishap {
    /** A manufacturer that does not make the vaccine: only the registry knows (IMR-111). */
    WRONG_MAKER,
    /** The family took its consent back at the registry, where we cannot see it (CLR-100). */
    CONSENT_WITHDRAWN,
    /** A new dose without a lot number: held before it leaves. */
    NO_LOT,
    /** A dose of another patient, deleted later. */
    ENTERED_IN_ERROR
}
