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
        int doses = doses(record);
        judge(record, new Judgement(Verdict.HELD, Collections.nCopies(doses, Verdict.HELD), List.of(why)));
    }

    /**
     * Holds one dose for this reason; the record with it when that is its only one.
     *
     * @param dose number of the ORDER group, from 1
     */
    static void holdDose(TakenRecord record, Finding why, int dose) {
        List<Verdict> doses = new ArrayList<>(Collections.nCopies(doses(record), Verdict.DELIVERABLE));
        doses.set(dose - 1, Verdict.HELD);
        judge(record, new Judgement(Verdict.DELIVERABLE, doses, List.of(why)));
    }

    private static int doses(TakenRecord record) {
        return record.readable() ? record.message().doses() : 0;
    }

    /** Joins this with what was found before: a record or a dose that was held stays held. */
    static void judge(TakenRecord record, Judgement judgement) {
        Judgement before = record.judgement();
        record.judgement(before == null ? allHeld(judgement) : allHeld(joined(before, judgement)));
    }

    private static Judgement joined(Judgement before, Judgement now) {
        List<Finding> findings = new ArrayList<>(before.findings());
        findings.addAll(now.findings());
        int count = Math.max(before.doses().size(), now.doses().size());
        List<Verdict> doses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            doses.add(at(before, i).worse(at(now, i)));
        }
        return new Judgement(before.verdict().worse(now.verdict()), doses, findings);
    }

    private static Verdict at(Judgement judgement, int dose) {
        return dose < judgement.doses().size() ? judgement.doses().get(dose) : judgement.verdict();
    }

    private static Judgement allHeld(Judgement j) {
        boolean whole = j.verdict() == Verdict.HELD
                || !j.doses().isEmpty() && j.doses().stream().allMatch(Verdict.HELD::equals);
        return whole
                ? new Judgement(Verdict.HELD, Collections.nCopies(j.doses().size(), Verdict.HELD), j.findings())
                : j;
    }
}
