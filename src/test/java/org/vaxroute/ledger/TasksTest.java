package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Scope;
import org.vaxroute.ledger.Answer.Settling;
import org.vaxroute.ledger.Answer.Severity;

/** What answers make people do, and what ends it. */
class TasksTest extends LedgerCase {
    private static final Answer.Item CONSENT = item("CLR-100", Severity.ERROR, Scope.PATIENT, 0, Settling.MEND);
    private static final Answer.Item GUARDIAN = item("IEE-519", Severity.WARNING, Scope.PATIENT, 0, Settling.MEND);
    private static final Answer.Item DUPLICATE = item("IMR-109", Severity.ERROR, Scope.DOSE, 1, Settling.BENIGN);
    private static final Answer.Item PARKED = item("IEE-200", Severity.WARNING, Scope.PATIENT, 0, Settling.WAIT);
    private static final Answer.Item OWNED =
            item("IEE-296", Severity.WARNING, Scope.PATIENT, 0, Settling.NOT_ACTIONABLE);

    private int answers;
    private SubmissionFile file;

    private static Answer.Item item(String code, Severity severity, Scope scope, int dose, Settling settling) {
        return new Answer.Item(code, severity, scope, "", dose, "words", "", "", settling, true);
    }

    private static Answer.Item lot(int dose) {
        return item("IMR-111", Severity.ERROR, Scope.DOSE, dose, Settling.MEND);
    }

    private List<String> send(TakenRecord... records) {
        store(records);
        file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        sent(file);
        List<String> ids = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> ids.add(record.controlId()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ids;
    }

    private AnswerFile answer(Answer... said) {
        byte[] sha256 = new byte[32];
        sha256[0] = (byte) ++answers;
        AnswerFile kept = ledger.answers().keep(CONNECTION, "A" + answers, sha256, 100, "a-" + answers);
        ledger.answers().begin(kept.id(), "ack", said.length, true, 0, file.id());
        ledger.answers().apply(kept.id(), List.of(said), java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
        return ledger.answers().finished(kept.id());
    }

    private static Answer says(int position, String id, Outcome outcome, Answer.Item... items) {
        return new Answer(position, id, outcome, List.of(items));
    }

    private List<Task> tasks() {
        return ledger.tasks().list(Tasks.Filter.ALL, 0, 100);
    }

    private String board() {
        List<String> lines = new ArrayList<>();
        tasks().forEach(task -> lines.add(task.cause() + " " + task.state() + " x" + task.said() + " doses "
                + task.doses().size()));
        return String.join(", ", lines);
    }

    @Test
    void howeverManyDosesAndDaysRepeatItItIsOneTask() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03", "2024-05-01 08"));

        answer(says(1, ids.get(0), Outcome.REJECTED, lot(1), lot(2), GUARDIAN));
        clock.advance(Duration.ofDays(1));
        answer(says(1, ids.get(0), Outcome.REJECTED, lot(1)), says(2, ids.get(0), Outcome.REJECTED, lot(2)));

        assertThat(board()).isEqualTo("IMR-111 OPEN x4 doses 2, IEE-519 OPEN x1 doses 0");
        Task task = tasks().get(0);
        assertThat(task.firstSaidAt()).isEqualTo(clock.instant().minus(Duration.ofDays(1)));
        assertThat(task.lastSaidAt()).isEqualTo(clock.instant());
        assertThat(task.file()).isEqualTo(file.name());
        assertThat(task.doses()).extracting(Task.Dose::cvx).containsExactly("03", "08");
    }

    @Test
    void twinsHaveTasksOfTheirOwn() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03"), record("P2", "Doe", "2024-05-01 03"));

        answer(says(1, ids.get(0), Outcome.REJECTED, CONSENT), says(2, ids.get(1), Outcome.REJECTED, CONSENT));

        assertThat(tasks()).extracting(Task::subject).doesNotHaveDuplicates().hasSize(2);
        assertThat(ledger.tasks().openOf(CONNECTION)).isEqualTo(2);
        assertThat(ledger.tasks().openOf("another")).isZero();
    }

    @Test
    void eachClassBeginsWhereItBelongs() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03"));

        answer(says(
                1,
                ids.get(0),
                Outcome.REJECTED,
                DUPLICATE,
                PARKED,
                OWNED,
                GUARDIAN,
                new Answer.Item(
                        "IEE-777", Severity.INFORMATION, Scope.MESSAGE, "", 0, "new", "", "", Settling.REVIEW, false),
                item("0", Severity.INFORMATION, Scope.MESSAGE, 0, Settling.BENIGN)));

        assertThat(tasks())
                .extracting(task -> task.code() + " " + task.state())
                .containsExactlyInAnyOrder(
                        "IMR-109 CLOSED", "IEE-200 ASLEEP", "IEE-296 FILED", "IEE-519 OPEN", "IEE-777 OPEN");
    }

    @Test
    void aTaskClosesWhenTheRegistryAcceptsAndNotWhenWeSend() {
        List<String> first = send(record("P1", "Doe", "2024-05-01 03 LOT1", "2024-05-01 08 LOT2"));
        answer(says(1, first.get(0), Outcome.REJECTED, lot(2)));
        List<String> corrected = send(record("P1", "Doe", "2024-05-01 03 LOT1", "2024-05-01 08 LOT3"));
        assertThat(board()).as("sent").isEqualTo("IMR-111 OPEN x1 doses 1");

        answer(says(1, corrected.get(0), Outcome.REJECTED, lot(2)));
        assertThat(board()).as("refused again").isEqualTo("IMR-111 OPEN x2 doses 1");
        List<String> again = send(record("P1", "Doe", "2024-05-01 03 LOT1", "2024-05-01 08 LOT4"));
        answer(says(1, again.get(0), Outcome.ACCEPTED));

        assertThat(board()).isEqualTo("IMR-111 CLOSED x2 doses 1");
        assertThat(tasks().get(0).closedAt()).isEqualTo(clock.instant());
        answer(says(1, first.get(0), Outcome.REJECTED, lot(2)));
        assertThat(board()).as("an old complaint repeated").isEqualTo("IMR-111 CLOSED x3 doses 1");
        List<String> later = send(record("P1", "Doe", "2024-05-01 03 LOT1", "2024-05-01 08 LOT5"));
        answer(says(1, later.get(0), Outcome.REJECTED, lot(2)));
        assertThat(board()).as("a new complaint").isEqualTo("IMR-111 OPEN x4 doses 1");
    }

    @Test
    void anotherVisitOfTheSamePatientDoesNotSettleDosesThatWereRefused() {
        List<String> first = send(record("P1", "Doe", "2024-05-01 03", "2024-05-01 08"));
        answer(says(1, first.get(0), Outcome.REJECTED, CONSENT));
        List<String> visit = send(record("P1", "Doe", "2024-06-01 20"));

        answer(says(1, visit.get(0), Outcome.ACCEPTED));
        assertThat(board()).isEqualTo("CLR-100 OPEN x1 doses 2");

        List<String> all = send(record("P1", "Doe", "2024-05-01 03", "2024-05-01 08", "2024-06-01 20"));
        answer(says(1, all.get(0), Outcome.REJECTED, item("IMR-109", Severity.ERROR, Scope.DOSE, 3, Settling.BENIGN)));
        assertThat(tasks().get(0).state()).isEqualTo(Task.State.CLOSED);
    }

    @Test
    void aReportThatGoesOnAboutOneRecordClosesNothingInTheMiddle() {
        List<String> first = send(record("P1", "Doe", "2024-05-01 03"));
        answer(says(1, first.get(0), Outcome.WARNED, GUARDIAN));
        List<String> second = send(record("P1", "Doe", "2024-05-01 03 LOT7"));

        answer(says(1, second.get(0), Outcome.WARNED, OWNED), says(2, second.get(0), Outcome.WARNED, GUARDIAN));

        assertThat(tasks().get(0).state()).isEqualTo(Task.State.OPEN);
        assertThat(tasks().get(0).record())
                .isEqualTo(ledger.controlIds().record(second.get(0)).orElseThrow());
    }

    @Test
    void whatPeopleDoStandsOnTheTrail() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03"));
        answer(says(1, ids.get(0), Outcome.WARNED, GUARDIAN));
        long id = tasks().get(0).id();

        ledger.tasks().assign(id, "ann", "bob");
        ledger.tasks().comment(id, "Called the clinic.", "ann");
        ledger.tasks().close(id, "ann", "The guardian is recorded.");
        assertThatThrownBy(() -> ledger.tasks().close(id, "ann", "again")).isInstanceOf(WrongTransition.class);
        answer(says(1, ids.get(0), Outcome.WARNED, GUARDIAN));
        assertThat(tasks().get(0).state()).as("repeated of the same record").isEqualTo(Task.State.CLOSED);
        ledger.tasks().reopen(id, "bob", "It was another one.");

        Task task = ledger.tasks().find(id).orElseThrow();
        assertThat(task.state()).isEqualTo(Task.State.OPEN);
        assertThat(task.assignee()).isEqualTo("ann");
        assertThat(ledger.trail().of("task:" + id))
                .extracting(entry -> entry.who() + " " + entry.action())
                .containsExactly("bob task-assign", "ann task-comment", "ann task-close", "bob task-reopen");
        assertThat(ledger.tasks().list(new Tasks.Filter(null, null, null, null, null, "", false), 0, 9))
                .isEmpty();
        assertThatThrownBy(() -> ledger.tasks().comment(99, "x", "ann")).hasMessageContaining("no task 99");
    }

    @Test
    void whatSleepsTooLongWakesUp() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03"));
        answer(says(1, ids.get(0), Outcome.WARNED, PARKED));
        clock.advance(Duration.ofDays(31));
        answer(says(1, ids.get(0), Outcome.WARNED, PARKED));

        assertThat(ledger.tasks().wake(CONNECTION, clock.instant().minus(Duration.ofDays(32))))
                .isZero();
        assertThat(ledger.tasks().wake(CONNECTION, clock.instant().minus(Duration.ofDays(30))))
                .isEqualTo(1);
        assertThat(tasks().get(0).state()).isEqualTo(Task.State.OPEN);
    }

    /** The id in the header of a file is that of a record, too, once there are some hundreds. */
    @Test
    void aRefusalThatNamesTheFileByItsIdIsNotTakenForARecordOfAnotherFile() {
        TakenRecord[] many = new TakenRecord[545];
        Arrays.setAll(many, i -> record("P" + i, "Doe", "2024-05-01 03"));
        store(many);
        SubmissionFile first = null;
        while (ledger.records().waiting(CONNECTION, Feed.ONGOING) > 0) {
            first = sent(ledger.submissionFiles().assemble(order(1_000)).orElseThrow());
        }
        send(record("Q1", "Roe", "2024-05-01 03"));
        String id = ControlIds.ofFile(ledger.controlIds().tag(), file.id());
        assertThat(ledger.records().find(ledger.controlIds().record(id).orElseThrow()))
                .as("there is such a record")
                .isPresent();
        assertThat(first.id()).isNotEqualTo(file.id());

        answer(says(1, id, Outcome.REJECTED, item("FIR-104", Severity.ERROR, Scope.FILE, 0, Settling.REVIEW)));
        answer(says(1, id, Outcome.REJECTED, item("999", Severity.ERROR, Scope.MESSAGE, 0, Settling.REVIEW)));

        assertThat(ask("select count(*) from record where state <> 'READY'")).isZero();
        assertThat(tasks()).extracting(Task::file).containsExactly(file.name());
        assertThat(ledger.answers().unmatchedCount())
                .as("who is meant is not guessed")
                .isOne();
    }

    @Test
    void aRefusedFileSettlesNoRecordAndItsTaskEndsWithTheNextGeneration() {
        List<String> ids = send(record("P1", "Doe", "2024-05-01 03"));
        answer(says(1, "", Outcome.REJECTED, item("FIR-101", Severity.ERROR, Scope.FILE, 0, Settling.REVIEW)));

        assertThat(ask("select count(*) from record where state <> 'READY'")).isZero();
        assertThat(tasks().get(0).about()).isEqualTo(Task.About.FILE);
        assertThat(tasks().get(0).file()).isEqualTo(file.name());
        clock.advance(Duration.ofDays(40));
        assertThat(ledger.answers().settleSilent(CONNECTION, clock.instant(), true))
                .as("silence after a refusal is no consent")
                .isEmpty();

        file = ledger.submissionFiles().refused(file.id(), new DailyNames(), null, "ann", "Mended.");
        sent(file);
        answer(says(1, ids.get(0), Outcome.ACCEPTED));
        assertThat(tasks().get(0).state()).isEqualTo(Task.State.CLOSED);
    }

    @Test
    void anAnswerSettlesAFileOfWhichNobodyKnewWhetherItArrived() {
        store(record("P1", "Doe", "2024-05-01 03"), record("P2", "Roe", "2024-05-01 03"));
        file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        built(file);
        earned();
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().unsure(file.id(), "cut");
        List<String> ids = write(file).controlIds();
        List<String> sent = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> sent.add(record.controlId()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(ids).hasSize(2);

        answer(says(1, sent.get(0), Outcome.ACCEPTED));

        assertThat(ledger.submissionFiles().find(file.id()).orElseThrow().state())
                .isEqualTo(FileState.SENT);
    }
}
