package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Node;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.practice.FreePort;

/** A process under its name: alone, drained, and against another one. */
class NodeDutyTest {
    @TempDir
    Path folder;

    @Test
    void aDrainedNodeTakesNoWorkOverARestartAndGoesOnWhenSomebodySaysSo() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        int port = FreePort.find();
        home.set("config/vaxroute.properties", "intake.mllp.enabled", "true");
        home.set("config/vaxroute.properties", "intake.mllp.port", "" + port);
        VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC());
        String node;
        try {
            node = only(server).name();
            await().until(() -> listens(port));
            // As when the ledger went away while it was given back.
            server.ledger().leases().acquire("account:left", "delivery" + Leases.at(node), Duration.ofSeconds(8));
            server.ledger().nodes().drain(node, "ann", "a new disk");
            await().untilAsserted(() -> assertThat(server.problems())
                    .singleElement()
                    .asString()
                    .contains("This node is drained")
                    .doesNotContain("by ann", "a new disk")
                    .endsWith("Still in hand: 1; the log names it."));
            await().until(() -> only(server).state() == Node.State.DRAINED);
            assertThat(only(server).leases()).isEmpty();
            assertThat(server.problems()).singleElement().asString().doesNotContain("in hand");
            assertThat(listens(port)).isFalse();
            drop("first.hl7", 3);
        } finally {
            server.close();
        }

        VaxRoute again = VaxRoute.start(home.settings(), Clock.systemUTC());
        try {
            await().until(() -> only(again).state() == Node.State.DRAINED);
            assertThat(folder.resolve("work/in/clinic-files/first.hl7")).exists();
            assertThat(again.ledger().leases().held()).isEmpty();

            again.ledger().nodes().undrain(node, "ann", "it is in");

            await().until(() -> only(again).state() == Node.State.RUNNING);
            await().until(() -> listens(port));
            await().until(() -> !Files.exists(folder.resolve("work/in/clinic-files/first.hl7")));
        } finally {
            again.close();
        }
    }

    @Test
    void aSecondProcessOfThisNodeIsRefusedAndTheFirstGoesOn() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC());
        try {
            assertThatThrownBy(() -> VaxRoute.start(home.settings(), Clock.systemUTC()))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("runs already")
                    .hasMessageContaining("cluster.node");

            drop("day.hl7", 3);
            await().until(() -> !Files.exists(folder.resolve("work/in/clinic-files/day.hl7")));
        } finally {
            server.close();
        }
    }

    @Test
    void aNodeOfTheSameNameWithAnotherWorkFolderIsRefusedWhileTheFirstLives() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (Ledger ledger = Ledger.open(TestDatabase.POSTGRESQL.fresh(folder), Clock.systemUTC());
                NodeDuty first = NodeDuty.begin(ledger, "n1", folder.resolve("east"), "1")) {
            CompletableFuture<Void> living = CompletableFuture.runAsync(() -> {
                while (!ended.get()) {
                    first.beat();
                }
            });

            assertThatThrownBy(() -> NodeDuty.begin(ledger, "n1", folder.resolve("west"), "1"))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("works on this ledger as node n1: ")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            ended.set(true);
            living.join();
        }
    }

    @Test
    void itShowsThatItLivesWhileItStillStarts() throws Exception {
        LedgerSettings postgres = TestDatabase.POSTGRESQL.fresh(folder);
        ShippedHome home = new ShippedHome(folder);
        home.set("config/vaxroute.properties", "ledger.url", postgres.url());
        home.set("config/vaxroute.properties", "ledger.user", postgres.user());
        try (Ledger other = Ledger.open(postgres, Clock.systemUTC());
                VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC(), users -> {
                    Instant begun = other.nodes().all().get(0).seenAt();
                    await().until(() -> other.nodes().all().get(0).seenAt().isAfter(begun));
                })) {
            assertThat(only(server).state()).isEqualTo(Node.State.RUNNING);
        }
    }

    @Test
    void oneThatDiedIsFollowedAtOnceInItsOwnWorkFolderAndItsLeasesAreFree() throws Exception {
        try (Ledger ledger = Ledger.open(TestDatabase.POSTGRESQL.fresh(folder), Clock.systemUTC())) {
            long died = ledger.nodes().enter("n1", "here, process 1", "1", 0).orElseThrow();
            Files.writeString(folder.resolve("node"), Long.toString(died));
            ledger.leases().acquire("account:main", "delivery at n1", Duration.ofMinutes(5));

            try (NodeDuty second = NodeDuty.begin(ledger, "n1", folder, "2")) {
                assertThat(ledger.nodes().find("n1")).map(Node::version).contains("2");
                assertThat(ledger.nodes().find("n1")).map(Node::leases).contains(List.of());
                assertThat(second.problem()).isEmpty();
            }
            assertThat(ledger.nodes().find("n1")).map(Node::state).contains(Node.State.STOPPED);
        }
    }

    @Test
    void oneWhoseNameWasTakenWhileItWasHaltedTakesNoMoreWork() throws Exception {
        try (Ledger ledger = Ledger.open(TestDatabase.POSTGRESQL.fresh(folder), Clock.systemUTC());
                NodeDuty first = NodeDuty.begin(ledger, "n1", folder, "1")) {
            long session = Long.parseLong(Files.readString(folder.resolve("node")));
            ledger.nodes().enter("n1", "elsewhere, process 1", "1", session);

            first.beat();

            assertThat(first.problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("Another process"));
            assertThat(ledger.leases().keep("account:main", "delivery at n1")).isEmpty();
        }
    }

    private static Node only(VaxRoute server) {
        return server.ledger().nodes().all().get(0);
    }

    private void drop(String name, int messages) throws IOException {
        Path place = folder.resolve("work/in/clinic-files").resolve(name);
        Files.createDirectories(place.getParent());
        Files.writeString(place, Samples.batch(messages));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
