package org.vaxroute.cli;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileNaming;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** One record that was sent, and an answer to it. */
final class AnsweredFile {
    private final Ledger ledger;
    private final String connection;
    private SubmissionFile file;

    AnsweredFile(Ledger ledger) {
        this(ledger, "main");
    }

    AnsweredFile(Ledger ledger, String connection) {
        this.ledger = ledger;
        this.connection = connection;
    }

    /** The record's dose is refused; a second line of the answer speaks of no record. */
    void refuse(String code, String words) throws Exception {
        String id = send();
        answer(
                says(1, id, Answer.Outcome.REJECTED, error(code, Answer.Scope.DOSE, words)),
                says(2, "ZZZZ-1", Answer.Outcome.REJECTED, error("CLR-100", Answer.Scope.PATIENT, words)));
    }

    /** The record is taken, with a warning that nobody here can do anything about. */
    void warn(String code) throws Exception {
        answer(says(
                1,
                send(),
                Answer.Outcome.WARNED,
                new Answer.Item(
                        code,
                        Answer.Severity.WARNING,
                        Answer.Scope.PATIENT,
                        "",
                        0,
                        "words",
                        "",
                        "",
                        Answer.Settling.NOT_ACTIONABLE,
                        true)));
    }

    private String send() throws Exception {
        byte[] text =
                ("MSH|^~\\&|EHR|C|I|T|20260203||VXU^V04^VXU_V04|S1|P|2.5.1\rPID|1||P7^^^EHR^MR||Sent^Ann||20150101|F\r"
                                + "ORC|RE||D7^EHR\rRXA|0|1|20260111||03^X^CVX|0.5\r")
                        .getBytes(StandardCharsets.US_ASCII);
        TakenRecord record = TakenRecord.of(SourceRef.of("clinic", "S1", text), 1, text, Message.parse(text));
        record.judgement(new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE), List.of()));
        ledger.records()
                .store(new Chunk(connection, "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
        file = ledger.submissionFiles()
                .assemble(new Assembly(
                        connection, Feed.ONGOING, connection, "/in", 10, Long.MAX_VALUE, "x", new OneName()))
                .orElseThrow();
        ledger.submissionFiles().built(file.id(), new byte[32], text.length, 1, 1);
        if (ledger.gates().state(file.connection()) == GateState.REGISTERED) {
            ledger.gates().move(file.connection(), GateState.REGISTERED, GateState.LIVE, "ann", "live already");
        }
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().uploaded(file.id());
        ledger.submissionFiles().sent(file.id());
        List<String> ids = new ArrayList<>();
        ledger.submissionFiles().read(file, sent -> ids.add(sent.controlId()));
        return ids.get(0);
    }

    private void answer(Answer... said) {
        AnswerFile answers = ledger.answers().keep(connection, "a.ack", new byte[32], 10, "a-1");
        ledger.answers().begin(answers.id(), "ack", said.length, true, 0, file.id());
        ledger.answers().apply(answers.id(), List.of(said), java.time.Duration.ZERO, java.time.ZoneOffset.UTC);
        ledger.answers().finished(answers.id());
    }

    private static Answer says(int position, String id, Answer.Outcome outcome, Answer.Item item) {
        return new Answer(position, id, outcome, List.of(item));
    }

    private static Answer.Item error(String code, Answer.Scope scope, String words) {
        return new Answer.Item(code, Answer.Severity.ERROR, scope, "", 0, words, "", "", Answer.Settling.MEND, true);
    }

    private static final class OneName implements FileNaming {
        @Override
        public String series(Instant at) {
            return "A26001.*.hl7";
        }

        @Override
        public long start() {
            return 0;
        }

        @Override
        public String name(Instant at, long sequence) {
            return "A26001." + sequence + ".hl7";
        }
    }
}
