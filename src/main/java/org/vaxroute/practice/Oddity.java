package org.vaxroute.practice;

import java.util.Locale;

/**
 * Something odd that registries were seen to do. Those that change the form of an acknowledgment file befall one in three of
 * them, chosen by the seed.
 */
public enum Oddity {
    /** A message that drew warnings alone is answered with AE all the same; otherwise with AA. */
    AE_FOR_WARNINGS(true),
    /** ERR-2 without its sequence, as {@code NK1^^0}. */
    EMPTY_SEQUENCE(true),
    /** A duplicate is told twice, by IMR-109 and IEE-513. */
    TWO_CODES(true),
    /** A sentence in MSA-3, which says less than it seems to. */
    MSA_TEXT(false),
    /** ERR stands in front of MSA. */
    ERR_FIRST(false),
    /** ERR-4, the severity, is left empty. */
    NO_SEVERITY(false),
    /** Warnings bear severity E although the message was accepted. */
    LOUD_WARNINGS(false),
    /** Segments end with CR and LF. */
    CRLF(false),
    /** Messages without a remark are not listed. */
    ERRORS_ONLY(false),
    /** One message in fifty draws a code that nobody has described. */
    NEW_CODES(true),
    /** {@code X.log.txt}, {@code X.report.html} and {@code X.errors.txt} beside the answer, as the legacy registry wrote. */
    LEGACY_FILES(true);

    private final boolean always;

    Oddity(boolean always) {
        this.always = always;
    }

    boolean isAlways() {
        return always;
    }

    /** As it is written in options: {@code ae-for-warnings}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
