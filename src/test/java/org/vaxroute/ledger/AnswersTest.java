package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vaxroute.ledger.AnswerFile.State.DISMISSED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Scope;
import org.vaxroute.ledger.Answer.Settling;
import org.vaxroute.ledger.Answer.Severity;

/** What answers do to records, doses and submission files. */
class AnswersTest extends LedgerCase {

    private SubmissionFile file;
    private List<String> ids;

    private void send(TakenRecord... records) {
        store(records);
        file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        ids = write(file).controlIds().stream().toList();
        sent(file);
        ids = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> ids.add(record.controlId()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private AnswerFile fetched(int number) {
        byte[] sha256 = new byte[32];
        sha256[0] = (byte) number;
        AnswerFile answers = ledger.answers().keep(CONNECTION, "A.ack.hl7", sha256, 100, "a-" + number);
        return ledger.answers().begin(answers.id(), "ack", 3, true, 0, file.id());
    }

    private static Answer answer(int position, String id, Outcome outcome, Answer.Item... items) {
        return new Answer(position, id, outcome, List.of(items));
    }

    private static Answer.Item item(String code, Severity severity, Scope scope, int dose, Settling settling) {
        return new Answer.Item(code, severity, scope, "RXA", dose, "words", "", "", settling, true);
    }

    private static final Answer.Item CLIENT = item("CLR-100", Severity.ERROR, Scope.PATIENT, 0, Settling.MEND);
    private static final Answer.Item DUPLICATE = item("IMR-109", Severity.ERROR, Scope.DOSE, 1, Settling.BENIGN);
    private static final Answer.Item PHONE = item("IEE-413", Severity.WARNING, Scope.PATIENT, 0, Settling.MEND);

    private static Answer.Item dose(int number) {
        return item("IMR-100", Severity.ERROR, Scope.DOSE, number, Settling.MEND);
    }

    private String states() {
        List<String> found = new ArrayList<>();
        for (String id : ids) {
            long record = ledger.controlIds().record(id).orElseThrow();
            StoredRecord stored = ledger.records().find(record).orElseThrow();
            found.add(stored.state()
                    + stored.doses().stream().map(StoredDose::state).toList().toString());
        }
        return String.join(" ", found);
    }

    @Test
    void eachOutcomeMovesItsRecordAndItsDosesAndTheFileIsAnsweredWithTheLast() {
        send(
                record("P1", "Doe", "2024-05-01 03"),
                record("P2", "Roe", "2024-05-01 03", "2024-05-01 08"),
                record("P3", "Poe", "2024-05-01 03", "2024-05-01 08"));
        AnswerFile answers = fetched(1);

        ledger.answers()
                .apply(
                        answers.id(),
                        List.of(
                                answer(1, ids.get(0), Outcome.ACCEPTED),
                                answer(2, ids.get(1), Outcome.REJECTED, dose(2), PHONE)),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);
        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.SENT);
        ledger.answers()
                .apply(
                        answers.id(),
                        List.of(answer(3, ids.get(2), Outcome.REJECTED, CLIENT)),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);
        ledger.answers().finished(answers.id());

        assertThat(states()).isEqualTo("ACCEPTED[ACCEPTED] REJECTED[ACCEPTED, REJECTED] REJECTED[REJECTED, REJECTED]");
        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.ANSWERED);
        AnswerTally tally = ledger.answers().tally(file);
        assertThat(tally.accepted()).isEqualTo(1);
        assertThat(tally.rejected()).isEqualTo(2);
        assertThat(tally.codes()).containsOnlyKeys("IMR-100", "IEE-413", "CLR-100");
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(ledger.answers().outcomes(CONNECTION, Stage.PRODUCTION)).containsEntry(RecordState.REJECTED, 2L);
    }

    @Test
    void aSignOfLifeIsAnsweredByWhateverRefersToIt() {
        file = sent(ledger.submissionFiles().heartbeat(order(100)).orElseThrow());
        AnswerFile answers = ledger.answers().keep(CONNECTION, "A.ack.hl7", new byte[32], 100, "a-1");
        answers = ledger.answers().begin(answers.id(), "ack", 0, true, 0, file.id());
        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.SENT);
        ledger.answers().finished(answers.id());

        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.ANSWERED);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        send(record("P1", "Doe", "2024-05-01 03"));
        assertThat(ids).hasSize(1);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void noAnswerIsAppliedTwice() {
        send(record("P1", "Doe", "2024-05-01 03"), record("P2", "Roe", "2024-05-01 03"));
        AnswerFile answers = fetched(1);
        List<Answer> chunk = List.of(answer(1, ids.get(0), Outcome.REJECTED, CLIENT));
        ledger.answers().apply(answers.id(), chunk, java.time.Duration.ZERO, java.time.ZoneOffset.UTC);

        assertThatThrownBy(() ->
                        ledger.answers().apply(answers.id(), chunk, java.time.Duration.ZERO, java.time.ZoneOffset.UTC))
                .isInstanceOf(StalePosition.class);
        assertThat(fetched(1).id()).as("the same content is the same file").isEqualTo(answers.id());
        assertThat(fetched(1).readTo()).isEqualTo(1);
        assertThat(ask("select count(*) from answer")).isEqualTo(1);
        assertThat(ask("select answered from submission_file")).isEqualTo(1);
        AnswerFile repeated = fetched(2);
        ledger.answers().apply(repeated.id(), chunk, java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
        assertThat(ask("select answered from submission_file"))
                .as("a repeated answer answers nothing new")
                .isEqualTo(1);
    }

    @Test
    void filesThatAreReadAtATimeSettleTheSameRecordsOnce() throws Exception {
        int many = 60;
        send(java.util.stream.IntStream.rangeClosed(1, many)
                .mapToObj(i -> record("P" + i, "Doe", "2024-05-01 03", "2024-05-01 08"))
                .toArray(TakenRecord[]::new));
        List<Outcome> said = List.of(Outcome.ACCEPTED, Outcome.WARNED, Outcome.REJECTED);
        ExecutorService readers = Executors.newFixedThreadPool(said.size());
        try {
            List<Callable<Boolean>> files = new ArrayList<>();
            for (Outcome outcome : said) {
                AnswerFile answers = fetched(files.size() + 1);
                // Each begins at another record, so that they meet.
                int first = files.size() * 20;
                files.add(() -> {
                    for (int from = 0; from < many; from += 5) {
                        List<Answer> chunk = new ArrayList<>();
                        for (int i = from; i < from + 5; i++) {
                            String id = ids.get((first + i) % many);
                            chunk.add(
                                    switch (outcome) {
                                        case REJECTED -> answer(i + 1, id, outcome, dose(2));
                                        case WARNED -> answer(i + 1, id, outcome, PHONE);
                                        default -> answer(i + 1, id, outcome);
                                    });
                        }
                        ledger.answers().apply(answers.id(), chunk, java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
                    }
                    ledger.answers().finished(answers.id());
                    return true;
                });
            }
            for (var read : readers.invokeAll(files)) {
                assertThat(read.get()).isTrue();
            }
        } finally {
            readers.shutdownNow();
        }

        assertThat(states().split("(?<=]) ")).hasSize(many).containsOnly("REJECTED[ACCEPTED, REJECTED]");
        assertThat(ask("select answered from submission_file")).isEqualTo(many);
        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.ANSWERED);
        assertThat(ask("select count(*) from task where about = 'PATIENT'")).isPositive();
        assertThat(ask("select count(*) from task")).isEqualTo(2L * many);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void whatSpeaksOfNoRecordOfOursIsKeptAndMovesNothing() {
        send(record("P1", "Doe", "2024-05-01 03"));
        store(record("P9", "Waiting", "2024-05-01 03"));
        long waiting = ask("select max(record_id) from record");
        AnswerFile answers = fetched(1);
        String stranger = "ZZZZ-1";
        String never = ledger.controlIds().of(99999);
        String unsent = ledger.controlIds().of(waiting);

        AnswerFile after = ledger.answers()
                .apply(
                        answers.id(),
                        List.of(
                                answer(1, stranger, Outcome.REJECTED, CLIENT),
                                answer(2, never, Outcome.ACCEPTED),
                                answer(3, unsent, Outcome.REJECTED, CLIENT)),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);
        assertThat(after.counts().unmatched()).isEqualTo(3);
        assertThat(ask("select count(*) from answer where matched = 'UNMATCHED'"))
                .isEqualTo(3);
        assertThat(ask("select count(*) from record where state <> 'READY'")).isZero();

        byte[] other = new byte[32];
        other[5] = 5;
        AnswerFile elsewhere = ledger.answers().keep("branch", "B.ack.hl7", other, 10, "b");
        ledger.answers().begin(elsewhere.id(), "ack", 1, true, 0, null);
        ledger.answers()
                .apply(
                        elsewhere.id(),
                        List.of(answer(1, ids.get(0), Outcome.REJECTED, CLIENT)),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);
        assertThat(states()).as("another connection's answer").isEqualTo("READY[READY]");
    }

    @Test
    void withoutControlIdsThePlaceInTheFileTellsWhenTheCountsAgree() {
        send(
                record("P1", "Doe", "2024-05-01 03"),
                record("P2", "Roe", "2024-05-01 03"),
                record("P3", "Poe", "2024-05-01 03"));
        AnswerFile answers = fetched(1);

        ledger.answers()
                .apply(
                        answers.id(),
                        List.of(
                                answer(1, "", Outcome.ACCEPTED),
                                answer(2, "", Outcome.WARNED, PHONE),
                                answer(3, "", Outcome.UNKNOWN)),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);

        assertThat(states()).isEqualTo("ACCEPTED[ACCEPTED] WARNED[ACCEPTED] READY[READY]");
        assertThat(ledger.answers().tally(file).unanswered()).isEqualTo(1);
        byte[] sha256 = new byte[32];
        sha256[0] = 9;
        AnswerFile shorter = ledger.answers().keep(CONNECTION, "S", sha256, 1, "s");
        ledger.answers().begin(shorter.id(), "ack", 2, true, 0, file.id());
        assertThat(ledger.answers()
                        .apply(
                                shorter.id(),
                                List.of(answer(1, "", Outcome.REJECTED, CLIENT)),
                                java.time.Duration.ZERO,
                                java.time.ZoneOffset.UTC)
                        .counts()
                        .unmatched())
                .isEqualTo(1);
    }

    @Test
    void placesAreCountedWithoutWhatWasHeldWhileItWaited() {
        store(record("P1", "Doe", "2024-05-01 03"));
        ledger.waitingCheck()
                .look(CONNECTION, Feed.ONGOING, clock.instant().plusSeconds(1), 100, texts -> texts.stream()
                        .map(text -> {
                            TakenRecord again = TakenRecord.of(
                                    SourceRef.ofFile(0, 1), 1, text.received(), Message.parse(text.outgoing()));
                            again.judgement(deliverable(1));
                            return held(again, "AGREEMENT");
                        })
                        .toList());
        send(
                record("P2", "Roe", "2024-05-01 03"),
                record("P3", "Poe", "2024-05-01 03"),
                record("P4", "Coe", "2024-05-01 03"));
        AnswerFile answers = fetched(1);

        AnswerFile read = ledger.answers()
                .apply(
                        answers.id(),
                        List.of(
                                answer(1, "", Outcome.ACCEPTED),
                                answer(2, "", Outcome.REJECTED, CLIENT),
                                answer(3, "", Outcome.WARNED, PHONE)),
                        Duration.ZERO,
                        java.time.ZoneOffset.UTC);

        assertThat(file.lastNo() - file.firstNo() + 1)
                .as("numbers, of which one has no record")
                .isEqualTo(4);
        assertThat(read.counts().unmatched()).isZero();
        assertThat(states()).isEqualTo("ACCEPTED[ACCEPTED] REJECTED[REJECTED] WARNED[ACCEPTED]");
    }

    @Test
    void placesOfAFileThatHasNotAllItsRecordsAnyMoreAreNobodys() throws Exception {
        send(record("P1", "Doe", "2024-05-01 03"), record("P2", "Roe", "2024-05-01 03"));
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "update record set lane_no = null where record_id = (select min(record_id) from record)");
        }
        AnswerFile answers = fetched(1);

        AnswerFile read = ledger.answers()
                .apply(
                        answers.id(),
                        List.of(answer(1, "", Outcome.REJECTED, CLIENT), answer(2, "", Outcome.ACCEPTED)),
                        Duration.ZERO,
                        java.time.ZoneOffset.UTC);

        assertThat(read.counts().unmatched()).isEqualTo(2);
        assertThat(states()).isEqualTo("READY[READY] READY[READY]");
    }

    @Test
    void whatTheRegistryHasAlreadyIsNoHarmAndAVagueRefusalAcceptsNothing() {
        send(
                record("P1", "Doe", "2024-05-01 03"),
                record("P2", "Roe", "2024-05-01 03", "2024-05-01 08"),
                record("P3", "Poe", "2024-05-01 03", "2024-05-01 08"));
        AnswerFile answers = fetched(1);

        ledger.answers()
                .apply(
                        answers.id(),
                        List.of(
                                answer(1, ids.get(0), Outcome.REJECTED, DUPLICATE),
                                answer(2, ids.get(1), Outcome.REJECTED, DUPLICATE, dose(2)),
                                answer(3, ids.get(2), Outcome.REJECTED, dose(0))),
                        java.time.Duration.ZERO,
                        java.time.ZoneOffset.UTC);

        assertThat(states()).isEqualTo("WARNED[WARNED] REJECTED[WARNED, REJECTED] REJECTED[READY, READY]");
    }

    @Test
    void inWhateverOrderAnswersComeTheEndIsTheSame() {
        send(
                record("P1", "Doe", "2024-05-01 03", "2024-05-01 08"),
                record("P2", "Roe", "2024-05-01 03"),
                record("P3", "Poe", "2024-05-01 03"));
        List<Answer> said = new ArrayList<>(List.of(
                answer(0, ids.get(0), Outcome.ACCEPTED),
                answer(0, ids.get(0), Outcome.REJECTED, dose(1)),
                answer(0, ids.get(0), Outcome.REJECTED, DUPLICATE),
                answer(0, ids.get(1), Outcome.WARNED, PHONE),
                answer(0, ids.get(1), Outcome.ACCEPTED),
                answer(0, ids.get(2), Outcome.REJECTED, CLIENT),
                answer(0, ids.get(2), Outcome.ACCEPTED),
                answer(0, ids.get(2), Outcome.REJECTED, DUPLICATE)));
        Random random = new Random(20261122);
        for (int round = 1; round <= 4; round++) {
            Collections.shuffle(said, random);
            ledger.answers().outcomes(CONNECTION, Stage.PRODUCTION);
            AnswerFile answers = fetched(round);
            int position = 0;
            for (Answer one : said) {
                position++;
                ledger.answers()
                        .apply(
                                answers.id(),
                                List.of(new Answer(position, one.controlId(), one.outcome(), one.items())),
                                java.time.Duration.ZERO,
                                java.time.ZoneOffset.UTC);
            }
            assertThat(states())
                    .as("seed 20261122 round %d", round)
                    .isEqualTo("REJECTED[REJECTED, ACCEPTED] WARNED[ACCEPTED] REJECTED[REJECTED]");
            reset();
        }
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    private void reset() {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate("update record set state = 'READY'");
            statement.executeUpdate("update dose set state = 'READY'");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatNobodyHasReadIsNoSilenceUntilSomebodyHasPutItAside() {
        send(record("P1", "Doe", "2024-05-01 03"));
        clock.advance(Duration.ofDays(1));
        AnswerFile answers = fetched(1);
        assertThat(silent()).isEmpty();
        assertThatThrownBy(() -> ledger.answers().dismiss(answers.id(), "ann", "read"))
                .hasMessageContaining("FETCHED");

        ledger.answers().unreadable(answers.id(), "The file is in no form that is known here.");
        assertThat(silent()).isEmpty();
        assertThat(ledger.answers().dismiss(answers.id(), "ann", "a greeting")).isZero();
        assertThat(ledger.answers().keptAs("a-1")).extracting(AnswerFile::state).containsExactly(DISMISSED);
        assertThat(ledger.retention().answersBefore(clock.instant().plusSeconds(1)))
                .hasSize(1);

        assertThat(ledger.answers().again(answers.id()).state()).isEqualTo(AnswerFile.State.FETCHED);
        assertThat(silent()).isEmpty();
        ledger.answers().unreadable(answers.id(), "The file is in no form that is known here.");
        ledger.answers().dismiss(answers.id(), "ann", "a greeting");
        assertThat(silent()).hasSize(1);
        assertThat(states()).isEqualTo("ACCEPTED[ACCEPTED]");
    }

    @Test
    void whatWasUnreadableBeforeAFileLeftSaysNothingOfIt() {
        send(record("P1", "Doe", "2024-05-01 03"));
        ledger.answers().unreadable(fetched(1).id(), "The file is in no form that is known here.");
        clock.advance(Duration.ofDays(1));
        send(record("P2", "Roe", "2024-05-01 03"));

        assertThat(silent()).extracting(SubmissionFile::id).containsExactly(file.id());
    }

    @Test
    void filesOfConnectionsThatAreOffKeepNoOthersWaiting() {
        send(record("P1", "Doe", "2024-05-01 03"));
        ledger.answers().keep("off", "B.ack.hl7", new byte[32], 100, "b-1");
        AnswerFile answers = fetched(1);

        assertThat(ledger.answers().waiting(List.of(CONNECTION, "other"), 1))
                .extracting(AnswerFile::id)
                .containsExactly(answers.id());
    }

    @Test
    void whatWasNotUnderstoodWaitsForAPersonOldestFirst() {
        send(record("P1", "Doe", "2024-05-01 03"));
        AnswerFile strange = fetched(1);
        ledger.answers()
                .apply(
                        strange.id(),
                        List.of(
                                answer(1, ids.get(0), Outcome.ACCEPTED),
                                answer(2, "ZZZZ-1", Outcome.REJECTED, CLIENT, PHONE),
                                answer(3, "ZZZZ-2", Outcome.REJECTED, CLIENT)),
                        Duration.ZERO,
                        java.time.ZoneOffset.UTC);
        ledger.answers().finished(strange.id());
        AnswerFile picture = fetched(2);
        ledger.answers().unreadable(picture.id(), "The file is in no form that is known here.");
        fetched(3);

        assertThat(ledger.answers().notUnderstood(10).entrySet())
                .extracting(waiting -> waiting.getKey().keptAs() + " " + waiting.getValue())
                .containsExactly("a-1 2", "a-2 0");
        assertThat(ledger.answers().unmatchedOf(strange, 10))
                .extracting(UnmatchedLine::position)
                .containsExactly(2, 3);
        assertThat(ledger.answers().unmatchedOf(strange, 1)).hasSize(1);
        assertThat(ledger.answers().unmatchedOf(picture, 10)).isEmpty();

        ledger.answers().dismiss(strange.id(), "ann", "another program's");
        ledger.answers().dismiss(picture.id(), "ann", "a greeting");
        assertThat(ledger.answers().notUnderstood(10)).isEmpty();
    }

    private List<SubmissionFile> silent() {
        return ledger.answers().settleSilent(CONNECTION, clock.instant().plusSeconds(1), false);
    }
}
