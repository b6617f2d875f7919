package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/** When a rule or an operation applies: compiled from the block {@code when}. */
interface Condition {
    boolean holds(Place place);

    /** True when the answer may differ between the repetitions of the field that is looked at. */
    default boolean dependsOnRepetition() {
        return false;
    }

    /** True when the answer follows from the field that is looked at, the kind of dose and the stage alone. */
    default boolean local() {
        return false;
    }

    Condition ALWAYS = new Fixed(true);

    /** The same answer everywhere. */
    record Fixed(boolean answer) implements Condition {
        @Override
        public boolean holds(Place place) {
            return answer;
        }

        @Override
        public boolean local() {
            return true;
        }
    }

    /** Kinds of dose, as {@link DoseKind#bit bits}. */
    record OfDose(int kinds) implements Condition {
        @Override
        public boolean holds(Place place) {
            return place.dose > 0 && (place.kind().bit() & kinds) != 0;
        }

        @Override
        public boolean local() {
            return true;
        }
    }

    /** The stage that the message is meant for. */
    record OfStage(boolean production) implements Condition {
        @Override
        public boolean holds(Place place) {
            return place.production() == production;
        }

        @Override
        public boolean local() {
            return true;
        }
    }

    /**
     * Compiles a block of conditions, all of which must hold.
     *
     * @param owner the path that the rule looks at, null when none
     */
    static Condition compile(YamlNode block, Path owner, CodeTables codes) {
        List<Condition> all = new ArrayList<>();
        for (Map.Entry<String, YamlNode> entry : block.entries().entrySet()) {
            YamlNode value = entry.getValue();
            all.add(
                    switch (entry.getKey()) {
                        case "dose" -> dose(value);
                        case "age" -> Age.compile(value, owner);
                        case "stage" -> stage(value);
                        case "filled" -> filled(value, codes);
                        case "any-of" -> anyOf(value, owner, codes);
                        default -> value(entry.getKey(), value, owner, codes);
                    });
        }
        return all.size() == 1 ? all.get(0) : new All(all.toArray(Condition[]::new));
    }

    private static Condition dose(YamlNode node) {
        int bits = 0;
        for (YamlNode item : node.items()) {
            if (!DoseKind.words().contains(item.text())) {
                throw item.fault("'" + item.text() + "' is no kind of dose; there are " + DoseKind.words());
            }
            bits |= DoseKind.valueOf(
                            item.text().toUpperCase(java.util.Locale.ROOT).replace('-', '_'))
                    .bit();
        }
        return new OfDose(bits);
    }

    /** Whether the site has filled a table that is shipped empty; known when the rules are read. */
    private static Condition filled(YamlNode node, CodeTables codes) {
        return new Fixed(Checks.table(node, codes).size() > 0);
    }

    private static Condition stage(YamlNode node) {
        return switch (node.text()) {
            case "production" -> new OfStage(true);
            case "test" -> new OfStage(false);
            default -> throw node.fault("'" + node.text() + "' is no stage; write production or test");
        };
    }

    private static Condition anyOf(YamlNode node, Path owner, CodeTables codes) {
        Condition[] any =
                node.items().stream().map(item -> compile(item, owner, codes)).toArray(Condition[]::new);
        boolean repeats = java.util.Arrays.stream(any).anyMatch(Condition::dependsOnRepetition);
        boolean local = java.util.Arrays.stream(any).allMatch(Condition::local);
        return new Condition() {
            @Override
            public boolean holds(Place place) {
                for (Condition one : any) {
                    if (one.holds(place)) {
                        return true;
                    }
                }
                return false;
            }

            @Override
            public boolean dependsOnRepetition() {
                return repeats;
            }

            @Override
            public boolean local() {
                return local;
            }
        };
    }

    private static Condition value(String key, YamlNode node, Path owner, CodeTables codes) {
        ValueRef ref = ValueRef.of(node, key, owner);
        Test test = test(node, codes);
        return new Condition() {
            @Override
            public boolean holds(Place place) {
                return test.holds(place.message(), ref.span(place));
            }

            @Override
            public boolean dependsOnRepetition() {
                return ref.dependsOnRepetition();
            }

            @Override
            public boolean local() {
                return ref.dependsOnRepetition();
            }
        };
    }

    /** A question about one value. */
    interface Test {
        boolean holds(Message message, long span);
    }

    private static Test test(YamlNode node, CodeTables codes) {
        if (!node.isMap()) {
            if (!node.isList() && node.text().equals("present")) {
                return ValueRef::isPresent;
            }
            if (!node.isList() && node.text().equals("absent")) {
                return (message, span) -> !ValueRef.isPresent(message, span);
            }
            Literals texts = new Literals(node.texts());
            return texts::contains;
        }
        Map<String, YamlNode> entries = node.entries();
        if (entries.size() != 1) {
            throw node.fault("one question belongs here: in, not-in, not or matches");
        }
        Map.Entry<String, YamlNode> only = entries.entrySet().iterator().next();
        YamlNode value = only.getValue();
        switch (only.getKey()) {
            case "not" -> {
                Literals texts = new Literals(value.texts());
                return (message, span) -> !texts.contains(message, span);
            }
            case "in" -> {
                Literals texts = Checks.tables(value, codes);
                return texts::contains;
            }
            case "not-in" -> {
                Literals texts = Checks.tables(value, codes);
                return (message, span) -> !texts.contains(message, span);
            }
            case "matches" -> {
                Pattern pattern = pattern(value);
                return (message, span) ->
                        span >= 0 && pattern.matcher(Checks.raw(message, span)).matches();
            }
            default ->
                throw node.fault("'" + only.getKey() + "' is no question; there are in, not-in, not and matches");
        }
    }

    static Pattern pattern(YamlNode node) {
        try {
            return Pattern.compile(node.text());
        } catch (PatternSyntaxException e) {
            throw new RuleFileException(
                    node.where() + ": the pattern is wrong near position " + e.getIndex() + ": " + e.getDescription(),
                    e);
        }
    }

    /** All of several conditions. */
    record All(Condition[] all) implements Condition {
        @Override
        public boolean local() {
            for (Condition one : all) {
                if (!one.local()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean holds(Place place) {
            for (Condition one : all) {
                if (!one.holds(place)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean dependsOnRepetition() {
            for (Condition one : all) {
                if (one.dependsOnRepetition()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The patient's age in completed years on a day: {@code age: {on: RXA-3, below: 18}}. */
    record Age(ValueRef birth, ValueRef on, int atLeast, int below) implements Condition {
        static Age compile(YamlNode node, Path owner) {
            node.onlyKeys(List.of("on", "at-least", "below"));
            Map<String, YamlNode> entries = node.entries();
            YamlNode on = entries.get("on");
            if (on == null) {
                throw node.fault("say on which day the age counts: on: today, or on: RXA-3");
            }
            ValueRef day = on.text().equals("today") ? null : ValueRef.of(on, on.text(), owner);
            int atLeast =
                    entries.containsKey("at-least") ? entries.get("at-least").number() : Integer.MIN_VALUE;
            int below = entries.containsKey("below") ? entries.get("below").number() : Integer.MAX_VALUE;
            if (atLeast >= below) {
                throw node.fault("no age is at least " + atLeast + " and below " + below);
            }
            return new Age(ValueRef.of(node, "PID-7.1", null), day, atLeast, below);
        }

        @Override
        public boolean holds(Place place) {
            int born = Days.of(place.message(), birth.span(place));
            int day = on == null ? place.today() : Days.of(place.message(), on.span(place));
            if (born == Days.NONE || day == Days.NONE) {
                return false;
            }
            int years = Days.years(born, day);
            return years >= atLeast && years < below;
        }
    }
}
