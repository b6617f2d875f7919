package org.vaxroute.practice;

/**
 * One thing the registry says about a message: an ERR segment.
 *
 * @param location ERR-2, such as {@code RXA^2^3}
 * @param condition HL70357
 * @param severity HL70516: E or W
 * @param text in the registry's style, {@code CLR-100::text}
 */
record Remark(String location, int condition, String severity, String text) {
    static Remark error(String location, int condition, String text) {
        return new Remark(location, condition, "E", text);
    }

    static Remark warning(String location, int condition, String text) {
        return new Remark(location, condition, "W", text);
    }

    boolean isError() {
        return severity.equals("E");
    }

    /** Whether its code is of this family: FIR, MER, CLR, IMR or IEE. */
    boolean isOf(String family) {
        return text.startsWith(family);
    }

    /** Whether nobody has to do anything: the dose is where it should be, or nothing is known of it. */
    boolean isBenign() {
        return text.startsWith("IMR-109")
                || text.startsWith("IMR-110")
                || text.startsWith("IEE-513")
                || text.startsWith("IEE-594")
                || text.startsWith("IEE-577");
    }
}
