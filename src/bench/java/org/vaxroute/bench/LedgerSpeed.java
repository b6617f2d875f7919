package org.vaxroute.bench;

import org.vaxroute.practice.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Split;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/**
 * The ledger alone, one thread: records of two doses stored in chunks, then read again as files. Rounds go on in the same ledger, so later
 * ones are warm and have fuller indexes. CPU is that of the storing thread (H2 included, a PostgreSQL server not). Only storing is timed, not reading and parsing. Arguments: h2 or pg,
 * records a round, rounds, chunk, more H2 settings such as ;PAGE_SIZE=1024.
 */
public final class LedgerSpeed {
    private static final Judgement JUDGEMENT = new Judgement(
            Verdict.WARNED,
            List.of(Verdict.DELIVERABLE, Verdict.WARNED),
            List.of(
                    new Finding("Z22-PD1-16", Severity.WARNING, Effect.MESSAGE, "PD1-16", "", ""),
                    new Finding("Z22-NK1-5", Severity.WARNING, Effect.MESSAGE, "NK1-5", "", ""),
                    new Finding("Z22-RXA-11-4", Severity.WARNING, Effect.DOSE, "ORDER[2]/RXA-11.4", "", "")));

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private LedgerSpeed() {}

    public static void main(String[] args) throws Exception {
        boolean h2 = args.length == 0 || args[0].equals("h2");
        int records = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        int chunk = args.length > 3 ? Integer.parseInt(args[3]) : 500;
        Path home = Files.createTempDirectory("ledger-speed");
        EmbeddedPostgres server = h2
                ? null
                : EmbeddedPostgres.builder().setPort(FreePort.find())
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("shared_buffers", "256MB")
                        .start();
        LedgerSettings settings = h2
                ? LedgerSettings.of("jdbc:h2:file:ledger" + (args.length > 4 ? args[4] : ""), "sa", "", home)
                : new LedgerSettings(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres", 10, true);
        try (Ledger ledger = Ledger.open(settings, Clock.systemUTC())) {
            for (int round = 1; round <= rounds; round++) {
                round(ledger, home, round, records, chunk);
            }
            long start = System.nanoTime();
            boolean balanced = ledger.conservation().balance().balanced();
            System.out.printf("audit: %s in %d ms%n", balanced ? "balanced" : "DIFFERENT", millis(start));
        } finally {
            if (server != null) {
                server.close();
            }
        }
    }

    private static void round(Ledger ledger, Path home, int round, int records, int chunkSize) throws IOException {
        Path file = home.resolve("round" + round + ".hl7");
        BenchInput.write(file, records, round);
        SourceFile source = ledger.sourceFiles()
                .take("bench", "main", Feed.ONGOING, file.getFileName().toString(), Files.size(file), new byte[32], records, records * 2L);
        long nanos = 0;
        long cpu = 0;
        List<Long> chunks = new ArrayList<>();
        List<TakenRecord> taken = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                Splitter splitter = new Splitter(in, 0, 1, Limits.STANDARD)) {
            while (splitter.hasNext()) {
                Split split = splitter.next();
                TakenRecord record = TakenRecord.of(
                        SourceRef.ofFile(source.id(), split.ordinal()), split.ordinal(), split.text(), Message.parse(split.text()));
                record.judgement(JUDGEMENT);
                taken.add(record);
                if (taken.size() == chunkSize || split.ordinal() == records) {
                    boolean last = split.ordinal() == records;
                    Chunk chunk = new Chunk(
                            "main",
                            "bench",
                            Feed.ONGOING,
                            taken,
                            new PositionMove.InFile(source.id(), split.offset(), split.ordinal(), last),
                            last);
                    long start = System.nanoTime();
                    long cpuStart = THREADS.getCurrentThreadCpuTime();
                    ledger.store(chunk);
                    cpu += THREADS.getCurrentThreadCpuTime() - cpuStart;
                    long took = System.nanoTime() - start;
                    nanos += took;
                    chunks.add(took);
                    taken.clear();
                }
            }
        }
        long[] sorted = chunks.stream().mapToLong(Long::longValue).sorted().toArray();
        long start = System.nanoTime();
        long bytes = 0;
        int files = 0;
        while (true) {
            var assembled = ledger.submissionFiles().assemble(new Assembly("main", Feed.ONGOING, "a", "/", 5000, Long.MAX_VALUE, "", BenchRecords.NAMES));
            if (assembled.isEmpty()) {
                break;
            }
            SubmissionFile next = assembled.get();
            long[] size = new long[1];
            ledger.submissionFiles().read(next, r -> size[0] += r.text().length);
            bytes += size[0];
            files++;
        }
        System.out.printf(
                "round %d: stored %,d records/s, %.1f us of CPU each, chunk p50 %.1f ms, p99 %.1f ms; %d files of %,d bytes read at %,d records/s%n",
                round,
                records * 1_000_000_000L / nanos,
                cpu / 1e3 / records,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                files,
                bytes,
                records * 1000L / Math.max(1, millis(start)));
    }

    private static long millis(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
