package org.vaxroute.ledger;

/** Fits text into columns. */
final class Texts {
    private Texts() {}

    /** At most so many characters; null stays null. */
    static String cut(String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }

    /** What came from outside: cut, and without the zero character that PostgreSQL cannot keep. */
    static String column(String text, int length) {
        return cut(text.indexOf('\0') < 0 ? text : text.replace("\0", ""), length);
    }
}
