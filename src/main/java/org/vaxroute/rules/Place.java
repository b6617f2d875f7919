package org.vaxroute.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.vaxroute.hl7.Message;

/**
 * Where a check or an operation stands while it goes through a message: segment, dose and repetition, with what is
 * worked out once per message. One per message, used by one thread.
 */
final class Place {
    private final Message message;
    private final CheckContext context;
    private final int today;

    private final int[] orc;
    private final int[] rxa;
    private final int[] rxr;
    private final DoseKind[] kinds;
    private final String[] names;
    private final int[] ordinals;
    private final int[] ordinalsInDose;
    private Map<Object, Set<String>> seen;

    /** Index of the segment that is looked at, from 0; -1 while a rule looks at the whole message or dose. */
    int segment;

    /** The dose that is looked at, from 1; 0 outside of any. */
    int dose;

    /** The repetition that is looked at, from 1. */
    int repetition = 1;

    /** The field, component and subcomponent that are looked at; 0 when the whole is meant. */
    int field;

    int component;
    int subcomponent;

    Place(Message message, CheckContext context) {
        this.message = message;
        this.context = context;
        this.today = Days.of(context.today());
        int segments = message.segments();
        this.names = new String[segments];
        this.ordinals = new int[segments];
        this.ordinalsInDose = new int[segments];
        int doses = message.doses();
        this.orc = absent(doses);
        this.rxa = absent(doses);
        this.rxr = absent(doses);
        this.kinds = new DoseKind[doses + 1];
        Map<String, Integer> last = new HashMap<>();
        for (int s = 0; s < segments; s++) {
            String name = message.segmentName(s);
            int in = message.segmentDose(s);
            names[s] = name;
            Integer before = last.put(name, s);
            ordinals[s] = before == null ? 1 : ordinals[before] + 1;
            ordinalsInDose[s] = before == null || message.segmentDose(before) != in ? 1 : ordinalsInDose[before] + 1;
            if (in > 0) {
                note(in, s, name);
            }
        }
        for (int d = 1; d <= doses; d++) {
            kinds[d] = DoseKind.of(message, rxa[d]);
        }
    }

    private static int[] absent(int doses) {
        int[] table = new int[doses + 1];
        Arrays.fill(table, -1);
        return table;
    }

    private void note(int in, int s, String name) {
        int[] table =
                switch (name) {
                    case "ORC" -> orc;
                    case "RXA" -> rxa;
                    case "RXR" -> rxr;
                    default -> null;
                };
        if (table != null && table[in] < 0) {
            table[in] = s;
        }
    }

    Message message() {
        return message;
    }

    String name(int s) {
        return names[s];
    }

    /** Which of its name the segment that is looked at is, from 1, in the message. */
    int ordinal() {
        return ordinals[segment];
    }

    /** Which of its name the segment that is looked at is, from 1, in its dose. */
    int ordinalInDose() {
        return ordinalsInDose[segment];
    }

    /** The value that is looked at, unescaped. */
    String text() {
        return message.field(segment, field, repetition, component, subcomponent);
    }

    /** Notes a text under a key; false when it had been noted before in this message. */
    boolean isNew(Object key, String text) {
        if (seen == null) {
            seen = new HashMap<>();
        }
        return seen.computeIfAbsent(key, k -> new HashSet<>()).add(text);
    }

    /** Where a person finds what is looked at. */
    String location(String segmentName, int withRepetition) {
        StringBuilder out = new StringBuilder(24);
        if (dose > 0) {
            out.append("ORDER[").append(dose).append("]/");
        }
        out.append(segmentName);
        if (segment >= 0
                && (segmentName.equals("OBX") || segmentName.equals("NK1") || ordinals[segment] > 1 && dose == 0)) {
            out.append('[')
                    .append(dose > 0 ? ordinalsInDose[segment] : ordinals[segment])
                    .append(']');
        }
        if (field > 0) {
            out.append('-').append(field);
            if (withRepetition > 0 && segment >= 0 && message.repetitions(segment, field) > 1) {
                out.append('[').append(withRepetition).append(']');
            }
            if (component > 0) {
                out.append('.').append(component);
            }
            if (subcomponent > 0) {
                out.append('.').append(subcomponent);
            }
        }
        return out.toString();
    }

    boolean production() {
        return context.production();
    }

    int today() {
        return today;
    }

    DoseKind kind() {
        return kinds[dose];
    }

    /** The first segment of the name in the dose that is looked at, or -1. */
    int inDose(String name) {
        if (dose == 0) {
            return -1;
        }
        return switch (name) {
            case "ORC" -> orc[dose];
            case "RXA" -> rxa[dose];
            case "RXR" -> rxr[dose];
            default -> message.findInDose(name, dose);
        };
    }
}
