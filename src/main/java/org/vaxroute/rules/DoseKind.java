package org.vaxroute.rules;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vaxroute.hl7.Message;

/**
 * What an ORDER group tells of: the guide asks different things of each. An empty RXA-20 counts as complete, as the guide
 * says of that field.
 */
enum DoseKind {
    /** RXA-9 {@code 00}: given by the sender. */
    NEW,
    /** RXA-9 {@code 01} to {@code 08}: given elsewhere or long ago. */
    HISTORICAL,
    /** RXA-20 {@code RE}. */
    REFUSED,
    /** RXA-20 {@code NA}. */
    NOT_ADMINISTERED,
    /** RXA-21 {@code D}: takes back what was sent before. */
    DELETED,
    /** RXA-5 {@code 998}: carries observations without a vaccine. */
    NO_VACCINE,
    /** A vaccination of which RXA-9 does not say whether it is new or historical. */
    UNSTATED;

    private static final byte[] D = {'D'};
    private static final byte[] RE = {'R', 'E'};
    private static final byte[] NA = {'N', 'A'};
    private static final byte[] NOTHING_GIVEN = {'9', '9', '8'};

    /** How rules write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    int bit() {
        return 1 << ordinal();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(DoseKind::word).toList();
    }

    /** Tells the kind from RXA; a group without RXA is {@link #UNSTATED}. */
    static DoseKind of(Message message, int rxa) {
        if (rxa < 0) {
            return UNSTATED;
        }
        if (message.holds(rxa, 21, 1, 0, D)) {
            return DELETED;
        }
        if (message.holds(rxa, 5, 1, 1, NOTHING_GIVEN)) {
            return NO_VACCINE;
        }
        if (message.holds(rxa, 20, 1, 0, RE)) {
            return REFUSED;
        }
        if (message.holds(rxa, 20, 1, 0, NA)) {
            return NOT_ADMINISTERED;
        }
        long note = message.span(rxa, 9, 1, 1, 0);
        if (note >= 0 && Message.end(note) - Message.start(note) == 2) {
            int code = Days.digits(message, Message.start(note), 2);
            if (code == 0) {
                return NEW;
            }
            if (code >= 1 && code <= 8) {
                return HISTORICAL;
            }
        }
        return UNSTATED;
    }
}
