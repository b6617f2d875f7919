package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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

    /** What is left to ask when one value of the segment is known; the condition itself where it does not ask for that value alone. */
    default Condition given(Known known) {
        return this;
    }

    /** Passes on each question about a value that the condition consists of. */
    default void questions(Consumer<Value> to) {}

    Condition ALWAYS = new Fixed(true);

    /**
     * A value of the segment that is looked at, before any rule is asked.
     *
     * @param text the value; null when it is none of {@code others}
     */
    record Known(Path path, String text, Set<String> others) {
        Condition answer(Value asked) {
            if (!path.equals(asked.ref.besideField()) || !(asked.test instanceof OneOf list)) {
                return asked;
            }
            if (text != null) {
                return list.texts.texts().contains(text) == list.wanted ? ALWAYS : NEVER;
            }
            return others.containsAll(list.texts.texts()) ? list.wanted ? NEVER : ALWAYS : asked;
        }
    }

    Condition NEVER = new Fixed(false);

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
        return Checks.table(node, codes).size() > 0 ? ALWAYS : NEVER;
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
        return new Value(ValueRef.of(node, key, owner), test(node, codes));
    }

    /** One value and what is asked of it. */
    record Value(ValueRef ref, Test test) implements Condition {
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

        @Override
        public Condition given(Known known) {
            return known.answer(this);
        }

        @Override
        public void questions(Consumer<Value> to) {
            to.accept(this);
        }
    }

    /** A question about one value. */
    interface Test {
        boolean holds(Message message, long span);
    }

    /** Whether the value is one of a list. */
    record OneOf(Literals texts, boolean wanted) implements Test {
        @Override
        public boolean holds(Message message, long span) {
            return texts.contains(message, span) == wanted;
        }
    }

    private static Test test(YamlNode node, CodeTables codes) {
        if (!node.isMap()) {
            if (!node.isList() && node.text().equals("present")) {
                return ValueRef::isPresent;
            }
            if (!node.isList() && node.text().equals("absent")) {
                return (message, span) -> !ValueRef.isPresent(message, span);
            }
            return new OneOf(new Literals(node.texts()), true);
        }
        Map<String, YamlNode> entries = node.entries();
        if (entries.size() != 1) {
            throw node.fault("one question belongs here: in, not-in, not or matches");
        }
        Map.Entry<String, YamlNode> only = entries.entrySet().iterator().next();
        YamlNode value = only.getValue();
        switch (only.getKey()) {
            case "not" -> {
                return new OneOf(new Literals(value.texts()), false);
            }
            case "in" -> {
                return new OneOf(Checks.tables(value, codes), true);
            }
            case "not-in" -> {
                return new OneOf(Checks.tables(value, codes), false);
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
        public Condition given(Known known) {
            List<Condition> left = new ArrayList<>();
            boolean settled = false;
            for (Condition one : all) {
                Condition rest = one.given(known);
                if (rest == NEVER) {
                    return NEVER;
                }
                settled |= rest != one;
                if (rest != ALWAYS) {
                    left.add(rest);
                }
            }
            if (!settled) {
                return this;
            }
            return left.isEmpty() ? ALWAYS : left.size() == 1 ? left.get(0) : new All(left.toArray(Condition[]::new));
        }

        @Override
        public void questions(Consumer<Value> to) {
            for (Condition one : all) {
                one.questions(to);
            }
        }

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
