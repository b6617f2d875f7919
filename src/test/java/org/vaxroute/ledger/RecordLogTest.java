package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RecordLogTest extends LedgerCase {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.vaxroute.record");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent line) {
            // Now, as a file's appender does; later its fields are gone.
            line.prepareForDeferredProcessing();
            super.append(line);
        }
    };

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void fallSilent() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void aRecordIsFollowedFromItsStoringToItsAnswer() {
        store(record("P1", "Jones", "2024-05-01 03 LOT1"));
        SubmissionFile file = sent(ledger.submissionFiles().assemble(order(10)).orElseThrow());
        AnswerFile answer = ledger.answers().keep(CONNECTION, "A.ack", new byte[32], 7, "A.ack");
        ledger.answers().begin(answer.id(), "ack", 1, false, 0, null);
        ledger.answers()
                .apply(
                        answer.id(),
                        List.of(new Answer(1, controlId(1), Answer.Outcome.WARNED, List.of())),
                        Duration.ZERO,
                        java.time.ZoneOffset.UTC);

        assertThat(of(1)).extracting(line -> line.get("step")).containsExactly("stored", "filed", "sent", "answered");
        assertThat(of(1).get(0))
                .containsEntry("connection", CONNECTION)
                .containsEntry("source", SOURCE)
                .containsEntry("feed", "ONGOING");
        assertThat(of(1).get(1)).containsEntry("file", file.name());
        assertThat(of(1).get(2)).containsEntry("file", file.name());
        assertThat(of(1).get(3)).containsEntry("answer", "A.ack");
        assertThat(texts())
                .containsExactly(
                        "Record 1 (" + controlId(1) + ") stored: READY",
                        "Record 1 (" + controlId(1) + ") filed: it leaves in " + file.name(),
                        "Record 1 (" + controlId(1) + ") sent: " + file.name() + " is SENT",
                        "Record 1 (" + controlId(1) + ") answered: WARNED, in A.ack");
    }

    @Test
    void whatIsCutFromARecordNamesIt() {
        store(heldDose(record("P1", "Jones", "2024-05-01 03 LOT1", "2024-05-01 20 LOT2"), "CVX-UNKNOWN", 2));

        assertThat(of(2)).singleElement().satisfies(line -> assertThat(line).containsEntry("whole", controlId(1)));
        assertThat(texts())
                .containsExactly(
                        "Record 1 (" + controlId(1) + ") stored: READY",
                        "Record 2 (" + controlId(2) + ") stored: HELD by CVX-UNKNOWN, cut from record 1");
    }

    @Test
    void whatBecomesOfAHeldRecordIsTold() {
        store(
                held(record("P1", "Jones", "2024-05-01 03 LOT1"), "NO-NAME"),
                held(record("P2", "Smith", "2024-05-01 03 LOT1"), "NO-NAME"),
                held(record("P3", "Brown", "2024-05-01 03 LOT1"), "NO-NAME"));
        ledger.records().release(1, "ann", "she is real");
        ledger.records().drop(2, "ann", "not ours");
        store(record("P3", "Browne", "2024-05-01 03 LOT1"));

        assertThat(of(1)).extracting(line -> line.get("step")).containsExactly("stored", "release");
        assertThat(of(2)).extracting(line -> line.get("step")).containsExactly("stored", "drop");
        assertThat(of(3)).extracting(line -> line.get("step")).containsExactly("stored", "superseded");
        assertThat(texts())
                .contains(
                        "Record 1 (" + controlId(1) + ") release: READY",
                        "Record 2 (" + controlId(2) + ") drop: DROPPED",
                        "Record 3 (" + controlId(3) + ") superseded by record "
                                + ask("select superseded_by from record where record_id = 3"))
                .noneMatch(text -> text.contains("real") || text.contains("ours"));
    }

    @Test
    void aFileThatIsTakenBackIsToldOfItsRecords() {
        store(record("P1", "Jones", "2024-05-01 03 LOT1"), record("P2", "Smith", "2024-05-01 03 LOT1"));
        SubmissionFile file = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        ledger.submissionFiles().withdrawn(file.id(), "ann", "wrong clinic");

        assertThat(of(1)).extracting(line -> line.get("step")).containsExactly("stored", "filed", "withdrawn");
        assertThat(of(2)).extracting(line -> line.get("step")).containsExactly("stored", "filed", "withdrawn");
    }

    @Test
    void whatIsRolledBackIsNotTold() {
        TakenRecord record = record("P1", "Jones", "2024-05-01 03 LOT1");
        Chunk stale = new Chunk(
                CONNECTION, SOURCE, Feed.ONGOING, List.of(record), new PositionMove.Mark("later", "not so"), true);

        assertThatThrownBy(() -> ledger.store(stale)).isInstanceOf(StalePosition.class);

        assertThat(lines.list).isEmpty();
    }

    @Test
    void nothingIsToldUnlessItIsWanted() throws Exception {
        logger.setLevel(Level.INFO);
        store(record("P1", "Jones", "2024-05-01 03 LOT1"));
        SubmissionFile file = ledger.submissionFiles().assemble(order(100)).orElseThrow();
        write(file);
        sent(file);

        assertThat(lines.list).isEmpty();
    }

    private String controlId(long record) {
        return ledger.controlIds().of(record);
    }

    private List<Map<String, String>> of(long record) {
        return lines.list.stream()
                .map(ILoggingEvent::getMDCPropertyMap)
                .filter(fields -> fields.get("record").equals(controlId(record)))
                .toList();
    }

    private List<String> texts() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
