package org.vaxroute.hl7;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** HL7 escape sequences (2.5.1 chapter 2.7). Writes only those the national guide allows; reads more. */
public final class Escapes {
    private static final int LONGEST_SEQUENCE = 1000;

    private Escapes() {}

    /**
     * Makes plain text fit to stand in a field: the five encoding characters become {@code \F\ \S\ \R\ \E\ \T\}. Line
     * breaks and other control characters become a space, because no escape that registries accept carries them.
     */
    public static String escape(String text, Encoding encoding) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i), encoding)) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, i);
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c, encoding)) {
                out.append(c);
            } else if (c < ' ' || c == 0x7f) {
                boolean secondOfPair = c == '\n' && i > 0 && text.charAt(i - 1) == '\r';
                if (!secondOfPair) {
                    out.append(' ');
                }
            } else {
                out.append(encoding.escape()).append(letter(c, encoding)).append(encoding.escape());
            }
        }
        return out.toString();
    }

    /**
     * Turns field text into plain text: {@code \F\ \S\ \R\ \E\ \T\}, hexadecimal {@code \Xnn..\} (as UTF-8 when it is,
     * else ISO-8859-1) and {@code \.br\} (a line feed). A sequence it does not know, and an escape character without a
     * partner, stay as they are.
     */
    public static String unescape(String text, Encoding encoding) {
        int open = text.indexOf(encoding.escape());
        if (open < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        while (open >= 0) {
            int close = text.indexOf(encoding.escape(), open + 1);
            if (close < 0 || close - open > LONGEST_SEQUENCE) {
                break;
            }
            String plain = meaning(text, open + 1, close, encoding);
            if (plain == null) {
                out.append(text, done, close);
                done = close;
                open = close;
            } else {
                out.append(text, done, open).append(plain);
                done = close + 1;
                open = text.indexOf(encoding.escape(), done);
            }
        }
        return out.append(text, done, text.length()).toString();
    }

    private static boolean isPlain(char c, Encoding e) {
        return c >= ' '
                && c != 0x7f
                && c != e.field()
                && c != e.component()
                && c != e.repetition()
                && c != e.escape()
                && c != e.subcomponent();
    }

    private static char letter(char c, Encoding e) {
        if (c == e.field()) {
            return 'F';
        } else if (c == e.component()) {
            return 'S';
        } else if (c == e.repetition()) {
            return 'R';
        } else if (c == e.escape()) {
            return 'E';
        }
        return 'T';
    }

    private static String meaning(String text, int from, int to, Encoding e) {
        int length = to - from;
        if (length == 1) {
            return switch (text.charAt(from)) {
                case 'F' -> String.valueOf(e.field());
                case 'S' -> String.valueOf(e.component());
                case 'R' -> String.valueOf(e.repetition());
                case 'E' -> String.valueOf(e.escape());
                case 'T' -> String.valueOf(e.subcomponent());
                default -> null;
            };
        }
        if (length >= 3 && length % 2 == 1 && text.charAt(from) == 'X') {
            return hexadecimal(text, from + 1, to);
        }
        return text.startsWith(".br", from) && length == 3 ? "\n" : null;
    }

    private static String hexadecimal(String text, int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((to - from) / 2);
        for (int i = from; i < to; i += 2) {
            int high = Character.digit(text.charAt(i), 16);
            int low = Character.digit(text.charAt(i + 1), 16);
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
        }
        byte[] raw = bytes.toByteArray();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(raw, StandardCharsets.ISO_8859_1);
        }
    }
}
