package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.vaxroute.FaultsPage;
import org.vaxroute.practice.FreePort;

/**
 * What befalls a process that is not killed: it is told to stop, has too little memory, a full disk, a disk that lets nobody write, a
 * database that is restarted or stays away, a clock that is set. In the end everything arrived once, and the audit balances.
 *
 * <p>The long form only: {@code -Dvaxroute.faults.all=true}; it writes what it saw into docs/faults.md.
 */
@Tag("slower")
class TroubleIT {
    private static final boolean ALL = Boolean.getBoolean("vaxroute.faults.all");
    private static final int PATIENTS = 200;
    private static final int STOPS = 12;
    private static final List<String> ROWS = new ArrayList<>();

    private Path place;
    private boolean mounted;

    @BeforeEach
    void choosePlace(TestInfo test) throws Exception {
        assumeTrue(ALL, "the long form only");
        place = CrashHouse.PLACE.resolve(test.getTestMethod().orElseThrow().getName());
        Homes.delete(place);
    }

    @AfterEach
    void tidy() throws Exception {
        if (mounted) {
            run("umount", place.resolve("work").toString());
        }
    }

    @Test
    void stoppedInTheMiddleOfItsWork() throws Exception {
        Random random = new Random(1);
        try (CrashHouse house = new CrashHouse(place, null, PATIENTS)) {
            Duration longest = Duration.ZERO;
            for (int stop = 1; stop <= STOPS; stop++) {
                PracticeProcess running = house.start();
                // From the first steps of the start to the last answers.
                assertThat(running.endsWithin(Duration.ofMillis(random.nextInt(12_000))))
                        .as("ended by itself; see %s", house.said())
                        .isFalse();
                Duration took = running.terminate(CrashHouse.STOP);
                longest = took.compareTo(longest) > 0 ? took : longest;
                assertThat(house.books().faults()).isEmpty();
                house.ehr.correct(random);
            }
            house.assertEndsWell();
            row(
                    "told to stop (SIGTERM) %d times in the middle of its work".formatted(STOPS),
                    "it stopped within %.1f s at most".formatted(longest.toMillis() / 1e3));
        }
    }

    @Test
    void tooLittleMemory() throws Exception {
        try (CrashHouse house = new CrashHouse(place, null, PATIENTS)) {
            int ends = 0;
            String codes = "";
            for (int megabytes = 16; megabytes <= 40; megabytes += 4) {
                PracticeProcess running =
                        house.start("point=none;time=0", "-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError");
                if (running.endsWithin(Duration.ofSeconds(40))) {
                    ends++;
                    codes += " " + running.awaitEnd(CrashHouse.STOP);
                } else {
                    running.end();
                }
                assertThat(house.books().faults()).isEmpty();
            }
            assertThat(ends).as("out of memory at least once").isPositive();
            house.assertEndsWell();
            row("heaps of 16 to 40 MB", "%d of 7 starts ended by themselves (exit codes%s)".formatted(ends, codes));
        }
    }

    @Test
    void aFullDisk() throws Exception {
        Path work = mount("64m");
        try (CrashHouse house = new CrashHouse(place, null, PATIENTS)) {
            PracticeProcess running = house.start();
            awaitSomething(house);
            Path filler = work.resolve("filler");
            fill(filler, Files.getFileStore(work));
            boolean ended = running.endsWithin(Duration.ofSeconds(30));
            Files.delete(filler);
            long begin = System.nanoTime();
            String how = "it ended by itself; started again";
            if (!ended) {
                how = "it went on by itself %.1f s after there was room again";
                assertThat(house.awaitAll()).isFalse();
            }
            how = how.formatted((System.nanoTime() - begin) / 1e9);
            running.end();
            house.assertEndsWell();
            row("no room on the work folder's disk for 30 s", how);
        }
    }

    @Test
    void aDiskThatLetsNobodyWrite() throws Exception {
        Path work = mount("64m");
        try (CrashHouse house = new CrashHouse(place, null, PATIENTS)) {
            PracticeProcess running = house.start();
            awaitSomething(house);
            // Files that are open for writing keep a disk from becoming read-only; then only the start below is tried.
            assumeTrue(
                    run("mount", "-o", "remount,ro", work.toString()) == 0,
                    "the kernel lets nobody remount a disk with open files");
            boolean ended = running.endsWithin(Duration.ofSeconds(20));
            assertThat(run("mount", "-o", "remount,rw", work.toString())).isZero();
            if (!ended) {
                assertThat(house.awaitAll()).isFalse();
            }
            running.end();
            house.assertEndsWell();
            row("the work folder's disk is read-only for 20 s", ended ? "it ended by itself" : "it went on by itself");
        }
    }

    @Test
    void aStartOnADiskThatLetsNobodyWrite() throws Exception {
        Path work = mount("64m");
        try (CrashHouse house = new CrashHouse(place, null, PATIENTS)) {
            house.start();
            awaitSomething(house);
            house.running().end();
            assertThat(run("mount", "-o", "remount,ro", work.toString())).isZero();
            PracticeProcess running = house.start();
            int code = running.awaitEnd(CrashHouse.LONGEST);
            assertThat(code).isNotZero();
            String said = Files.readString(house.said());
            assertThat(said).doesNotContain("\tat org.");
            assertThat(run("mount", "-o", "remount,rw", work.toString())).isZero();
            house.assertEndsWell();
            row(
                    "a start on a read-only work folder",
                    "refused with exit code " + code + "; afterwards nothing was missing");
        }
    }

    @Test
    void theDatabaseIsRestartedAndStaysAwayForTwoMinutes() throws Exception {
        Path data = CrashHouse.PLACE.resolve("postgres-data");
        Homes.delete(data);
        int port = FreePort.find();
        EmbeddedPostgres postgres = postgres(data, port);
        try (CrashHouse house = new CrashHouse(place, postgres, PATIENTS)) {
            PracticeProcess running = house.start();
            awaitSomething(house);
            postgres.close();
            postgres = postgres(data, port);
            awaitMore(house);
            postgres.close();
            assertThat(running.endsWithin(Duration.ofMinutes(2))).as("it ended").isFalse();
            postgres = postgres(data, port);
            long begin = System.nanoTime();
            assertThat(house.awaitAll()).isFalse();
            double seconds = (System.nanoTime() - begin) / 1e9;
            running.terminate(CrashHouse.STOP);
            house.assertEndsWell();
            row(
                    "PostgreSQL restarted at once, then away for 2 minutes",
                    "it went on by itself; all that was left had arrived and was answered %.1f s after it was back"
                            .formatted(seconds));
        } finally {
            postgres.close();
        }
    }

    @Test
    void theClockIsSetBackAndForward() throws Exception {
        Path seconds = Files.createDirectories(CrashHouse.PLACE).resolve("clock-seconds");
        Files.writeString(seconds, "0");
        Random random = new Random(1);
        try (CrashHouse house = new CrashHouse(place, null, 60)) {
            for (long off : new long[] {0, -7_200, 7_200, -86_400, 86_400, 0}) {
                // Set while it runs, with something new to carry each time, and kept over a restart.
                PracticeProcess running = house.start("clock=" + seconds);
                awaitSomething(house);
                Files.writeString(seconds, Long.toString(off));
                assertThat(house.awaitAll(Duration.ofMinutes(4)))
                        .as("ended at " + off)
                        .isFalse();
                running.terminate(CrashHouse.STOP);
                house.ehr.correct(random);
                assertThat(house.books().faults()).isEmpty();
            }
            house.assertEndsWell();
            row(
                    "the clock set back and forward by 2 hours and by a day, while it runs and between two starts",
                    "everything went on; %d corrections among the records".formatted(house.ehr.corrections()));
        }
    }

    private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    private static void awaitSomething(CrashHouse house) {
        await().atMost(CrashHouse.LONGEST).until(() -> !house.books().lots().isEmpty());
    }

    private static void awaitMore(CrashHouse house) throws IOException {
        int before = house.books().lots().size();
        await().atMost(CrashHouse.LONGEST)
                .until(() -> house.books().lots().size() > before
                        || house.ehr.differences(house.books()).isEmpty());
    }

    /** Mounts a small disk where the work folder will be. */
    private Path mount(String size) throws Exception {
        Path work = Files.createDirectories(place.resolve("work"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "vaxroute-test", work.toString()) == 0,
                "no right to mount a small disk here");
        mounted = true;
        return work;
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

    private static void row(String trouble, String what) {
        ROWS.add("| " + trouble + " | " + what + " | everything once, audit balanced |");
        System.out.println("trouble: " + ROWS.get(ROWS.size() - 1));
    }

    @AfterAll
    static void write() throws IOException {
        if (ALL && !ROWS.isEmpty()) {
            FaultsPage.section(
                    "trouble",
                    "| trouble | what the process did | in the end |\n|---|---|---|\n" + String.join("\n", ROWS));
        }
    }
}
