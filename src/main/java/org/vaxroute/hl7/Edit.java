package org.vaxroute.hl7;

import java.io.ByteArrayOutputStream;
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
    private final Map<Integer, List<byte[]>> changed = new HashMap<>();
    private final Map<Integer, List<byte[]>> inserted = new HashMap<>();
    private final Set<Integer> dropped = new HashSet<>();

    Edit(Message message) {
        this.message = message;
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
        Encoding e = message.encoding();
        for (int i = 0; i < er7.length(); i++) {
            char c = er7.charAt(i);
            boolean beyond = c < ' '
                    || c == e.field()
                    || c == e.repetition() && (path.repetition() > 0 || path.component() > 0)
                    || c == e.component() && path.component() > 0
                    || c == e.subcomponent() && path.subcomponent() > 0;
            if (beyond) {
                throw new IllegalArgumentException("the text for " + path
                        + " holds a separator or control character that reaches beyond it; use set, which escapes");
            }
        }
        return put(path, encoded(path.toString(), er7));
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
        return this;
    }

    /** Writes the changes into a copy; the same message when there are none. */
    public Message apply() {
        if (changed.isEmpty() && inserted.isEmpty() && dropped.isEmpty()) {
            return message;
        }
        byte[] text = message.raw();
        byte field = (byte) message.encoding().field();
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 256);
        for (int s = 0; s < message.segments(); s++) {
            List<byte[]> fields = changed.get(s);
            if (!dropped.contains(s)) {
                if (fields == null) {
                    int from = message.tokenStart(s, 0);
                    out.write(text, from, message.tokenStart(s + 1, 0) - from);
                } else {
                    out.writeBytes(joined(fields, field));
                    out.write(Encoding.CR);
                }
            }
            for (byte[] segment : inserted.getOrDefault(s, List.of())) {
                out.writeBytes(segment);
                out.write(Encoding.CR);
            }
        }
        return Message.ofSegments(out.toByteArray());
    }

    private Edit put(Path path, byte[] raw) {
        int s = message.find(path, 0);
        if (s < 0) {
            throw new Hl7FormatException(
                    path.toString(), "the message has no such segment to change; insert the segment first");
        }
        boolean header = path.segment().equals("MSH");
        if (path.field() == 0 || header && path.field() <= 2) {
            throw new IllegalArgumentException(path + " cannot be set; name a field, and not MSH-1 or MSH-2");
        }
        int token = header ? path.field() - 1 : path.field();
        List<byte[]> fields = changed.computeIfAbsent(s, this::fields);
        while (fields.size() <= token) {
            fields.add(EMPTY);
        }
        fields.set(token, changedField(fields.get(token), path, raw));
        return this;
    }

    private byte[] changedField(byte[] field, Path path, byte[] raw) {
        if (path.repetition() == 0 && path.component() == 0) {
            return raw;
        }
        Encoding e = message.encoding();
        return changedPart(field, e.repetition(), Math.max(path.repetition(), 1), repetition -> {
            if (path.component() == 0) {
                return raw;
            }
            return changedPart(repetition, e.component(), path.component(), component -> {
                if (path.subcomponent() == 0) {
                    return raw;
                }
                return changedPart(component, e.subcomponent(), path.subcomponent(), subcomponent -> raw);
            });
        });
    }

    private static byte[] changedPart(byte[] whole, char separator, int part, UnaryOperator<byte[]> change) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= whole.length; i++) {
            if (i == whole.length || whole[i] == separator) {
                parts.add(Arrays.copyOfRange(whole, from, i));
                from = i + 1;
            }
        }
        while (parts.size() < part) {
            parts.add(EMPTY);
        }
        parts.set(part - 1, change.apply(parts.get(part - 1)));
        return joined(parts, (byte) separator);
    }

    private List<byte[]> fields(int segment) {
        int count = message.tokenCount(segment);
        List<byte[]> fields = new ArrayList<>(count + 4);
        for (int t = 0; t < count; t++) {
            fields.add(Arrays.copyOfRange(
                    message.raw(), message.tokenStart(segment, t), message.tokenStart(segment, t + 1) - 1));
        }
        return fields;
    }

    private static byte[] joined(List<byte[]> parts, byte separator) {
        int last = parts.size() - 1;
        while (last > 0 && parts.get(last).length == 0) {
            last--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i <= last; i++) {
            if (i > 0) {
                out.write(separator);
            }
            out.writeBytes(parts.get(i));
        }
        return out.toByteArray();
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
}
