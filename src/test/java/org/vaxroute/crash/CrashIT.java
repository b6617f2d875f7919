package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
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
@Tag("slower")
class CrashIT {
    private static final String CONNECTION = "practice";
    private static final String RESULTS = "registry/accounts/practice/results";
    private static final Path PLACE = Path.of("target/crash").toAbsolutePath();
    private static final int PATIENTS = 80;
    private static final int MOST_KILLS_OF_A_HOME = 12;
    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration END = Duration.ofSeconds(180);
    private static final Duration STOP = Duration.ofSeconds(30);

    /** Kills fall into so many times the time of a start, which is about as long as there is something to do. */
    private static final double WORK = 1.0;

    /** How long it takes at most from an answer in the results to our copy, and from our copy to the end of its reading. */
    private static final Duration FETCHING = Duration.ofMillis(2200);

    private static final Duration READING = Duration.ofMillis(1400);

    private PracticeProcess running;
    private long startMillis;

    /** Into what a kill falls. */
    private enum Moment {
        /** While files, rows and messages come in and leave. */
        WORK,
        /** The start itself, which is where what was cut off before is taken up. */
        START,
        /** From the moment at which an answer lies with the registry. */
        FETCHING,
        /** From the moment at which our copy of an answer lies on the disk: writing it down, reading and applying it. */
        READING
    }

    @AfterEach
    void endWhatStillRuns() throws InterruptedException {
        if (running != null) {
            running.end();
        }
    }

    @Test
    void stoppedAndKilledAtRandomMomentsItLosesNothingAndDoesNothingTwice() throws Exception {
        int wanted = Integer.getInteger("vaxroute.crash.kills", 5);
        long seed = Long.getLong("vaxroute.crash.seed", System.nanoTime());
        say("seed %d, %d kills", seed, wanted);
        Random random = new Random(seed);
        int kills = 0;
        for (int round = 1; kills < wanted; round++) {
            Path home = home("kill-" + round);
            if (round == 1) {
                stop(home);
            }
            int done = killUntilDone(home, Math.min(MOST_KILLS_OF_A_HOME, wanted - kills), random);
            kills += done;
            say("home %d: %d kills, %d in all; everything arrived and was answered once", round, done, kills);
            if (round == 1) {
                stopServerAlone(home);
            }
            Homes.delete(home);
        }
    }

    private void stop(Path home) throws Exception {
        running = PracticeProcess.start(home, PATIENTS, true);
        assertThat(awaitRoutes()).isTrue();
        // Soon, because where starting took long, the work itself may be over after a part of that time.
        assertThat(running.endsWithin(Duration.ofMillis(Math.min(startMillis / 4, 1000))))
                .isFalse();
        Duration took = running.terminate(STOP);
        say("routes after %d ms; stopped %d ms after SIGTERM: %s", startMillis, took.toMillis(), look(home));
    }

    private void stopServerAlone(Path home) throws Exception {
        running = PracticeProcess.command(home, home.resolve("work/practice"), List.of("run"));
        assertThat(awaitRoutes()).isTrue();
        say(
                "the server alone stopped %d ms after SIGTERM: %s",
                running.terminate(STOP).toMillis(), look(home));
    }

    private int killUntilDone(Path home, int most, Random random) throws Exception {
        int kills = 0;
        boolean ended = false;
        List<Moment> moments = Arrays.asList(Moment.values());
        Collections.shuffle(moments, random);
        while (kills < most && !ended) {
            // What one way of sending began, the other has to be able to finish.
            boolean ftps = random.nextInt(4) == 0;
            Moment moment = moments.get(kills % moments.size());
            running = PracticeProcess.start(home, PATIENTS, ftps);
            String where = killAt(moment, home, random);
            ended = where == null;
            if (!ended) {
                kills++;
                say("kill %d, %s, at %s: %s", kills, ftps ? "ftps" : "sftp", where, look(home));
            }
        }
        if (!ended) {
            running = PracticeProcess.start(home, PATIENTS, random.nextBoolean());
        }
        assertEndsWell(home);
        return kills;
    }

    /** Says where it was killed; null when it came to its end before. */
    private String killAt(Moment moment, Path home, Random random) throws Exception {
        double part = random.nextDouble();
        int copies = copies(home);
        if (moment != Moment.START && !awaitRoutes()) {
            return null;
        }
        boolean lives =
                switch (moment) {
                    case WORK, START -> true;
                    case FETCHING -> running.awaits(() -> answers(home) > copies(home), END);
                    case READING -> running.awaits(() -> copies(home) > copies, END);
                };
        long most =
                switch (moment) {
                    case WORK -> (long) (startMillis * WORK);
                    case START -> startMillis;
                    case FETCHING -> FETCHING.toMillis();
                    case READING -> READING.toMillis();
                };
        long millis = (long) (most * part);
        return lives && running.killAfter(Duration.ofMillis(millis)) ? moment + " + " + millis + " ms" : null;
    }

    private static int answers(Path home) {
        return files(home.resolve("work/practice").resolve(RESULTS));
    }

    private static int copies(Path home) {
        return files(home.resolve("work/practice/work/answers/" + CONNECTION));
    }

    private static int files(Path folder) {
        String[] names = folder.toFile().list((in, name) -> !name.startsWith("."));
        return names == null ? 0 : names.length;
    }

    /** Waits for the routes, and learns from it how fast this machine is at the moment. */
    private boolean awaitRoutes() throws InterruptedException {
        long begin = System.nanoTime();
        boolean there = running.awaitRoutes(START);
        startMillis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        return there;
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
            Homes.delete(home.resolve("copy"));
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
            AnsweredRecords.in(practice.resolve(RESULTS)).assertAppliedOnce(opened, CONNECTION);
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
        Homes.delete(home);
        Homes.ship(home);
        return home;
    }
}
