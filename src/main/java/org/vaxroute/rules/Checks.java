package org.vaxroute.rules;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * The checks that look at one value. An empty value passes all of them: whether it may be empty is a question of its
 * own.
 */
final class Checks {
    /** Says whether the value at the span is as it should be. */
    interface ValueCheck {
        boolean passes(Place place, long span);
    }

    /** Whether the value is one of a list, the most frequent check of all: known by its type, so that it is asked without a detour. */
    record Listed(Literals texts, boolean wanted) implements ValueCheck {
        @Override
        public boolean passes(Place place, long span) {
            return texts.contains(place.message(), span) == wanted;
        }
    }

    /** Whether the value is no longer than so many characters. */
    record Longest(int most) implements ValueCheck {
        @Override
        public boolean passes(Place place, long span) {
            return Message.end(span) - Message.start(span) <= most
                    || place.text().length() <= most;
        }
    }

    /** Names of the checks on values, for messages. */
    static final List<String> WORDS = List.of(
            "one-of",
            "not-one-of",
            "in",
            "not-in",
            "pattern",
            "not-pattern",
            "max-length",
            "min-length",
            "date",
            "not-future",
            "not-before",
            "not-after",
            "number",
            "same-as",
            "sequence",
            "unique",
            "printable",
            "not-named",
            "not-marked");

    private static final Set<String> OF_THE_VALUE = Set.of(
            "one-of",
            "not-one-of",
            "in",
            "not-in",
            "pattern",
            "not-pattern",
            "max-length",
            "min-length",
            "date",
            "number",
            "printable",
            "not-named");

    private Checks() {}

    /** Whether the check looks at the field alone: at no other one, at no day, and at nothing that was seen before. */
    static boolean local(String word, YamlNode node) {
        return OF_THE_VALUE.contains(word) && !(node.isMap() && (word.equals("in") || word.equals("not-in")));
    }

    /** Compiles a check on values; null when the word is none of them. */
    static ValueCheck compile(String word, YamlNode node, Path owner, CodeTables codes) {
        return switch (word) {
            case "one-of" -> oneOf(node);
            case "not-one-of" -> not(oneOf(node));
            case "in" -> in(node, owner, codes);
            case "not-in" -> not(in(node, owner, codes));
            case "pattern" -> pattern(node);
            case "not-pattern" -> not(pattern(node));
            case "max-length" -> new Longest(node.number());
            case "min-length" -> minLength(node.number());
            case "date" -> date(node);
            case "not-future" ->
                (place, span) -> {
                    int day = Days.of(place.message(), span);
                    return day == Days.NONE || day <= place.today();
                };
            case "not-before" -> compared(ValueRef.of(node, node.text(), owner), true);
            case "not-after" -> compared(ValueRef.of(node, node.text(), owner), false);
            case "number" -> number(node);
            case "same-as" -> sameAs(ValueRef.of(node, node.text(), owner));
            case "sequence" -> sequence(node);
            case "unique" -> unique(node);
            case "printable" -> Checks::printable;
            case "not-named" -> new NameCheck(table(node, codes))::passes;
            case "not-marked" -> new MarkCheck(table(node, codes), owner);
            default -> null;
        };
    }

    private static ValueCheck not(ValueCheck check) {
        if (check instanceof Listed listed) {
            return new Listed(listed.texts, !listed.wanted);
        }
        return (place, span) -> !check.passes(place, span);
    }

    private static ValueCheck oneOf(YamlNode node) {
        return new Listed(new Literals(node.texts()), true);
    }

    private static ValueCheck in(YamlNode node, Path owner, CodeTables codes) {
        if (!node.isMap()) {
            return new Listed(tables(node, codes), true);
        }
        node.onlyKeys(List.of("table", "column", "on"));
        Map<String, YamlNode> entries = node.entries();
        if (!entries.containsKey("table") || !entries.containsKey("on")) {
            throw node.fault("write {table: NAME, on: PATH}, or only the name of the table");
        }
        CodeTable table = table(entries.get("table"), codes);
        if (entries.containsKey("column")) {
            YamlNode column = entries.get("column");
            CodeTable keyed = table.keyedBy(column.text());
            if (keyed.size() == 0 && table.size() > 0) {
                throw column.fault("the table " + table.name() + " has nothing in a column '" + column.text() + "'");
            }
            table = keyed;
        }
        return on(entries.get("on"), table, owner);
    }

    private static ValueCheck on(YamlNode on, CodeTable table, Path owner) {
        ValueRef day = ValueRef.of(on, on.text(), owner);
        return (place, span) -> {
            int number = Days.of(place.message(), day.span(place));
            if (number == Days.NONE) {
                return true;
            }
            LocalDate date = Days.date(number);
            return table.active(raw(place.message(), span), date);
        };
    }

    static Literals tables(YamlNode node, CodeTables codes) {
        List<String> all = new ArrayList<>();
        for (YamlNode item : node.items()) {
            all.addAll(table(item, codes).codes());
        }
        return new Literals(all);
    }

    static CodeTable table(YamlNode node, CodeTables codes) {
        return codes.find(node.text())
                .orElseThrow(() -> node.fault("there is no code table '" + node.text() + "'; there are "
                        + codes.all().stream().map(CodeTable::name).toList()));
    }

    private static ValueCheck pattern(YamlNode node) {
        Pattern pattern = Condition.pattern(node);
        return (place, span) -> pattern.matcher(place.text()).matches();
    }

    private static ValueCheck minLength(int least) {
        return (place, span) -> place.text().length() >= least;
    }

    private static ValueCheck date(YamlNode node) {
        return switch (node.text()) {
            case "year" -> time(4, 14, false);
            case "month" -> time(6, 14, false);
            case "day" -> time(8, 14, false);
            case "day-only" -> time(8, 8, false);
            case "second-with-offset" -> time(14, 14, true);
            default ->
                throw node.fault(
                        "write how precise the date has to be: year, month, day, day-only or second-with-offset");
        };
    }

    private static ValueCheck time(int atLeast, int atMost, boolean needsOffset) {
        return (place, span) -> Days.isTime(place.message(), span, atLeast, atMost, needsOffset);
    }

    private static ValueCheck compared(ValueRef other, boolean notBefore) {
        return (place, span) -> {
            int here = Days.of(place.message(), span);
            int there = Days.of(place.message(), other.span(place));
            return here == Days.NONE || there == Days.NONE || (notBefore ? here >= there : here <= there);
        };
    }

    private static ValueCheck number(YamlNode node) {
        boolean free = !node.isMap();
        if (!free) {
            node.onlyKeys(List.of("above", "at-least", "at-most", "whole"));
        }
        Map<String, YamlNode> entries = free ? Map.of() : node.entries();
        int above = entries.containsKey("above") ? entries.get("above").number() : Integer.MIN_VALUE;
        int atLeast = entries.containsKey("at-least") ? entries.get("at-least").number() : Integer.MIN_VALUE;
        int atMost = entries.containsKey("at-most") ? entries.get("at-most").number() : Integer.MAX_VALUE;
        boolean whole =
                entries.containsKey("whole") && entries.get("whole").text().equals("true");
        Pattern form = Pattern.compile(whole ? "[+-]?[0-9]{1,9}" : "[+-]?([0-9]{1,12}(\\.[0-9]{0,9})?|\\.[0-9]{1,9})");
        return (place, span) -> {
            double plain = plainNumber(place.message(), span, whole);
            if (plain >= 0) {
                return plain > above && plain >= atLeast && plain <= atMost;
            }
            String text = raw(place.message(), span);
            if (!form.matcher(text).matches()) {
                return false;
            }
            double value = Double.parseDouble(text);
            return value > above && value >= atLeast && value <= atMost;
        };
    }

    /** A number of at most nine digits, with a point among them unless it has to be whole; -1 for anything else. */
    private static double plainNumber(Message message, long span, boolean whole) {
        int from = Message.start(span);
        int to = Message.end(span);
        if (to == from || to - from > 10 || !Days.isDigit(message.byteAt(from))) {
            return -1;
        }
        int digits = 0;
        double scale = 0;
        for (int i = from; i < to; i++) {
            byte b = message.byteAt(i);
            if (b == '.' && scale == 0 && !whole) {
                scale = 1;
            } else if (Days.isDigit(b) && i - from < 9 + (scale == 0 ? 0 : 1)) {
                digits = digits * 10 + b - '0';
                scale *= 10;
            } else {
                return -1;
            }
        }
        return scale == 0 ? digits : digits / scale;
    }

    private static ValueCheck sameAs(ValueRef other) {
        return (place, span) -> place.message().same(span, other.span(place));
    }

    private static ValueCheck sequence(YamlNode node) {
        boolean alsoInDose =
                switch (node.text()) {
                    case "message" -> false;
                    case "message-or-dose" -> true;
                    default -> throw node.fault("write over what the numbers run: message or message-or-dose");
                };
        return (place, span) -> {
            int length = Message.end(span) - Message.start(span);
            int number = length > 6 ? -1 : Days.digits(place.message(), Message.start(span), length);
            return number == place.ordinal() || alsoInDose && number == place.ordinalInDose();
        };
    }

    private static ValueCheck unique(YamlNode node) {
        Literals besides = node.isMap() ? besides(node) : new Literals(List.of());
        Object key = new Object();
        return (place, span) -> besides.contains(place.message(), span) || place.isNew(key, raw(place.message(), span));
    }

    private static Literals besides(YamlNode node) {
        node.onlyKeys(List.of("besides"));
        return new Literals(node.entries().get("besides").texts());
    }

    private static boolean printable(Place place, long span) {
        for (int i = Message.start(span); i < Message.end(span); i++) {
            byte b = place.message().byteAt(i);
            if (b < ' ' || b > '~') {
                return false;
            }
        }
        return true;
    }

    /** The characters as they stand, for codes, dates and numbers, which carry no escapes. */
    static String raw(Message message, long span) {
        int from = Message.start(span);
        byte[] bytes = new byte[Message.end(span) - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = message.byteAt(from + i);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
