package org.vaxroute.answers;

import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Escapes;

/** One segment of an acknowledgment, taken apart without asking that it be a proper one. */
final class Er7Line {
    private final Encoding encoding;
    private final String name;
    private final List<String> fields;

    private Er7Line(Encoding encoding, String name, List<String> fields) {
        this.encoding = encoding;
        this.name = name;
        this.fields = fields;
    }

    static Er7Line of(String line, Encoding encoding) {
        List<String> tokens = split(line, encoding.field());
        String name = tokens.get(0).strip();
        if (isHeader(name)) {
            // MSH-1 is the separator itself.
            tokens.add(1, String.valueOf(encoding.field()));
        }
        return new Er7Line(encoding, name, tokens);
    }

    static boolean isHeader(String name) {
        return name.equals("MSH") || name.equals("FHS") || name.equals("BHS");
    }

    /** The characters that a header segment declares; the usual ones where it declares nonsense. */
    static Encoding declared(String header) {
        if (header.length() < 8) {
            return Encoding.STANDARD;
        }
        try {
            return new Encoding(
                    header.charAt(3), header.charAt(4), header.charAt(5), header.charAt(6), header.charAt(7));
        } catch (IllegalArgumentException e) {
            return Encoding.STANDARD;
        }
    }

    String name() {
        return name;
    }

    Encoding encoding() {
        return encoding;
    }

    /** The field as it stands, "" when it is not there. */
    String field(int number) {
        return number < fields.size() ? fields.get(number) : "";
    }

    /** First repetition, this component, unescaped. */
    String get(int field, int component) {
        return component(repetitions(field).get(0), component);
    }

    /** At least one, perhaps empty. */
    List<String> repetitions(int field) {
        return split(field(field), encoding.repetition());
    }

    /** A component of one repetition, unescaped. */
    String component(String repetition, int number) {
        List<String> parts = split(repetition, encoding.component());
        return number > parts.size() ? "" : plain(parts.get(number - 1));
    }

    /** A subcomponent of a component that was not unescaped. */
    String subcomponent(String repetition, int component, int number) {
        List<String> parts = split(repetition, encoding.component());
        if (component > parts.size()) {
            return "";
        }
        List<String> pieces = split(parts.get(component - 1), encoding.subcomponent());
        return number > pieces.size() ? "" : plain(pieces.get(number - 1));
    }

    /** A field meant for people: unescaped, separators as they stand. */
    String words(int field) {
        return plain(field(field));
    }

    private String plain(String text) {
        return Escapes.unescape(text, encoding).strip();
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + 1;
        }
        parts.add(text.substring(from));
        return parts;
    }
}
