package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.practice.FreePort;

/** The ledger goes away for real while the routes run: nothing is taken meanwhile, and everything goes on by itself. */
class LedgerLostIT {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private int mllpPort;
    private int databasePort;

    @BeforeEach
    void choosePorts() throws IOException {
        mllpPort = FreePort.find();
        databasePort = FreePort.find();
    }

    private EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(databasePort)
                .start();
    }

    private IntakeHouse house(Ledger ledger, Path home) throws Exception {
        IntakeHouse house = new IntakeHouse(home);
        if (ledger != null) {
            house.ledger.close();
            house.ledger = ledger;
        }
        house.properties.setProperty("intake.mllp.port", Integer.toString(mllpPort));
        house.senders.add(new MllpSource("ehr", "main", Feed.ONGOING, IntakeHouse.TEXAS, "", ""));
        house.fileSource("clinic");
        house.start(
                Map.of(),
                Path.of("routes/intake/intake-file.yaml"),
                Path.of("routes/intake/intake-mllp.yaml"),
                Path.of("routes/intake/mllp-chunk.yaml"));
        return house;
    }

    private String say(String controlId) throws IOException {
        try (MllpClient sender = MllpClient.to(mllpPort)) {
            return sender.code(IntakeHouse.vxu(controlId, "Adams"));
        }
    }

    private static void drop(IntakeHouse house, String name, int messages) throws IOException {
        Path part = house.in.resolve("clinic/" + name + ".part");
        Files.writeString(part, IntakeHouse.batch(name + "-", messages));
        Files.move(part, house.in.resolve("clinic/" + name + ".hl7"));
    }

    private static void awaitRead(IntakeHouse house, long records) {
        await().atMost(LONGEST).ignoreExceptions().until(() -> house.read("clinic") == records);
    }

    @Test
    void whilePostgresIsStoppedFilesStayAndMllpAnswersAeAndThenAllGoesOnByItself() throws Exception {
        EmbeddedPostgres database = postgres();
        LedgerSettings settings = new LedgerSettings(
                "jdbc:postgresql://localhost:" + databasePort + "/postgres", "postgres", "postgres", 10, true);
        try (IntakeHouse house =
                house(Ledger.open(settings, Clock.system(IntakeHouse.TEXAS)), folder.resolve("home"))) {
            drop(house, "before", 25);
            awaitRead(house, 25);
            assertThat(say("M1")).isEqualTo("AA M1");

            database.close();
            assertThat(say("M2")).isEqualTo("AE M2");
            drop(house, "meanwhile", 25);
            assertThat(say("M2")).isEqualTo("AE M2");
            assertThat(house.in.resolve("clinic/meanwhile.hl7")).exists();

            database = postgres();
            awaitRead(house, 50);
            await().atMost(LONGEST).until(() -> say("M2").equals("AA M2"));
            assertThat(say("M1")).isEqualTo("AA M1");
            assertThat(house.in.resolve("clinic/meanwhile.hl7")).doesNotExist();
            assertThat(house.read("ehr")).isEqualTo(3);
            assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(52);
            house.assertBalanced();
        } finally {
            database.close();
        }
    }

    @Test
    void aFullDiskStopsTheIntakeAndItGoesOnWhenThereIsRoomAgain() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=24m", "vaxroute-test", disk.toString()) == 0,
                "no right to mount a small disk here");
        try (IntakeHouse house = house(null, disk)) {
            drop(house, "before", 25);
            awaitRead(house, 25);

            Path filler = disk.resolve("filler");
            fill(filler, Files.getFileStore(disk));
            await().atMost(LONGEST).until(() -> say("M1").startsWith("AE"));
            Files.delete(filler);

            await().atMost(LONGEST).ignoreExceptions().until(() -> say("M1").equals("AA M1"));
            drop(house, "after", 25);
            awaitRead(house, 50);
            house.assertBalanced();
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void fill(Path filler, FileStore disk) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE_NEW)) {
            byte[] block = new byte[4096];
            while (disk.getUsableSpace() > 0) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(disk.getUsableSpace()).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return -1;
        }
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
