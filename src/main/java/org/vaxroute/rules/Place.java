package org.vaxroute.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Message;

/**
 * Where a check or an operation stands while it goes through a message: segment, dose and repetition, with what is
 * worked out once per message. One per message, used by one thread.
 */
final class Place {
    private final Message message;
    private final CheckContext context;
    private final int today;
    private final boolean plain;

    private final int[] orc;
    private final int[] rxa;
    private final int[] rxr;
    private final DoseKind[] kinds;
    private final String[] names;
    private final int[] ordinals;
    private final int[] ordinalsInDose;

    /** The first segment of a name, and behind each segment the next one of its name, or -1. */
    private final Map<String, Integer> firsts;

    private final int[] nexts;
    private Map<Object, Set<String>> seen;
    private Name name;

    /** The field whose parts are known: many rules look at one field, so its separators are looked for once. */
    private int knownSegment = -1;

    private int knownField;
    private int repetitions;
    private int[] firstPart = new int[8];
    private int[] partStart = new int[32];
    private int[] repetitionEnd = new int[8];

    /** Bit n: component n holds something in some repetition of that field. */
    private long filled;

    /** Bit n: component n has a value in every repetition of that field; bit 0: the field has one. */
    private long valued;

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
        this.plain = message.isAscii() && message.encoding().equals(Encoding.STANDARD);
        int segments = message.segments();
        this.names = new String[segments];
        this.ordinals = new int[segments];
        this.ordinalsInDose = new int[segments];
        int doses = message.doses();
        this.orc = absent(doses);
        this.rxa = absent(doses);
        this.rxr = absent(doses);
        this.kinds = new DoseKind[doses + 1];
        this.firsts = new HashMap<>();
        this.nexts = new int[segments];
        // From the end, so that the segment behind is known by its name.
        for (int s = segments - 1; s >= 0; s--) {
            names[s] = message.segmentName(s);
            Integer behind = firsts.put(names[s], s);
            nexts[s] = behind == null ? -1 : behind;
        }
        for (int s = 0; s < segments; s++) {
            int in = message.segmentDose(s);
            if (ordinals[s] == 0) {
                ordinals[s] = 1;
                ordinalsInDose[s] = 1;
            }
            int next = nexts[s];
            if (next >= 0) {
                ordinals[next] = ordinals[s] + 1;
                ordinalsInDose[next] = message.segmentDose(next) == in ? ordinalsInDose[s] + 1 : 1;
            }
            if (in > 0) {
                note(in, s, names[s]);
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

    /** How many repetitions the field that is looked at has. */
    int repetitions() {
        know();
        return repetitions;
    }

    /** Where a part of the field that is looked at stands; as {@link Message#span(int, int, int, int, int)}. */
    long span(int ofRepetition, int ofComponent, int ofSubcomponent) {
        if (ofSubcomponent > 0 || ofRepetition == 0) {
            return message.span(segment, field, ofRepetition, ofComponent, ofSubcomponent);
        }
        know();
        if (ofRepetition > repetitions) {
            return -1;
        }
        int first = firstPart[ofRepetition - 1];
        int end = repetitionEnd[ofRepetition - 1];
        if (ofComponent == 0) {
            return (long) partStart[first] << 32 | end;
        }
        int part = first + ofComponent - 1;
        int next = firstPart[ofRepetition];
        if (part >= next) {
            return -1;
        }
        return (long) partStart[part] << 32 | (part + 1 < next ? partStart[part + 1] - 1 : end);
    }

    /** Which components of the field that is looked at hold something, as {@link CompiledRule#componentBit bits}. */
    long filled() {
        know();
        return filled;
    }

    /** Which components have a value for certain, in every repetition; {@link CompiledRule#WHOLE_FIELD} when the field has. */
    long valued() {
        know();
        return valued;
    }

    /** Whether the parts of that field of the segment that is looked at are known already. */
    boolean knows(int ofField) {
        return knownField == ofField && knownSegment == segment && field == ofField;
    }

    private void know() {
        if (knownSegment == segment && knownField == field) {
            return;
        }
        knownSegment = segment;
        knownField = field;
        repetitions = 0;
        filled = 0;
        valued = 0;
        long whole = message.span(segment, field, 0, 0, 0);
        if (whole < 0 || Message.start(whole) == Message.end(whole)) {
            return;
        }
        int end = Message.end(whole);
        int parts = 0;
        boolean plain = field <= 2 && names[segment].equals("MSH");
        char ofComponents = message.encoding().component();
        char ofRepetitions = message.encoding().repetition();
        firstPart[0] = 0;
        valued = -1L & ~CompiledRule.WHOLE_FIELD;
        partStart[parts++] = Message.start(whole);
        for (int i = Message.start(whole); i < end && !plain; i++) {
            byte b = message.byteAt(i);
            if (b == ofComponents || b == ofRepetitions) {
                if (b == ofRepetitions) {
                    endRepetition(i, parts);
                }
                if (parts == partStart.length) {
                    partStart = Arrays.copyOf(partStart, parts * 2);
                }
                partStart[parts++] = i + 1;
            }
        }
        endRepetition(end, parts);
    }

    private void endRepetition(int at, int parts) {
        if (repetitions + 1 == firstPart.length) {
            firstPart = Arrays.copyOf(firstPart, firstPart.length * 2);
            repetitionEnd = Arrays.copyOf(repetitionEnd, firstPart.length);
        }
        noteComponents(firstPart[repetitions], parts, at);
        repetitionEnd[repetitions++] = at;
        firstPart[repetitions] = parts;
    }

    private void noteComponents(int first, int parts, int end) {
        long here = 0;
        for (int p = first; p < parts; p++) {
            long bit = CompiledRule.componentBit(p - first + 1);
            if (partStart[p] < (p + 1 < parts ? partStart[p + 1] - 1 : end)) {
                filled |= bit;
                // A letter or digit is no separator, no blank, and no part of HL7's null value.
                here |= isLetterOrDigit(message.byteAt(partStart[p])) ? bit : 0;
            }
        }
        boolean field = here != 0 || (valued & CompiledRule.WHOLE_FIELD) != 0;
        valued = valued & here & ~CompiledRule.WHOLE_FIELD | (field ? CompiledRule.WHOLE_FIELD : 0);
    }

    static boolean isLetterOrDigit(byte b) {
        return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
    }

    /** The first segment of the name, or -1. */
    int first(String name) {
        Integer first = firsts.get(name);
        return first == null ? -1 : first;
    }

    /** The next segment of the same name, or -1. */
    int next(int s) {
        return nexts[s];
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

    /** Last and first name of a person, in capitals. */
    record Name(int segment, int field, int repetition, String last, String first) {}

    /** The name that is looked at; several tables are asked for one name. */
    Name name() {
        if (name == null || name.segment != segment || name.field != field || name.repetition != repetition) {
            name = new Name(segment, field, repetition, capitals(1, 1), capitals(2, 0));
        }
        return name;
    }

    private String capitals(int ofComponent, int ofSubcomponent) {
        return message.field(segment, field, repetition, ofComponent, ofSubcomponent)
                .strip()
                .toUpperCase(Locale.ROOT);
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

    /** Whether the message is ASCII with the standard separators, so that the same bytes mean the same in each such message. */
    boolean isPlain() {
        return plain;
    }

    /** The kind of dose and the stage in one number. */
    int circumstances() {
        return (dose > 0 ? kind().bit() << 1 : 0) | (context.production() ? 1 : 0);
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
            default -> {
                int s = first(name);
                while (s >= 0 && message.segmentDose(s) != dose) {
                    s = nexts[s];
                }
                yield s;
            }
        };
    }
}
