package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsentDosesTest extends LedgerCase {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @Test
    void whatWaitsIsUnsentFromItsOldestDose() {
        ledger.store(chunk(
                Feed.ONGOING,
                record("P1", "Doe", "2024-05-01 03", "2024-03-01 08"),
                record("P2", "Roe", "2024-04-01 03")));

        assertThat(given(TODAY)).containsExactly(LocalDate.of(2024, 3, 1), LocalDate.of(2024, 4, 1));
        assertThat(given(LocalDate.of(2024, 3, 1))).containsExactly(LocalDate.of(2024, 3, 1));
        assertThat(given(LocalDate.of(2024, 2, 29))).isEmpty();
    }

    @Test
    void whatLiesInAFileIsUnsentUntilTheFileHasLeft() {
        for (int day = 1; day <= 6; day++) {
            ledger.store(chunk(Feed.ONGOING, record("P" + day, "Doe", "2024-05-0" + day + " 03")));
        }
        SubmissionFile first = ledger.submissionFiles().assemble(order(2)).orElseThrow();
        SubmissionFile second = ledger.submissionFiles().assemble(order(2)).orElseThrow();

        sent(second);

        assertThat(given(TODAY))
                .containsExactly(
                        LocalDate.of(2024, 5, 1),
                        LocalDate.of(2024, 5, 2),
                        LocalDate.of(2024, 5, 5),
                        LocalDate.of(2024, 5, 6));

        sent(first);

        assertThat(given(TODAY)).containsExactly(LocalDate.of(2024, 5, 5), LocalDate.of(2024, 5, 6));
    }

    @Test
    void whatIsHeldIsUnsentAndAWithdrawnFileIsNot() {
        ledger.store(chunk(Feed.ONGOING, held(record("P1", "Doe", "2024-05-01 03"), "NO-NAME")));
        ledger.store(chunk(Feed.ONGOING, record("P2", "Doe", "2024-05-02 03")));
        SubmissionFile file = ledger.submissionFiles().assemble(order(1)).orElseThrow();

        ledger.submissionFiles().withdrawn(file.id(), "ops", "sent by mistake");

        assertThat(given(TODAY)).containsExactly(LocalDate.of(2024, 5, 1));
    }

    @Test
    void whoGoesOnMissesNoneOfTheSameDay() {
        ledger.store(chunk(
                Feed.ONGOING,
                record("P1", "Doe", "2024-05-01 03"),
                held(record("P2", "Roe", "2024-05-01 03"), "NO-NAME"),
                record("P3", "Poe", "2024-05-01 03"),
                record("P4", "Low", "2024-04-01 03")));
        UnsentDoses doses = ledger.unsentDoses();
        List<UnsentDoses.Unsent> all = doses.until(CONNECTION, TODAY, 100);
        assertThat(all).hasSize(4);

        List<UnsentDoses.Unsent> found = new ArrayList<>(doses.until(CONNECTION, TODAY, 1));
        for (int i = 0; i < 3; i++) {
            found.addAll(doses.until(CONNECTION, TODAY, found.get(i), 1));
        }

        assertThat(found).isEqualTo(all);
        assertThat(doses.until(CONNECTION, TODAY, found.get(3), 1)).isEmpty();
    }

    @Test
    void historyIsLateByItsNature() {
        ledger.store(chunk(Feed.HISTORICAL, held(record("P1", "Doe", "2004-05-01 03"), "NO-NAME")));
        ledger.store(chunk(Feed.HISTORICAL, record("P2", "Roe", "2004-05-01 03")));

        assertThat(given(TODAY)).isEmpty();
    }

    private List<LocalDate> given(LocalDate day) {
        return ledger.unsentDoses().until(CONNECTION, day, 100).stream()
                .map(UnsentDoses.Unsent::given)
                .toList();
    }
}
