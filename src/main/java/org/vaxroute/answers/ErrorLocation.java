package org.vaxroute.answers;

import java.util.Set;

/**
 * Where an error is: <code>SEG^sequence^field^repetition^component^subcomponent</code> of ERR-2, or the shorter form of ERR-1. Whatever is
 * empty or no number is left out.
 *
 * @param text as this house writes locations: <code>PID-11.7</code>, <code>ORDER[2]/RXA-9</code>
 * @param dose the dose (from 1) that it names, or 0. Only RXA and ORC name one for sure: each dose has exactly one of them.
 */
record ErrorLocation(String text, int dose) {
    static final ErrorLocation NONE = new ErrorLocation("", 0);

    private static final int MOST = 100_000;
    private static final Set<String> ONE_A_DOSE = Set.of("RXA", "ORC");

    static ErrorLocation of(String segment, String sequence, String field, String repetition, String part, String sub) {
        String name = segment.strip();
        if (!name.matches("[A-Z][A-Z0-9]{2}")) {
            return NONE;
        }
        int number = number(sequence);
        int dose = ONE_A_DOSE.contains(name) ? number : 0;
        StringBuilder text = new StringBuilder();
        if (dose > 0) {
            text.append("ORDER[").append(dose).append("]/").append(name);
        } else {
            text.append(name);
            if (number > 1) {
                text.append('[').append(number).append(']');
            }
        }
        int at = number(field);
        if (at > 0) {
            text.append('-').append(at);
            if (number(repetition) > 1) {
                text.append('[').append(number(repetition)).append(']');
            }
            if (number(part) > 0) {
                text.append('.').append(number(part));
                if (number(sub) > 0) {
                    text.append('.').append(number(sub));
                }
            }
        }
        return new ErrorLocation(text.toString(), dose);
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        int value = Integer.parseInt(text);
        return value <= MOST ? value : 0;
    }
}
