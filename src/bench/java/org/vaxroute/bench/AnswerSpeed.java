package org.vaxroute.bench;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.vaxroute.answers.AnswerFormat;
import org.vaxroute.answers.AnswerFormats;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/**
 * Acknowledgments of records of two doses, read from a file on the disk, matched and applied as the route does, two files at a time, each chunk of 1,000
 * committed. One
 * record in twenty is answered with a warning, one in fifty with a dose that is refused; each of these makes a task.
 */
final class AnswerSpeed {
    private static final int CHUNK = 1_000;
    private static final int READERS = 2;
    private static final Judgement CLEAN =
            new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE, Verdict.DELIVERABLE), List.of());

    private final Path shipped;
    private final Path home;

    AnswerSpeed(Path shipped, Path home) {
        this.shipped = shipped;
        this.home = home;
    }

    void run(String database, int messages) throws Exception {
        Files.createDirectories(home);
        try (BenchLedger server = BenchLedger.start(database);
                Ledger ledger = Ledger.open(
                        database.equals("h2")
                                ? LedgerSettings.of("jdbc:h2:file:answers", "sa", "", Files.createTempDirectory(home, "ledger"))
                                : new LedgerSettings(server.url(), server.user(), BenchLedger.PASSWORD, 10, true),
                        Clock.systemUTC())) {
            BenchRecords.store(ledger, home, messages, CLEAN);
            List<Path> answers = send(ledger);
            AnswerFormats formats = AnswerFormats.load(List.of(
                    shipped.resolve("config/registries/national"), shipped.resolve("config/registries/immtrac2")));
            long start = System.nanoTime();
            int done = 0;
            ExecutorService readers = Executors.newFixedThreadPool(READERS);
            try {
                List<Future<Integer>> read = new ArrayList<>();
                for (int i = 0; i < answers.size(); i++) {
                    int number = i;
                    read.add(readers.submit(() -> apply(ledger, formats, answers.get(number), number)));
                }
                for (Future<Integer> one : read) {
                    done += one.get();
                }
            } finally {
                readers.shutdown();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%s: %,d answers read, matched and applied in %.1f s: %,d/s; %,d tasks; heap peak %,d MB%n",
                    database,
                    done,
                    seconds,
                    (long) (done / seconds),
                    ledger.tasks().counts().stream().mapToLong(count -> count.tasks()).sum(),
                    Runtime.getRuntime().totalMemory() >> 20);
        }
    }

    /** Sends everything in files of 5,000, and writes the answer to each. */
    private List<Path> send(Ledger ledger) throws Exception {
        List<Path> answers = new ArrayList<>();
        while (true) {
            var assembled = ledger.submissionFiles()
                    .assemble(new Assembly("main", Feed.ONGOING, "a", "/", 5000, Long.MAX_VALUE, "", BenchRecords.NAMES));
            if (assembled.isEmpty()) {
                return answers;
            }
            SubmissionFile file = assembled.get();
            Path answer = home.resolve(file.name() + ".ack");
            try (BufferedWriter out = Files.newBufferedWriter(answer, StandardCharsets.US_ASCII)) {
                out.write("FHS|^~\\&|R|R|||20261125||" + file.name() + ".ack|||" + file.name() + "\r");
                int[] count = new int[1];
                ledger.submissionFiles().read(file, record -> {
                    out.write("MSH|^~\\&|R|R|||20261125||ACK^V04^ACK|" + count[0] + "|P|2.5.1\r");
                    boolean refused = count[0] % 50 == 7;
                    boolean warned = count[0]++ % 20 == 3;
                    out.write("MSA|" + (refused || warned ? "AE|" : "AA|") + record.controlId() + "\r");
                    if (refused) {
                        out.write("ERR||RXA^2^17|103^Table value not found^HL70357|E||||IMR-111::Manufacturer is invalid\r");
                    }
                    if (warned) {
                        out.write("ERR||NK1^^0|101^Required field missing^HL70357|W||||IEE-519::Warning. Guardian is missing\r");
                    }
                });
                out.write("FTS|1\r");
            }
            ledger.submissionFiles().built(file.id(), new byte[32], 1, file.messages(), file.doses());
            if (ledger.gates().state(file.connection()) == GateState.REGISTERED) {
                ledger.gates().move(file.connection(), GateState.REGISTERED, GateState.LIVE, "ann", "live already");
            }
            ledger.submissionFiles().sending(file.id());
            ledger.submissionFiles().uploaded(file.id());
            ledger.submissionFiles().sent(file.id());
            answers.add(answer);
        }
    }

    private static int apply(Ledger ledger, AnswerFormats formats, Path copy, int number) throws Exception {
        byte[] sha256 = new byte[32];
        java.nio.ByteBuffer.wrap(sha256).putInt(number + 1);
        String name = copy.getFileName().toString();
        AnswerFile file = ledger.answers().keep("main", name, sha256, Files.size(copy), name);
        int messages = 0;
        try (AnswerFormat.Answers answers = formats.open(copy)) {
            while (answers.next() != null) {
                messages++;
            }
        }
        ledger.answers().begin(file.id(), "ack", messages, true, 0, null);
        try (AnswerFormat.Answers answers = formats.open(copy)) {
            List<Answer> chunk = new ArrayList<>(CHUNK);
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                chunk.add(answer);
                if (chunk.size() == CHUNK) {
                    ledger.answers().apply(file.id(), chunk, Duration.ZERO, java.time.ZoneOffset.UTC);
                    chunk.clear();
                }
            }
            if (!chunk.isEmpty()) {
                ledger.answers().apply(file.id(), chunk, Duration.ZERO, java.time.ZoneOffset.UTC);
            }
        }
        ledger.answers().finished(file.id());
        return messages;
    }
}
