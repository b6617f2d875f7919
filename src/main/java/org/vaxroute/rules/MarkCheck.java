package org.vaxroute.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vaxroute.codes.Code;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * Looks values up in a table of marks that test patients carry. A row says in {@code field} where it looks, and in {@code how} what its
 * code means: {@code is} (the whole value), {@code starts}, {@code range} (whole numbers up to column {@code to}), {@code same-digit} (so
 * many digits at least, all alike) or {@code older-than} (years). Capitals, and what is no letter or digit, do not count. With
 * {@code authority} and {@code type} a row speaks of identifiers of that issuer and kind only (PID-3.4, PID-3.5).
 *
 * <p>A {@code sure} mark tells by itself. A {@code weak} one, such as a telephone of sevens, a true patient may carry as well: it tells
 * only when another field is marked, too.
 */
final class MarkCheck implements Checks.ValueCheck {
    private enum How {
        IS,
        STARTS,
        RANGE,
        SAME_DIGIT,
        OLDER_THAN;

        static final List<String> WORDS = List.of("is", "starts", "range", "same-digit", "older-than");
    }

    private final Path owner;
    private final Map<Path, List<Mark>> byField = new HashMap<>();
    private final Mark[] own;

    /** @param owner the field that the rule looks at */
    MarkCheck(CodeTable table, Path owner) {
        this.owner = owner;
        for (String value : table.codes()) {
            for (Code row : table.all(value)) {
                Mark mark = Mark.of(table, row);
                byField.computeIfAbsent(mark.at, at -> new ArrayList<>()).add(mark);
            }
        }
        own = byField.getOrDefault(owner, List.of()).toArray(Mark[]::new);
    }

    @Override
    public boolean passes(Place place, long span) {
        boolean weak = false;
        for (Mark mark : own) {
            if (mark.fits(place, place.segment, place.repetition, span)) {
                if (mark.sure) {
                    return false;
                }
                weak = true;
            }
        }
        return !weak || !isMarkedElsewhere(place);
    }

    private boolean isMarkedElsewhere(Place place) {
        Message message = place.message();
        for (Map.Entry<Path, List<Mark>> other : byField.entrySet()) {
            Path at = other.getKey();
            int segment = place.first(at.segment());
            if (segment < 0 || at.equals(owner)) {
                continue;
            }
            for (int r = 1; r <= message.repetitions(segment, at.field()); r++) {
                long span = message.span(segment, at.field(), r, at.component(), at.subcomponent());
                for (Mark mark : other.getValue()) {
                    if (ValueRef.isPresent(message, span) && mark.fits(place, segment, r, span)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** One row. */
    private record Mark(
            Path at, How how, byte[] text, long from, long to, byte[] authority, byte[] type, boolean sure) {

        static Mark of(CodeTable table, Code row) {
            String how = row.get("how");
            String sign = row.get("sign");
            if (!How.WORDS.contains(how)) {
                throw fault(table, row, "needs in column 'how' one of " + How.WORDS);
            }
            if (!sign.equals("sure") && !sign.equals("weak")) {
                throw fault(table, row, "needs in column 'sign' sure or weak");
            }
            boolean counts = !how.equals("is") && !how.equals("starts");
            byte[] text = plain(row.value());
            if (text.length == 0) {
                throw fault(table, row, "has neither a letter nor a digit that could be compared");
            }
            return new Mark(
                    field(table, row),
                    How.values()[How.WORDS.indexOf(how)],
                    text,
                    counts ? number(table, row, row.value()) : 0,
                    how.equals("range") ? number(table, row, row.get("to")) : 0,
                    plain(row.get("authority")),
                    plain(row.get("type")),
                    sign.equals("sure"));
        }

        private static Path field(CodeTable table, Code row) {
            try {
                Path path = Path.of(row.get("field"));
                if (path.segment().equals("PID") && path.component() > 0) {
                    return path;
                }
            } catch (IllegalArgumentException e) {
                throw fault(table, row, "names a field that cannot be read (" + e.getMessage() + ")");
            }
            throw fault(table, row, "needs in column 'field' a component of PID, such as PID-3.1");
        }

        private static long number(CodeTable table, Code row, String text) {
            if (!text.matches("[0-9]{1,18}")) {
                throw fault(table, row, "needs whole numbers of at most 18 digits");
            }
            return Long.parseLong(text);
        }

        private static RuleFileException fault(CodeTable table, Code row, String what) {
            return new RuleFileException(table.file().map(Object::toString).orElse(table.name()) + ": the row '"
                    + row.value() + "' " + what);
        }

        /** Capital letters and digits, with one space for whatever stands between them. */
        private static byte[] plain(String text) {
            return text.toUpperCase(Locale.ROOT)
                    .replaceAll("[^A-Z0-9]+", " ")
                    .strip()
                    .getBytes(StandardCharsets.US_ASCII);
        }

        boolean fits(Place place, int segment, int repetition, long span) {
            Message message = place.message();
            boolean value =
                    switch (how) {
                        case IS -> is(message, span, text, false);
                        case STARTS -> is(message, span, text, true);
                        case RANGE -> isWithin(message, span);
                        case SAME_DIGIT -> isOneDigit(message, span);
                        case OLDER_THAN -> isOlder(place, span);
                    };
            return value
                    && isOf(message, segment, repetition, 4, authority)
                    && isOf(message, segment, repetition, 5, type);
        }

        private boolean isOf(Message message, int segment, int repetition, int component, byte[] wanted) {
            if (wanted.length == 0) {
                return true;
            }
            long span = message.span(segment, at.field(), repetition, component, 1);
            return span >= 0 && is(message, span, wanted, false);
        }

        private boolean isWithin(Message message, long span) {
            int length = Message.end(span) - Message.start(span);
            if (length > 18) {
                return false;
            }
            long number = 0;
            for (int i = Message.start(span); i < Message.end(span); i++) {
                if (!Days.isDigit(message.byteAt(i))) {
                    return false;
                }
                number = number * 10 + message.byteAt(i) - '0';
            }
            return number >= from && number <= to;
        }

        private boolean isOneDigit(Message message, long span) {
            int digits = 0;
            byte first = 0;
            for (int i = Message.start(span); i < Message.end(span); i++) {
                byte b = message.byteAt(i);
                if (Days.isDigit(b)) {
                    first = digits++ == 0 ? b : first;
                }
                if (Days.isDigit(b) ? b != first : Place.isLetterOrDigit(b)) {
                    return false;
                }
            }
            return digits >= from;
        }

        private boolean isOlder(Place place, long span) {
            int born = Days.of(place.message(), span);
            return born != Days.NONE && Days.years(born, place.today()) > from;
        }

        private static boolean is(Message message, long span, byte[] wanted, boolean asPrefix) {
            int at = 0;
            boolean gap = false;
            for (int i = Message.start(span); i < Message.end(span); i++) {
                byte b = message.byteAt(i);
                if (!Place.isLetterOrDigit(b)) {
                    gap = at > 0;
                    continue;
                }
                if (at == wanted.length) {
                    return asPrefix;
                }
                if (gap && wanted[at++] != ' ') {
                    return false;
                }
                gap = false;
                if (wanted[at++] != (b >= 'a' ? b - 32 : b)) {
                    return false;
                }
            }
            return at == wanted.length;
        }
    }
}
