package org.vaxroute.submit;

/** What a test server can do wrong, until it is told to stop. */
enum Fault {
    NONE,
    CUT_AT_HALF,
    CUT_BEFORE_RENAME,
    CUT_AFTER_RENAME,
    RENAME_REFUSED,
    QUOTA_FULL,
    SIZE_LIES,
    WRONG_PASSWORD
}
