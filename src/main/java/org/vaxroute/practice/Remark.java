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
}
