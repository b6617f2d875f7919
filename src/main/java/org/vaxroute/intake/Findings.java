package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** Adds what the intake itself finds to what the rules say of a record. */
final class Findings {
    private Findings() {}

    /** Holds the whole record for this reason, beside whatever else was found. */
    static void hold(TakenRecord record, Finding why) {
        Judgement before = record.judgement();
        int doses = record.readable() ? record.message().doses() : 0;
        List<Finding> findings = new ArrayList<>();
        findings.add(why);
        if (before != null) {
            findings.addAll(before.findings());
        }
        Verdict verdict = before != null && before.verdict() == Verdict.UNREADABLE ? Verdict.UNREADABLE : Verdict.HELD;
        record.judgement(new Judgement(verdict, Collections.nCopies(doses, Verdict.HELD), findings));
    }

    /** What the rules say now, joined with what held the record before they ran. */
    static void judge(TakenRecord record, Judgement judgement) {
        Judgement before = record.judgement();
        record.judgement(judgement);
        if (before != null) {
            for (int i = before.findings().size() - 1; i >= 0; i--) {
                hold(record, before.findings().get(i));
            }
        }
    }
}
