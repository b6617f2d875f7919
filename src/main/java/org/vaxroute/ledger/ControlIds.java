package org.vaxroute.ledger;

import java.util.Locale;
import java.util.OptionalLong;

/** The MSH-10 that records are sent with: {@code <tag>-<record id in base 36>}, at most 18 characters of the 20 that MSH-10 has. */
public final class ControlIds {
    private final String prefix;

    ControlIds(String tag) {
        this.prefix = tag + "-";
    }

    /** The four letters that no other ledger has. */
    public String tag() {
        return prefix.substring(0, prefix.length() - 1);
    }

    /** The MSH-10 that this record is sent with. */
    public String of(long recordId) {
        return prefix + Long.toString(recordId, 36).toUpperCase(Locale.ROOT);
    }

    /** FHS-11 of a file; with many records one of them has the same letters in its MSH-10. */
    public static String ofFile(String tag, long file) {
        return tag + "-F" + Long.toString(file, 36).toUpperCase(Locale.ROOT);
    }

    /** BHS-11 of the one batch in a file. */
    public static String ofBatch(String tag, long file) {
        return tag + "-B" + Long.toString(file, 36).toUpperCase(Locale.ROOT);
    }

    /** Whether an answer names this file by the id in one of its headers. */
    boolean isOfFile(String controlId, long file) {
        return controlId.equalsIgnoreCase(ofFile(tag(), file)) || controlId.equalsIgnoreCase(ofBatch(tag(), file));
    }

    /** The record that an answer speaks of; empty when the id is not one of this ledger. Says nothing of whether the record exists. */
    public OptionalLong record(String controlId) {
        if (controlId.length() <= prefix.length()
                || controlId.length() > prefix.length() + 13
                || !controlId.regionMatches(true, 0, prefix, 0, prefix.length())) {
            return OptionalLong.empty();
        }
        long id = 0;
        for (int i = prefix.length(); i < controlId.length(); i++) {
            char c = controlId.charAt(i);
            int digit = c < 128 ? Character.digit(c, 36) : -1;
            if (digit < 0 || id > (Long.MAX_VALUE - digit) / 36) {
                return OptionalLong.empty();
            }
            id = id * 36 + digit;
        }
        return OptionalLong.of(id);
    }
}
