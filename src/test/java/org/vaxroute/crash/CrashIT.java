package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;

/**
 * Ends the whole practice run, EHR and registry included, at random moments and starts it again: what the registry took is
 * compared with what the EHR held by a reader that shares no code with the product.
 *
 * <p>{@code -Dvaxroute.crash.kills} says how often (default 5), {@code -Dvaxroute.crash.seed} repeats the moments of an earlier
 * run as well as moments can be repeated.
 */
class CrashIT {
    private static final Path PLACE = Path.of("target/crash").toAbsolutePath();
    private static final int PATIENTS = 150;
    private static final int MOST_KILLS_OF_A_HOME = 12;
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration END = Duration.ofSeconds(180);
    private static final Duration STOP = Duration.ofSeconds(30);

    /** Kills fall into so many times the time of a start, which is about as long as there is something to do. */
    private static final double WORK = 1.0;

    private PracticeProcess running;
    private long startMillis;

    @AfterEach
    void endWhatStillRuns() throws InterruptedException {
        if (running != null) {
            running.end();
        }
    }

    @Test
    void killedAtRandomMomentsItLosesNothingAndSendsNothingTwice() throws Exception {
        int wanted = Integer.getInteger("vaxroute.crash.kills", 5);
        long seed = Long.getLong("vaxroute.crash.seed", System.nanoTime());
        say("seed %d, %d kills", seed, wanted);
        Random random = new Random(seed);
        int kills = 0;
        for (int round = 1; kills < wanted; round++) {
            Path home = home("kill-" + round);
            int done = killUntilDone(home, Math.min(MOST_KILLS_OF_A_HOME, wanted - kills), random);
            kills += done;
            say("home %d: %d kills, %d in all; everything arrived once", round, done, kills);
            delete(home);
        }
    }

    private int killUntilDone(Path home, int most, Random random) throws Exception {
        int kills = 0;
        boolean ended = false;
        while (kills < most && !ended) {
            // What one way of sending began, the other has to be able to finish.
            boolean ftps = random.nextInt(4) == 0;
            running = PracticeProcess.start(home, PATIENTS, ftps);
            // Every fourth kill falls into the start itself, which is where what was cut off before is taken up.
            boolean duringStart = startMillis > 0 && random.nextInt(4) == 0;
            double moment = random.nextDouble();
            ended = !duringStart && !awaitRoutes();
            long millis = (long) (startMillis * (duringStart ? 1 : WORK) * moment);
            ended = ended || !running.killAfter(Duration.ofMillis(millis));
            if (!ended) {
                kills++;
                say(
                        "kill %d, %s, at %s + %d ms: %s",
                        kills, ftps ? "ftps" : "sftp", duringStart ? "start" : "routes", millis, look(home));
            }
        }
        if (!ended) {
            running = PracticeProcess.start(home, PATIENTS, false);
        }
        assertEndsWell(home);
        return kills;
    }

    /** Waits for the routes, and learns from it how fast this machine is at the moment. */
    private boolean awaitRoutes() throws InterruptedException {
        long begin = System.nanoTime();
        boolean there = running.awaitRoutes(START);
        startMillis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        return there;
    }

    @Test
    void toldToStopItEndsInTimeAndGoesOnLaterOverFtps() throws Exception {
        Path home = home("stop");
        running = PracticeProcess.start(home, PATIENTS, true);
        assertThat(awaitRoutes()).isTrue();
        assertThat(running.endsWithin(Duration.ofMillis(startMillis / 4))).isFalse();
        Duration took = running.terminate(STOP);
        say("stopped %d ms after SIGTERM: %s", took.toMillis(), look(home));

        running = PracticeProcess.start(home, PATIENTS, true);
        assertEndsWell(home);

        running = PracticeProcess.command(home, home.resolve("work/practice"), List.of("run"));
        assertThat(awaitRoutes()).isTrue();
        say(
                "the server alone stopped %d ms after SIGTERM: %s",
                running.terminate(STOP).toMillis(), look(home));
        delete(home);
    }

    /** Looks at a home whose process is dead, and leaves it as it is for the next start to find. */
    private static String look(Path home) throws IOException {
        Path practice = home.resolve("work/practice");
        SentRecords sent = SentRecords.in(practice.resolve("registry/archive"));
        assertThat(sent.faults()).isEmpty();
        Path ledger = practice.resolve("work/ledger.mv.db");
        if (!Files.exists(ledger)) {
            return "no ledger yet";
        }
        Path copy = Files.createDirectories(home.resolve("copy/work"));
        Files.copy(ledger, copy.resolve("ledger.mv.db"));
        try (Ledger opened = open(home.resolve("copy"))) {
            Balance balance = opened.conservation().balance();
            assertThat(balance.differences()).isEmpty();
            long read = balance.lines().stream()
                    .mapToLong(line -> line.read().records())
                    .sum();
            return "%d records read, %d doses at the registry, balanced"
                    .formatted(read, sent.doses().size());
        } finally {
            delete(home.resolve("copy"));
        }
    }

    private void assertEndsWell(Path home) throws Exception {
        assertThat(running.awaitEnd(END))
                .as("exit code; see %s", PracticeProcess.said(home))
                .isZero();
        Path practice = home.resolve("work/practice");
        running = PracticeProcess.command(home, practice, List.of("audit"));
        assertThat(running.awaitEnd(START))
                .as("exit code of audit; see %s", PracticeProcess.said(home))
                .isZero();

        SentRecords sent = SentRecords.in(practice.resolve("registry/archive"));
        assertThat(sent.faults()).isEmpty();
        try (Stream<Path> left = Files.walk(practice.resolve("registry/accounts"))) {
            assertThat(left.filter(file -> file.getParent().endsWith("drop-off")))
                    .isEmpty();
        }
        EhrTruth truth = EhrTruth.of(practice, PATIENTS);
        truth.assertArrived(sent.doses());
        try (Ledger opened = open(practice)) {
            assertThat(opened.records().held(null, null, null, 0, 10 * PATIENTS))
                    .extracting(HeldRecord::recordId)
                    .hasSize((int) truth.held());
        }
    }

    private static Ledger open(Path folder) {
        return Ledger.open(
                LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder), Clock.systemDefaultZone());
    }

    private static void say(String text, Object... values) {
        System.out.printf("crash: " + text + "%n", values);
    }

    /** A home as it is shipped, empty of work. */
    private static Path home(String name) throws IOException {
        Path home = PLACE.resolve(name);
        delete(home);
        for (String part : List.of("routes", "config")) {
            Path from = Path.of(part);
            try (Stream<Path> all = Files.walk(from)) {
                for (Path one : all.filter(Files::isRegularFile).toList()) {
                    Path to = home.resolve(one);
                    Files.createDirectories(to.getParent());
                    Files.copy(one, to);
                }
            }
        }
        return home;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException fault) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
