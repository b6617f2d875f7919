package org.vaxroute.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;

/**
 * All rules of one registry, compiled. Immutable and safe to share between threads; loaded once at start-up.
 *
 * <p>Rules are kept by the segment they look at, so a message is gone through once, and each segment is asked only what
 * concerns it.
 */
public final class RuleSet {
    private final Map<String, Rule> rules;
    private final Map<String, SegmentRules> bySegment;
    private final CompiledRule[] ofMessage;
    private final CompiledRule[] ofDose;
    private final boolean holdRecord;
    private final Set<String> alone = new HashSet<>();

    private RuleSet(List<CompiledRule> compiled, boolean holdRecord) {
        Map<String, Rule> all = new LinkedHashMap<>();
        Map<String, List<CompiledRule>> segments = new HashMap<>();
        List<CompiledRule> message = new ArrayList<>();
        List<CompiledRule> dose = new ArrayList<>();
        for (CompiledRule rule : compiled) {
            all.put(rule.rule.id(), rule.rule);
            if (rule.rule.alone()) {
                alone.add(rule.rule.id());
            }
            if (rule.perSegment()) {
                segments.computeIfAbsent(rule.segmentName, name -> new ArrayList<>())
                        .add(rule);
            } else if (rule.ofDose) {
                dose.add(rule);
            } else {
                message.add(rule);
            }
        }
        this.rules = all;
        this.bySegment = new HashMap<>();
        segments.forEach((name, list) -> bySegment.put(name, new SegmentRules(list)));
        this.ofMessage = message.toArray(CompiledRule[]::new);
        this.ofDose = dose.toArray(CompiledRule[]::new);
        this.holdRecord = holdRecord;
    }

    /**
     * Reads rule files, each of which adds rules or changes those of the files before it by their id.
     *
     * @param files the national rules first, then the registry's, then the site's; code tables that stand beside a file
     *     are used as well
     * @param codes the tables of the installation
     * @throws RuleFileException when rules cannot be used; it names file, line and remedy of each
     */
    public static RuleSet load(List<Path> files, CodeTables codes) {
        RuleFiles read = new RuleFiles(files);
        RuleCompiler compiler = new RuleCompiler(withOwn(files, codes));
        List<CompiledRule> compiled = new ArrayList<>();
        List<RuleFileException> faults = new ArrayList<>();
        for (RuleFiles.Draft draft : read.drafts()) {
            try {
                compiled.add(compiler.compile(draft));
            } catch (RuleFileException fault) {
                faults.add(fault);
            }
        }
        RuleFileException.throwAll(faults);
        return new RuleSet(compiled, read.holdRecord());
    }

    /** A registry's own tables stand beside its rules and come before the common ones of their name. */
    static CodeTables withOwn(List<Path> files, CodeTables codes) {
        CodeTables all = codes;
        for (Path file : files) {
            Path folder = file.toAbsolutePath().getParent();
            all = all.with(folder);
        }
        return all;
    }

    /** The rule of that id. */
    public Optional<Rule> rule(String id) {
        return Optional.ofNullable(rules.get(id));
    }

    /** All rules in reading order. */
    public List<Rule> rules() {
        return List.copyOf(rules.values());
    }

    /** Asks the message everything. Never throws, whatever the message holds. */
    public Judgement check(Message message, CheckContext context) {
        Place place = new Place(message, context);
        List<Finding> findings = new ArrayList<>();
        int dose = 0;
        for (int s = 0; s < message.segments(); s++) {
            int in = message.segmentDose(s);
            if (in > dose) {
                wholeDose(place, dose, findings);
                dose = in;
            }
            place.segment = s;
            place.dose = in;
            checkFields(place, s, findings);
        }
        wholeDose(place, dose, findings);
        place.dose = 0;
        for (CompiledRule rule : ofMessage) {
            rule.checkWhole(place, findings);
        }
        return judge(message.doses(), alone(findings));
    }

    /** What is no immunization update at all is not measured against the rules for one. */
    private List<Finding> alone(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.severity() == Severity.ERROR && alone.contains(finding.rule())) {
                return List.of(finding);
            }
        }
        return findings;
    }

    /** The judgement where these findings are information only, because somebody who knows has said so. */
    public Judgement overruled(Judgement judgement, Predicate<Finding> which) {
        List<Finding> findings = new ArrayList<>();
        for (Finding finding : judgement.findings()) {
            findings.add(
                    which.test(finding)
                            ? new Finding(
                                    finding.rule(),
                                    Severity.INFORMATION,
                                    finding.effect(),
                                    finding.location(),
                                    finding.reason(),
                                    finding.remedy())
                            : finding);
        }
        return judge(judgement.doses().size(), findings);
    }

    private void checkFields(Place place, int segment, List<Finding> findings) {
        SegmentRules concerned = bySegment.get(place.name(segment));
        if (concerned == null) {
            return;
        }
        Message message = place.message();
        for (FieldRules rules : concerned.of(message, segment)) {
            long span = message.span(segment, rules.field(), 0, 0, 0);
            int length = span < 0 ? 0 : Message.end(span) - Message.start(span);
            if (length == 0) {
                for (CompiledRule rule : rules.onEmpty()) {
                    rule.checkSegment(place, findings);
                }
                continue;
            }
            CleanTexts clean =
                    place.isPlain() && rules.clean() != null && rules.clean().looking() ? rules.clean() : null;
            if (clean == null) {
                ask(rules, rules.onFilled(), place, length, findings);
            } else if (clean.knows(message, span, place.circumstances())) {
                if (rules.beyond().length > 0) {
                    ask(rules, rules.beyond(), place, length, findings);
                }
            } else if (ask(rules, rules.onFilled(), place, length, findings)) {
                clean.add(message, span, place.circumstances());
            }
        }
    }

    /** Whether those of the rules that look at the field alone had nothing to say. */
    private static boolean ask(
            FieldRules rules, CompiledRule[] asked, Place place, int length, List<Finding> findings) {
        place.field = rules.field();
        long filled = place.filled();
        long valued = place.valued();
        boolean clean = true;
        for (CompiledRule rule : asked) {
            if (rule.concerns(length, filled, valued)) {
                int before = findings.size();
                rule.checkSegment(place, findings);
                clean &= findings.size() == before || !rule.local;
            }
        }
        return clean;
    }

    private void wholeDose(Place place, int dose, List<Finding> findings) {
        if (dose > 0) {
            place.dose = dose;
            for (CompiledRule rule : ofDose) {
                rule.checkWhole(place, findings);
            }
        }
    }

    private Judgement judge(int doseCount, List<Finding> findings) {
        Verdict[] doses = new Verdict[doseCount];
        Arrays.fill(doses, Verdict.DELIVERABLE);
        Verdict record = Verdict.DELIVERABLE;
        boolean doseHeld = false;
        for (Finding finding : findings) {
            int dose = doseOf(finding.location());
            switch (finding.severity()) {
                case ERROR -> {
                    if (finding.effect() == Effect.DOSE && dose > 0) {
                        doses[dose - 1] = Verdict.HELD;
                        doseHeld = true;
                    } else {
                        record = Verdict.HELD;
                    }
                }
                case WARNING -> {
                    record = record.worse(Verdict.WARNED);
                    if (dose > 0) {
                        doses[dose - 1] = doses[dose - 1].worse(Verdict.WARNED);
                    }
                }
                case INFORMATION -> {}
            }
        }
        boolean allHeld = doseHeld && Arrays.stream(doses).allMatch(verdict -> verdict == Verdict.HELD);
        if (allHeld || doseHeld && holdRecord) {
            record = Verdict.HELD;
        }
        if (record == Verdict.HELD) {
            Arrays.fill(doses, Verdict.HELD);
        } else if (doseHeld) {
            record = record.worse(Verdict.WARNED);
        }
        return new Judgement(record, Arrays.asList(doses), findings);
    }

    private static int doseOf(String location) {
        if (!location.startsWith("ORDER[")) {
            return 0;
        }
        return Integer.parseInt(location.substring(6, location.indexOf(']')));
    }
}
