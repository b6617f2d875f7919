package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Node;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;
import org.vaxroute.submit.CuttingProxy;

/**
 * Several nodes on one ledger and one work folder, of which one after the other is killed, halted for longer than its leases last, stopped
 * and started again, drained, or cut off from the database, and whose database is restarted, while files, rows and messages come in; in the end the registry's files, read by
 * {@link RegistryBooks}, must say what the sources held, and its book of sessions that no two were ever open at a time.
 *
 * <p>{@code -Dvaxroute.cluster.faults} says how often (default 10, a kill first), {@code -Dvaxroute.cluster.seed} repeats
 * their order, {@code -Dvaxroute.cluster.minutes} ends them in time. With more than one, twenty small connections and a large one are served beside the first.
 */
@Tag("slower")
class ClusterIT {
    private static final int NODES = 3;
    private static final int PATIENTS = 40;
    private static final int SMALL = 20;
    private static final int CROWD_PATIENTS = 6_000;
    private static final int LONGEST_CUT = 45_000;
    private static final Path PLACE = Path.of("target/cluster").toAbsolutePath();
    private static final Duration LONGEST = Duration.ofMinutes(6);

    private final Clock clock = Clock.systemDefaultZone();
    private final List<Integer> ports = new ArrayList<>();
    private final List<PracticeProcess> nodes = new ArrayList<>();

    /** From each node to the database. */
    private final List<CuttingProxy> lines = new ArrayList<>();

    private final List<RegistrySessions.Halt> halts = new ArrayList<>();
    private RunHome home;

    private EmbeddedPostgres postgres;
    private final int postgresPort = FreePort.find();
    private LedgerSettings ledger;
    private Crowd crowd;

    private enum Fault {
        KILL,
        HALT,
        STOP,
        DRAIN,
        DATABASE,
        CUT
    }

    @Test
    void eachRecordIsSentOnceWhateverBecomesOfOneNode() throws Exception {
        int wanted = Integer.getInteger("vaxroute.cluster.faults", 10);
        long seed = Long.getLong("vaxroute.cluster.seed", System.nanoTime());
        say("seed %d, %d faults, %d nodes", seed, wanted, NODES);
        Random random = new Random(seed);
        Homes.delete(PLACE);
        home = new RunHome(PLACE);
        for (int node = 0; node < NODES; node++) {
            ports.add(FreePort.find());
        }
        startDatabase();
        try (PracticeRegistry registry = PracticeRegistry.start(
                        PLACE.resolve("registry"),
                        RegistryOptions.of(clock)
                                .stableFor(Duration.ofMillis(200))
                                .habits(RegistryHabits.plain()));
                EhrDesk ehr = new EhrDesk(PLACE.resolve("ehr"), home.drop(), PATIENTS, ports, clock)) {
            set(registry, ehr);
            for (int node = 0; node < NODES; node++) {
                lines.add(new CuttingProxy("127.0.0." + (2 + node), postgresPort).manner(CuttingProxy.Manner.SILENCE));
            }
            for (int node = 0; node < NODES; node++) {
                nodes.add(start(node));
            }
            if (wanted > 1) {
                crowd(wanted);
                assertThatASecondProcessOfOneNameIsRefused();
            }
            long end =
                    System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("vaxroute.cluster.minutes", 600));
            for (Fault fault : order(wanted, random)) {
                if (System.nanoTime() >= end) {
                    break;
                }
                fail(fault, random);
                assertThat(books().faults()).isEmpty();
                ehr.correctOutsideOfTheDatabase(random);
                if (crowd != null) {
                    crowd.look();
                    crowd.dropSmall();
                }
            }
            awaitEverything(ehr, registry);
            // One that is just starting ends without a word.
            await().atMost(LONGEST).until(this::allRun);
            for (PracticeProcess node : nodes) {
                node.terminate(CrashHouse.STOP);
            }
            try (Ledger opened = Ledger.open(ledger, clock)) {
                Balance balance = opened.conservation().balance();
                assertThat(balance.differences()).isEmpty();
                assertThat(opened.records().held(RunHome.CONNECTION, null, null, 0, 1000))
                        .extracting(HeldRecord::recordId)
                        .hasSize(ehr.held());
                assertThat(opened.nodes().all()).extracting(Node::state).containsOnly(Node.State.STOPPED);
            }
            assertThat(command(List.of("audit")).awaitEnd(LONGEST)).as("audit").isZero();
            RegistrySessions sessions = RegistrySessions.of(PLACE.resolve("registry/sessions.txt"), halts);
            assertThat(sessions.together()).isEmpty();
            say(
                    "%d records, %d of them corrections; each at the registry once; %d sessions, one at a time",
                    ehr.records(), ehr.corrections(), sessions.count());
        } finally {
            for (PracticeProcess node : nodes) {
                node.end();
            }
            for (CuttingProxy line : lines) {
                line.close();
            }
            postgres.close();
        }
        Homes.delete(PLACE);
    }

    private boolean allRun() throws IOException {
        for (int node = 0; node < NODES; node++) {
            PracticeProcess process = nodes.get(node);
            try (Stream<String> log = Files.lines(PLACE.resolve("work/log/node-" + node + "/vaxroute.log"))) {
                if (log.filter(line -> line.contains("VaxRoute runs for "))
                        .map(line -> Instant.parse(line.split(" ")[0]))
                        .noneMatch(process.begun()::isBefore)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void awaitEverything(EhrDesk ehr, PracticeRegistry registry) {
        await().atMost(LONGEST)
                .failFast("a node ended by itself", () -> !nodes.stream().allMatch(PracticeProcess::lives))
                .untilAsserted(() -> {
                    assertThat(ehr.isSilent()).isTrue();
                    assertThat(registry.isTrayEmpty()).isTrue();
                    assertThat(ehr.differences(books())).isEmpty();
                });
        await().atMost(LONGEST).until(() -> {
            try (Ledger opened = Ledger.open(ledger, clock)) {
                return opened.submissionFiles().recent(10_000).stream()
                        .filter(file -> file.connection().equals(RunHome.CONNECTION))
                        .allMatch(file -> file.state().name().equals("ANSWERED"));
            }
        });
        if (crowd != null) {
            await().atMost(LONGEST).untilAsserted(() -> {
                crowd.look();
                assertThat(crowd.differences(held())).isEmpty();
            });
            say("%d doses of the others; the longest of a small one took %s", crowd.records(), crowd.longest());
        }
    }

    private Map<String, Integer> held() {
        try (Ledger opened = Ledger.open(ledger, clock)) {
            return opened.records().held(null, null, null, 0, 1000).stream()
                    .collect(Collectors.groupingBy(HeldRecord::connection, Collectors.summingInt(HeldRecord::doses)));
        }
    }

    /** Each kind as often as the others, so that a short run has seen them all. */
    private static List<Fault> order(int wanted, Random random) {
        List<Fault> order = new ArrayList<>();
        while (order.size() < wanted) {
            List<Fault> each = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(each, random);
            order.addAll(each);
        }
        Collections.swap(order, 0, order.indexOf(Fault.KILL));
        return order.subList(0, wanted);
    }

    private void crowd(int rounds) throws Exception {
        crowd = new Crowd(home, PLACE.resolve("crowd"), SMALL, CROWD_PATIENTS, clock);
        for (PracticeProcess node : nodes) {
            node.terminate(CrashHouse.STOP);
        }
        try (Ledger opened = Ledger.open(ledger, clock)) {
            for (String connection : crowd.connections()) {
                opened.gates()
                        .move(
                                connection,
                                opened.gates().state(connection),
                                GateState.LIVE,
                                "test",
                                "as the test needs it");
            }
        }
        for (int node = 0; node < NODES; node++) {
            nodes.set(node, start(node));
        }
        crowd.dropLarge(Math.min(rounds, 10));
        crowd.dropSmall();
    }

    private void assertThatASecondProcessOfOneNameIsRefused() throws Exception {
        try (Ledger opened = Ledger.open(ledger, clock)) {
            await().atMost(LONGEST).until(() -> state(opened, 0) == Node.State.RUNNING);
        }
        assertThat(start(0).awaitEnd(LONGEST)).as("a second node-0").isNotZero();
        assertThat(Files.readString(PracticeProcess.said(PLACE))).contains("A process of node node-0 runs already");
    }

    private void fail(Fault fault, Random random) throws Exception {
        int which = random.nextInt(NODES);
        PracticeProcess node = nodes.get(which);
        if (node.endsWithin(Duration.ofMillis(random.nextInt(8_000)))) {
            throw new AssertionError("node " + which + " ended by itself; see " + PracticeProcess.said(PLACE));
        }
        say("node %d: %s", which, fault);
        switch (fault) {
            case KILL -> {
                node.end();
                nodes.set(which, start(which));
            }
            case STOP -> {
                node.terminate(CrashHouse.STOP);
                nodes.set(which, start(which));
            }
            case HALT -> {
                Instant from = Instant.now();
                node.halt();
                assertThat(node.endsWithin(Leases.HOLD.plusSeconds(5))).isFalse();
                node.goOn();
                // Until it asks whether it may go on, and is told that it may not.
                halts.add(new RegistrySessions.Halt(from, Instant.now().plus(Leases.HOLD)));
            }
            case DRAIN -> drain(which, random.nextBoolean());
            case DATABASE -> {
                postgres.close();
                assertThat(node.endsWithin(Duration.ofMillis(random.nextInt(5_000))))
                        .isFalse();
                startDatabase();
            }
            case CUT -> {
                lines.get(which).strike();
                assertThat(node.endsWithin(Duration.ofMillis(random.nextInt(LONGEST_CUT))))
                        .isFalse();
                if (random.nextBoolean()) {
                    lines.get(which).mend();
                } else {
                    lines.get(which).forget();
                }
            }
        }
    }

    private void drain(int which, boolean restart) throws Exception {
        try (Ledger opened = Ledger.open(ledger, clock)) {
            await().atMost(LONGEST).until(() -> state(opened, which) == Node.State.RUNNING);
            opened.nodes().drain("node-" + which, "test", "as the test needs it");
            await().atMost(LONGEST).until(() -> state(opened, which) == Node.State.DRAINED);
            assertThat(opened.nodes().find("node-" + which).orElseThrow().leases())
                    .isEmpty();
            if (restart) {
                nodes.get(which).terminate(CrashHouse.STOP);
                nodes.set(which, start(which));
            }
            opened.nodes().undrain("node-" + which, "test", "as the test needs it");
        }
    }

    private static Node.State state(Ledger ledger, int node) {
        return ledger.nodes().find("node-" + node).map(Node::state).orElse(Node.State.GONE);
    }

    private void startDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(PLACE.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(postgresPort)
                .start();
    }

    private void set(PracticeRegistry registry, EhrDesk ehr) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("create database cluster");
        }
        String url = postgres.getJdbcUrl("postgres", "cluster");
        home.database(ehr)
                .ledger("{{env:VAXROUTE_LEDGER:" + url + "}}", "postgres")
                .with("cluster.enabled", "true")
                .with("cluster.node", "{{env:VAXROUTE_NODE:command}}")
                .with("intake.mllp.port", "{{env:VAXROUTE_MLLP_PORT:0}}")
                .write(registry, false);
        assertThat(command(List.of(
                                "gate",
                                "adopt",
                                RunHome.CONNECTION,
                                "--reference",
                                "practice",
                                "--cut-off",
                                "1970-01-01T00:00:00Z"))
                        .awaitEnd(LONGEST))
                .as("adopting; see %s", PracticeProcess.said(PLACE))
                .isZero();
        ledger = new LedgerSettings(url, "postgres", "postgres", 3, true);
    }

    private PracticeProcess start(int node) {
        return PracticeProcess.command(
                PLACE,
                PLACE,
                List.of("-Xmx512m"),
                List.of("run"),
                Map.of(
                        "VAXROUTE_NODE",
                        "node-" + node,
                        "VAXROUTE_MLLP_PORT",
                        "" + ports.get(node),
                        "VAXROUTE_LEDGER",
                        ledger.url().replace("localhost", lines.get(node).host())));
    }

    private static PracticeProcess command(List<String> arguments) {
        return PracticeProcess.command(PLACE, PLACE, List.of("-Xmx512m"), arguments);
    }

    private static RegistryBooks books() throws IOException {
        return RegistryBooks.of(PLACE.resolve("registry/archive"));
    }

    private static void say(String text, Object... values) {
        System.out.printf("cluster: " + text + "%n", values);
    }
}
