package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home in a folder whose name means something to Camel. */
class HomePathTest {
    @TempDir
    Path folder;

    @Test
    void allRoutesStartAndADropFolderIsRead() throws Exception {
        ShippedHome home = new ShippedHome(folder.resolve("a, b*#+$c"));

        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            assertThat(server.context().getRoute("process-answers")).isNotNull();
            assertThat(server.context().getRoutesSize()).isEqualTo((int) home.settings().home().routeFiles().stream()
                    .filter(file -> !file.toString().contains("failures"))
                    .count());

            Path dropped = home.folder.resolve("work/in/clinic-files/no.hl7");
            Files.createDirectories(dropped.getParent());
            Files.writeString(dropped, "no HL7 at all");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.notExists(dropped));
        }
    }
}
