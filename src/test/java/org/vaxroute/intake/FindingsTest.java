package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vaxroute.rules.Verdict.DELIVERABLE;
import static org.vaxroute.rules.Verdict.HELD;
import static org.vaxroute.rules.Verdict.WARNED;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;

class FindingsTest {
    private static final Finding WHY = new Finding("X", Severity.ERROR, Effect.DOSE, "", "why", "what");

    private static TakenRecord twoDoses() {
        String one = IntakeHouse.vxu("1", "Adams");
        String text = one + one.substring(one.indexOf("ORC"));
        return TakenRecord.of(SourceRef.ofFile(1, 1), 1, text.getBytes(StandardCharsets.UTF_8), Message.parse(text));
    }

    @Test
    void aDoseHeldByTheIntakeStaysHeldAfterTheRulesHaveSpoken() {
        TakenRecord record = twoDoses();
        Findings.holdDose(record, WHY, 2);
        Findings.judge(record, new Judgement(WARNED, List.of(WARNED, DELIVERABLE), List.of()));

        assertThat(record.judgement().verdict()).isEqualTo(WARNED);
        assertThat(record.judgement().doses()).containsExactly(WARNED, HELD);
        assertThat(record.judgement().partlyHeld()).isTrue();
    }

    @Test
    void aRecordIsHeldWholeOnceAllItsDosesAre() {
        TakenRecord record = twoDoses();
        Findings.holdDose(record, WHY, 1);
        Findings.judge(record, new Judgement(DELIVERABLE, List.of(DELIVERABLE, HELD), List.of(WHY)));

        assertThat(record.judgement().verdict()).isEqualTo(HELD);
        assertThat(record.judgement().findings()).hasSize(2);
    }

    @Test
    void aRecordHeldByTheIntakeIsNotReleasedByTheRules() {
        TakenRecord record = twoDoses();
        Findings.hold(record, WHY);
        Findings.judge(record, new Judgement(DELIVERABLE, List.of(DELIVERABLE, DELIVERABLE), List.of()));

        assertThat(record.judgement().verdict()).isEqualTo(HELD);
        assertThat(record.judgement().doses()).containsExactly(HELD, HELD);
    }
}
