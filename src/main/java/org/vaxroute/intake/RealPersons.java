package org.vaxroute.intake;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.RealPeople;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;

/**
 * Keeps the rules that look for test patients from holding a patient of whom a person said that he is real. What they find stays on record
 * as information.
 */
public final class RealPersons {
    private final RealPeople people;
    private final Map<String, List<String>> rules;

    /** @param rules ids of these rules by connection; one that ends with {@code *} stands for all that begin so */
    public RealPersons(RealPeople people, Map<String, List<String>> rules) {
        this.people = people;
        this.rules = Map.copyOf(rules);
    }

    Judgement of(String connection, Stage stage, TakenRecord record, RuleSet own, Judgement judgement) {
        List<String> ids = rules.getOrDefault(connection, List.of());
        boolean doubted = judgement.findings().stream().anyMatch(finding -> doubts(ids, finding));
        return doubted && people.known(connection, stage, record.message())
                ? own.overruled(judgement, finding -> doubts(ids, finding))
                : judgement;
    }

    private static boolean doubts(List<String> ids, Finding finding) {
        return finding.severity() == Severity.ERROR
                && ids.stream()
                        .anyMatch(id -> id.endsWith("*")
                                ? finding.rule().startsWith(id.substring(0, id.length() - 1))
                                : finding.rule().equals(id));
    }
}
