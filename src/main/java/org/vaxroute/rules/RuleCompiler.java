package org.vaxroute.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Path;

/** Turns described rules into code, and finds what cannot be meant. */
final class RuleCompiler {
    /** How many fields each segment has in HL7 2.5.1, with those that later versions added. */
    private static final Map<String, Integer> FIELDS = Map.ofEntries(
            Map.entry("MSH", 25),
            Map.entry("SFT", 6),
            Map.entry("PID", 39),
            Map.entry("PD1", 21),
            Map.entry("NK1", 37),
            Map.entry("PV1", 52),
            Map.entry("PV2", 49),
            Map.entry("GT1", 55),
            Map.entry("IN1", 53),
            Map.entry("IN2", 72),
            Map.entry("IN3", 28),
            Map.entry("ORC", 31),
            Map.entry("TQ1", 14),
            Map.entry("TQ2", 10),
            Map.entry("RXA", 26),
            Map.entry("RXR", 6),
            Map.entry("OBX", 25),
            Map.entry("NTE", 4));

    private final CodeTables codes;
    private final Map<String, String> askedFor = new HashMap<>();

    RuleCompiler(CodeTables codes) {
        this.codes = codes;
    }

    CompiledRule compile(RuleFiles.Draft draft) {
        Rule rule = RuleFiles.rule(draft);
        Path path = RuleFiles.ownPath(draft);
        known(draft, path);
        boolean ofDose = ValueRef.DOSE_SEGMENTS.contains(path.segment());
        if (rule.effect() == Effect.DOSE && !ofDose) {
            throw draft.at()
                    .fault("'effect: dose' needs a place in a dose, but " + path + " is in none; write message");
        }
        if (rule.effect() == Effect.FIELD && rule.severity() == Severity.ERROR) {
            throw draft.at()
                    .fault("an error holds something: 'effect' has to be message or dose; "
                            + "for a remark on one field make it a warning");
        }
        if (rule.alone() && (rule.severity() != Severity.ERROR || rule.effect() != Effect.MESSAGE)) {
            throw draft.at()
                    .fault("'alone: true' hides all other findings, so it must be an error that holds the message");
        }
        YamlNode whenNode = draft.keys().get("when");
        Condition when = whenNode == null ? Condition.ALWAYS : Condition.compile(whenNode, path, codes);
        CompiledRule compiled = check(draft, rule, path, when);
        contradiction(draft, rule, compiled);
        return compiled;
    }

    private static void known(RuleFiles.Draft draft, Path path) {
        Integer fields = FIELDS.get(path.segment());
        if (fields == null) {
            throw draft.keys()
                    .get("path")
                    .fault("'" + path.segment() + "' is no segment of an immunization record; there are "
                            + FIELDS.keySet().stream().sorted().toList());
        }
        if (path.field() > fields) {
            throw draft.keys().get("path").fault(path.segment() + " has only " + fields + " fields");
        }
    }

    private void contradiction(RuleFiles.Draft draft, Rule rule, CompiledRule compiled) {
        String ask =
                switch (compiled.mode) {
                    case REQUIRED, REQUIRED_ALWAYS -> "required";
                    case EMPTY -> "empty";
                    default -> null;
                };
        if (ask == null) {
            return;
        }
        String place = rule.path() + " when " + rule.when();
        String other = askedFor.put(place, ask + " by " + rule.id());
        if (other != null && !other.startsWith(ask + " ")) {
            throw draft.at()
                    .fault("the rule '" + rule.id() + "' says that " + rule.path() + " is " + ask + ", but it is "
                            + other + "; take one of them out or tell their conditions apart");
        }
    }

    private CompiledRule check(RuleFiles.Draft draft, Rule rule, Path path, Condition when) {
        YamlNode node = draft.keys().get("check");
        String word;
        YamlNode value = node;
        if (node.isMap()) {
            Map<String, YamlNode> entries = node.entries();
            if (entries.size() != 1) {
                throw node.fault("a rule asks one thing; make two rules of it");
            }
            word = entries.keySet().iterator().next();
            value = entries.get(word);
        } else {
            word = node.text();
        }
        return switch (word) {
            case "required" -> made(rule, CompiledRule.Mode.REQUIRED, path, when);
            case "required-always" -> {
                if (path.field() == 0) {
                    throw node.fault("for a whole segment write 'required'");
                }
                yield made(rule, CompiledRule.Mode.REQUIRED_ALWAYS, path, when);
            }
            case "empty" -> {
                field(node, path);
                yield made(rule, CompiledRule.Mode.EMPTY, path, when);
            }
            case "max-repetitions" -> {
                field(node, path);
                yield new CompiledRule(
                        rule, CompiledRule.Mode.MOST_REPETITIONS, path, when, null, value.number(), null, null);
            }
            case "max-segments" -> {
                if (path.field() > 0) {
                    throw node.fault("name the segment alone, " + path.segment());
                }
                yield new CompiledRule(
                        rule, CompiledRule.Mode.MOST_SEGMENTS, path, when, null, value.number(), null, null);
            }
            case "some-repetition" -> {
                field(node, path);
                yield new CompiledRule(
                        rule,
                        CompiledRule.Mode.SOME_REPETITION,
                        path,
                        when,
                        null,
                        0,
                        null,
                        Condition.compile(value, path, codes));
            }
            case "min-doses" ->
                new CompiledRule(rule, CompiledRule.Mode.LEAST_DOSES, path, when, null, value.number(), null, null);
            case "some" ->
                new CompiledRule(
                        rule, CompiledRule.Mode.SOME, path, when, null, 0, Among.compile(value, path, codes), null);
            case "partner" ->
                new CompiledRule(
                        rule,
                        CompiledRule.Mode.SOME,
                        path,
                        when,
                        null,
                        0,
                        Among.compilePartner(value, path, codes),
                        null);
            default -> {
                field(node, path);
                Checks.ValueCheck check = Checks.compile(word, value, path, codes);
                if (check == null) {
                    throw node.fault("'" + word + "' is no check; there are required, required-always, empty, "
                            + "max-repetitions, max-segments, min-doses, some, some-repetition, partner and "
                            + Checks.WORDS);
                }
                yield new CompiledRule(rule, CompiledRule.Mode.VALUE, path, when, check, 0, null, null);
            }
        };
    }

    private static CompiledRule made(Rule rule, CompiledRule.Mode mode, Path path, Condition when) {
        return new CompiledRule(rule, mode, path, when, null, 0, null, null);
    }

    private static void field(YamlNode node, Path path) {
        if (path.field() == 0) {
            throw node.fault("this check needs a field, such as " + path.segment() + "-3");
        }
    }

    /** Ids in the order of the list, for messages and tests. */
    static List<String> ids(List<CompiledRule> rules) {
        return rules.stream().map(compiled -> compiled.rule.id()).toList();
    }
}
