package org.vaxroute.rules;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.vaxroute.codes.Code;
import org.vaxroute.codes.CodeTable;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/** Turns described operations into code. */
final class OperationCompiler {
    private static final List<String> KEYS = List.of(
            "id",
            "do",
            "path",
            "when",
            "connection",
            "source",
            "value",
            "from",
            "pattern",
            "with",
            "table",
            "column",
            "otherwise",
            "as",
            "zone",
            "over",
            "joins",
            "at",
            "systems",
            "off",
            "about");

    private static final List<String> WORDS = List.of(
            "set",
            "default",
            "clear",
            "copy",
            "move",
            "replace",
            "map",
            "cross",
            "strip",
            "format",
            "phone",
            "keep-first-repetition",
            "drop-segment",
            "number",
            "number-sets",
            "order-segments",
            "trim-separators",
            "ascii",
            "blanks",
            "escapes");

    /** Operations on the whole text, which name no place. */
    private static final Set<String> WHOLE = Set.of("order-segments", "trim-separators", "ascii", "blanks", "escapes");

    private final String id;
    private final YamlNode at;
    private final Map<String, YamlNode> keys;
    private final CodeTables codes;
    private final ZoneId zone;
    private final Set<String> touches = new HashSet<>();

    private OperationCompiler(String id, YamlNode at, Map<String, YamlNode> keys, CodeTables codes, ZoneId zone) {
        this.id = id;
        this.at = at;
        this.keys = keys;
        this.codes = codes;
        this.zone = zone;
    }

    static Operation compile(String id, YamlNode at, Map<String, YamlNode> keys, CodeTables codes, ZoneId zone) {
        return new OperationCompiler(id, at, keys, codes, zone).compile();
    }

    private Operation compile() {
        for (Map.Entry<String, YamlNode> entry : keys.entrySet()) {
            if (!KEYS.contains(entry.getKey())) {
                throw entry.getValue().fault("'" + entry.getKey() + "' is not known here; there are " + KEYS);
            }
        }
        String word = need("do").text();
        Path path = WHOLE.contains(word) ? null : path(need("path"));
        Condition when = Condition.ALWAYS;
        if (keys.containsKey("when")) {
            YamlNode block = keys.get("when");
            timeless(block);
            when = Condition.compile(block, path, codes);
            touched(block);
        }
        if (path != null) {
            touches.add(path.segment() + "-" + path.field());
        }
        Operation.Act act = act(word, path);
        return new Operation(id, path, when, names("connection"), names("source"), Set.copyOf(touches), act);
    }

    private Operation.Act act(String word, Path path) {
        if (path != null && path.field() == 0 && !word.equals("drop-segment")) {
            throw need("path").fault("name a field, such as " + path.segment() + "-3");
        }
        return switch (word) {
            case "set" -> {
                yield constant(need("value").text());
            }
            case "default" -> byDefault(need("value").text());
            case "clear" -> constant("");
            case "copy" -> copied(false);
            case "move" -> copied(true);
            case "replace" -> {
                Pattern pattern = Condition.pattern(need("pattern"));
                String with = need("with").text();
                yield values(
                        Formats.Settled.UNKNOWN, text -> pattern.matcher(text).replaceAll(with));
            }
            case "map" -> map(path);
            case "cross" -> cross(path);
            case "strip" -> values(Formats::isName, String::strip);
            case "format" -> format();
            case "phone" -> OperationCompiler::phone;
            case "keep-first-repetition" -> OperationCompiler::keepFirst;
            case "drop-segment" -> dropped(path);
            case "number" -> number();
            case "number-sets" -> numberSets(path);
            case "order-segments" -> (place, none, changing) -> SegmentOrder.apply(changing);
            case "trim-separators" -> (place, none, changing) -> trim(changing);
            case "ascii" -> (place, none, changing) -> ascii(changing);
            case "blanks" -> (place, none, changing) -> blanks(changing);
            case "escapes" -> (place, none, changing) -> escapes(changing);
            default -> throw need("do").fault("'" + word + "' is no operation; there are " + WORDS);
        };
    }

    private YamlNode need(String key) {
        YamlNode node = keys.get(key);
        if (node == null) {
            throw at.fault("the operation '" + id + "' needs '" + key + "'");
        }
        return node;
    }

    private static Path path(YamlNode node) {
        Path path = ValueRef.path(node, node.text());
        if (path.inOrder() || path.segmentIndex() > 0) {
            throw node.fault(
                    "write the path without ORDER and without a segment number; tell segments apart by 'when'");
        }
        return path;
    }

    private Set<String> names(String key) {
        return keys.containsKey(key) ? Set.copyOf(keys.get(key).texts()) : Set.of();
    }

    /** The outgoing text must not depend on the day on which it is made, else it could not be made again. */
    private static void timeless(YamlNode block) {
        String text = block.toString();
        if (text.contains("on: today") || text.contains("stage: ")) {
            throw block.fault("an operation may not depend on today or on the stage; use a date of the message");
        }
    }

    private void touched(YamlNode block) {
        for (Map.Entry<String, YamlNode> entry : block.entries().entrySet()) {
            switch (entry.getKey()) {
                case "dose" -> touches.addAll(List.of("RXA-5", "RXA-9", "RXA-20", "RXA-21"));
                case "age" -> {
                    touches.add("PID-7");
                    YamlNode on = entry.getValue().entries().get("on");
                    touches.add(field(on.text()));
                }
                case "filled" -> {}
                case "any-of" -> entry.getValue().items().forEach(this::touched);
                default -> touches.add(field(entry.getKey()));
            }
        }
    }

    private static String field(String path) {
        if (path.startsWith(".")) {
            return path;
        }
        Path parsed = Path.of(path);
        return parsed.segment() + "-" + parsed.field();
    }

    /** A field without component is written as a whole; a component in every repetition that has something. */
    private static Operation.Act constant(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        // Other characters may have been made the encoding characters of a message, and then stand for something else.
        boolean plain = value.chars().allMatch(c -> c < 0x80 && Place.isLetterOrDigit((byte) c));
        return (place, path, changing) -> {
            Message message = place.message();
            if (path.component() == 0) {
                boolean same = plain && message.holds(place.segment, place.field, path.repetition(), 0, bytes);
                if (!same
                        && !message.field(place.segment, place.field, path.repetition(), 0)
                                .equals(value)) {
                    changing.put(place, path.repetition(), value);
                }
                return;
            }
            int first = place.repetition;
            int last = path.repetition() > 0 ? first : Math.max(1, place.repetitions());
            for (int r = first; r <= last; r++) {
                place.repetition = r;
                boolean same = plain
                        && place.subcomponent == 0
                        && message.holds(place.segment, place.field, r, place.component, bytes);
                if (!same && !place.text().equals(value)) {
                    changing.set(place, r, value);
                }
            }
        };
    }

    private Operation.Act byDefault(String value) {
        return (place, path, changing) -> {
            Message message = place.message();
            if (path.component() == 0) {
                if (!ValueRef.isPresent(message, message.span(place.segment, place.field, 0, 0, 0))) {
                    changing.put(place, 0, value);
                }
                return;
            }
            int first = place.repetition;
            int last = path.repetition() > 0 ? first : Math.max(1, place.repetitions());
            for (int r = first; r <= last; r++) {
                boolean there = ValueRef.isPresent(message, message.span(place.segment, place.field, r, 0, 0));
                long span = message.span(place.segment, place.field, r, place.component, place.subcomponent);
                if (there && !ValueRef.isPresent(message, span)) {
                    changing.set(place, r, value);
                }
            }
        };
    }

    private Operation.Act copied(boolean clearing) {
        YamlNode node = need("from");
        Path from = path(node);
        touches.add(from.segment() + "-" + from.field());
        Path to = path(need("path"));
        boolean same = from.segment().equals(to.segment());
        if (clearing && !same) {
            throw node.fault("move works inside one segment; copy, then clear the other place");
        }
        ValueRef ref = ValueRef.of(node, node.text(), to);
        return (place, path, changing) -> {
            long span = ref.span(place);
            if (!ValueRef.isPresent(place.message(), span)) {
                return;
            }
            String value =
                    new String(bytes(place.message(), span), place.message().charset());
            changing.put(place, path.repetition(), value);
            if (clearing) {
                int field = place.field;
                int component = place.component;
                int subcomponent = place.subcomponent;
                place.field = from.field();
                place.component = from.component();
                place.subcomponent = from.subcomponent();
                changing.put(place, from.repetition(), "");
                place.field = field;
                place.component = component;
                place.subcomponent = subcomponent;
            }
        };
    }

    private static byte[] bytes(Message message, long span) {
        return Checks.raw(message, span).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Changes each value that is there; one that comes out the same is no change. */
    private static Operation.Act values(Formats.Settled settled, UnaryOperator<String> change) {
        return (place, path, changing) -> {
            Message message = place.message();
            int first = place.repetition;
            int last = path.repetition() > 0 ? first : place.repetitions();
            for (int r = first; r <= last; r++) {
                place.repetition = r;
                long span = place.span(r, place.component, place.subcomponent);
                if (isNothing(span) || settled.is(message, span)) {
                    continue;
                }
                String old = place.text();
                String fresh = old.isEmpty() || old.equals("\"\"") ? old : change.apply(old);
                if (!fresh.equals(old)) {
                    changing.set(place, r, fresh);
                }
            }
        };
    }

    /** Through a table: the value itself, or another place's value into this one. */
    private Operation.Act map(Path path) {
        CodeTable table = Checks.table(need("table"), codes);
        String column = keys.containsKey("column") ? keys.get("column").text() : "to";
        String otherwise = keys.containsKey("otherwise") ? keys.get("otherwise").text() : null;
        if (keys.containsKey("from")) {
            return mapped(path, text -> table.lookup(text).map(row -> row.get(column)));
        }
        Literals known = new Literals(table.codes());
        // What is a name to isName holds no escape, so its bytes are its text.
        Formats.Settled settled =
                (message, span) -> otherwise == null && Formats.isName(message, span) && !known.contains(message, span);
        return values(settled, text -> {
            Optional<Code> row = table.lookup(text);
            if (row.isPresent() && !row.get().get(column).isEmpty()) {
                return row.get().get(column);
            }
            return otherwise == null ? text : otherwise;
        });
    }

    private Operation.Act mapped(Path to, Function<String, Optional<String>> lookup) {
        YamlNode node = need("from");
        Path from = path(node);
        touches.add(from.segment() + "-" + from.field());
        ValueRef ref = ValueRef.of(node, node.text(), to);
        return (place, own, changing) -> {
            long span = ref.span(place);
            if (span < 0) {
                return;
            }
            lookup.apply(new String(
                            bytes(place.message(), span), place.message().charset()))
                    .filter(value -> !value.isEmpty() && !value.equals(place.text()))
                    .ifPresent(value -> changing.set(place, place.repetition, value));
        };
    }

    /**
     * Puts the CVX into the first triplet of a coded field and what stood there into the second: the CVX that the sender gave in the
     * second, else the one to which all rows of the code cross; a code that stands in the second triplet alone stays there. Where neither tells which it is, the field stays. Without a table only the
     * sender's own counts.
     */
    private Operation.Act cross(Path path) {
        Optional<CodeTable> table = Optional.ofNullable(keys.get("table")).map(node -> Checks.table(node, codes));
        CodeTable cvx = codes.table("CVX");
        String column = keys.containsKey("column") ? keys.get("column").text() : "cvx";
        Set<String> systems =
                table.isEmpty() ? Set.of() : Set.copyOf(need("systems").texts());
        if (path.component() > 0) {
            throw need("path").fault("crossing changes the whole field; write it without a component");
        }
        return (place, own, changing) -> {
            Message message = place.message();
            boolean second = message.field(place.segment, place.field, 1, 1).isEmpty();
            int at = second ? 4 : 1;
            if (table.isPresent() && !systems.contains(message.field(place.segment, place.field, 1, at + 2))) {
                return;
            }
            char c = message.encoding().component();
            if (message.field(place.segment, place.field, 1, 6).equals("CVX")) {
                if (cvx.contains(message.field(place.segment, place.field, 1, 4))) {
                    changing.put(place, 1, triplet(place, 4) + c + triplet(place, 1));
                }
                return;
            }
            String code = message.field(place.segment, place.field, 1, at);
            table.ifPresent(crossing -> Formats.known(code, crossing)
                    .ifPresent(written -> crossing.only(written, column).ifPresent(target -> {
                        String name = cvx.lookup(target).map(Code::name).orElse("");
                        String given = triplet(place, at);
                        changing.put(
                                place,
                                1,
                                target + c + org.vaxroute.hl7.Escapes.escape(name, message.encoding()) + c + "CVX" + c
                                        + (written.equals(code) ? given : written + given.substring(given.indexOf(c))));
                    })));
        };
    }

    /** Three components as they stand. */
    private static String triplet(Place place, int from) {
        Message message = place.message();
        StringJoiner out = new StringJoiner(String.valueOf(message.encoding().component()));
        for (int component = from; component < from + 3; component++) {
            long span = message.span(place.segment, place.field, 1, component, 0);
            out.add(span < 0 ? "" : new String(bytes(message, span), message.charset()));
        }
        return out.toString();
    }

    private Operation.Act format() {
        YamlNode as = need("as");
        return switch (as.text()) {
            case "day" -> {
                ZoneId read = zoneOfTimes();
                yield values(Formats::isDay, text -> Formats.day(text, read));
            }
            case "ndc" -> values(Formats.Settled.UNKNOWN, Formats::ndc);
            case "name" -> values(Formats::isName, Formats::name);
            case "digits" -> values(Formats::isDigits, Formats::digits);
            case "upper" -> values(Formats::isUpper, text -> text.toUpperCase(java.util.Locale.ROOT));
            case "time-with-offset" -> {
                ZoneId read = zoneOfTimes();
                yield values(Formats::isTimeWithOffset, text -> Formats.timeWithOffset(text, read));
            }
            default ->
                throw as.fault(
                        "'" + as.text() + "' is no form; there are day, time-with-offset, ndc, name, digits and upper");
        };
    }

    private ZoneId zoneOfTimes() {
        return keys.containsKey("zone") ? zone(keys.get("zone")) : zone;
    }

    private static ZoneId zone(YamlNode node) {
        try {
            return ZoneId.of(node.text());
        } catch (DateTimeException e) {
            throw new RuleFileException(
                    node.where() + ": '" + node.text() + "' is no time zone; write one such as America/Chicago", e);
        }
    }

    /**
     * Takes a number that was written as text apart into area code and local number; where the parts are there already,
     * the same number as text goes.
     */
    private static void phone(Place place, Path path, Changing changing) {
        Message message = place.message();
        int count = message.repetitions(place.segment, place.field);
        for (int r = 1; r <= count; r++) {
            if (isNothing(message.span(place.segment, place.field, r, 1, 0))
                    && isNothing(message.span(place.segment, place.field, r, 7, 0))
                    && isNothing(message.span(place.segment, place.field, r, 12, 0))) {
                continue;
            }
            String use = message.field(place.segment, place.field, r, 2);
            String written = message.field(place.segment, place.field, r, 1);
            if (written.isEmpty()) {
                written = message.field(place.segment, place.field, r, 12);
            }
            String digits = withoutOne(Formats.digits(written));
            String area = message.field(place.segment, place.field, r, 6);
            String local = Formats.digits(message.field(place.segment, place.field, r, 7));
            boolean parted = !local.isEmpty();
            if (area.isEmpty() && isWhole(local) && !use.equals("NET")) {
                part(place, changing, r, 6, withoutOne(local).substring(0, 3));
                part(place, changing, r, 7, withoutOne(local).substring(3));
            }
            if (parted && digits.equals(area + local)) {
                part(place, changing, r, 1, "");
                part(place, changing, r, 12, "");
            }
            if (digits.length() == 10 && !parted && !use.equals("NET")) {
                part(place, changing, r, 1, "");
                part(place, changing, r, 12, "");
                part(place, changing, r, 6, digits.substring(0, 3));
                part(place, changing, r, 7, digits.substring(3));
            }
        }
    }

    private static boolean isWhole(String digits) {
        return withoutOne(digits).length() == 10;
    }

    private static String withoutOne(String digits) {
        return digits.length() == 11 && digits.startsWith("1") ? digits.substring(1) : digits;
    }

    private static boolean isNothing(long span) {
        return span < 0 || Message.start(span) == Message.end(span);
    }

    private static void part(Place place, Changing changing, int repetition, int component, String value) {
        place.component = component;
        String old = place.message().field(place.segment, place.field, repetition, component);
        if (!old.equals(value)) {
            changing.set(place, repetition, value);
        }
        place.component = 0;
    }

    private static void keepFirst(Place place, Path path, Changing changing) {
        Message message = place.message();
        if (message.repetitions(place.segment, place.field) > 1) {
            long first = message.span(place.segment, place.field, 1, 0, 0);
            changing.put(place, 0, new String(bytes(message, first), message.charset()));
        }
    }

    private static Operation.Act dropped(Path path) {
        if (path.segment().equals("MSH")
                || path.segment().equals("PID")
                || ValueRef.DOSE_SEGMENTS.contains(path.segment())
                        && (path.segment().equals("ORC") || path.segment().equals("RXA"))) {
            throw new RuleFileException("an operation may not drop " + path.segment()
                    + ": a record or dose would be lost without a trace; hold it by a rule");
        }
        return (place, own, changing) -> changing.drop(place);
    }

    private Operation.Act number() {
        boolean inDose = keys.containsKey("over") && keys.get("over").text().equals("dose");
        return (place, path, changing) -> {
            Message message = place.message();
            int number = inDose ? place.ordinalInDose() : place.ordinal();
            long span = place.span(place.repetition, place.component, place.subcomponent);
            boolean same = !isNothing(span)
                    && Message.end(span) - Message.start(span) < 9
                    && message.byteAt(Message.start(span)) != '0'
                    && Days.digits(message, Message.start(span), Message.end(span) - Message.start(span)) == number;
            if (!same && !place.text().equals(Integer.toString(number))) {
                changing.set(place, 0, Integer.toString(number));
            }
        };
    }

    /** Fills the sub-id that links observations, where the sender gave none in the whole dose. */
    private Operation.Act numberSets(Path path) {
        Path told = path(need("at"));
        Set<String> joins = Set.copyOf(need("joins").texts());
        touches.add(told.segment() + "-" + told.field());
        return (place, own, changing) -> {
            Message message = place.message();
            if (place.ordinalInDose() > 1) {
                return;
            }
            List<Integer> segments = new ArrayList<>();
            for (int s = place.segment; s < message.segments(); s++) {
                if (place.name(s).equals(path.segment()) && message.segmentDose(s) == place.dose) {
                    segments.add(s);
                    if (ValueRef.isPresent(message, message.span(s, place.field, 0, 0, 0))) {
                        return;
                    }
                }
            }
            int set = 0;
            int first = place.segment;
            for (int s : segments) {
                if (set == 0 || !joins.contains(message.field(s, told.field(), 1, told.component()))) {
                    set++;
                }
                place.segment = s;
                changing.set(place, 0, Integer.toString(set));
            }
            place.segment = first;
        };
    }

    private static void trim(Changing changing) {
        Message message = changing.message();
        char field = message.encoding().field();
        char component = message.encoding().component();
        if (!message.hasTrailingSeparators()) {
            return;
        }
        String text = message.text();
        StringBuilder out = new StringBuilder(text.length());
        StringBuilder where = new StringBuilder();
        int number = 0;
        for (String segment : text.split("\r")) {
            String trimmed = number++ == 0 ? segment : trimmed(segment, field, component);
            if (trimmed.length() != segment.length()) {
                where.append(where.isEmpty() ? "" : " ").append(segment, 0, 3);
            }
            out.append(trimmed).append('\r');
        }
        if (!where.isEmpty()) {
            changing.replace(Message.parse(out.toString().getBytes(message.charset())), where.toString());
        }
    }

    /** Empty components at the end of a field and empty fields at the end of a segment say nothing. */
    private static String trimmed(String segment, char field, char component) {
        StringBuilder out = new StringBuilder(segment.length());
        for (int i = 0; i <= segment.length(); i++) {
            if (i == segment.length() || segment.charAt(i) == field) {
                int end = out.length();
                while (end > 0 && out.charAt(end - 1) == component) {
                    end--;
                }
                out.setLength(end);
            }
            if (i < segment.length()) {
                out.append(segment.charAt(i));
            }
        }
        int end = out.length();
        while (end > 4 && out.charAt(end - 1) == field) {
            end--;
        }
        out.setLength(end);
        return out.toString();
    }

    private static void ascii(Changing changing) {
        Message message = changing.message();
        if (!message.isAscii()) {
            rewritten(changing, Formats.ascii(message.text(), message.encoding()));
        }
    }

    private static void blanks(Changing changing) {
        PlainText plain = new PlainText(changing.message());
        if (plain.hasBlanks()) {
            rewritten(changing, plain.withoutBlanks());
        }
    }

    private static void escapes(Changing changing) {
        PlainText plain = new PlainText(changing.message());
        if (plain.hasEscapes()) {
            rewritten(changing, plain.withGuidesEscapes());
        }
    }

    private static void rewritten(Changing changing, String fresh) {
        Message message = changing.message();
        String text = message.text();
        if (fresh.equals(text)) {
            return;
        }
        int segment = 0;
        String[] before = text.split("\r");
        String[] after = fresh.split("\r");
        StringBuilder where = new StringBuilder();
        for (; segment < Math.min(before.length, after.length); segment++) {
            if (!before[segment].equals(after[segment])) {
                where.append(where.isEmpty() ? "" : " ").append(message.segmentName(segment));
            }
        }
        changing.replace(Message.parse(fresh.getBytes(message.charset())), where.toString());
    }
}
