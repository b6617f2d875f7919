package org.vaxroute.rules;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Escapes;
import org.vaxroute.hl7.Message;

/** The whole text of a message with nothing in it that HL7 lets senders write and registries do not read. */
final class PlainText {
    /** Behind MSH, the separators and the encoding characters. */
    private static final int BEGIN = 9;

    /** Numbers by which patients and doses were known before: docs/decisions/0430. */
    private static final Set<String> NUMBERS = Set.of("PID-3", "ORC-2", "ORC-3");

    private final Message message;
    private final Encoding encoding;

    PlainText(Message message) {
        this.message = message;
        this.encoding = message.encoding();
    }

    /** Whether some value has a blank at its beginning or end. */
    boolean hasBlanks() {
        int length = message.length();
        for (int i = BEGIN; i < length; i++) {
            if (isBlank((char) message.byteAt(i))
                    && (isSeparator((char) message.byteAt(i - 1))
                            || i + 1 < length && isSeparator((char) message.byteAt(i + 1)))) {
                return true;
            }
        }
        return false;
    }

    boolean hasEscapes() {
        int length = message.length();
        char escape = encoding.escape();
        for (int i = BEGIN; i < length; i++) {
            if (message.byteAt(i) == escape) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private boolean isSeparator(char c) {
        return c == '\r'
                || c == encoding.field()
                || c == encoding.component()
                || c == encoding.repetition()
                || c == encoding.subcomponent();
    }

    /** No blanks around values; HL7 gives them no meaning (ST: left justified, trailing blanks optional). Notes stay as they are. */
    String withoutBlanks() {
        String text = message.text();
        StringBuilder out = new StringBuilder(text.length());
        int segment = 0;
        for (String line : text.split("\r")) {
            String name = message.segmentName(segment);
            String[] fields = line.split(Pattern.quote(String.valueOf(encoding.field())), -1);
            int first = segment == 0 ? 2 : 1;
            for (int i = first; i < fields.length && !name.equals("NTE"); i++) {
                fields[i] = NUMBERS.contains(name + "-" + i) ? fields[i] : stripped(fields[i]);
            }
            out.append(String.join(String.valueOf(encoding.field()), fields)).append('\r');
            segment++;
        }
        return out.toString();
    }

    private String stripped(String field) {
        StringBuilder out = new StringBuilder(field.length());
        StringBuilder blanks = new StringBuilder();
        boolean begun = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (isBlank(c)) {
                blanks.append(c);
                continue;
            }
            if (isSeparator(c)) {
                begun = false;
            } else {
                if (begun) {
                    out.append(blanks);
                }
                begun = true;
            }
            blanks.setLength(0);
            out.append(c);
        }
        return out.toString();
    }

    /**
     * Escape sequences of the guide alone: hexadecimal characters and line breaks as what they stand for, no marks for highlighting, and
     * an escape character that begins none of them as itself.
     */
    String withGuidesEscapes() {
        String text = message.text();
        String e = Pattern.quote(String.valueOf(encoding.escape()));
        Pattern sequences = Pattern.compile(e + "(?:([FSTRE])|(X(?:[0-9A-Fa-f]{2})+|\\.br)|[HN])" + e + "|" + e);
        return text.substring(0, BEGIN)
                + sequences.matcher(text.substring(BEGIN)).replaceAll(found -> Matcher.quoteReplacement(plain(found)));
    }

    private String plain(MatchResult found) {
        if (found.group(1) != null) {
            return found.group();
        }
        if (found.group().length() == 1) {
            return Escapes.escape(found.group(), encoding);
        }
        return found.group(2) == null
                ? ""
                : Formats.ascii(Escapes.escape(Escapes.unescape(found.group(), encoding), encoding), encoding);
    }
}
