package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

class RetentionTest extends LedgerCase {
    private static final Duration KEPT = Duration.ofDays(30);
    private int answers;

    @Test
    void textsGoAfterTheirTimeAndRowsStay() {
        store(
                record("P1", "Doe", "2024-05-01 03 A O1"),
                record("P2", "Roe", "2024-05-01 03 B O2"),
                held(record("P3", "Poe", "2024-05-01 03 C O3"), "NAME"));
        answered(Answer.Outcome.ACCEPTED);
        store(record("P4", "Low", "2024-05-01 03 D O4"));
        answered(Answer.Outcome.REJECTED);
        store(record("P5", "Kay", "2024-05-01 03 E O5"));

        assertThat(ledger.retention().takeTexts(before())).isZero();
        clock.advance(KEPT.plusDays(1));
        store(record("P6", "May", "2024-05-01 03 F O6"));
        assertThat(ledger.retention().takeTexts(before())).isEqualTo(2);
        assertThat(ledger.retention().takeTexts(before())).as("once").isZero();

        assertThat(texts()).containsExactlyInAnyOrder("Poe", "Low", "Kay", "May");
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(ask("select count(*) from payload_cut")).isZero();
        assertThat(ask("select count(*) from payload where payload_id not in (select payload_id from record)"))
                .isZero();
        long gone = ask("select min(record_id) from record where payload_id = 0");
        assertThatThrownBy(() -> ledger.records().text(gone)).hasMessageContaining("after its time");
        // The same content again is known without its text.
        assertThat(store(record("P1", "Doe", "2024-05-01 03 A O1")).duplicates())
                .isEqualTo(1);
    }

    /** A clock that was wrong, or a node that is slow between its clock and its number. */
    @Test
    void anOldRecordBehindAPageOfYoungOnesGoesWithThem() {
        store(IntStream.range(0, Retention.PAGE + 1)
                .mapToObj(i -> record("P1", "Doe", "2024-05-01 03 A O1"))
                .toArray(TakenRecord[]::new));
        tell("update record set stored_at = timestamp with time zone '2020-01-01 00:00:00+00'"
                + " where record_id = (select max(record_id) from record)");

        assertThat(ledger.retention().takeTexts(before())).isZero();
        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before()))
                .as("all duplicates of the first")
                .isEqualTo(Retention.PAGE);
        assertThat(ledger.retention().takeTexts(before())).isZero();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aCorrectionDeletesByWhatTheLedgerStillKnows() {
        ledger.close();
        ledger = Ledger.open(settings, connection -> new ResendRules(true, ResendRules.Correction.DELETE_ADD), clock);
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        answered(Answer.Outcome.ACCEPTED);
        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before())).isEqualTo(1);

        store(record("P1", "Doe", "2024-05-02 03 B O1"));

        List<String> sent = new ArrayList<>();
        SubmissionFile file = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        for (Message message : messages(file)) {
            sent.add(message.get("ORDER[1]/ORC-3.1") + " " + message.get("ORDER[1]/RXA-21") + " "
                    + message.get("ORDER[1]/RXA-3") + " " + message.get("ORDER[1]/RXA-5.1"));
        }
        assertThat(sent).containsExactly("O1 D 20240501 03", "O1 A 20240502 03");
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aRunThatWasStoppedGoesOn() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"), record("P2", "Roe", "2024-05-01 03 B O2"));
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        answered(Answer.Outcome.ACCEPTED);
        clock.advance(KEPT.plusDays(1));
        // As after a kill between the marks and the sweep.
        tell("insert into payload_cut (payload_id) select distinct payload_id from record");
        tell("update record set payload_id = 0");

        ledger.retention().takeTexts(before());

        assertThat(ask("select count(*) from payload")).isZero();
        assertThat(ask("select count(*) from payload_cut")).isZero();
    }

    @Test
    void thePatientOfAHeldRecordKeepsHisTexts() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        answered(Answer.Outcome.ACCEPTED);
        store(held(record("P1", "Doe", "2024-06-01 03 B O2"), "NAME"));
        clock.advance(KEPT.plusDays(1));

        assertThat(ledger.retention().takeTexts(before())).isZero();
    }

    @Test
    void editsGoWithTheirRecordAndNotBefore() {
        store(held(record("P1", "Doe", "2024-05-01 03 A O1"), "NAME"), record("P2", "Roe", "2024-05-01 03 B O2"));
        long id = ask("select min(record_id) from held");
        byte[] text = new String(ledger.records().editable(id).text(), StandardCharsets.UTF_8)
                .replace("Doe", "Dow")
                .getBytes(StandardCharsets.UTF_8);
        ledger.records().edit(id, text, null, "ann", "typo");
        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before())).isZero();
        assertThat(new String(ledger.records().text(id).edited(), StandardCharsets.UTF_8))
                .contains("Dow");

        ledger.records().release(id, "ann", "looked up");
        answered(Answer.Outcome.ACCEPTED);
        assertThat(ledger.retention().takeTexts(before())).isZero();
        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before())).isEqualTo(2);

        assertThat(ask("select count(*) from edited_text where payload_id <> 0"))
                .isZero();
        assertThat(ask("select count(*) from edited_text"))
                .as("who edited it stays")
                .isPositive();
        assertThat(ask("select count(*) from payload")).isZero();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(ledger.records().takenOut(id))
                .hasValue(clock.instant().atZone(ZoneOffset.UTC).toLocalDate());
    }

    @Test
    void aBlockThatAnEditOfAnotherRecordStandsOnStays() {
        store(held(record("P1", "Doe", "2024-05-01 03 A O1"), "NAME"), record("P2", "Roe", "2024-05-01 03 B O2"));
        answered(Answer.Outcome.ACCEPTED);
        long id = ask("select min(record_id) from held");
        ledger.records().edit(id, ledger.records().editable(id).text(), null, "ann", "typo");
        // A part that was cut from it, and accepted.
        tell(
                "insert into edited_text select (select min(record_id) from record where record_id not in (select record_id from held)),"
                        + " edit_no, payload_id, who, why, edited_at from edited_text");
        clock.advance(KEPT.plusDays(1));

        assertThat(ledger.retention().takeTexts(before())).isEqualTo(1);

        assertThat(ledger.records().text(id).edited()).isNotNull();
        assertThat(ask("select count(*) from edited_text where payload_id = 0")).isEqualTo(1);
        assertThat(ask("select count(*) from payload_cut")).isZero();
    }

    @Test
    void aDoseOfAnotherSourceWaitsForAPersonWhereTheTextIsGone() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        answered(Answer.Outcome.ACCEPTED);
        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before())).isEqualTo(1);

        school(record("P1", "Doe", "2024-05-01 03 A S1"));

        assertThat(ask("select count(*) from held where rule = 'ONE-DOSE-OR-TWO'"))
                .isEqualTo(1);
    }

    @Test
    void aPatientOfWhomADoseHasSeveralNamesKeepsHisTexts() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        school(record("P1", "Doe", "2024-05-01 03 A S1"));
        answered(Answer.Outcome.ACCEPTED);
        clock.advance(KEPT.plusDays(1));

        assertThat(ledger.retention().takeTexts(before())).isZero();
    }

    private void school(TakenRecord record) {
        ledger.store(new Chunk(CONNECTION, "school", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
    }

    private Instant before() {
        return clock.instant().minus(KEPT);
    }

    private List<String> texts() {
        List<String> names = new ArrayList<>();
        for (long id = 1; id < 200; id++) {
            if (ask("select count(*) from record where payload_id > 0 and record_id = " + id) == 1) {
                names.add(Message.parse(ledger.records().text(id).outgoing()).get("PID-5.1"));
            }
        }
        return names;
    }

    private List<Message> messages(SubmissionFile file) {
        List<Message> messages = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> messages.add(Message.parse(record.text())));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return messages;
    }

    private void answered(Answer.Outcome outcome) {
        SubmissionFile file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        sent(file);
        List<Answer> all = new ArrayList<>();
        List<Answer.Item> items = outcome == Answer.Outcome.ACCEPTED
                ? List.of()
                : List.of(new Answer.Item(
                        "CODE",
                        Answer.Severity.ERROR,
                        Answer.Scope.MESSAGE,
                        "",
                        0,
                        "words",
                        "",
                        "",
                        Answer.Settling.MEND,
                        true));
        try {
            ledger.submissionFiles()
                    .read(file, record -> all.add(new Answer(all.size() + 1, record.controlId(), outcome, items)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        byte[] sha256 = new byte[32];
        sha256[0] = (byte) ++answers;
        AnswerFile answer = ledger.answers().keep(CONNECTION, "A.hl7", sha256, 1, "a" + answers);
        ledger.answers().begin(answer.id(), "ack", all.size(), true, 0, file.id());
        ledger.answers().apply(answer.id(), all, Duration.ZERO, java.time.ZoneOffset.UTC);
        ledger.answers().finished(answer.id());
    }

    private void tell(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatAClockThatWasAheadHasDatedHidesNothingBehindIt() {
        Duration ahead = Duration.ofDays(3650);
        store(record("P0", "Old", "2024-05-01 03 A O0"));
        clock.advance(ahead);
        store(IntStream.range(0, 2 * Retention.PAGE + 10)
                .mapToObj(i -> record("P1", "Doe", "2024-05-01 03 A O1"))
                .toArray(TakenRecord[]::new));
        clock.advance(ahead.negated());
        for (int i = 0; i < 5; i++) {
            store(record("P2", "Roe", "2024-05-01 03 A O2"));
        }

        clock.advance(KEPT.plusDays(1));
        assertThat(ledger.retention().takeTexts(before()))
                .as("the duplicates of P2")
                .isEqualTo(4);
    }
}
