package org.vaxroute.answers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Alarm;
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
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;
import org.vaxroute.submit.Account;

/** A small installation that has sent a file, and a registry's results folder that a test fills. */
final class ResultsHouse implements AutoCloseable {
    final Path home;
    final Path archive;
    final Clock clock = Clock.systemUTC();
    final Ledger ledger;
    final Registry registry = new Registry();
    final List<String> controlIds = new ArrayList<>();
    Silence silence = new Silence(
            Silence.Means.NOTHING, Duration.ZERO, Duration.ofDays(30), Duration.ZERO, java.time.ZoneOffset.UTC);
    Looks looks = new Looks(List.of());
    AnswerFormats formats = AnswerFormats.of(AnswerExplanationTest.catalogue());
    SubmissionFile sent;

    ResultsHouse(Path home) {
        this.home = home;
        this.archive = home.resolve("work/answers");
        ledger = Ledger.open(TestDatabase.H2.fresh(home), clock);
    }

    /** Sends so many one-dose records in one file {@code X1.hl7}. */
    void send(int records) throws IOException {
        List<TakenRecord> taken = new ArrayList<>();
        for (int i = 1; i <= records; i++) {
            byte[] text = ("MSH|^~\\&|EHR|C|I|T|20261122||VXU^V04^VXU_V04|C" + i + "|P|2.5.1\rPID|1||P" + i
                            + "^^^C^MR||Doe^Ann||20200101|F\rORC|RE||O" + i
                            + "^E\rRXA|0|1|20240501||03^MMR^CVX|0.5|mL^^UCUM||00^New^NIP001||||||L1|||||CP|A\r")
                    .getBytes(StandardCharsets.UTF_8);
            TakenRecord record =
                    TakenRecord.of(SourceRef.of("ehr", "row" + i, new byte[] {1}), i, text, Message.parse(text));
            record.judgement(new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE), List.of()));
            taken.add(record);
        }
        ledger.store(new Chunk("main", "ehr", Feed.ONGOING, taken, new PositionMove.None(), true));
        SubmissionFile file = ledger.submissionFiles()
                .assemble(new Assembly("main", Feed.ONGOING, "main", "/in", 5000, Long.MAX_VALUE, "", new OneName()))
                .orElseThrow();
        ledger.submissionFiles().read(file, record -> controlIds.add(record.controlId()));
        ledger.submissionFiles().built(file.id(), new byte[32], 1000, records, records);
        if (ledger.gates().state(file.connection()) == GateState.REGISTERED) {
            ledger.gates().move(file.connection(), GateState.REGISTERED, GateState.LIVE, "ann", "live already");
        }
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().uploaded(file.id());
        sent = ledger.submissionFiles().sent(file.id());
    }

    SubmissionFile sent() {
        return ledger.submissionFiles().find(sent.id()).orElseThrow();
    }

    static ResultsAccount account(String kind, String results) {
        return account(kind, results, Duration.ZERO, 1 << 20, false);
    }

    /** An account that uploads into {@code /in} under {@code tmp_NAME}. */
    static ResultsAccount account(String kind, String results, Duration minAge, long largest, boolean removes) {
        Account login = Account.builder("main", Account.Kind.FOLDER)
                .results(results)
                .naming(new Account.Naming("tmp_{name}", true, true))
                .build();
        return new ResultsAccount(
                "main",
                "main",
                kind,
                "",
                0,
                results,
                minAge,
                100,
                largest,
                removes,
                login::mayHoldResults,
                login.naming()::uploads);
    }

    AnswerCollector collector(AnswerCollector.Checkpoint checkpoint) {
        return new AnswerCollector(ledger, new AnswerArchive(archive), looks, clock, checkpoint);
    }

    AnswerDesk desk(int chunk) {
        return new AnswerDesk(
                ledger,
                new AnswerArchive(archive),
                Map.of("main", formats),
                Map.of("main", silence),
                looks,
                chunk,
                clock);
    }

    /** Reads everything that waits, as the route does. */
    void process(int chunk) {
        AnswerDesk desk = desk(chunk);
        desk.waiting().forEach(file -> {
            desk.chunks(file).forEachRemaining(desk::apply);
            desk.finish(file);
        });
    }

    /** Kinds of the alarms that stand. */
    List<String> alarms() {
        return ledger.alarms().open().stream().map(Alarm::kind).toList();
    }

    /** Everything below the home that is no ledger. */
    List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> home.relativize(file).toString())
                    .filter(name -> !name.contains("ledger."))
                    .sorted()
                    .toList();
        }
    }

    /** {@code AA} for all but the ids in the map, whose ERR-8 it holds. */
    String acknowledge(Map<String, String> errors) {
        StringBuilder ack = new StringBuilder("FHS|^~\\&|REG|||||X1.hl7.ack.hl7||||X1.hl7\r");
        for (String id : controlIds) {
            String error = errors.get(id);
            ack.append("MSH|^~\\&|REG|TX|||20261122||ACK^V04^ACK|1|P|2.5.1\rMSA|")
                    .append(error == null ? "AA|" : "AE|")
                    .append(id)
                    .append('\r');
            if (error != null) {
                ack.append("ERR||RXA^1^3|999|E||||").append(error).append('\r');
            }
        }
        return ack.append("FTS|1\r").toString();
    }

    @Override
    public void close() {
        ledger.close();
    }

    private static final class OneName implements FileNaming {
        @Override
        public String series(Instant at) {
            return "X*.hl7";
        }

        @Override
        public long start() {
            return 1;
        }

        @Override
        public String name(Instant at, long sequence) {
            return "X" + sequence + ".hl7";
        }
    }

    /** A server that says what the test wants it to say. */
    static class Registry implements ResultsFolder {
        final Map<String, byte[]> holds = new LinkedHashMap<>();
        final List<String> asked = new ArrayList<>();
        Instant changed = Instant.EPOCH;
        int cutAfter = Integer.MAX_VALUE;

        /** Names of files that may be neither read nor removed. */
        final Set<String> locked = new HashSet<>();

        void lay(String name, String text) {
            holds.put(name, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public List<Listed> list() {
            return holds.entrySet().stream()
                    .map(file -> new Listed(file.getKey(), file.getValue().length, changed, true))
                    .toList();
        }

        @Override
        public void fetch(String name, OutputStream to) throws IOException {
            asked.add(name);
            refuse(name);
            byte[] bytes = holds.get(name);
            if (bytes.length > cutAfter) {
                to.write(bytes, 0, cutAfter);
                throw new UncheckedIOException(new IOException("the connection broke"));
            }
            to.write(bytes);
        }

        @Override
        public void remove(String name) throws Refused {
            refuse(name);
            holds.remove(name);
        }

        void refuse(String name) throws Refused {
            if (locked.contains(name)) {
                throw new Refused("The server does not let us (status 3).", null);
            }
        }

        @Override
        public void close() {
            cutAfter = Integer.MAX_VALUE;
        }
    }
}
