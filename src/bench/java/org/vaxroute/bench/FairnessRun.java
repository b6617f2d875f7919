package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vaxroute.crash.SentRecords;

/**
 * What a historical load does to somebody else's daily feed: a small file of another connection again and again, timed from its drop until the registry's server has its
 * records, first with nothing beside it and then while the load is planned, read and sent by the same nodes.
 */
final class FairnessRun {
    private static final String LARGE = "large";
    private static final String SMALL = "small";
    private static final int ALONE = 10;

    private final BenchCluster cluster;
    private final int each;
    private final Path input;
    private final Random random = new Random(11);
    private int patients;
    private int files;

    private FairnessRun(BenchCluster cluster, int each, Path input) {
        this.cluster = cluster;
        this.each = each;
        this.input = input;
    }

    static void run(Path shipped, Path work, Map<String, String> said) throws Exception {
        int nodes = Integer.parseInt(said.getOrDefault("nodes", "3"));
        int history = Integer.parseInt(said.getOrDefault("history", "200000"));
        int each = Integer.parseInt(said.getOrDefault("feed", "50"));
        BenchHome.delete(work);
        Files.createDirectories(work);
        try (BenchLedger ehr = BenchLedger.start("pg")) {
            JdbcRun.fill(ehr, history);
            Map<String, Map<String, Object>> settings = new TreeMap<>();
            settings.put(LARGE, JdbcRun.source(ehr));
            settings.put(SMALL, Map.of("source.day.kind", "file", "feed.ongoing.every", "1s"));
            try (BenchCluster cluster = BenchCluster.make(
                    shipped,
                    work,
                    settings,
                    Map.of("intake.file.poll", "500ms", "feed.tick", "500ms", "deliver.poll", "500ms"))) {
                new FairnessRun(cluster, each, work.resolve("day.hl7")).run(nodes, history);
            }
        }
        BenchHome.delete(work);
    }

    private void run(int nodes, int history) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes; a feed of %d records beside a historical load of %,d records with two doses each; load before %.1f%n%n",
                nodes,
                each,
                history,
                Machine.load());
        Files.createDirectories(cluster.home().resolve("work/in/day"));
        cluster.live(SMALL);
        step("gate", "adopt", LARGE, "--reference", "bench", "--cut-off", "1970-01-01T00:00:00Z", "--history");
        step("gate", "agree-history", LARGE, "--reference", "bench");
        cluster.startNodes(nodes);
        feed();
        System.out.println("| while | s | feeds | s of a feed: median | longest | cores ours | others' |");
        System.out.println("|---|---|---|---|---|---|---|");
        int[] left = {ALONE};
        phase("nothing else is done", () -> left[0]-- <= 0);
        Thread planning = new Thread(() -> step("backfill", "plan", LARGE), "plan");
        planning.start();
        phase("the load is planned", () -> !planning.isAlive());
        step("backfill", "start", "1");
        phase("the load is read and sent", () -> loaded() >= history);
        phase("the report is made", this::isDone);
        SentRecords sent = SentRecords.in(cluster.server().dropOff(SMALL));
        cluster.stopNodes();
        int audit = cluster.command("audit");
        System.out.printf(
                Locale.ROOT,
                "%n%d files of the feed, each dose %s; accounts with two sessions at a time: %s; audit %s; load after %.1f%n",
                files,
                sent.faults().isEmpty() && sent.doses().size() == 2 * patients ? "once" : "NOT once",
                cluster.server().together().isEmpty() ? "none" : cluster.server().together(),
                audit == 0 ? "balances" : "DOES NOT BALANCE",
                Machine.load());
    }

    private void step(String... words) {
        try {
            int code = cluster.command(words);
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", words) + " ended with " + code + "; see " + cluster.said());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private long loaded() {
        return cluster.ask("select coalesce(sum(messages), 0) from submission_file where state = 'SENT' and feed = 'HISTORICAL'");
    }

    private boolean isDone() {
        return cluster.ask("select count(*) from historical_load where state = 'DONE'") == 1;
    }

    /** Feeds one after the other until something is over, one at least. */
    private void phase(String what, BooleanSupplier over) throws IOException, SQLException, InterruptedException {
        BenchCluster.Cpu begin = cluster.cpu();
        List<Double> took = new ArrayList<>();
        do {
            took.add(feed());
        } while (!over.getAsBoolean());
        BenchCluster.Cpu used = cluster.cpu().since(begin);
        took.sort(null);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %d | %.1f | %.1f | %.2f | %.2f |%n",
                what,
                used.seconds(),
                took.size(),
                took.get(took.size() / 2),
                took.get(took.size() - 1),
                used.ours(),
                used.others());
    }

    private double feed() throws IOException {
        BenchInput.write(input, patients + 1, each, SMALL, patient -> "1234567890", random);
        patients += each;
        long begin = System.nanoTime();
        Files.move(
                input,
                cluster.home().resolve("work/in/day/day-" + ++files + ".hl7"),
                StandardCopyOption.ATOMIC_MOVE);
        cluster.await(
                "the small feed",
                () -> cluster.ask("select coalesce(sum(messages), 0) from submission_file where state = 'SENT' and connection = 'small'")
                        >= patients);
        return (System.nanoTime() - begin) / 1e9;
    }
}
