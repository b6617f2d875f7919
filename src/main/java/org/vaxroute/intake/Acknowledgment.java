package org.vaxroute.intake;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Escapes;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Writes the answers of the MLLP listener: ACK^V04^ACK with profile Z23^CDCPHINVS (guide 2.5.1 release 1.5, chapter 6).
 *
 * <p>Echoes MSH-3 to 6, MSH-10 and MSH-11 of the message and speaks of HL7 locations; never of what a field contains.
 */
final class Acknowledgment {
    private static final Encoding STANDARD = new Encoding('|', '^', '~', '\\', '&');
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ", Locale.ROOT);
    private static final int MOST_ERRORS = 50;
    private static final Pattern PLACE = Pattern.compile(
            "([A-Z][A-Z0-9]{2})(?:\\[(\\d+)])?(?:-(\\d+)(?:\\[(\\d+)])?(?:\\.(\\d+)(?:[.&](\\d+))?)?)?");

    /** Why a message was not stored, when nobody knows more. */
    static final String NOT_STORED = "The message was not stored. Send it again.";

    /** Why a message was not stored while a person has paused its source. */
    static final String PAUSED = "This source is paused. The message was not stored. Send it again later.";

    private final Clock clock;
    private final ZoneId zone;
    private final String prefix;
    private final AtomicLong number = new AtomicLong();

    Acknowledgment(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
        this.prefix = "A" + Long.toString(clock.millis(), 36).toUpperCase(Locale.ROOT) + "-";
    }

    /** AA, with an ERR segment for each finding. */
    byte[] accepted(Message message, List<Finding> findings) {
        return findings("AA", message, findings, "0^Message accepted^HL70357");
    }

    /** AE for a record that is stored but held. */
    byte[] held(Message message, List<Finding> findings) {
        return findings("AE", message, findings, "207^Application internal error^HL70357");
    }

    /** AE for a record that could not be stored: the sender keeps it and sends it again. */
    byte[] notStored(Message message, String why) {
        return text("AE", message, List.of(error("", "207^Application internal error^HL70357", "E", "", why)));
    }

    /** AR for what is no acceptable VXU; {@code message} is null when it is no HL7 at all. */
    byte[] refused(Message message, String condition, String location, String reason) {
        return text("AR", message, List.of(error(location, condition, "E", "", reason)));
    }

    private byte[] findings(String code, Message message, List<Finding> findings, String condition) {
        List<String> errors = findings.stream()
                .limit(MOST_ERRORS)
                .map(f -> error(
                        f.location(),
                        condition,
                        letter(f.severity()),
                        f.rule(),
                        (f.reason() + " " + f.remedy()).strip()))
                .toList();
        return text(code, message, errors);
    }

    private static String letter(Severity severity) {
        return severity == Severity.INFORMATION ? "I" : "W";
    }

    private static String error(String location, String condition, String severity, String rule, String text) {
        String application = rule.isEmpty() ? "" : Escapes.escape(rule, STANDARD) + "^^L";
        return "ERR||" + position(location) + "|" + condition + "|" + severity + "|" + application + "|||"
                + Escapes.escape(text, STANDARD);
    }

    /** {@code ORDER[2]/RXA-9[1].4} as ERR-2 wants it: segment, its sequence, field, repetition, component. */
    static String position(String location) {
        String segment = location;
        String sequence = "1";
        int slash = location.indexOf('/');
        if (slash >= 0) {
            sequence = between(location.substring(0, slash), '[', ']', "1");
            segment = location.substring(slash + 1);
        }
        var parts = PLACE.matcher(segment);
        if (!parts.matches()) {
            return "";
        }
        if (parts.group(2) != null) {
            sequence = parts.group(2);
        }
        var out = new StringBuilder(parts.group(1)).append('^').append(sequence);
        if (parts.group(3) != null) {
            out.append('^').append(parts.group(3)).append('^').append(parts.group(4) == null ? "1" : parts.group(4));
        }
        if (parts.group(5) != null) {
            out.append('^').append(parts.group(5));
        }
        if (parts.group(6) != null) {
            out.append('^').append(parts.group(6));
        }
        return out.toString();
    }

    private static String between(String text, char from, char to, String otherwise) {
        int a = text.indexOf(from);
        int b = text.indexOf(to, a + 1);
        return a < 0 || b < 0 ? otherwise : text.substring(a + 1, b);
    }

    private byte[] text(String code, Message message, List<String> errors) {
        var out = new StringBuilder(256);
        out.append("MSH|^~\\&|")
                .append(hierarchic(message, 5))
                .append('|')
                .append(hierarchic(message, 6))
                .append('|')
                .append(hierarchic(message, 3))
                .append('|')
                .append(hierarchic(message, 4))
                .append('|')
                .append(STAMP.format(ZonedDateTime.now(clock.withZone(zone))))
                .append("||ACK^V04^ACK|")
                .append(prefix)
                .append(number.incrementAndGet())
                .append('|')
                .append(message == null ? "P" : value(message, 11, 1))
                .append("|2.5.1|||NE|NE|||||Z23^CDCPHINVS\r");
        out.append("MSA|")
                .append(code)
                .append('|')
                .append(message == null ? "" : value(message, 10, 1))
                .append('\r');
        errors.forEach(error -> out.append(error).append('\r'));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String hierarchic(Message message, int field) {
        if (message == null) {
            return "";
        }
        var out = new StringBuilder(value(message, field, 1));
        int end = out.length();
        for (int component = 2; component <= 3; component++) {
            String value = value(message, field, component);
            out.append('^').append(value);
            end = value.isEmpty() ? end : out.length();
        }
        out.setLength(end);
        return out.toString();
    }

    /** A component of a field of MSH. */
    private static String value(Message message, int field, int component) {
        return Escapes.escape(message.field(0, field, 1, component), STANDARD);
    }
}
