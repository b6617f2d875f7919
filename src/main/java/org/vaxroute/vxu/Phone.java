package org.vaxroute.vxu;

/** Reads a telephone number of the North American plan. */
final class Phone {
    private Phone() {}

    /** Its ten digits without a leading 1 and without an extension mark, or null when it has another number of digits. */
    static String digits(String text) {
        StringBuilder digits = new StringBuilder(11);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            } else if (Character.isLetter(c)) {
                break;
            }
        }
        if (digits.length() == 11 && digits.charAt(0) == '1') {
            digits.deleteCharAt(0);
        }
        return digits.length() == 10 ? digits.toString() : null;
    }
}
