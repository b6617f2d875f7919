package org.vaxroute.rules;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Escapes;
import org.vaxroute.hl7.Message;

/** Ways to write a value that registries ask for. Each gives back its input when it cannot make sense of it. */
final class Formats {
    /** Seconds, perhaps with a fraction, and the offset: as the guide wants it. */
    private static final Pattern FULL_TIME = Pattern.compile("\\d{14}(\\.\\d{1,4})?[+-]\\d{4}");

    private static final List<DateTimeFormatter> DAYS = List.of(
            DateTimeFormatter.ISO_LOCAL_DATE, strict("M/d/uuuu"), strict("M-d-uuuu"), strict("uuuu/M/d"), named());

    private static final Map<Character, String> LETTERS = Map.ofEntries(
            Map.entry('\u2018', "'"),
            Map.entry('\u2019', "'"),
            Map.entry('\u02b9', "'"),
            Map.entry('\u02bb', "'"),
            Map.entry('\u02bc', "'"),
            Map.entry('\u201c', "\""),
            Map.entry('\u201d', "\""),
            Map.entry('\u2010', "-"),
            Map.entry('\u2011', "-"),
            Map.entry('\u2012', "-"),
            Map.entry('\u2013', "-"),
            Map.entry('\u2014', "-"),
            Map.entry('\u2026', "..."),
            Map.entry('\u00a0', " "),
            Map.entry('\u00df', "ss"),
            Map.entry('\u00c6', "AE"),
            Map.entry('\u00e6', "ae"),
            Map.entry('\u00d8', "O"),
            Map.entry('\u00f8', "o"),
            Map.entry('\u0141', "L"),
            Map.entry('\u0142', "l"),
            Map.entry('\u0110', "D"),
            Map.entry('\u0111', "d"),
            Map.entry('\u00d0', "D"),
            Map.entry('\u00f0', "d"),
            Map.entry('\u00de', "Th"),
            Map.entry('\u00fe', "th"),
            Map.entry('\u0152', "OE"),
            Map.entry('\u0153', "oe"),
            Map.entry('\u0131', "i"),
            Map.entry('\u00ba', "o"),
            Map.entry('\u00aa', "a"),
            Map.entry('\u00b0', " "),
            Map.entry('\u00ae', "(R)"),
            Map.entry('\u2122', "(TM)"));

    private static final Charset WINDOWS = Charset.forName("windows-1252");
    // What letters of Europe and Viet Nam and quotes begin with; not with an apostrophe behind, which a name may have.
    private static final Pattern TWICE = Pattern.compile(
            "[\u00c2-\u00c6][^\\x00-\\x7f\u2019]|\u00e1[\u00ba\u00bb][^\\x00-\\x7f]|\u00e2[\u0080\u20ac][^\\x00-\\x7f]");
    private static final Pattern TIME = Pattern.compile("\\d{8}(\\d{2}){0,3}(\\.\\d{1,4})?([+-]\\d{4})?");
    private static final Pattern DATE_AND_TIME = Pattern.compile("[T ]");
    private static final Pattern GREENWICH =
            Pattern.compile("(\\d{2}):?(\\d{2})?(:?\\d{2}(\\.\\d+)?)?(Z|[+-]00(:?00)?)");
    private static final Pattern MIDNIGHT = Pattern.compile("[0:.]+(Z|[+-].*)");
    private static final DateTimeFormatter STRICT_DAY = strict("uuuuMMdd");
    private static final DateTimeFormatter SECONDS = strict("uuuuMMddHHmmss");
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xx", Locale.ROOT);
    private static final Pattern NDC_SEPARATOR = Pattern.compile("[ .]");
    private static final Pattern NDC_10 = Pattern.compile("\\d{10}");
    private static final Pattern NDC_11 = Pattern.compile("\\d{11}");
    private static final Pattern NDC_5_4_2 = Pattern.compile("\\d{5}-\\d{4}-\\d{2}");
    private static final Pattern NDC_4_4_2 = Pattern.compile("\\d{4}-\\d{4}-\\d{2}");
    private static final Pattern NDC_5_3_2 = Pattern.compile("\\d{5}-\\d{3}-\\d{2}");
    private static final Pattern NDC_5_4_1 = Pattern.compile("\\d{5}-\\d{4}-\\d");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern EXTENSION = Pattern.compile("(?<=[0-9])[^0-9\\p{L}#]*[\\p{L}#].*", Pattern.DOTALL);
    private static final Pattern NO_DIGIT = Pattern.compile("[^0-9]");

    private Formats() {}

    /** A day that does not exist must not become one that does. */
    private static DateTimeFormatter strict(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    /** As Oracle writes days, 14-MAR-2022. */
    private static DateTimeFormatter named() {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("d-MMM-uuuu")
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /**
     * Tells of the bytes that stand in a message that they are in the wanted form already. May say no of a value that is; most values
     * are, and need no String then.
     */
    interface Settled {
        boolean is(Message message, long span);

        Settled UNKNOWN = (message, span) -> false;
    }

    /** Settled for {@link #day}: eight digits. */
    static boolean isDay(Message message, long span) {
        return Message.end(span) - Message.start(span) == 8 && Days.digits(message, Message.start(span), 8) >= 0;
    }

    /** Settled for {@link #timeWithOffset}: fourteen digits, a sign and four digits. */
    static boolean isTimeWithOffset(Message message, long span) {
        int from = Message.start(span);
        if (Message.end(span) - from != 19) {
            return false;
        }
        byte sign = message.byteAt(from + 14);
        return (sign == '+' || sign == '-')
                && Days.digits(message, from, 8) >= 0
                && Days.digits(message, from + 8, 6) >= 0
                && Days.digits(message, from + 15, 4) >= 0;
    }

    /** Settled for {@link #digits}. */
    static boolean isDigits(Message message, long span) {
        for (int i = Message.start(span); i < Message.end(span); i++) {
            if (!Days.isDigit(message.byteAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Settled for {@link String#toUpperCase}: capital letters and digits. */
    static boolean isUpper(Message message, long span) {
        for (int i = Message.start(span); i < Message.end(span); i++) {
            byte b = message.byteAt(i);
            if (!Place.isLetterOrDigit(b) || b >= 'a') {
                return false;
            }
        }
        return true;
    }

    /** Settled for {@link #name} and {@link String#strip}: letters, digits, hyphens and apostrophes with single spaces between. */
    static boolean isName(Message message, long span) {
        boolean space = true;
        for (int i = Message.start(span); i < Message.end(span); i++) {
            byte b = message.byteAt(i);
            boolean part = Place.isLetterOrDigit(b) || b == '-' || b == '\'';
            if (!part && (b != ' ' || space)) {
                return false;
            }
            space = !part;
        }
        return !space;
    }

    /**
     * {@code YYYYMMDD} of whatever date or time is written. A time of day and its offset are dropped, as they are the clock of whoever
     * writes. But the time of Greenwich is no clinic's: that is the day which it was in the zone. Midnight there stands for a day alone.
     */
    static String day(String text, ZoneId zone) {
        String date = text.strip();
        if (TIME.matcher(date).matches()) {
            String day = date.substring(0, 8);
            return day(day, STRICT_DAY, date.substring(8), zone).orElse(day);
        }
        if (date.indexOf('-') < 0 && date.indexOf('/') < 0) {
            return text;
        }
        String[] parts = DATE_AND_TIME.split(date, 2);
        String time = parts.length == 1 ? "" : parts[1];
        return DAYS.stream()
                .flatMap(form -> day(parts[0], form, time, zone).stream())
                .findFirst()
                .orElse(text);
    }

    /** Empty for what is no day of that form; of no form at all it stays as it is, and a rule speaks of it. */
    private static Optional<String> day(String text, DateTimeFormatter form, String time, ZoneId zone) {
        try {
            LocalDate day = LocalDate.parse(text, form);
            Matcher greenwich = GREENWICH.matcher(time);
            if (greenwich.matches() && !MIDNIGHT.matcher(time).matches()) {
                LocalTime at = LocalTime.of(number(greenwich.group(1)), number(greenwich.group(2)));
                day = day.atTime(at)
                        .atZone(ZoneOffset.UTC)
                        .withZoneSameInstant(zone)
                        .toLocalDate();
            }
            return Optional.of(day.format(DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeException anotherForm) {
            return Optional.empty();
        }
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Seconds and offset as MSH-7 needs them; a time without an offset is read in the zone. */
    static String timeWithOffset(String text, ZoneId zone) {
        String time = text.strip();
        if (FULL_TIME.matcher(time).matches()) {
            return time;
        }
        if (!TIME.matcher(time).matches()) {
            return text;
        }
        int sign = Math.max(time.indexOf('+'), time.indexOf('-'));
        String local = (sign < 0 ? time : time.substring(0, sign)).split("\\.")[0];
        String full = (local + "000000").substring(0, 14);
        try {
            LocalDateTime at = LocalDateTime.parse(full, SECONDS);
            String offset = sign < 0 ? at.atZone(zone).format(OFFSET) : time.substring(sign);
            return full + offset;
        } catch (DateTimeException noTime) {
            return text;
        }
    }

    /**
     * The code as the table writes it, be it that its zeros or hyphens are missing. Ten digits alone are three different NDC, so they are
     * one only where the table has no other of them.
     */
    static Optional<String> known(String code, CodeTable table) {
        if (!NDC_10.matcher(code).matches()) {
            return Optional.of(table.contains(ndc(code)) ? ndc(code) : code);
        }
        List<String> all = Stream.of(
                        "0" + code,
                        code.substring(0, 5) + "0" + code.substring(5),
                        code.substring(0, 9) + "0" + code.charAt(9))
                .map(Formats::ndc)
                .filter(table::contains)
                .distinct()
                .toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** Eleven digits as {@code 5-4-2}, and the ten-digit forms with hyphens, blanks or dots filled up by a zero. */
    static String ndc(String text) {
        String code = NDC_SEPARATOR.matcher(text.strip()).replaceAll("-");
        if (NDC_5_4_2.matcher(code).matches()) {
            return code;
        }
        if (NDC_11.matcher(code).matches()) {
            return code.substring(0, 5) + "-" + code.substring(5, 9) + "-" + code.substring(9);
        }
        if (NDC_4_4_2.matcher(code).matches()) {
            return "0" + code;
        }
        if (NDC_5_3_2.matcher(code).matches()) {
            return code.substring(0, 6) + "0" + code.substring(6);
        }
        if (NDC_5_4_1.matcher(code).matches()) {
            return code.substring(0, 11) + "0" + code.substring(11);
        }
        return text;
    }

    /** No spaces around and only single ones inside. */
    static String name(String text) {
        return SPACES.matcher(text.strip()).replaceAll(" ");
    }

    /** The digits of a number; what stands behind a letter or a # is an extension, and none of them. */
    static String digits(String text) {
        return NO_DIGIT.matcher(EXTENSION.matcher(text).replaceFirst("")).replaceAll("");
    }

    /**
     * Printable ASCII: accents go, other letters become their nearest spelling, what has none becomes a question mark. No separator comes
     * of another character, as the text of a message is read again.
     */
    static String ascii(String text, Encoding encoding) {
        StringBuilder out = new StringBuilder(text.length());
        String plain = Normalizer.normalize(encodedOnce(text), Normalizer.Form.NFC);
        for (int i = 0; i < plain.length(); i++) {
            char c = ofWindows(plain.charAt(i));
            if (c >= ' ' && c <= '~' || c == '\r') {
                out.append(c);
            } else {
                out.append(Escapes.escape(LETTERS.containsKey(c) ? LETTERS.get(c) : withoutAccent(c), encoding));
            }
        }
        return out.toString();
    }

    /** A database that took UTF-8 for Windows' characters gives each of them encoded once more: L\u00c3\u00b3pez, O\u00e2\u20ac\u2122Brien. docs/decisions/0011. */
    private static String encodedOnce(String text) {
        return TWICE.matcher(text).replaceAll(found -> {
            ByteBuffer bytes = ByteBuffer.allocate(found.group().length());
            for (char c : found.group().toCharArray()) {
                bytes.put(c <= '\u00ff' ? (byte) c : String.valueOf(c).getBytes(WINDOWS)[0]);
            }
            try {
                return Matcher.quoteReplacement(
                        StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
            } catch (CharacterCodingException e) {
                return Matcher.quoteReplacement(found.group());
            }
        });
    }

    /** Windows writes its quotes, dashes and some letters where ISO 8859-1 has controls that nobody uses, but for the line end (NEL). */
    private static char ofWindows(char c) {
        boolean control = c >= '\u0080' && c <= '\u009f' && c != '\u0085';
        return control ? new String(new byte[] {(byte) c}, WINDOWS).charAt(0) : c;
    }

    private static String withoutAccent(char c) {
        if (Character.isLowSurrogate(c)) {
            return "";
        }
        String base =
                Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD).replaceAll("[^ -~]", "");
        if (!base.isEmpty()) {
            return base;
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.FORMAT -> "";
            case Character.CONTROL -> " ";
            default -> "?";
        };
    }
}
