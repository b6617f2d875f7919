package org.vaxroute.hl7;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Changes to a message, gathered and then written into a copy by {@link #apply()}. Paths and segment numbers always
 * mean the message that the edit began with, whatever was dropped or inserted since; a path without numbers means the
 * first match. A path without repetition and component means the whole field. Fields that a change leaves empty at the
 * end of a segment lose their separators.
 */
public final class Edit {
    private static final byte[] EMPTY = {};

    private final Message message;

    /** What changes in a segment, by its number; null where nothing does. */
    private final Changed[] changed;

    private final Map<Integer, List<byte[]>> inserted = new HashMap<>();
    private final Set<Integer> dropped = new HashSet<>();
    private boolean empty = true;

    Edit(Message message) {
        this.message = message;
        this.changed = new Changed[message.segments()];
    }

    /**
     * Sets a value; separators in it are escaped, control characters become spaces.
     *
     * @throws Hl7FormatException when no segment matches, or the message's character set cannot carry the value
     * @throws IllegalArgumentException when the path names a whole segment, MSH-1 or MSH-2
     */
    public Edit set(Path path, String value) {
        return put(path, encoded(path.toString(), Escapes.escape(value, message.encoding())));
    }

    /** As {@link #set(Path, String)}. */
    public Edit set(String path, String value) {
        return set(Path.of(path), value);
    }

    /**
     * Sets a value that is ER7 text already: its separators make parts.
     *
     * @throws Hl7FormatException as {@link #set(Path, String)}
     * @throws IllegalArgumentException also when the text holds a control character or a separator that would reach
     *     beyond the path
     */
    public Edit setRaw(Path path, String er7) {
        if (reachesBeyond(er7, path.repetition(), path.component(), path.subcomponent())) {
            throw beyond(path.toString());
        }
        return put(path, encoded(path.toString(), er7));
    }

    private boolean reachesBeyond(String er7, int repetition, int component, int subcomponent) {
        Encoding e = message.encoding();
        for (int i = 0; i < er7.length(); i++) {
            char c = er7.charAt(i);
            boolean beyond = c < ' '
                    || c == e.field()
                    || c == e.repetition() && (repetition > 0 || component > 0)
                    || c == e.component() && component > 0
                    || c == e.subcomponent() && subcomponent > 0;
            if (beyond) {
                return true;
            }
        }
        return false;
    }

    private static IllegalArgumentException beyond(String place) {
        return new IllegalArgumentException("the text for " + place
                + " holds a separator or control character that reaches beyond it; use set, which escapes");
    }

    /**
     * As {@link #set(Path, String)}, by the number of the segment (from 0, in the message that the edit began with).
     *
     * @param repetition from 1; 0 with component 0 means the whole field
     * @param component from 1; 0 for all of them
     * @param subcomponent from 1; 0 for all of them
     */
    public Edit set(int segment, int field, int repetition, int component, int subcomponent, String value) {
        byte[] raw = encoded("the field", Escapes.escape(value, message.encoding()));
        return put(segment, field, repetition, component, subcomponent, raw);
    }

    /** As {@link #setRaw(Path, String)}, by the number of the segment; the other numbers as in {@link #set(int, int, int, int, int, String)}. */
    public Edit setRaw(int segment, int field, int repetition, int component, int subcomponent, String er7) {
        if (reachesBeyond(er7, repetition, component, subcomponent)) {
            throw beyond("field " + field);
        }
        return put(segment, field, repetition, component, subcomponent, encoded("the field", er7));
    }

    /** Empties a place; does nothing when no segment matches. */
    public Edit clear(Path path) {
        return message.find(path, 0) < 0 ? this : put(path, EMPTY);
    }

    /**
     * Leaves a segment out.
     *
     * @param segment from 0, in the message that the edit began with; not MSH
     */
    public Edit dropSegment(int segment) {
        if (segment < 1 || segment >= message.segments()) {
            throw new IllegalArgumentException("only segments 1 to " + (message.segments() - 1) + " can be dropped");
        }
        dropped.add(segment);
        empty = false;
        return this;
    }

    /**
     * Puts a segment behind another one; several behind the same one keep the order of the calls.
     *
     * @param segment from 0, in the message that the edit began with
     * @param er7Segment the whole segment as ER7 text in this message's encoding, without line end
     * @throws IllegalArgumentException when the text is blank or holds a control character
     * @throws Hl7FormatException from here or {@link #apply()} when the text is no segment
     */
    public Edit insertAfter(int segment, String er7Segment) {
        if (segment < 0 || segment >= message.segments()) {
            throw new IllegalArgumentException("the message has no segment " + segment);
        }
        if (er7Segment.isBlank() || er7Segment.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException(
                    "a segment to insert is empty or holds a line break or control character");
        }
        inserted.computeIfAbsent(segment, s -> new ArrayList<>()).add(encoded("segment", er7Segment));
        empty = false;
        return this;
    }

    /** Writes the changes into a copy; the same message when there are none. */
    public Message apply() {
        if (empty) {
            return message;
        }
        byte[] text = message.raw();
        Output out = new Output(text.length + 256);
        for (int s = 0; s < changed.length; s++) {
            if (dropped.isEmpty() || !dropped.contains(s)) {
                if (changed[s] == null) {
                    int from = message.tokenStart(s, 0);
                    out.add(text, from, message.tokenStart(s + 1, 0) - from);
                } else {
                    segment(s, changed[s], out);
                }
            }
            if (!inserted.isEmpty()) {
                for (byte[] segment : inserted.getOrDefault(s, List.of())) {
                    out.add(segment, 0, segment.length);
                    out.add(Encoding.CR);
                }
            }
        }
        return Message.ofSegments(out.text());
    }

    /** Writes a segment with its changes, without the empty fields at its end. */
    private void segment(int s, Changed changes, Output out) {
        byte[] text = message.raw();
        byte field = (byte) message.encoding().field();
        int count = message.tokenCount(s);
        int last = Math.max(count - 1, changes.last());
        for (int t = 0; t <= last; t++) {
            if (t > 0) {
                out.add(field);
            }
            byte[] value = changes.get(t);
            if (value != null) {
                out.add(value, 0, value.length);
            } else if (t < count) {
                int from = message.tokenStart(s, t);
                out.add(text, from, message.tokenStart(s, t + 1) - 1 - from);
            }
        }
        out.dropTrailing(field);
        out.add(Encoding.CR);
    }

    private Edit put(Path path, byte[] raw) {
        int s = message.find(path, 0);
        if (s < 0) {
            throw new Hl7FormatException(
                    path.toString(), "the message has no such segment to change; insert the segment first");
        }
        return put(s, path.field(), path.repetition(), path.component(), path.subcomponent(), raw);
    }

    private Edit put(int s, int field, int repetition, int component, int subcomponent, byte[] raw) {
        boolean header = s == 0;
        if (field == 0 || header && field <= 2) {
            throw new IllegalArgumentException((header ? "MSH-" + field : "a whole segment")
                    + " cannot be set; name a field, and not MSH-1 or MSH-2");
        }
        int token = header ? field - 1 : field;
        if (changed[s] == null) {
            changed[s] = new Changed();
        }
        boolean whole = repetition == 0 && component == 0;
        changed[s].set(token, whole ? raw : changedField(current(s, token), repetition, component, subcomponent, raw));
        empty = false;
        return this;
    }

    private byte[] current(int segment, int token) {
        byte[] value = changed[segment].get(token);
        if (value != null) {
            return value;
        }
        return token < message.tokenCount(segment)
                ? Arrays.copyOfRange(
                        message.raw(), message.tokenStart(segment, token), message.tokenStart(segment, token + 1) - 1)
                : EMPTY;
    }

    private byte[] changedField(byte[] field, int repetition, int component, int subcomponent, byte[] raw) {
        Encoding e = message.encoding();
        return changedPart(field, e.repetition(), Math.max(repetition, 1), one -> {
            if (component == 0) {
                return raw;
            }
            return changedPart(one, e.component(), component, part -> {
                if (subcomponent == 0) {
                    return raw;
                }
                return changedPart(part, e.subcomponent(), subcomponent, piece -> raw);
            });
        });
    }

    /** Changes one part; parts that are missing before it come in, empty ones at the end go. */
    private static byte[] changedPart(byte[] whole, char separator, int part, UnaryOperator<byte[]> change) {
        int from = 0;
        int to = next(whole, separator, 0);
        int number = 1;
        while (number < part && to < whole.length) {
            from = to + 1;
            to = next(whole, separator, from);
            number++;
        }
        int missing = part - number;
        int before = missing > 0 ? whole.length : from;
        int behind = missing > 0 ? 0 : whole.length - to;
        byte[] fresh = change.apply(missing > 0 ? EMPTY : Arrays.copyOfRange(whole, from, to));
        Output out = new Output(before + missing + fresh.length + behind);
        out.add(whole, 0, before);
        for (int i = 0; i < missing; i++) {
            out.add((byte) separator);
        }
        out.add(fresh, 0, fresh.length);
        out.add(whole, to, behind);
        out.dropTrailing((byte) separator);
        return out.text();
    }

    private static int next(byte[] text, char separator, int from) {
        int i = from;
        while (i < text.length && text[i] != separator) {
            i++;
        }
        return i;
    }

    private byte[] encoded(String location, String value) {
        Charset charset = message.charset();
        if (charset != StandardCharsets.UTF_8 && !charset.newEncoder().canEncode(value)) {
            throw new Hl7FormatException(
                    location,
                    "the value has a character that the message's character set, " + charset.name()
                            + ", cannot carry; transliterate it, or have the sender write UTF-8");
        }
        return value.getBytes(charset);
    }

    /** The new fields of one segment, by their place in it. */
    private static final class Changed {
        private int[] tokens = new int[4];
        private byte[][] values = new byte[4][];
        private int count;

        byte[] get(int token) {
            for (int i = 0; i < count; i++) {
                if (tokens[i] == token) {
                    return values[i];
                }
            }
            return null;
        }

        void set(int token, byte[] value) {
            int i = 0;
            while (i < count && tokens[i] != token) {
                i++;
            }
            if (i == tokens.length) {
                tokens = Arrays.copyOf(tokens, i * 2);
                values = Arrays.copyOf(values, i * 2);
            }
            tokens[i] = token;
            values[i] = value;
            count = Math.max(count, i + 1);
        }

        int last() {
            int last = 0;
            for (int i = 0; i < count; i++) {
                last = Math.max(last, tokens[i]);
            }
            return last;
        }
    }

    /** Bytes that are written one after the other. */
    private static final class Output {
        private byte[] text;
        private int length;

        Output(int size) {
            text = new byte[size];
        }

        void add(byte b) {
            room(1);
            text[length++] = b;
        }

        void add(byte[] from, int at, int count) {
            room(count);
            System.arraycopy(from, at, text, length, count);
            length += count;
        }

        void dropTrailing(byte separator) {
            while (length > 0 && text[length - 1] == separator) {
                length--;
            }
        }

        byte[] text() {
            return length == text.length ? text : Arrays.copyOf(text, length);
        }

        private void room(int count) {
            if (length + count > text.length) {
                text = Arrays.copyOf(text, Math.max(length + count, text.length * 2));
            }
        }
    }
}
