package org.vaxroute.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/**
 * Whether a ledger gets slower with the years: the same day (records stored, put into files, sent, added up, old texts looked for) in a ledger
 * of few records and in one of many, in turn, so that what else the machine does meets both.
 */
final class LedgerAge {
    private static final int DAYS = 3;
    private static final int PORTION = 100_000;
    private static final Judgement CLEAN =
            new Judgement(Verdict.DELIVERABLE, List.of(Verdict.DELIVERABLE, Verdict.DELIVERABLE), List.of());

    private final Path home;
    private int seed;

    LedgerAge(Path home) {
        this.home = home;
    }

    /**
     * @param few records of the young ledger
     * @param many records of the old one
     * @param day records of a day
     */
    void run(String database, int few, int many, int day) throws Exception {
        Files.createDirectories(home);
        Path folder = Files.createTempDirectory(home, "ledger");
        try (BenchLedger youngServer = BenchLedger.start(database);
                BenchLedger oldServer = BenchLedger.start(database);
                Ledger young = open(database, youngServer, folder.resolve("young"));
                Ledger old = open(database, oldServer, folder.resolve("old"))) {
            fill(young, few);
            fill(old, many);
            Map<String, List<Double>> inYoung = new LinkedHashMap<>();
            Map<String, List<Double>> inOld = new LinkedHashMap<>();
            // The first day of each warms what was not used while it was filled.
            day(young, day, new LinkedHashMap<>());
            day(old, day, new LinkedHashMap<>());
            for (int i = 0; i < DAYS; i++) {
                day(young, day, inYoung);
                day(old, day, inOld);
            }
            System.out.printf(
                    "%s: a day of %,d records in a ledger of %,d and in one of %,d, medians of %d:%n",
                    database, day, few, many, DAYS);
            inYoung.forEach((part, seconds) -> {
                double one = median(seconds);
                double other = median(inOld.get(part));
                System.out.printf("  %-28s %8.3f s %8.3f s  ratio %.2f%n", part, one, other, other / one);
            });
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    private static Ledger open(String database, BenchLedger server, Path folder) throws Exception {
        Files.createDirectories(folder);
        return Ledger.open(
                database.equals("h2")
                        ? LedgerSettings.of("jdbc:h2:file:age", "sa", "", folder)
                        : new LedgerSettings(server.url(), server.user(), BenchLedger.PASSWORD, 10, true),
                Clock.systemUTC());
    }

    private void fill(Ledger ledger, int records) throws Exception {
        for (int stored = 0; stored < records; stored += PORTION) {
            BenchRecords.store(ledger, home, ++seed, Math.min(PORTION, records - stored), CLEAN);
            send(ledger);
        }
    }

    private void day(Ledger ledger, int records, Map<String, List<Double>> parts) throws Exception {
        int of = ++seed;
        double day = timed(parts, "stored", () -> BenchRecords.store(ledger, home, of, records, CLEAN));
        day += timed(parts, "put into files and sent", () -> send(ledger));
        parts.computeIfAbsent("the day", part -> new ArrayList<>()).add(day);
        timed(parts, "audit", () -> {
            if (!ledger.conservation().balance().balanced()) {
                throw new IllegalStateException("The audit shows a difference.");
            }
        });
        timed(parts, "old texts looked for", () -> ledger.retention()
                .takeTexts(Clock.systemUTC().instant().minus(Duration.ofDays(30))));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static double timed(Map<String, List<Double>> parts, String part, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        parts.computeIfAbsent(part, name -> new ArrayList<>()).add(seconds);
        return seconds;
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().toList().get(seconds.size() / 2);
    }

    private static void send(Ledger ledger) throws Exception {
        while (true) {
            var assembled = ledger.submissionFiles()
                    .assemble(new Assembly("main", Feed.ONGOING, "a", "/", 5000, Long.MAX_VALUE, "", BenchRecords.NAMES));
            if (assembled.isEmpty()) {
                return;
            }
            SubmissionFile file = assembled.get();
            long[] bytes = new long[1];
            ledger.submissionFiles().read(file, record -> bytes[0] += record.text().length);
            ledger.submissionFiles().built(file.id(), new byte[32], bytes[0], file.messages(), file.doses());
            if (ledger.gates().state(file.connection()) == GateState.REGISTERED) {
                ledger.gates().move(file.connection(), GateState.REGISTERED, GateState.LIVE, "ann", "live already");
            }
            ledger.submissionFiles().sending(file.id());
            ledger.submissionFiles().uploaded(file.id());
            ledger.submissionFiles().sent(file.id());
        }
    }
}
