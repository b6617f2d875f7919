package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vaxroute.FaultsPage;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Every fault of {@link NetworkFault}, with the registry's picker and without: in which state the file waits, that nobody knocks at the
 * server more often than was agreed, and that the file has arrived exactly once when the fault is gone. OpenSSH and vsftpd stand behind
 * a proxy of ours; servers that lie are our own.
 *
 * <p>In every build a dozen of them; all with {@code -Dvaxroute.faults.all=true}, which writes the table into docs/faults.md;
 * {@code -Dvaxroute.faults.only=WORDS} those whose server and name hold these words.
 */
@ExtendWith(RealServers.Alone.class)
@Tag("slower")
class NetworkFaultsIT {
    private static final boolean ALL = Boolean.getBoolean("vaxroute.faults.all");
    private static final String ONLY = System.getProperty("vaxroute.faults.only", "");
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int POLLS_MILLIS = 300;

    /** Those that run in every build: one of each kind of fault. */
    private static final Set<String> SHORT = Set.of(
            "sftp.plain the server's port is closed",
            "ftps.reuse the server lets us in and says nothing",
            "sftp.plain half-open in mid-upload: the peer reads no more",
            "ftps.reuse half-open in mid-upload: the peer reads no more",
            "sftp.plain a byte a second in mid-upload",
            "ftps.reuse bits turned over in mid-upload",
            "sftp.plain the server restarts in mid-upload",
            "ftps.reuse the answer to the rename never comes",
            "ftps.reuse passive ports are closed",
            "sftp.plain the name comes from elsewhere during our upload",
            "sftp the rename is said to be done and is not",
            "ftps the rename makes a copy and leaves the old name",
            "sftp a listing misses a file whose rename is owed");

    private static final List<String> ROWS = new ArrayList<>();

    @TempDir
    Path folder;

    static Stream<Arguments> faults() {
        return NetworkFault.all().stream().flatMap(fault -> fault.servers().stream()
                .filter(server -> ALL || SHORT.contains(server + " " + fault.name()))
                .filter(server -> (server + " " + fault.name()).contains(ONLY))
                .flatMap(server -> Stream.of(false, true)
                        // In the short form the picker is there in every second fault.
                        .filter(picked -> ALL || picked == ((server + fault.name()).hashCode() % 2 == 0))
                        .map(picked -> Arguments.of(fault, server, picked))));
    }

    @ParameterizedTest(name = "{0}, {1}, picker {2}")
    @MethodSource("faults")
    void nothingIsLostOrSentTwice(NetworkFault fault, String server, boolean picked) throws Exception {
        assumeTrue(NetworkFault.lies(server) || RealServers.find().isPresent(), "started by .ci/servers start");
        try (FaultScene scene = new FaultScene(folder, server)) {
            assumeTrue(!fault.name().contains("disk") || scene.hasSmallDisk(), "no small disk here");
            if (picked) {
                scene.pickEvery(Duration.ofMillis(100));
            }
            fault.happens().to(scene);
            SubmissionFile file = scene.begin();

            if (fault.meanwhile() == FileState.SENT) {
                await().atMost(LONGEST).until(() -> isSent(scene, file));
                assertArrivedOnce(scene, file);
                row(fault, server, picked, "none", scene.connections(), Duration.ZERO);
                return;
            }
            await().atMost(LONGEST).untilAsserted(() -> assertThat(now(scene, file))
                    .satisfies(found -> assertThat(found.lastError()).isNotNull())
                    .extracting(SubmissionFile::state)
                    .isEqualTo(fault.meanwhile()));
            if (fault.meanwhile() == FileState.UNSURE) {
                assertLeftAlone(scene, file);
                row(fault, server, picked, "by a person", scene.connections(), Duration.ZERO);
                return;
            }
            Duration wait = Duration.between(
                    scene.room().clock.instant(), now(scene, file).nextAttempt());
            int knocks = assertPace(fault, scene, file);

            fault.mended().to(scene);
            long begin = System.nanoTime();
            awaitSent(scene, file);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertArrivedOnce(scene, file);
            assertThat(scene.room().ledger.alarms().open()).isEmpty();
            row(fault, server, picked, wait.toSeconds() + " s", knocks, took);
        }
    }

    @ParameterizedTest(name = "{0}, {1}, answers {2}")
    @CsvSource({
        "sftp.plain, RESET, false", "sftp.plain, RESET, true", "sftp.plain, END, false", "sftp.plain, END, true",
        "ftps.reuse, RESET, false", "ftps.reuse, RESET, true", "ftps.reuse, END, false", "ftps.reuse, END, true",
        "ftps.noreuse, RESET, false", "ftps.noreuse, RESET, true"
    })
    void theLineIsCutAtEveryStep(String server, CuttingProxy.Manner manner, boolean answers) throws Exception {
        assumeTrue(ALL, "the long form only");
        assumeTrue(RealServers.find().isPresent(), "started by .ci/servers start");
        int steps = 0;
        Map<FileState, Integer> waited = new TreeMap<>();
        try (FaultScene scene = new FaultScene(folder, server)) {
            scene.pickEvery(Duration.ofMillis(100));
            Account account = scene.account();
            MailRoom room = scene.room();
            room.gateOpen = false;
            room.start(account);
            boolean struck = true;
            for (int step = answers ? 1 : 0; struck; step++) {
                SubmissionFile file = room.build(account, Feed.ONGOING, 100_000);
                int before = scene.connections();
                scene.proxy().manner(manner);
                if (answers) {
                    scene.proxy().cutInPlaceOfAnswer(step);
                } else {
                    scene.proxy().cutInPlaceOfRequest(step);
                }
                room.gateOpen = true;
                await().atMost(LONGEST)
                        .until(() -> isSent(scene, file) || now(scene, file).lastError() != null);
                struck = scene.proxy().struck();
                FileState state = now(scene, file).state();
                if (struck) {
                    steps++;
                    waited.merge(state, 1, Integer::sum);
                    polls();
                    assertThat(scene.connections() - before).isEqualTo(1);
                }
                room.gateOpen = false;
                scene.proxy().mend();
                // Beyond the rest after a login that seemed to be refused.
                room.clock.forward(Duration.ofHours(25));
                room.gateOpen = true;
                awaitSent(scene, file);
                assertArrivedOnce(scene, file);
                room.gateOpen = false;
            }
        }
        assertThat(steps).isGreaterThan(10);
        ROWS.add(
                "| %s in place of every single %s on the control connection: %d steps | %s | yes | %s | 1 each | %s | SENT, once | %s |"
                        .formatted(
                                manner == CuttingProxy.Manner.RESET ? "reset" : "ended",
                                answers ? "answer" : "request",
                                steps,
                                server,
                                waited,
                                "30 s, or the rest of a refused login",
                                "at the next poll"));
        write();
    }

    /** Attempts come at the moments that the ledger names and at no other; says how many there were. */
    private static int assertPace(NetworkFault fault, FaultScene scene, SubmissionFile file) throws Exception {
        // After a refused upload an SFTP session is begun anew, to clear up.
        int each = now(scene, file).lastError().contains("refused the upload") && scene.isSftp() ? 2 : 1;
        int attempts = 1;
        polls();
        assertKnocks(scene, attempts, each);
        while (ALL && fault.lasting() && attempts < 2) {
            attempts++;
            Instant due = now(scene, file).nextAttempt();
            scene.room().clock.set(due);
            await().atMost(LONGEST)
                    .until(() -> isPutOffBeyond(due, now(scene, file).nextAttempt()));
            polls();
            assertKnocks(scene, attempts, each);
        }
        return scene.connections();
    }

    /** While an attempt is under way no next one is named. */
    private static boolean isPutOffBeyond(Instant due, Instant next) {
        return next != null && next.isAfter(due);
    }

    private static void assertKnocks(FaultScene scene, int attempts, int each) {
        if (scene.countsConnections()) {
            assertThat(scene.connections())
                    .as("connections of %d attempts", attempts)
                    .isEqualTo(attempts * each);
        }
    }

    private static void awaitSent(FaultScene scene, SubmissionFile file) {
        await().atMost(LONGEST).until(() -> {
            SubmissionFile found = now(scene, file);
            if (found.nextAttempt() != null
                    && found.nextAttempt().isAfter(scene.room().clock.instant())) {
                // A slow machine may run into a time-out once more.
                scene.room().clock.set(found.nextAttempt());
            }
            return found.state() == FileState.SENT;
        });
    }

    /** What a person must judge is neither sent again nor given up. */
    private static void assertLeftAlone(FaultScene scene, SubmissionFile file) throws IOException {
        int knocks = scene.connections();
        scene.room().clock.forward(Duration.ofDays(2));
        polls();
        assertThat(now(scene, file).state()).isEqualTo(FileState.UNSURE);
        assertThat(scene.connections()).isEqualTo(knocks);
        assertThat(scene.copies(file.name()))
                .as("what the registry holds of it")
                .hasSize(1);
    }

    private static void assertArrivedOnce(FaultScene scene, SubmissionFile file) {
        // The picker may carry the file away while we look; a copying server's old name goes after SENT is on record.
        await().atMost(LONGEST)
                .ignoreException(UncheckedIOException.class)
                .ignoreException(NoSuchFileException.class)
                .untilAsserted(() -> assertThat(scene.copies(file.name()))
                        .singleElement()
                        .satisfies(copy -> assertThat(copy)
                                .hasSameBinaryContentAs(scene.room().local(file))
                                .satisfies(path -> assertThat(path.getFileName().toString())
                                        .isEqualTo(file.name()))));
    }

    private static boolean isSent(FaultScene scene, SubmissionFile file) {
        return now(scene, file).state() == FileState.SENT;
    }

    private static SubmissionFile now(FaultScene scene, SubmissionFile file) {
        return scene.room().now(file);
    }

    private static void polls() {
        await().pollDelay(Duration.ofMillis(POLLS_MILLIS)).until(() -> true);
    }

    private static void row(
            NetworkFault fault, String server, boolean picked, String wait, int knocks, Duration recovered) {
        String end = fault.meanwhile() == FileState.UNSURE ? "UNSURE" : "SENT, once";
        ROWS.add("| %s | %s | %s | %s | %d | %s | %s | %.1f s |"
                .formatted(
                        fault.name(),
                        server,
                        picked ? "yes" : "no",
                        fault.meanwhile(),
                        knocks,
                        wait,
                        end,
                        recovered.toMillis() / 1000.0));
        write();
    }

    // After each fault, so that a run that is cut short leaves what it saw.
    private static void write() {
        System.out.println("network: " + ROWS.get(ROWS.size() - 1));
        if (ALL && ONLY.isEmpty()) {
            try {
                FaultsPage.section(
                        "network",
                        "| fault | server | picker | the file waits as | connections | first wait | in the end | from mending to SENT |\n"
                                + "|---|---|---|---|---|---|---|---|\n" + String.join("\n", ROWS));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
