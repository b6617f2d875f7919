package org.vaxroute.practice;

/** What must become of a practice patient's record if VaxRoute does its work. */
public enum Expectation {
    /** It reaches the registry with all its doses. */
    DELIVERED,
    /** It reaches the registry with all its doses, and a warning says what could be better. */
    WARNED,
    /** Its faulty dose is held; the others, if any, reach the registry. */
    DOSE_HELD,
    /** It is held as a whole. */
    RECORD_HELD
}
