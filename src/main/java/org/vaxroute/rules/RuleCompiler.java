package org.vaxroute.rules;

import java.util.List;
import java.util.Map;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Path;

/** Turns described rules into code, and finds what cannot be meant. */
final class RuleCompiler {
    private final CodeTables codes;
    private final RuleLint lint = new RuleLint();

    RuleCompiler(CodeTables codes) {
        this.codes = codes;
    }

    CompiledRule compile(RuleFiles.Draft draft) {
        Rule rule = RuleFiles.rule(draft);
        Path path = RuleFiles.ownPath(draft);
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
        lint.add(draft, rule);
        return compiled;
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
                CompiledRule compiled =
                        new CompiledRule(rule, CompiledRule.Mode.VALUE, path, when, check, 0, null, null);
                yield Checks.local(word, value) ? compiled.withLocalCheck() : compiled;
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
