package org.vaxroute.feeds;

/** The kinds of evidence that the gate keeps in the ledger. */
public enum Evidence {
    /** Login and file code are set and <code>doctor</code> passed. */
    READINESS,
    /** A test file that the registry found no error in; the subject is its name. */
    TEST_FILE_CLEAN,
    /** A test file that the registry found errors in; the subject is its name. */
    TEST_FILE_FAULTY,
    /** The registry was asked to review these test files. */
    REVIEW_REQUEST,
    /** The registry's Production email; the subject is its reference. */
    APPROVAL,
    /** The first production file came back without an error, or a person attests it; the subject is its name. */
    FIRST_FILE_CLEAN,
    /** The first production file came back with errors; the subject is its name. */
    FIRST_FILE_FAULTY,
    /** The organization was live with the registry before VaxRoute; the subject is the registry's reference. */
    ADOPTION,
    /** What becomes of the history: planned or waived. */
    HISTORY,
    /** The registry agreed to a historical load; the subject is its reference. */
    HISTORY_AGREEMENT,
    /** Test files may be sent beside the present state, from here to {@link #RETEST_END}. */
    RETEST,
    RETEST_END
}
