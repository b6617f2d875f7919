package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/**
 * Several nodes on one ledger and one work folder, of which one after the other is killed, halted for longer than its leases last, or
 * stopped and started again, while files, rows and messages come in; in the end the registry's files, read by {@link RegistryBooks}, must
 * say what the sources held.
 *
 * <p>{@code -Dvaxroute.cluster.faults} says how often (default 1, a kill first), {@code -Dvaxroute.cluster.seed} repeats
 * their order.
 */
class ClusterIT {
    private static final int NODES = 3;
    private static final int PATIENTS = 40;
    private static final Path PLACE = Path.of("target/cluster").toAbsolutePath();
    private static final Duration LONGEST = Duration.ofMinutes(6);

    private final Clock clock = Clock.systemDefaultZone();
    private final List<Integer> ports = new ArrayList<>();
    private final List<PracticeProcess> nodes = new ArrayList<>();
    private RunHome home;

    private enum Fault {
        KILL,
        HALT,
        STOP
    }

    @Test
    void eachRecordIsSentOnceWhateverBecomesOfOneNode() throws Exception {
        int wanted = Integer.getInteger("vaxroute.cluster.faults", 1);
        long seed = Long.getLong("vaxroute.cluster.seed", System.nanoTime());
        say("seed %d, %d faults, %d nodes", seed, wanted, NODES);
        Random random = new Random(seed);
        Homes.delete(PLACE);
        home = new RunHome(PLACE);
        for (int node = 0; node < NODES; node++) {
            ports.add(RunHome.freePort());
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                PracticeRegistry registry = PracticeRegistry.start(
                        PLACE.resolve("registry"),
                        RegistryOptions.of(clock)
                                .stableFor(Duration.ofMillis(200))
                                .habits(RegistryHabits.plain()));
                EhrDesk ehr = new EhrDesk(PLACE.resolve("ehr"), home.drop(), PATIENTS, ports, clock)) {
            LedgerSettings ledger = set(postgres, registry, ehr);
            for (int node = 0; node < NODES; node++) {
                nodes.add(start(node));
            }
            for (int fault = 0; fault < wanted; fault++) {
                fail(fault == 0 ? Fault.KILL : Fault.values()[random.nextInt(3)], random);
                assertThat(books().faults()).isEmpty();
                ehr.correctOutsideOfTheDatabase(random);
            }
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
                            .allMatch(file -> file.state().name().equals("ANSWERED"));
                }
            });
            for (PracticeProcess node : nodes) {
                node.terminate(CrashHouse.STOP);
            }
            try (Ledger opened = Ledger.open(ledger, clock)) {
                Balance balance = opened.conservation().balance();
                assertThat(balance.differences()).isEmpty();
                assertThat(opened.records().held(null, null, null, 0, 1000))
                        .extracting(HeldRecord::recordId)
                        .hasSize(ehr.held());
            }
            assertThat(command(List.of("audit")).awaitEnd(LONGEST)).as("audit").isZero();
            say("%d records, %d of them corrections; each at the registry once", ehr.records(), ehr.corrections());
        } finally {
            for (PracticeProcess node : nodes) {
                node.end();
            }
        }
        Homes.delete(PLACE);
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
                node.halt();
                assertThat(node.endsWithin(Leases.HOLD.plusSeconds(5))).isFalse();
                node.goOn();
            }
        }
    }

    private LedgerSettings set(EmbeddedPostgres postgres, PracticeRegistry registry, EhrDesk ehr) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("create database cluster");
        }
        String url = postgres.getJdbcUrl("postgres", "cluster");
        home.database(ehr)
                .ledger(url, "postgres")
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
        return new LedgerSettings(url, "postgres", "postgres", 3, true);
    }

    private PracticeProcess start(int node) {
        return PracticeProcess.command(
                PLACE,
                PLACE,
                List.of("-Xmx512m"),
                List.of("run"),
                Map.of("VAXROUTE_NODE", "node-" + node, "VAXROUTE_MLLP_PORT", "" + ports.get(node)));
    }

    private static PracticeProcess command(List<String> arguments) {
        return PracticeProcess.command(PLACE, PLACE, List.of("-Xmx512m"), arguments);
    }

    private static RegistryBooks books() throws java.io.IOException {
        return RegistryBooks.of(PLACE.resolve("registry/archive"));
    }

    private static void say(String text, Object... values) {
        System.out.printf("cluster: " + text + "%n", values);
    }
}
