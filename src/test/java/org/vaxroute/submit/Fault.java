package org.vaxroute.submit;

/** What a test server can do wrong, until it is told to stop. */
enum Fault {
    NONE,
    CUT_AT_HALF,
    CUT_BEFORE_RENAME,
    CUT_AFTER_RENAME,
    RENAME_REFUSED,
    QUOTA_FULL,
    /** One byte less than was sent. */
    SIZE_LIES,
    /** One byte more than was sent. */
    SIZE_TOO_LARGE,
    WRONG_PASSWORD,
    /** Uploaded files are there, and no listing shows them. */
    NAMES_HIDDEN,
    /** Uploaded files are listed by name, and nothing tells their size. */
    SIZES_HIDDEN,
    /** Of two looks into the folder one fails, because a file that was listed is picked up before its size is asked for. */
    PICKED_WHILE_LISTED,
    /** The rename is carried out, and an error is said. */
    RENAME_DONE_AND_DENIED,
    /** The rename is not carried out, and success is said. */
    RENAME_ONLY_SAID,
    /** The rename makes a copy and leaves the old name. */
    RENAME_COPIES
}
