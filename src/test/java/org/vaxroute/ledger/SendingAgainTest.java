package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

/** A file that the registry lost goes again as a whole, or not at all: it never undoes what left after it. */
class SendingAgainTest extends LedgerCase {
    /** What the registry has, by order number. */
    private final Map<String, String> registry = new LinkedHashMap<>();

    private void likeTexas() {
        ledger.close();
        ledger = Ledger.open(settings, connection -> new ResendRules(true, ResendRules.Correction.DELETE_ADD), clock);
    }

    @BeforeEach
    void leave() {
        earned();
    }

    private void arrives(SubmissionFile file) {
        try {
            ledger.submissionFiles().read(file, record -> {
                Message message = Message.parse(record.text());
                for (int dose = 1; dose <= message.doses(); dose++) {
                    String place = "ORDER[" + dose + "]/";
                    String order = message.get(place + "ORC-3.1");
                    if (message.get(place + "RXA-21").equals("D")) {
                        registry.remove(order);
                    } else {
                        registry.put(order, message.get("PID-5.1") + " " + message.get(place + "RXA-15"));
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SubmissionFile next() {
        return ledger.submissionFiles().assemble(order(100)).orElseThrow();
    }

    private SubmissionFile unsure(SubmissionFile file) {
        built(file);
        ledger.submissionFiles().sending(file.id());
        return ledger.submissionFiles().unsure(file.id(), "The connection broke at the end.");
    }

    private SubmissionFile again(SubmissionFile lost) {
        return ledger.submissionFiles().refused(lost.id(), new DailyNames(), null, "ann", "The registry lost it.");
    }

    private void isNotSentAgain(SubmissionFile lost, long... records) {
        FileState before = state(lost);
        assertThatThrownBy(() -> again(lost))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("of " + records.length + " of its")
                .hasMessageContaining(records.length == 1 ? "It is record " + records[0] + "." : "They are records ")
                .hasMessageContaining("vaxroute files withdraw " + lost.name())
                .hasMessage(ledger.submissionFiles().overtaken(lost.id()).orElseThrow());
        assertThat(state(lost)).isEqualTo(before);
    }

    private FileState state(SubmissionFile file) {
        return ledger.submissionFiles().find(file.id()).orElseThrow().state();
    }

    private void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aDoseThatWasVoidedSinceDoesNotComeBackAndTheOthersOfItsRecordGoWithTheNext() {
        likeTexas();
        store(
                record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"),
                record("P2", "Roe", "2024-05-01 03 A O3"));
        SubmissionFile lost = sent(next());
        store(record("P1", "Doe", "2024-05-01 03 A O1 D", "2024-06-01 08 B O2"));
        arrives(sent(next()));

        isNotSentAgain(lost, 1);
        ledger.submissionFiles().withdrawn(lost.id(), "ann", "The registry lost it.");
        store(
                record("P1", "Doe", "2024-05-01 03 A O1 D", "2024-06-01 08 B O2"),
                record("P2", "Roe", "2024-05-01 03 A O3"));
        arrives(sent(next()));

        assertThat(registry).containsOnlyKeys("O2", "O3");
        balanced();
    }

    @Test
    void aDoseThatWasCorrectedSinceStaysCorrected() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"), record("P2", "Roe", "2024-05-01 03 A O3"));
        SubmissionFile lost = unsure(next());
        store(record("P1", "Doe", "2024-05-01 03 B O1"));
        arrives(sent(next()));

        isNotSentAgain(lost, 1);
        ledger.submissionFiles().withdrawn(lost.id(), "ann", "The registry never had it.");
        store(record("P1", "Doe", "2024-05-01 03 B O1"), record("P2", "Roe", "2024-05-01 03 A O3"));
        arrives(sent(next()));

        assertThat(registry).containsOnly(Map.entry("O1", "Doe B"), Map.entry("O3", "Roe A"));
        balanced();
    }

    @Test
    void aPatientWhoseNameWasMendedSinceKeepsIt() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        SubmissionFile lost = sent(next());
        store(record("P1", "Miller", "2024-05-01 03 A O1"));
        // It waits in a file, which leaves before a next generation would.
        next();

        isNotSentAgain(lost, 1);
    }

    @Test
    void manyRecordsAreNamedByTheFirst() {
        TakenRecord[] old = new TakenRecord[12];
        TakenRecord[] newer = new TakenRecord[12];
        for (int i = 0; i < 12; i++) {
            old[i] = record("P" + i, "Doe", "2024-05-01 03 A O" + i);
        }
        store(old);
        SubmissionFile lost = sent(next());
        for (int i = 0; i < 12; i++) {
            newer[i] = record("P" + i, "Doe", "2024-05-01 03 B O" + i);
        }
        store(newer);
        next();

        assertThatThrownBy(() -> again(lost))
                .hasMessageContaining("of 12 of its 12")
                .hasMessageContaining(" and 2 more.");
    }

    @Test
    void newDosesOfThePatientAndWhatSaysTheSameAgainDoNotStandInTheWay() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        SubmissionFile lost = sent(next());
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        arrives(sent(next()));

        assertThat(ledger.submissionFiles().overtaken(lost.id())).isEmpty();
        arrives(sent(again(lost)));

        assertThat(registry).containsOnly(Map.entry("O1", "Doe A"), Map.entry("O2", "Doe B"));
        balanced();
    }

    @Test
    void whatWaitsForItsFileLeavesAfterTheNextGeneration() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        SubmissionFile lost = sent(next());
        store(record("P1", "Doe", "2024-05-01 03 B O1"));

        arrives(sent(again(lost)));
        arrives(sent(next()));

        assertThat(registry).containsOnly(Map.entry("O1", "Doe B"));
    }

    @Test
    void historyDoesNotGoAgainWhereTheOngoingFeedHasSomethingNewer() {
        ledger.store(chunk(Feed.HISTORICAL, record("P1", "Doe", "2024-05-01 03 A O1")));
        SubmissionFile lost = sent(ledger.submissionFiles()
                .assemble(order(Feed.HISTORICAL, 100, Long.MAX_VALUE))
                .orElseThrow());
        store(record("P1", "Doe", "2024-05-01 03 B O1"));

        isNotSentAgain(lost, 1);
    }

    @Test
    void onlyWhatCannotGoAgainIsWithdrawnAfterItWasSent() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        SubmissionFile lost = sent(next());

        assertThatThrownBy(() -> ledger.submissionFiles().withdrawn(lost.id(), "ann", "The registry lost it."))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("vaxroute files resend " + lost.name());
        assertThat(state(lost)).isEqualTo(FileState.SENT);
    }
}
