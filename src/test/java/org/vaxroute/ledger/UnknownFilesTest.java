package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A restore that does not know all files that the registry has: nothing that may be in them leaves by itself. */
class UnknownFilesTest extends LedgerCase {
    @Test
    void whatWaitsAndWhatIsReadIsHeldUntilAPersonSaysSo() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        sent(ledger.submissionFiles().assemble(order(10)).orElseThrow());
        store(record("P2", "Roe", "2024-05-01 03 B O2"), record("P1", "Doe", "2024-05-01 03 C O1"));
        ledger.replays().begin(clock.instant(), "somebody");

        assertThat(ledger.unknownFiles().hold(CONNECTION, "ABC26326.7.hl7", "ABC26326.0.hl7"))
                .isEqualTo(2);
        ledger.replays().reserve(CONNECTION, "account", "/in", "ABC26326.*.hl7", 7);
        assertThat(ledger.submissionFiles().assemble(order(10))).isEmpty();
        assertBalanced();

        // What the registry is known to have is a duplicate, everything else is held.
        Stored read = store(record("P1", "Doe", "2024-05-01 03 A O1"), record("P3", "Poe", "2024-05-01 03 D O3"));
        assertThat(read.duplicates()).isEqualTo(1);
        assertThat(read.held()).isEqualTo(1);
        assertThat(ledger.records().held(null, null, null, 0, 10)).hasSize(3).allSatisfy(held -> assertThat(held.rule())
                .isEqualTo("RESTORED"));
        assertBalanced();

        ledger.unknownFiles().settled(CONNECTION, "somebody", "all files were compared");
        assertThatThrownBy(() -> ledger.unknownFiles().settled(CONNECTION, "somebody", "again"))
                .isInstanceOf(WrongTransition.class);
        assertThat(store(record("P4", "Low", "2024-05-01 03 E O4")).ready()).isEqualTo(1);
        for (HeldRecord held : ledger.records().held(null, null, null, 0, 10)) {
            ledger.records().release(held.recordId(), "somebody", "the registry does not have it");
        }
        SubmissionFile next = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        assertThat(next.name()).as("its number was not given again").isEqualTo("ABC26326.8.hl7");
        assertThat(next.messages()).isEqualTo(4);
        assertBalanced();
    }

    private void assertBalanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }
}
