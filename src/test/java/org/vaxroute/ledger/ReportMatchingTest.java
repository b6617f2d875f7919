package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Scope;
import org.vaxroute.ledger.Answer.Settling;
import org.vaxroute.ledger.Answer.Severity;
import org.vaxroute.ledger.Answer.Subject;

/** Whom the lines of a report speak of that gives no control ids; never anybody else. */
class ReportMatchingTest extends LedgerCase {
    private static final LocalDate MAY = LocalDate.of(2024, 5, 1);
    private static final LocalDate BIRTH = LocalDate.of(2020, 1, 1);
    private static final Answer.Item LOT =
            new Answer.Item("IMR-111", Severity.ERROR, Scope.DOSE, "", 0, "w", "", "", Settling.MEND, true);
    private static final Answer.Item GUARDIAN =
            new Answer.Item("IEE-519", Severity.WARNING, Scope.PATIENT, "", 0, "w", "", "", Settling.MEND, true);

    private ZoneId zone = ZoneOffset.UTC;
    private int reports;

    private void send(TakenRecord... records) {
        store(records);
        sent(ledger.submissionFiles().assemble(order(100)).orElseThrow());
    }

    private AnswerFile report(Answer... lines) {
        byte[] sha256 = new byte[32];
        sha256[0] = (byte) ++reports;
        AnswerFile kept = ledger.answers().keep(CONNECTION, "R" + reports, sha256, 100, "r-" + reports);
        ledger.answers().begin(kept.id(), "report", lines.length, false, 0, null);
        ledger.answers().apply(kept.id(), List.of(lines), Duration.ofDays(1), zone);
        return ledger.answers().finished(kept.id());
    }

    private static Answer line(int position, Subject subject, Answer.Item item) {
        return new Answer(position, "", item == LOT ? Outcome.REJECTED : Outcome.WARNED, List.of(item), subject);
    }

    private static Subject dose(String id, LocalDate date, String cvx) {
        return new Subject(id, null, null, date, cvx, null);
    }

    private String states() {
        List<String> found = new ArrayList<>();
        ledger.submissionFiles().in(java.util.Set.of(FileState.SENT, FileState.ANSWERED), 100).stream()
                .sorted(java.util.Comparator.comparingLong(SubmissionFile::id))
                .forEach(file -> {
                    try {
                        ledger.submissionFiles().read(file, out -> {
                            StoredRecord record = ledger.records()
                                    .find(ledger.controlIds()
                                            .record(out.controlId())
                                            .orElseThrow())
                                    .orElseThrow();
                            found.add(record.state()
                                    + record.doses().stream()
                                            .map(StoredDose::state)
                                            .toList()
                                            .toString());
                        });
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        return String.join(" ", found);
    }

    @Test
    void patientDateAndVaccineTellTheDose() {
        send(record("P1", "Doe", "2024-05-01 03", "2024-05-01 08"), record("P2", "Roe", "2024-05-01 03"));

        AnswerFile read = report(line(1, dose("P1", MAY, "08"), LOT));

        assertThat(states()).isEqualTo("REJECTED[ACCEPTED, REJECTED] READY[READY]");
        assertThat(read.counts().unmatched()).isZero();
        Task task = ledger.tasks().list(Tasks.Filter.ALL, 0, 9).get(0);
        assertThat(task.doses()).extracting(Task.Dose::cvx).containsExactly("08");
    }

    @Test
    void twinsAreTwo() {
        send(record("P1", "Doe", "2024-05-01 03"), record("P2", "Doe", "2024-05-01 03"));

        report(line(1, new Subject("P2", "DOE, ANN", BIRTH, MAY, "03", null), LOT));

        assertThat(states()).isEqualTo("READY[READY] REJECTED[REJECTED]");
    }

    @Test
    void anIdThatIsSomebodyElsesNumberIsNotTaken() {
        send(record("P1", "Doe", "2024-05-01 03"));

        AnswerFile read = report(
                line(1, new Subject("P1", "Roe, Ann", BIRTH, MAY, "03", null), LOT),
                line(2, new Subject("P1", "Doe, Ann", BIRTH.plusDays(1), MAY, "03", null), LOT),
                line(3, dose("P1", MAY.plusDays(1), "03"), LOT),
                line(4, dose("P1", MAY, "08"), LOT),
                line(5, dose("P9", MAY, "03"), LOT),
                line(6, new Subject(null, "Doe, Ann", BIRTH, MAY, "03", null), LOT));

        assertThat(states()).isEqualTo("READY[READY]");
        assertThat(read.counts().unmatched()).isEqualTo(6);
        clock.advance(Duration.ofDays(3));
        assertThat(ledger.answers().unmatched(10)).hasSize(6).allSatisfy(line -> assertThat(line.since())
                .isEqualTo(clock.instant().minus(Duration.ofDays(3))));
        assertThat(ledger.answers().dismiss(read.id(), "ann", "not ours")).isEqualTo(6);
        assertThat(ledger.answers().unmatchedCount()).isZero();
    }

    @Test
    void whereTwoPatientsHaveTheSameNumberNoneIsTaken() {
        TakenRecord east = record("P1", "Doe", "2024-05-01 03");
        byte[] other = new String(east.received(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("P1^^^CLINIC", "P1^^^WEST")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        TakenRecord west = TakenRecord.of(
                SourceRef.of(SOURCE, "west", new byte[] {1}), 99, other, org.vaxroute.hl7.Message.parse(other));
        west.judgement(deliverable(1));
        send(east, west);

        AnswerFile read = report(line(1, dose("P1", MAY, "03"), LOT));

        assertThat(states()).isEqualTo("READY[READY] READY[READY]");
        assertThat(read.counts().unmatched()).isEqualTo(1);
        assertThat(ledger.answers().unmatched(9).get(0).ambiguous()).isTrue();
    }

    @Test
    void aComplaintThatIsRepeatedIsNotTakenForOneAboutTheCorrectedRecord() {
        send(record("P1", "Doe", "2024-05-01 03 LOT1"));
        clock.advance(Duration.ofDays(2));
        report(line(1, dose("P1", MAY, "03"), LOT));
        send(record("P1", "Doe", "2024-05-01 03 LOT2"));
        clock.advance(Duration.ofHours(6));
        report(line(1, dose("P1", MAY, "03"), LOT));
        assertThat(states()).as("the report was written before").isEqualTo("REJECTED[REJECTED] READY[READY]");

        report(line(
                1,
                new Subject(
                        "P1", null, null, MAY, "03", LocalDate.ofInstant(clock.instant(), java.time.ZoneOffset.UTC)),
                LOT));
        assertThat(states()).as("the report names the day").isEqualTo("REJECTED[REJECTED] REJECTED[REJECTED]");
        LocalDate second = LocalDate.ofInstant(clock.instant(), java.time.ZoneOffset.UTC);
        clock.advance(Duration.ofDays(1));
        send(record("P1", "Doe", "2024-05-01 03 LOT3"));
        report(line(1, new Subject("P1", null, null, MAY, "03", second), LOT));
        assertThat(states()).as("corrected the day after").endsWith("READY[READY]");
        clock.advance(Duration.ofDays(2));
        report(line(1, dose("P1", MAY, "03"), GUARDIAN));
        assertThat(states()).as("long after").endsWith("WARNED[ACCEPTED]");
    }

    @Test
    void theDayOnWhichARecordWasSentIsThatOfTheConnectionsZone() {
        zone = ZoneId.of("America/Chicago");
        clock.advance(Duration.ofHours(14));
        send(record("P1", "Doe", "2024-05-01 03 LOT1"));
        clock.advance(Duration.ofDays(1));
        send(record("P1", "Doe", "2024-05-01 03 LOT2"));
        clock.advance(Duration.ofDays(2));

        // Sent at eight in the evening in Texas, when the next day has begun at Greenwich.
        report(line(1, new Subject("P1", null, null, MAY, "03", LocalDate.of(2026, 11, 23)), LOT));

        assertThat(states()).isEqualTo("READY[READY] REJECTED[REJECTED]");
    }

    @Test
    void whatAReportDoesNotMentionIsAcceptedOnlyAtItsEndAndOnlyWhenItIsClear() {
        send(record("P1", "Doe", "2024-05-01 03", "2024-05-01 08", "2024-05-01 20"));

        report(
                line(1, dose("P1", MAY, "03"), LOT),
                line(2, dose("P1", null, null), GUARDIAN),
                line(3, dose("P1", MAY, "08"), LOT));

        assertThat(states()).isEqualTo("REJECTED[REJECTED, REJECTED, ACCEPTED]");
        send(record("P2", "Roe", "2024-05-01 03", "2024-05-01 08"));
        report(line(1, dose("P2", null, null), LOT));
        assertThat(states()).as("which dose is not said").endsWith("REJECTED[READY, READY]");
    }
}
