package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vaxroute.kafka.KafkaBroker;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;
import org.vaxroute.submit.CuttingProxy;

/**
 * VaxRoute and Kafka as processes that are killed with -9, or cut off from each other, while records come in; in the end the ledger holds each record once.
 *
 * <p>{@code -Dvaxroute.kafka.kills} says how often (default 2: VaxRoute, then the broker; from 3 on with two nodes), {@code -Dvaxroute.kafka.seed}
 * repeats their order.
 */
@Tag("slower")
class KafkaKillIT {
    private static final Path PLACE = Path.of("target/kafka-kills").toAbsolutePath();
    private static final Duration LONGEST = Duration.ofMinutes(4);
    private static final int WANTED = Integer.getInteger("vaxroute.kafka.kills", 2);
    private static final int NODES = WANTED > 2 ? 2 : 1;
    private static final int A_KILL = 1_000;
    private static final int PATIENTS = 97;

    /** In seconds; half a minute more than the broker waits for a member of a group. */
    private static final int LONGEST_CUT = 75;

    private final Clock clock = Clock.systemDefaultZone();
    private final List<PracticeProcess> nodes = new ArrayList<>();

    /** From each node to the broker, and where the node takes the broker to be. */
    private final List<CuttingProxy> lines = new ArrayList<>();

    private final List<String> ways = new ArrayList<>();
    private int sent;
    private int startedAgain;

    @Test
    void eachRecordIsStoredOnceWhateverIsKilled() throws Exception {
        long seed = Long.getLong("vaxroute.kafka.seed", System.nanoTime());
        say("seed %d, %d kills, %d nodes", seed, WANTED, NODES);
        Random random = new Random(seed);
        Homes.delete(PLACE);
        RunHome home = new RunHome(PLACE);
        try (KafkaBroker broker = new KafkaBroker(PLACE.resolve("kafka"), NODES).start();
                EmbeddedPostgres postgres =
                        EmbeddedPostgres.builder().setPort(FreePort.find()).start();
                PracticeRegistry registry = PracticeRegistry.start(
                        PLACE.resolve("registry"), RegistryOptions.of(clock).habits(RegistryHabits.plain()));
                Connection ledger = postgres.getPostgresDatabase().getConnection()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            home.ledger(url, "postgres")
                    .topic("{{env:VAXROUTE_KAFKA:" + broker.servers() + "}}", "records")
                    .with("cluster.enabled", "true")
                    .with("cluster.node", "{{env:VAXROUTE_NODE:command}}")
                    .with("intake.mllp.enabled", "false")
                    .write(registry, false);
            broker.createTopic("records", 4);
            for (int node = 0; node < NODES; node++) {
                lines.add(new CuttingProxy(broker.host(node), broker.port(node)).manner(CuttingProxy.Manner.SILENCE));
                ways.add(broker.servers(node));
                nodes.add(start(node));
            }
            for (int kill = 0; kill < WANTED; kill++) {
                long before = sent;
                send(broker);
                long point = before + 1 + random.nextInt(A_KILL - 1);
                await().atMost(LONGEST)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> nodesLive() && stored(ledger) >= point);
                if (kill == 1 || kill > 1 && random.nextInt(4) == 0) {
                    say("the broker at %d of %d", stored(ledger), sent);
                    broker.kill();
                    broker.start();
                } else if (kill > 1 && random.nextInt(4) == 0) {
                    cut(random.nextInt(NODES), Duration.ofSeconds(random.nextInt(LONGEST_CUT)), random.nextBoolean());
                } else {
                    int which = random.nextInt(NODES);
                    nodes.get(which).end();
                    say("node %d at %d of %d", which, stored(ledger), sent);
                    nodes.set(which, start(which));
                }
            }
            send(broker);
            await().atMost(LONGEST).until(() -> nodesLive() && stored(ledger) == sent);
            for (PracticeProcess node : nodes) {
                node.terminate(CrashHouse.STOP);
            }
            assertThat(ask(ledger, "select count(distinct control_id) from record"))
                    .isEqualTo(sent);
            assertThat(ask(ledger, "select count(*) from record")).isEqualTo(sent);
            assertThat(ask(ledger, DISORDER))
                    .as("records of a patient behind a newer one")
                    .isZero();
            try (Ledger opened = Ledger.open(new LedgerSettings(url, "postgres", "postgres", 3, true), clock)) {
                assertThat(opened.conservation().balance().differences()).isEmpty();
            }
            say("%d records, each once", sent);
        } finally {
            for (PracticeProcess node : nodes) {
                node.end();
            }
            for (CuttingProxy line : lines) {
                line.close();
            }
        }
        Homes.delete(PLACE);
    }

    /** Nothing passes between a node and the broker for a while; the other takes over its partitions when that lasts. */
    private void cut(int which, Duration time, boolean told) throws Exception {
        say("node %d has no line to the broker for %d s", which, time.toSeconds());
        lines.get(which).strike();
        assertThat(nodes.get(which).endsWithin(time)).isFalse();
        if (told) {
            lines.get(which).mend();
        } else {
            lines.get(which).forget();
        }
    }

    private static final String DISORDER =
            "select count(*) from (select cast(control_id as integer) n, lag(cast(control_id as integer)) over"
                    + " (partition by patient_key order by record_id) before from record) one where before > n";

    private void send(KafkaBroker broker) throws Exception {
        try (KafkaBroker.Sender sender = broker.sender("records")) {
            for (int n = 0; n < A_KILL; n++) {
                sent++;
                sender.send(
                        RunHome.CONNECTION + "/P" + sent % PATIENTS, vxu(sent).getBytes(StandardCharsets.UTF_8), null);
            }
        }
    }

    private static String vxu(int n) {
        return "MSH|^~\\&|EHR|CLINIC|||20261122101500-0600||VXU^V04^VXU_V04|" + n
                + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\rPID|1||P" + n % PATIENTS
                + "^^^CLINIC^MR||Adams^Ana||20190309|F\rORC|RE||" + n
                + "^CLINIC\rRXA|0|1|20261101||03^MMR^CVX|0.5|mL^mL^UCUM||00^NEW^NIP001|||||||||||CP|A\r";
    }

    private static long stored(Connection ledger) throws SQLException {
        return ask(
                ledger,
                "select coalesce(sum(records_read - repeated), 0) from source_position where source = 'clinic-topic'");
    }

    private static long ask(Connection ledger, String query) throws SQLException {
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            // Before the first node has made the tables.
            if (e.getSQLState().equals("42P01")) {
                return 0;
            }
            throw e;
        }
    }

    /** Starts, as a service manager would, a node again that did not come up because a busy PostgreSQL let it wait for too long. */
    private boolean nodesLive() throws IOException {
        for (int node = 0; node < nodes.size(); node++) {
            if (!nodes.get(node).lives()) {
                long unreached = Files.readAllLines(PracticeProcess.said(PLACE)).stream()
                        .filter(line ->
                                line.startsWith("vaxroute: The ledger at ") && line.contains("cannot be opened"))
                        .count();
                assertThat(unreached)
                        .as("node %d ended by itself; see %s", node, PracticeProcess.said(PLACE))
                        .isGreaterThan(startedAgain);
                startedAgain++;
                nodes.set(node, start(node));
            }
        }
        return true;
    }

    private PracticeProcess start(int node) {
        return PracticeProcess.command(
                PLACE,
                PLACE,
                List.of("-Xmx512m"),
                List.of("run"),
                Map.of("VAXROUTE_NODE", "node-" + node, "VAXROUTE_KAFKA", ways.get(node)));
    }

    private static void say(String text, Object... values) {
        System.out.printf("kafka kills: " + text + "%n", values);
    }
}
