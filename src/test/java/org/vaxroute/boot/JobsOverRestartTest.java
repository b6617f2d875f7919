package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;

/** What a server was doing when it ended. */
class JobsOverRestartTest {
    @TempDir
    Path folder;

    /** @param machine the second is that of a container before an update made it anew */
    @ParameterizedTest
    @ValueSource(strings = {"", "3f2a9c11d0be"})
    void workOnHeldRecordsGoesOnAtTheNextStartAndOtherWorkIsSaidToHaveEnded(String machine) throws Exception {
        ShippedHome home = new ShippedHome(folder);
        String node = (machine.isEmpty() ? InetAddress.getLocalHost().getHostName() : machine) + ":"
                + home.settings().home().folder();
        long drop;
        long plan;
        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            Path dropped = folder.resolve("work/in/clinic-files/day.hl7");
            Files.createDirectories(dropped.getParent());
            Files.writeString(dropped, Samples.vxu("C1", "Test", "CLINIC"));
            await().untilAsserted(() ->
                    assertThat(server.ledger().records().heldCounts()).hasSize(1));
            // As if the process died right behind these.
            drop = server.ledger()
                    .jobs()
                    .begin(Job.Kind.DROP, HeldFilter.ALL, node, "otto", "no patient")
                    .id();
            plan = server.ledger()
                    .jobs()
                    .begin(Job.Kind.PLAN, "main", "plan the historical load of main", node, "otto")
                    .id();
        }

        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            await().untilAsserted(() -> assertThat(
                            server.ledger().jobs().find(drop).orElseThrow().state())
                    .isEqualTo(Job.State.DONE));
            assertThat(server.ledger().records().heldCounts()).isEmpty();
            assertThat(server.ledger().jobs().find(plan).orElseThrow().state()).isEqualTo(Job.State.FAILED);
        }
    }
}
