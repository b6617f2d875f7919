package org.vaxroute.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.vaxroute.crash.SentRecords;
import org.vaxroute.kafka.KafkaBroker;

/**
 * Records in a topic of a real broker, read by nodes that meet all of them when they start: how fast the lag goes, cold and with the nodes warm, until everything is stored
 * and until the server has it.
 */
final class KafkaRun {
    private static final String CONNECTION = "main";
    private static final String TOPIC = "records";

    private KafkaRun() {}

    static void run(Path shipped, Path work, Map<String, String> said) throws Exception {
        int nodes = Integer.parseInt(said.getOrDefault("nodes", "3"));
        int messages = Integer.parseInt(said.getOrDefault("messages", "50000"));
        int partitions = Integer.parseInt(said.getOrDefault("partitions", "6"));
        int referee = Integer.parseInt(said.getOrDefault("referee", "1"));
        BenchHome.delete(work);
        Files.createDirectories(work);
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes, a topic of %d partitions, three times %,d records of 1.5 KB; HAPI reads 1 in %d; load before %.1f%n%n",
                nodes,
                partitions,
                messages,
                referee,
                Machine.load());
        try (KafkaBroker broker = new KafkaBroker(work.resolve("kafka")).start()) {
            broker.createTopic(TOPIC, partitions);
            Map<String, Object> global = new TreeMap<>();
            global.put("intake.kafka.enabled", true);
            global.put("intake.kafka.servers", broker.servers());
            global.put("intake.kafka.topic", TOPIC);
            global.put("intake.referee.ongoing", referee);
            global.put("feed.tick", "500ms");
            global.put("deliver.poll", "500ms");
            Map<String, Object> own = Map.of("source.vendor.kind", "kafka", "feed.ongoing.every", "2s");
            try (BenchCluster cluster = BenchCluster.make(shipped, work, Map.of(CONNECTION, own), global)) {
                cluster.live(CONNECTION);
                System.out.println("| lag | s to produce | s to store | records/s | s to send | CPU us/record of nodes and SFTP server | of PostgreSQL | cores ours | others' |");
                System.out.println("|---|---|---|---|---|---|---|---|---|");
                double produced = produce(broker, 1, messages);
                cluster.startNodes(nodes);
                drained(cluster, "met at the start, nodes cold", produced, messages, messages);
                cluster.stopNodes();
                produced = produce(broker, messages + 1, messages);
                cluster.startNodes(nodes);
                drained(cluster, "met after a restart", produced, messages, 2 * messages);
                produced = produce(broker, 2 * messages + 1, messages);
                drained(cluster, "came at once to nodes that run", produced, messages, 3 * messages);
                judge(cluster, 3 * messages);
            }
        }
        BenchHome.delete(work);
    }

    private static double produce(KafkaBroker broker, int first, int messages) throws Exception {
        Random random = new Random(first);
        long begin = System.nanoTime();
        try (KafkaBroker.Sender sender = broker.sender(TOPIC)) {
            for (int n = first; n < first + messages; n++) {
                String text = BenchInput.message(n, "K", "1234567890", random);
                sender.send(CONNECTION + "/K-" + n, text.getBytes(StandardCharsets.UTF_8), "vendor");
            }
            sender.flush();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void drained(BenchCluster cluster, String what, double produced, int messages, int all) throws Exception {
        BenchCluster.Cpu begin = cluster.cpu();
        long had = all - messages;
        // What nodes that ran took while it came is not in the rate.
        long already = cluster.stored() - had;
        cluster.await("everything stored", () -> cluster.stored() >= all);
        BenchCluster.Cpu stored = cluster.cpu().since(begin);
        cluster.await("everything sent", () -> cluster.sent() >= all);
        BenchCluster.Cpu used = cluster.cpu().since(begin);
        System.out.printf(
                Locale.ROOT,
                "| %,d %s%s | %.1f | %.1f | %,.0f | %.1f | %,.0f | %,.0f | %.2f | %.2f |%n",
                messages,
                what,
                already > 0 ? " (%,d of them stored before the last was produced)".formatted(already) : "",
                produced,
                stored.seconds(),
                (messages - already) / stored.seconds(),
                used.seconds(),
                1e6 * (used.nodes() + used.server()) / messages,
                1e6 * used.postgres() / messages,
                used.ours(),
                used.others());
    }

    private static void judge(BenchCluster cluster, int all) throws Exception {
        SentRecords sent = SentRecords.in(cluster.server().dropOff(CONNECTION));
        cluster.stopNodes();
        int audit = cluster.command("audit");
        boolean once = sent.faults().isEmpty() && sent.doses().size() == 2 * all;
        System.out.printf(
                Locale.ROOT,
                "%n%,d doses at the server, each %s; told again by Kafka: %,d; audit %s; load after %.1f%n",
                sent.doses().size(),
                once ? "once" : "NOT once",
                cluster.ask("select coalesce(sum(repeated), 0) from source_position"),
                audit == 0 ? "balances" : "DOES NOT BALANCE",
                Machine.load());
        if (!once || audit != 0) {
            throw new IllegalStateException("This run is worth nothing.");
        }
    }
}
