package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home of which parts lie on other disks, behind links. */
class LinkedFoldersTest {
    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() throws IOException {
        home = new ShippedHome(folder.resolve("home"));
        home.set("config/connections/main.properties", "feed.ongoing.every", "1s");
        home.mkdir("work/in/clinic-files");
        home.mkdir("work/out");
        home.mkdir("work/answers");
        for (String part : new String[] {
            "work/in/clinic-files", "work/to-upload", "work/out", "work/answers", "work", "config/connections", "config"
        }) {
            link(part);
        }
    }

    private void link(String part) throws IOException {
        Path place = home.folder.resolve(part);
        Path elsewhere = folder.resolve("elsewhere").resolve(part.replace('/', '-'));
        Files.createDirectories(elsewhere.getParent());
        Files.move(place, elsewhere);
        Files.createSymbolicLink(place, elsewhere);
    }

    @Test
    void aRecordGoesTheWholeWay() throws IOException {
        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            server.gatekeeper().adopt("main", "test", Instant.EPOCH, false, "test");
            Path dropped = home.folder.resolve("work/in/clinic-files/day.hl7");
            Files.writeString(dropped, Samples.batch(3));

            await().until(() -> Files.exists(dropped.resolveSibling(".done/day.hl7")));
            await().untilAsserted(() -> assertThat(home.folder.resolve("work/to-upload"))
                    .isDirectoryContaining(file -> file.toString().endsWith(".hl7")));
            assertThat(server.ledger().conservation().balance().differences()).isEmpty();
        }
    }
}
