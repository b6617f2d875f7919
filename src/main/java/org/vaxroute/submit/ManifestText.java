package org.vaxroute.submit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a manifest: JSON, one thing a line, in ASCII, so that each can be read by itself. */
final class ManifestText {
    private static final String STRING = "\"((?:[^\"\\\\]++|\\\\.)*+)\"";
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\": (?:" + STRING + "|(-?\\d+)|(\\[[^\\]]*\\]))");
    private static final Pattern ITEM = Pattern.compile(STRING);
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    private ManifestText() {}

    /** A text in quotes; whatever is no plain letter, digit or sign is written by its number. */
    static String quoted(String text) {
        return quoted(new StringBuilder(text.length() + 2), text).toString();
    }

    /** As {@link #quoted(String)}, behind what is there. */
    static StringBuilder quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '[' || c == ']') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"');
    }

    /** The fields of a line, by name; numbers and lists as they are written. */
    static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        Matcher field = FIELD.matcher(line);
        while (field.find()) {
            fields.put(
                    field.group(1),
                    field.group(2) != null
                            ? plain(field.group(2))
                            : field.group(3) != null ? field.group(3) : field.group(4));
        }
        return fields;
    }

    /** The texts of a list. */
    static List<String> items(String list) {
        List<String> items = new ArrayList<>();
        Matcher item = ITEM.matcher(list);
        while (item.find()) {
            items.add(plain(item.group(1)));
        }
        return items;
    }

    private static String plain(String quoted) {
        return quoted.indexOf('\\') < 0
                ? quoted
                : ESCAPE.matcher(quoted)
                        .replaceAll(escape -> Matcher.quoteReplacement(
                                Character.toString((char) Integer.parseInt(escape.group(1), 16))));
    }
}
