package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

/** What goes to a registry that wants changed doses only, and a delete before what is added anew. */
class CorrectionsTest extends LedgerCase {
    private int answers;

    private void likeTexas() {
        ledger.close();
        ledger = Ledger.open(settings, connection -> new ResendRules(true, ResendRules.Correction.DELETE_ADD), clock);
    }

    /** Sends what waits, and gives each message as {@code order action lot, ...}. */
    private List<String> send(Answer.Outcome outcome, Answer.Item... items) {
        SubmissionFile file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        sent(file);
        List<String> messages = new ArrayList<>();
        List<Answer> all = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> {
                Message message = Message.parse(record.text());
                List<String> doses = new ArrayList<>();
                for (int dose = 1; dose <= message.doses(); dose++) {
                    String place = "ORDER[" + dose + "]/";
                    doses.add(message.get(place + "ORC-3.1") + " " + message.get(place + "RXA-21") + " "
                            + message.get(place + "RXA-15"));
                }
                messages.add(message.get("PID-5.1") + ": " + String.join(", ", doses));
                all.add(new Answer(all.size() + 1, record.controlId(), outcome, List.of(items)));
            });
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(all).extracting(Answer::controlId).doesNotHaveDuplicates();
        byte[] sha256 = new byte[32];
        sha256[0] = (byte) ++answers;
        AnswerFile answer = ledger.answers().keep(CONNECTION, "A.hl7", sha256, 1, "a" + answers);
        ledger.answers().begin(answer.id(), "ack", all.size(), true, 0, file.id());
        ledger.answers().apply(answer.id(), all, java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
        ledger.answers().finished(answer.id());
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        return messages;
    }

    private static Answer.Item refusal(Answer.Scope scope, int dose) {
        return new Answer.Item(
                "CODE", Answer.Severity.ERROR, scope, "", dose, "words", "", "", Answer.Settling.MEND, true);
    }

    @Test
    void aChangedDoseIsDeletedAsItWasSentAndAddedAnewAndNothingElseGoes() {
        likeTexas();
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O1 A A, O2 A B");

        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 C O2", "2024-07-01 08 D O3"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O2 D B", "Doe: O2 A C, O3 A D");
    }

    @Test
    void aVoidedDoseIsDeletedAsItWasSentAndOneThatWasNeverSentIsDropped() {
        likeTexas();
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        send(Answer.Outcome.ACCEPTED);

        Stored stored = store(record("P1", "Miller", "2024-05-01 03 GONE O1 D", "2024-05-02 03 GONE O2 D"));

        assertThat(stored.ready()).isOne();
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Miller: O1 D A");
        assertThat(ask("select count(*) from dose where state = 'DROPPED'")).isOne();
        assertThat(store(record("P1", "Miller", "2024-05-01 03 GONE O1 D")).duplicates())
                .isOne();
        store(record("P1", "Miller", "2024-05-01 03 A O1"));
        assertThat(send(Answer.Outcome.ACCEPTED)).as("given after all").containsExactly("Miller: O1 A A");
    }

    @Test
    void aVoidedDoseThatTheRegistryMayHaveFromBeforeIsDeletedAsItsSourceSays() {
        likeTexas();
        ledger.gates().evidence(CONNECTION, "ADOPTION", "letter", "cut-off", "ann");

        store(record("P1", "Doe", "2026-11-22 03 OLD O1 D", "2026-11-23 03 NEW O2 D"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O1 D OLD");
        assertThat(ask("select count(*) from dose where state = 'DROPPED'"))
                .as("of its own time the ledger knows what it told")
                .isOne();
        assertThat(store(record("P1", "Doe", "2026-11-22 03 OLD O1 D")).duplicates())
                .isOne();
        store(record("P1", "Doe", "2026-11-22 03 OLD O1"));
        assertThat(send(Answer.Outcome.ACCEPTED)).as("given after all").containsExactly("Doe: O1 A OLD");
    }

    @Test
    void whatHistoryTakesBackIsNotAskedOfTheRegistry() {
        likeTexas();
        ledger.gates().evidence(CONNECTION, "ADOPTION", "letter", "cut-off", "ann");

        ledger.store(chunk(Feed.HISTORICAL, record("P1", "Doe", "2019-05-01 03 OLD O1 D")));

        assertThat(ledger.records().waiting(CONNECTION, Feed.HISTORICAL)).isZero();
        assertThat(ask("select count(*) from dose where state = 'DROPPED'")).isOne();
    }

    @Test
    void aVoidedDoseOfBeforeThatIsHeldHereHasNotBeenTold() {
        likeTexas();
        ledger.gates().evidence(CONNECTION, "APPROVAL", "mail", "", "ann");
        store(held(record("P1", "Doe", "2024-05-01 03 A O1"), "NAME"));

        store(record("P1", "Doe", "2024-05-01 03 A O1 D"));

        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aNumberThatTheEhrGivesToAnotherVaccinationDeletesNothing() {
        likeTexas();
        store(record("P1", "Doe", "2019-05-01 03 A O1"));
        send(Answer.Outcome.ACCEPTED);

        store(record("P1", "Doe", "2026-06-01 141 B O1"));
        store(record("P1", "Doe", "2019-05-01 03 A O1"));

        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        HeldRecord held = ledger.records().held(null, null, null, 0, 10).get(0);
        assertThat(held.rule()).isEqualTo("NUMBER-USED-AGAIN");
        store(record("P1", "Doe", "2026-06-01 141 B O1 D"));
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING))
                .as("what is taken back is not what was told")
                .isZero();
        ledger.records()
                .release(ledger.records().held(null, null, null, 0, 10).get(0).recordId(), "ann", "was wrong");
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O1 D A");
    }

    @Test
    void aPersonSaysThatADoseOfAnotherDayAndVaccineTakesThePlaceOfTheOneWithItsNumber() {
        likeTexas();
        store(record("P1", "Doe", "2019-05-01 03 A O1", "2024-06-01 08 C O2"));
        send(Answer.Outcome.ACCEPTED);
        store(record("P1", "Doe", "2026-06-01 141 B O1", "2024-06-02 08 C O2"));
        assertThat(send(Answer.Outcome.ACCEPTED)).as("another day alone").containsExactly("Doe: O2 D C", "Doe: O2 A C");
        store(record("P1", "Doe", "2019-05-01 03 A O1"));

        ledger.records()
                .release(ledger.records().held(null, null, null, 0, 10).get(0).recordId(), "ann", "was wrong");

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O1 D A", "Doe: O1 A B");
    }

    @Test
    void historyIsNotLeftOutForADoseThatBearsItsNumberNow() {
        store(record("P1", "Doe", "2026-06-01 141 B O1"));

        Chunk history = chunk(
                Feed.HISTORICAL, record("P1", "Doe", "2019-05-01 03 A O1"), record("P1", "Doe", "2026-06-01 140 B O1"));

        assertThat(ledger.knownDoses().of(history, true))
                .extracting(known -> known.doses()[0])
                .containsExactly(KnownDoses.By.NOBODY, KnownDoses.By.ONGOING);
        ledger.store(history);
        assertThat(ledger.records().held(null, null, null, 0, 10))
                .extracting(HeldRecord::rule)
                .containsExactly("NUMBER-USED-AGAIN");
    }

    @Test
    void dosesOfOneNumberAreKnownByVaccineAndDay() {
        likeTexas();
        store(record("P1", "Doe", "2024-05-01 03 A V1", "2024-05-01 08 B V1"));
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: V1 A A, V1 A B");

        store(record("P1", "Doe", "2024-05-01 08 B V1"));
        store(record("P1", "Doe", "2024-05-01 08 B V1", "2024-05-01 03 A V1"));
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING))
                .as("alone or in another order")
                .isZero();
        store(record("P1", "Doe", "2024-05-01 08 B2 V1"));
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: V1 D B", "Doe: V1 A B2");
        store(record("P1", "Doe", "2024-05-01 08 B2 V1", "2024-05-01 21 C V1"));
        assertThat(send(Answer.Outcome.ACCEPTED))
                .as("one is the other's correction, where all are there")
                .containsExactly("Doe: V1 D A", "Doe: V1 A C");
        store(record("P1", "Doe", "2024-05-01 08 GONE V1 D"));
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: V1 D B2");
    }

    @Test
    void whichDoseOfItsNumberOneCorrectsIsAskedOfAPerson() {
        likeTexas();
        store(record("P1", "Doe", "2024-05-01 03 A V1", "2024-05-01 08 B V1"));
        send(Answer.Outcome.ACCEPTED);

        store(record("P1", "Doe", "2024-05-01 21 C V1"));
        store(record("P1", "Doe", "2024-05-01 21 C V1"));

        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        assertThat(ledger.records().held(null, null, null, 0, 10))
                .extracting(HeldRecord::rule)
                .containsExactly("NUMBER-OF-SEVERAL");
        ledger.records()
                .release(ledger.records().held(null, null, null, 0, 10).get(0).recordId(), "ann", "one more");
        assertThat(send(Answer.Outcome.ACCEPTED)).as("as one more").containsExactly("Doe: V1 A C");
        store(record("P1", "Doe", "2024-05-01 21 C V1"));
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
    }

    @Test
    void aHeldDoseIsReleasedWithoutTakingThePlaceOfTheOneThatHasItsNumber() {
        likeTexas();
        store(heldDose(record("P1", "Doe", "2024-05-01 03 A V1", "2024-05-01 08 B V1"), "CVX-KNOWN", 2));
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: V1 A A");

        ledger.records()
                .release(ledger.records().held(null, null, null, 0, 10).get(0).recordId(), "ann", "was right");

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: V1 A B");
    }

    @Test
    void historyIsLeftOutForNoOtherDoseOfItsNumber() {
        store(record("P1", "Doe", "2024-05-01 21 C V1", "2024-05-01 03 A V1"));

        Chunk history = chunk(
                Feed.HISTORICAL, record("P1", "Doe", "2024-05-01 03 A V1", "2024-05-01 08 B V1", "2024-05-01 21 C V1"));

        assertThat(ledger.knownDoses().of(history, true).get(0).doses())
                .containsExactly(KnownDoses.By.ONGOING, KnownDoses.By.NOBODY, KnownDoses.By.ONGOING);
    }

    @Test
    void afterARefusalOfADoseItGoesAlone() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        send(Answer.Outcome.REJECTED, refusal(Answer.Scope.DOSE, 2));

        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B2 O2"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O2 A B2");
    }

    @Test
    void afterARefusalOfThePatientAllHisDosesGoWithTheCorrectedRecord() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        send(Answer.Outcome.REJECTED, refusal(Answer.Scope.PATIENT, 0));

        store(record("P1", "Miller", "2024-05-01 03 A O1"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactlyInAnyOrder("Miller: O1 A A", "Miller: O2 A B");
        assertThat(store(record("P1", "Miller", "2024-05-01 03 A O1", "2024-06-01 08 B O2"))
                        .duplicates())
                .isOne();
    }

    @Test
    void aDoseThatWasRefusedWithItsPatientAndThenVoidedStaysAway() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        send(Answer.Outcome.REJECTED, refusal(Answer.Scope.PATIENT, 0));

        store(record("P1", "Doe", "2024-05-01 03 A O1 D"));
        store(record("P1", "Miller", "2024-07-01 08 C O3"));

        assertThat(send(Answer.Outcome.ACCEPTED))
                .as("O2 goes again with the corrected patient, and O1 was given in error")
                .containsExactlyInAnyOrder("Miller: O3 A C", "Miller: O2 A B");
        assertThat(store(record("P1", "Miller", "2024-05-01 03 A O1")).ready())
                .as("given after all")
                .isOne();
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Miller: O1 A A");
    }

    @Test
    void aVoidAndTheCorrectionBehindItMayComeTogether() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        send(Answer.Outcome.REJECTED, refusal(Answer.Scope.PATIENT, 0));

        store(record("P1", "Doe", "2024-05-01 03 A O1 D"), record("P1", "Miller", "2024-07-01 08 C O3"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactlyInAnyOrder("Miller: O3 A C", "Miller: O2 A B");
    }

    @Test
    void aVoidOfBeforeSaysNothingOfADoseThatCameAfterIt() {
        store(record("P1", "Doe", "2024-05-01 03 A O1 D"));
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2"));
        send(Answer.Outcome.REJECTED, refusal(Answer.Scope.PATIENT, 0));

        store(record("P1", "Miller", "2024-07-01 08 C O3"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactlyInAnyOrder("Miller: O3 A C", "Miller: O1 A A, O2 A B");
    }

    @Test
    void aPatientIsKnownByTheFirstIdentifierThatHasANumber() {
        likeTexas();
        store(identified(record("P1", "Doe", "2024-05-01 03 A O1")));
        send(Answer.Outcome.ACCEPTED);

        Stored moved = store(identified(record("P1", "Miller", "2024-05-01 03 A2 O1")));

        assertThat(moved.ready()).isPositive();
        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Miller: O1 D A", "Miller: O1 A A2");
    }

    /** The same record with a place for a number that its EHR does not know. */
    private static TakenRecord identified(TakenRecord record) {
        byte[] text = new String(record.received(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("PID|1||", "PID|1||^^^SSA^SS~")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        TakenRecord other = TakenRecord.of(record.ref(), record.ordinal(), text, Message.parse(text));
        other.judgement(record.judgement());
        return other;
    }

    @Test
    void twinsAreTwoPatients() {
        likeTexas();
        store(record("P1", "Doe", "2024-05-01 03 A O1"), record("P2", "Doe", "2024-05-01 03 A O2"));

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Doe: O1 A A", "Doe: O2 A A");
    }

    /** Looked at as it is held now: its first dose may go, the others stay. */
    private Settled firstDoseMended(HeldText held) {
        Message received = Message.parse(held.judged());
        Message own = held.doses() == null
                ? received
                : received.keepDoses(dose -> held.doses().contains(dose));
        TakenRecord now = TakenRecord.of(SourceRef.ofFile(1, 1), 1, held.received(), own);
        now.judgement(deliverable(own.doses()));
        for (int dose = 2; dose <= own.doses(); dose++) {
            heldDose(now, "CVX-KNOWN", dose);
        }
        return new Settled(held, now, false);
    }

    @Test
    void whatWasLookedAtBeforeItLostADoseIsLookedAtAgain() {
        likeTexas();
        store(heldDose(
                record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 B O2", "2024-07-01 08 C O3"),
                "CVX-KNOWN",
                2,
                3));
        send(Answer.Outcome.ACCEPTED);
        store(record("P1", "Doe", "2024-06-01 08 B O2"));
        send(Answer.Outcome.ACCEPTED);
        long id = ledger.records().held(null, null, null, 0, 10).get(0).recordId();
        List<Settled> looked = ledger.records().heldTexts(List.of(id)).stream()
                .map(this::firstDoseMended)
                .toList();

        ledger.records().recheck(looked, "ann", "mended");
        assertThat(ledger.records().recheck(looked, "bob", "mended").again()).isOne();

        assertThat(ask("select count(*) from dose where state = 'HELD'")).isOne();
        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void whatWasLookedAtBeforeAPersonEditedItIsLookedAtAgain() {
        likeTexas();
        store(held(record("P1", "Doe", "2024-05-01 03 A O1"), "NAME"));
        long id = ledger.records().held(null, null, null, 0, 10).get(0).recordId();
        List<Settled> looked = ledger.records().heldTexts(List.of(id)).stream()
                .map(this::firstDoseMended)
                .toList();
        String text = new String(ledger.records().editable(id).text(), java.nio.charset.StandardCharsets.UTF_8);
        ledger.records()
                .edit(
                        id,
                        text.replace("Doe", "Roe").getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        null,
                        "ann",
                        "misspelt");

        assertThat(ledger.records().recheck(looked, "bob", "other rules").again())
                .isOne();
        ledger.records()
                .recheck(
                        ledger.records().heldTexts(List.of(id)).stream()
                                .map(this::firstDoseMended)
                                .toList(),
                        "ann",
                        "edited");

        assertThat(send(Answer.Outcome.ACCEPTED)).containsExactly("Roe: O1 A A");
    }
}
