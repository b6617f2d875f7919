package org.vaxroute.crash;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.vaxroute.kafka.KafkaBroker;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/**
 * Three nodes, Kafka, PostgreSQL and a registry as processes of this machine, with a sender that goes on, to kill by hand: {@code .ci/cluster}.
 * Reads what to do from its input, a word and a part a line; at {@code end} it waits until everything is stored and says whether the audit balances.
 */
public final class ClusterByHand {
    private static final int NODES = 3;
    private static final int PATIENTS = 2_000;
    private static final long PACE_MILLIS = 100;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Path PLACE = Path.of("target/cluster-by-hand").toAbsolutePath();
    private static final String PASSWORD = "practice-cluster";

    private final Clock clock = Clock.systemDefaultZone();
    private final RunHome home;
    private final Map<String, PracticeProcess> nodes = new TreeMap<>();
    private final Map<String, Integer> consoles = new TreeMap<>();
    private final Map<String, Integer> listeners = new TreeMap<>();
    private final KafkaBroker broker;
    private final AtomicInteger sent = new AtomicInteger();
    private final CountDownLatch ending = new CountDownLatch(1);
    private EmbeddedPostgres postgres;
    private final int postgresPort = FreePort.find();

    private ClusterByHand() throws Exception {
        Homes.delete(PLACE);
        home = new RunHome(PLACE);
        broker = new KafkaBroker(PLACE.resolve("kafka"));
    }

    public static void main(String[] arguments) throws Exception {
        new ClusterByHand().run();
    }

    private void run() throws Exception {
        say("starting PostgreSQL, Kafka, a registry and %d nodes below %s", NODES, PLACE);
        startDatabase();
        broker.start();
        broker.createTopic("records", 12);
        try (PracticeRegistry registry = PracticeRegistry.start(
                PLACE.resolve("registry"), RegistryOptions.of(clock).habits(RegistryHabits.plain()))) {
            set(registry);
            for (int n = 0; n < NODES; n++) {
                consoles.put("node-" + n, FreePort.find());
                listeners.put("node-" + n, FreePort.find());
                start("node-" + n);
            }
            FutureTask<Void> sender = new FutureTask<>(this::send);
            Thread sending = new Thread(sender, "sender");
            sending.setDaemon(true);
            sending.start();
            help();
            listen();
            ending.countDown();
            sender.get();
            end(registry);
        } finally {
            for (PracticeProcess node : nodes.values()) {
                node.end();
            }
            broker.close();
            postgres.close();
        }
    }

    private void help() {
        consoles.forEach((node, port) ->
                say("%s  http://127.0.0.1:%d/hawtio  user operator, password %s", node, port, PASSWORD));
        say(
                "kill PART, stop NODE, halt NODE, go NODE, start PART, status, end    parts: node-0 to node-2, kafka, postgres");
    }

    private void listen() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.strip().equals("end"); line = in.readLine()) {
            String[] words = line.strip().split("\\s+");
            String part = words.length > 1 ? words[1] : "";
            boolean known = List.of("", "kafka", "postgres").contains(part) || consoles.containsKey(part);
            switch (known ? words[0] : "help") {
                case "kill" -> kill(part);
                case "start" -> start(part);
                case "stop" -> nodes.get(part).terminate(CrashHouse.STOP);
                case "halt" -> nodes.get(part).halt();
                case "go" -> nodes.get(part).goOn();
                case "status" -> status();
                default -> help();
            }
        }
    }

    private void kill(String part) throws Exception {
        switch (part) {
            case "kafka" -> broker.kill();
            case "postgres" -> {
                String pid = Files.readAllLines(PLACE.resolve("postgres/postmaster.pid"))
                        .get(0);
                new ProcessBuilder("kill", "-9", pid).inheritIO().start().waitFor();
            }
            default -> nodes.get(part).end();
        }
        say("%s is killed", part);
    }

    private void start(String part) throws Exception {
        switch (part) {
            case "kafka" -> broker.start();
            case "postgres" -> startDatabase();
            default ->
                nodes.put(
                        part,
                        PracticeProcess.command(
                                PLACE,
                                PLACE,
                                List.of("-Xmx384m"),
                                List.of("run"),
                                Map.of(
                                        "VAXROUTE_NODE", part,
                                        "VAXROUTE_HTTP_PORT", "" + consoles.get(part),
                                        "VAXROUTE_MLLP_PORT", "" + listeners.get(part))));
        }
        say("%s is started", part);
    }

    private void status() {
        nodes.forEach((name, node) -> say("%s  process %d  %s", name, node.pid(), node.lives() ? "lives" : "is dead"));
        try {
            say(
                    "%d records sent, %d stored, %d of them told again; %d files",
                    sent.get(),
                    ask("select coalesce(sum(records_read - repeated), 0) from source_position"),
                    ask("select coalesce(sum(repeated), 0) from source_position"),
                    ask("select count(*) from submission_file where state = 'ANSWERED'"));
        } catch (SQLException e) {
            say("%d records sent; PostgreSQL does not answer", sent.get());
        }
    }

    private void end(PracticeRegistry registry) throws Exception {
        say("%d records sent; waiting until all are stored and gone", sent.get());
        await("everything is stored and gone")
                .atMost(LONGEST)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> left() <= 0 && registry.isTrayEmpty());
        status();
        for (PracticeProcess node : nodes.values()) {
            node.terminate(CrashHouse.STOP);
        }
        List<String> faults =
                RegistryBooks.of(PLACE.resolve("registry/archive")).faults();
        int audit = command(List.of("audit")).awaitEnd(LONGEST);
        say("faults in the registry's files: %s", faults.isEmpty() ? "none" : faults);
        say("audit: %s", audit == 0 ? "balances" : "does not balance, see " + PracticeProcess.said(PLACE));
        if (audit != 0 || !faults.isEmpty()) {
            throw new IllegalStateException("not each record is where it should be");
        }
    }

    private long left() throws SQLException {
        return sent.get()
                - ask("select coalesce(sum(records_read - repeated), 0) from source_position")
                + ask("select coalesce(sum(last_no - filed_no), 0) from lane")
                + ask("select count(*) from submission_file where state not in ('ANSWERED', 'SENT')");
    }

    private long ask(String query) throws SQLException {
        try (Connection connection = postgres.getDatabase("postgres", "cluster").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Void send() throws Exception {
        try (PracticeEhr ehr = PracticeEhr.create(PLACE.resolve("ehr"), 11, PATIENTS, clock);
                KafkaBroker.Sender sender = broker.sender("records");
                Stream<String> messages = Stream.of(Channel.values()).flatMap(ehr::messages)) {
            var each = messages.iterator();
            // One after the other, and no faster than this.
            while (!ending.await(PACE_MILLIS, TimeUnit.MILLISECONDS) && each.hasNext()) {
                String message = each.next();
                String patient = message.split("\rPID\\|")[1].split("\\|")[2];
                sender.send(RunHome.CONNECTION + "/" + patient, message);
                sent.incrementAndGet();
            }
        } catch (Exception e) {
            say("the sender ended, which fails the run at its end: %s", e);
            throw e;
        }
        return null;
    }

    private void startDatabase() throws IOException {
        if (postgres != null) {
            // Lets go of the folder; that there was nothing to stop is logged and does no harm.
            postgres.close();
        }
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(PLACE.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(postgresPort)
                .start();
    }

    private void set(PracticeRegistry registry) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("create database cluster");
        }
        home.ledger(postgres.getJdbcUrl("postgres", "cluster"), "postgres")
                .topic(broker.servers(), "records")
                .with("cluster.enabled", "true")
                .with("cluster.node", "{{env:VAXROUTE_NODE:command}}")
                .with("intake.mllp.port", "{{env:VAXROUTE_MLLP_PORT:0}}")
                .with("operate.http.enabled", "true")
                .with("operate.http.port", "{{env:VAXROUTE_HTTP_PORT:0}}")
                .write(registry, false);
        new Users(PLACE.resolve("config/users")).put("operator", PASSWORD.toCharArray(), Role.OPERATOR);
        int adopted = command(List.of(
                        "gate",
                        "adopt",
                        RunHome.CONNECTION,
                        "--reference",
                        "practice",
                        "--cut-off",
                        "1970-01-01T00:00:00Z"))
                .awaitEnd(LONGEST);
        if (adopted != 0) {
            throw new IllegalStateException("the connection was not adopted; see " + PracticeProcess.said(PLACE));
        }
    }

    private static PracticeProcess command(List<String> arguments) {
        return PracticeProcess.command(PLACE, PLACE, List.of("-Xmx384m"), arguments);
    }

    private static void say(String text, Object... values) {
        System.out.printf("cluster: " + text + "%n", values);
    }
}
