package org.vaxroute.hl7;

/**
 * An HL7 location, as people write it: {@code PID-3[2].4}, {@code MSH-9.1}, {@code PID-11.3.2} (or {@code PID-11.3&2}),
 * {@code NK1[2]-2.1}, inside a dose {@code ORDER[2]/RXA-9}, in any dose {@code ORDER/OBX[3]-5}, or a whole segment
 * {@code PD1}. Everything counts from 1. {@code OBX[3]} is the third of the message, {@code ORDER[2]/OBX[3]} the third
 * of that dose.
 */
public final class Path {
    /** The order of a path that names no dose. */
    static final int NO_ORDER = -1;

    /** An index that was left out. */
    static final int UNSET = 0;

    private static final int MOST = 9999;

    private final int order;
    private final int name;
    private final String segment;
    private final int segmentIndex;
    private final int field;
    private final int repetition;
    private final int component;
    private final int subcomponent;
    private final String canonical;

    private Path(Reader r) {
        this.order = r.order;
        this.segment = r.segment;
        this.name = packed(r.segment);
        this.segmentIndex = r.segmentIndex;
        this.field = r.field;
        this.repetition = r.repetition;
        this.component = r.component;
        this.subcomponent = r.subcomponent;
        this.canonical = write();
    }

    /**
     * @throws IllegalArgumentException when the text is no HL7 location; it names the text and the fault
     */
    public static Path of(String text) {
        return new Path(new Reader(text));
    }

    /** Whether the path starts with {@code ORDER/}, with or without a number. */
    public boolean inOrder() {
        return order != NO_ORDER;
    }

    /** The dose that the path names, from 1; 0 when it names none or any. */
    public int order() {
        return Math.max(order, 0);
    }

    /** The name of the segment, such as {@code PID}. */
    public String segment() {
        return segment;
    }

    /** Which segment of that name, from 1; 0 when not said. */
    public int segmentIndex() {
        return segmentIndex;
    }

    /** The field, from 1; 0 for the whole segment. */
    public int field() {
        return field;
    }

    /** The repetition, from 1; 0 when not said. */
    public int repetition() {
        return repetition;
    }

    /** The component, from 1; 0 for all of them. */
    public int component() {
        return component;
    }

    /** The subcomponent, from 1; 0 for all of them. */
    public int subcomponent() {
        return subcomponent;
    }

    /** The same path in the dose of this number (from 1). */
    public Path inOrder(int dose) {
        if (dose < 1) {
            throw new IllegalArgumentException("doses count from 1, not " + dose);
        }
        String rest = canonical.substring(canonical.indexOf('/') + 1);
        return of("ORDER[" + dose + "]/" + rest);
    }

    /** The same path in the repetition of this number (from 1). */
    public Path atRepetition(int number) {
        if (field == 0 || number < 1) {
            throw new IllegalArgumentException("a field's repetitions count from 1, not " + number);
        }
        int behind = canonical.indexOf('-') + 1 + Integer.toString(field).length();
        String parts = canonical.substring(repetition == UNSET ? behind : canonical.indexOf(']', behind) + 1);
        return of(canonical.substring(0, behind) + "[" + number + "]" + parts);
    }

    /** The canonical way to write it; {@code Path.of(path.toString())} equals this path. */
    @Override
    public String toString() {
        return canonical;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Path p && p.canonical.equals(canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    int name() {
        return name;
    }

    static int packed(String name) {
        return name.charAt(0) << 16 | name.charAt(1) << 8 | name.charAt(2);
    }

    private String write() {
        StringBuilder out = new StringBuilder(24);
        if (order != NO_ORDER) {
            out.append("ORDER");
            index(out, order);
            out.append('/');
        }
        out.append(segment);
        index(out, segmentIndex);
        if (field > 0) {
            out.append('-').append(field);
            index(out, repetition);
            if (component > 0) {
                out.append('.').append(component);
            }
            if (subcomponent > 0) {
                out.append('.').append(subcomponent);
            }
        }
        return out.toString();
    }

    private static void index(StringBuilder out, int index) {
        if (index != UNSET) {
            out.append('[').append(index).append(']');
        }
    }

    private static final class Reader {
        private static final String ORDER = "ORDER";

        private final String text;
        private int at;

        private int order = NO_ORDER;
        private final String segment;
        private final int segmentIndex;
        private int field;
        private int repetition;
        private int component;
        private int subcomponent;

        Reader(String text) {
            if (text == null) {
                throw new IllegalArgumentException("no HL7 location given; write one such as PID-3.1");
            }
            this.text = text;
            if (text.startsWith(ORDER)) {
                at = ORDER.length();
                order = index();
                if (!take('/')) {
                    throw fault("after ORDER a / and a segment must follow, as in ORDER[2]/RXA-9");
                }
            }
            segment = name();
            segmentIndex = index();
            if (take('-')) {
                field = number("the field");
                repetition = index();
                if (take('.')) {
                    component = number("the component");
                    if (take('.') || take('&')) {
                        subcomponent = number("the subcomponent");
                    }
                }
            }
            if (at < text.length()) {
                throw fault("nothing may follow position " + at);
            }
        }

        private String name() {
            int end = at + 3;
            if (end > text.length()
                    || !isUpper(text.charAt(at))
                    || !isUpperOrDigit(text.charAt(at + 1))
                    || !isUpperOrDigit(text.charAt(at + 2))) {
                throw fault("a segment name of three capital letters or digits is missing");
            }
            String name = text.substring(at, end);
            at = end;
            return name;
        }

        private int index() {
            if (!take('[')) {
                return UNSET;
            }
            int n = number("the number in brackets");
            if (!take(']')) {
                throw fault("a closing bracket is missing");
            }
            return n;
        }

        private int number(String what) {
            int from = at;
            int n = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && n <= MOST) {
                n = n * 10 + text.charAt(at++) - '0';
            }
            if (from == at || n < 1 || n > MOST) {
                throw fault(what + " must be a number from 1 to " + MOST);
            }
            return n;
        }

        private boolean take(char c) {
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private IllegalArgumentException fault(String fault) {
            return new IllegalArgumentException("\"" + text + "\" is no HL7 location: " + fault);
        }

        private static boolean isUpper(char c) {
            return c >= 'A' && c <= 'Z';
        }

        private static boolean isUpperOrDigit(char c) {
            return isUpper(c) || c >= '0' && c <= '9';
        }
    }
}
