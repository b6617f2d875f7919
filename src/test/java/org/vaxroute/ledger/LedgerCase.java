package org.vaxroute.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** A test on an empty ledger, once on each database, with words to tell its story in. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class LedgerCase {
    static final String CONNECTION = "main";
    static final String SOURCE = "ehr";

    @Parameter
    TestDatabase kind;

    @TempDir
    Path folder;

    LedgerSettings settings;
    Ledger ledger;
    final TestClock clock = new TestClock(Instant.parse("2026-11-22T12:00:00Z"));
    private int ordinal;

    @BeforeEach
    void open() {
        settings = kind.fresh(folder);
        ledger = Ledger.open(settings, clock);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    Ledger reopen() {
        ledger.close();
        ledger = Ledger.open(settings, clock);
        return ledger;
    }

    /** A record of a patient with doses such as {@code "2024-05-01 03 LOT1"}: date, CVX, anything that makes content. */
    TakenRecord record(String patient, String name, String... doses) {
        byte[] text = vxu("C" + (++ordinal), patient, name, doses);
        TakenRecord record = TakenRecord.of(
                SourceRef.of(SOURCE, "row" + ordinal, new byte[] {1}), ordinal, text, Message.parse(text));
        record.judgement(deliverable(doses.length));
        return record;
    }

    TakenRecord unreadable(String text) {
        ordinal++;
        return TakenRecord.unreadable(
                SourceRef.of(SOURCE, "row" + ordinal, new byte[] {1}),
                ordinal,
                text.getBytes(StandardCharsets.UTF_8),
                new Finding("UNREADABLE", Severity.ERROR, Effect.MESSAGE, "", "It is no HL7 message.", "Send HL7."));
    }

    TakenRecord held(TakenRecord record, String rule) {
        record.judgement(new Judgement(
                Verdict.HELD,
                record.judgement().doses().stream().map(d -> Verdict.HELD).toList(),
                List.of(new Finding(rule, Severity.ERROR, Effect.MESSAGE, "PID-5", "No name.", "Add it."))));
        return record;
    }

    TakenRecord heldDose(TakenRecord record, String rule, int... doses) {
        Verdict[] verdicts = record.judgement().doses().toArray(Verdict[]::new);
        List<Finding> findings = new ArrayList<>();
        for (int dose : doses) {
            verdicts[dose - 1] = Verdict.HELD;
            findings.add(new Finding(
                    rule,
                    Severity.ERROR,
                    Effect.DOSE,
                    "ORDER[" + dose + "]/RXA-5",
                    "Unknown vaccine.",
                    "Mend the code."));
        }
        record.judgement(new Judgement(Verdict.DELIVERABLE, Arrays.asList(verdicts), findings));
        return record;
    }

    static Judgement deliverable(int doses) {
        Verdict[] verdicts = new Verdict[doses];
        Arrays.fill(verdicts, Verdict.DELIVERABLE);
        return new Judgement(Verdict.DELIVERABLE, Arrays.asList(verdicts), List.of());
    }

    static byte[] vxu(String controlId, String patient, String name, String... doses) {
        StringBuilder text = new StringBuilder();
        text.append("MSH|^~\\&|EHR|CLINIC|IIS|TX|20261122||VXU^V04^VXU_V04|")
                .append(controlId)
                .append("|P|2.5.1\r");
        text.append("PID|1||")
                .append(patient)
                .append("^^^CLINIC^MR||")
                .append(name)
                .append("^Ann||20200101|F\r");
        text.append("PD1|||||||||||02|N|20240101\r");
        int n = 0;
        for (String dose : doses) {
            String[] part = dose.split(" ");
            String order = part.length > 3 ? part[3] : "9999";
            text.append("ORC|RE||").append(order).append(order.startsWith("S") ? "^SCHOOL\r" : "^EHR\r");
            text.append("RXA|0|1|")
                    .append(part[0].replace("-", ""))
                    .append("||")
                    .append(part[1])
                    .append("^Vaccine^CVX|0.5|mL^^UCUM||00^New^NIP001||||||")
                    .append(part.length > 2 ? part[2] : "")
                    .append("|||||CP|")
                    .append(part.length > 4 ? part[4] : "A")
                    .append("\r");
            text.append("OBX|1|CE|64994-7^Eligibility^LN|").append(++n).append("|V02^Medicaid^HL70064||||||F\r");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    Chunk chunk(TakenRecord... records) {
        return chunk(Feed.ONGOING, records);
    }

    Chunk chunk(Feed feed, TakenRecord... records) {
        return new Chunk(CONNECTION, SOURCE, feed, List.of(records), new PositionMove.None(), true);
    }

    Stored store(TakenRecord... records) {
        return ledger.store(chunk(records));
    }

    Assembly order(int maxMessages) {
        return order(Feed.ONGOING, maxMessages, Long.MAX_VALUE);
    }

    Assembly order(Feed feed, int maxMessages, long maxBytes) {
        return new Assembly(
                CONNECTION, feed, "account", "/in", maxMessages, maxBytes, "FHS-3=CLINIC", new DailyNames());
    }

    /** A file whose bytes are written. */
    SubmissionFile built(SubmissionFile file) {
        Written written = write(file);
        return ledger.submissionFiles()
                .built(file.id(), new byte[32], written.bytes.length, written.count, written.doses);
    }

    SubmissionFile sent(SubmissionFile file) {
        built(file);
        earned(file.stage());
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().uploaded(file.id());
        return ledger.submissionFiles().sent(file.id());
    }

    /** Lets production files leave. */
    void earned() {
        earned(Stage.PRODUCTION);
    }

    void earned(Stage stage) {
        GateState needed = stage == Stage.TEST ? GateState.TESTING : GateState.LIVE;
        GateState stands = ledger.gates().state(CONNECTION);
        if (stands != needed) {
            ledger.gates().move(CONNECTION, stands, needed, "ann", "as the test needs it");
        }
    }

    Written write(SubmissionFile file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int[] counts = new int[2];
        List<String> ids = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> {
                out.write(record.text());
                counts[0]++;
                counts[1] += record.doses();
                ids.add(Message.parse(record.text()).get("MSH-10"));
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new Written(out.toByteArray(), counts[0], counts[1], ids);
    }

    record Written(byte[] bytes, int count, long doses, List<String> controlIds) {}

    /** One value of a query, asked behind the ledger's back. */
    long ask(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                Dialect.of(settings.url()).url(settings.url()), settings.user(), settings.password());
    }

    /** {@code ABC26326.0.hl7}, counted by day. */
    static final class DailyNames implements FileNaming {
        @Override
        public String series(Instant at) {
            return name(at, "*");
        }

        @Override
        public long start() {
            return 0;
        }

        @Override
        public String name(Instant at, long sequence) {
            return name(at, Long.toString(sequence));
        }

        private static String name(Instant at, String sequence) {
            var day = at.atZone(ZoneOffset.UTC);
            return String.format(Locale.ROOT, "ABC%02d%03d.%s.hl7", day.getYear() % 100, day.getDayOfYear(), sequence);
        }
    }

    /** A clock that tests move. */
    static final class TestClock extends Clock {
        private volatile Instant now;

        TestClock(Instant now) {
            this.now = now;
        }

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
