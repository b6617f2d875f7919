package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vaxroute.hl7.Path;

/**
 * Finds rules that cannot be meant: two that contradict each other, so that every record would break one of them, two that
 * ask the same, and one that can never find anything.
 */
final class RuleLint {
    /** Which code in which field makes a dose one of a kind. */
    private static final Map<String, Map.Entry<String, String>> KIND_CODES = Map.of(
            "new", Map.entry("RXA-9.1", "00"),
            "refused", Map.entry("RXA-20", "RE"),
            "not-administered", Map.entry("RXA-20", "NA"),
            "deleted", Map.entry("RXA-21", "D"),
            "no-vaccine", Map.entry("RXA-5.1", "998"));

    /** A rule with what of its check can be compared. */
    private record Asked(RuleFiles.Draft draft, Rule rule, String word, YamlNode value) {
        String place() {
            return rule.path() + (rule.when().isEmpty() ? "" : " when " + rule.when());
        }
    }

    private final Map<String, List<Asked>> byPlace = new HashMap<>();

    /** Takes a further rule into account. */
    void add(RuleFiles.Draft draft, Rule rule) {
        YamlNode check = draft.keys().get("check");
        Asked asked = check.isMap()
                ? check.entries().entrySet().stream()
                        .findFirst()
                        .map(only -> new Asked(draft, rule, only.getKey(), only.getValue()))
                        .orElseThrow()
                : new Asked(draft, rule, check.text(), null);
        if (draft.keys().containsKey("when")) {
            unreachable(asked, draft.keys().get("when"));
        }
        List<Asked> others = byPlace.computeIfAbsent(asked.place(), place -> new ArrayList<>());
        others.forEach(other -> compare(asked, other));
        others.add(asked);
    }

    private static void unreachable(Asked asked, YamlNode when) {
        Map<String, YamlNode> conditions = when.entries();
        for (Map.Entry<String, YamlNode> condition : conditions.entrySet()) {
            if (isPlace(condition.getKey(), asked.draft())
                    && !condition.getValue().isMap()) {
                ofItsOwnPlace(asked, condition.getValue());
            }
        }
        if (conditions.containsKey("dose")) {
            kinds(asked, conditions);
        }
    }

    private static boolean isPlace(String key, RuleFiles.Draft draft) {
        Path path = RuleFiles.ownPath(draft);
        return path.toString().equals(key.startsWith(".") ? path.segment() + "-" + path.field() + key : key);
    }

    /** A condition on the very value that the check looks at. */
    private static void ofItsOwnPlace(Asked asked, YamlNode condition) {
        Set<String> allowed = new HashSet<>(condition.texts());
        boolean absent = allowed.equals(Set.of("absent")) || allowed.equals(Set.of(""));
        boolean present = allowed.equals(Set.of("present"));
        boolean asksToBeThere = asked.word().equals("required") || asked.word().equals("required-always");
        if (absent && !asksToBeThere) {
            throw never(asked, "it asks about a value, but only where there is none");
        }
        if (asksToBeThere && !absent && !allowed.contains("")) {
            throw never(asked, "it asks for a value only where there is one");
        }
        if (absent || present || asked.value() == null) {
            return;
        }
        Set<String> codes = codes(asked);
        if (asked.word().equals("one-of") && codes.containsAll(allowed)
                || asked.word().equals("not-one-of") && disjoint(codes, allowed)) {
            throw never(asked, "its condition lets only values through that its check allows");
        }
    }

    private static void kinds(Asked asked, Map<String, YamlNode> conditions) {
        List<String> kinds = conditions.get("dose").texts();
        if (kinds.size() != 1 || !KIND_CODES.containsKey(kinds.get(0))) {
            return;
        }
        Map.Entry<String, String> code = KIND_CODES.get(kinds.get(0));
        YamlNode other = conditions.get(code.getKey());
        if (other != null && !other.isMap()) {
            Set<String> allowed = new HashSet<>(other.texts());
            if (!allowed.contains("present") && !allowed.contains(code.getValue())) {
                throw never(
                        asked,
                        "a dose is " + kinds.get(0) + " by " + code.getKey() + " = " + code.getValue()
                                + ", which its other condition excludes");
            }
        }
    }

    private static RuleFileException never(Asked asked, String why) {
        return asked.draft()
                .at()
                .fault("the rule '" + asked.rule().id() + "' can never find anything: " + why
                        + "; correct its condition or take it out");
    }

    private static void compare(Asked asked, Asked other) {
        if (asked.rule().check().equals(other.rule().check())) {
            throw asked.draft()
                    .at()
                    .fault("the rule '" + asked.rule().id() + "' asks the same as "
                            + other.rule().id() + " (" + other.rule().origin()
                            + "); keep one of them, or alter the other under 'changes:'");
        }
        String conflict = conflict(asked, other);
        if (conflict == null) {
            conflict = conflict(other, asked);
        }
        if (conflict != null) {
            throw asked.draft()
                    .at()
                    .fault("the rule '" + asked.rule().id() + "' contradicts "
                            + other.rule().id() + " ("
                            + other.rule().origin() + "): of " + asked.place() + " " + conflict
                            + "; take one of them out or tell their conditions apart");
        }
    }

    private static String conflict(Asked a, Asked b) {
        if (a.word().startsWith("required") && b.word().equals("empty")) {
            return "one asks that it is there, the other that it is empty";
        }
        if (a.value() == null || b.value() == null) {
            return null;
        }
        if (a.word().equals("one-of")) {
            if (b.word().equals("one-of") && disjoint(codes(a), codes(b))) {
                return "no value is allowed by both";
            }
            if (b.word().equals("not-one-of") && codes(b).containsAll(codes(a))) {
                return "one forbids every value that the other allows";
            }
        }
        if (a.word().equals("min-length")
                && b.word().equals("max-length")
                && a.value().number() > b.value().number()) {
            return "one asks for more characters than the other allows";
        }
        if (a.word().equals("in")
                && b.word().equals("not-in")
                && a.value().toString().equals(b.value().toString())) {
            return "one asks for codes of the table that the other forbids";
        }
        return null;
    }

    private static Set<String> codes(Asked asked) {
        return asked.value().isMap() ? Set.of() : new HashSet<>(asked.value().texts());
    }

    private static boolean disjoint(Collection<String> some, Collection<String> others) {
        return !some.isEmpty() && some.stream().noneMatch(others::contains);
    }
}
