package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vaxroute.FaultsPage;
import org.vaxroute.crash.agent.Halt;
import org.vaxroute.practice.FreePort;

/**
 * Kills {@code vaxroute run} at named points, before and after each commit, rename, forced write, request to the registry's server and
 * step of the answers, and at random moments, between an EHR and a registry that live on: files, a database and MLLP messages go in,
 * some doses are corrected between two lives, and in the end the registry's files, read by {@link RegistryBooks}, must say what the
 * sources held.
 *
 * <p>{@code -Dvaxroute.kills} says how often on each database; without it there are fifty, on H2 alone.
 * {@code -Dvaxroute.kills.database} takes one of them alone, {@code -Dvaxroute.kills.seed} repeats the order of points,
 * {@code -Dvaxroute.kills.minutes} ends each database's run in time; with
 * {@code -Dvaxroute.faults.all=true} the counts go into docs/faults.md.
 */
@Tag("slower")
class KillsIT {
    private static final int PATIENTS = 40;
    private static final int WANTED = Integer.getInteger("vaxroute.kills", 50);

    /** H2 alone in every build. */
    private static final String ONLY =
            System.getProperty("vaxroute.kills.database", Integer.getInteger("vaxroute.kills") == null ? "H2" : "");

    private static final int KILLS_OF_A_HOME = 20;
    private static final Map<String, Integer> HITS = new TreeMap<>();
    private static final Map<CrashHouse.Database, String> SUMMARY = new TreeMap<>();

    private Map<String, Long> times;
    private long lifeMillis;
    private int corrections;
    private int records;

    @ParameterizedTest
    @EnumSource(CrashHouse.Database.class)
    void killedAtNamedPointsAndAtRandomMoments(CrashHouse.Database database) throws Exception {
        assumeTrue(ONLY.isEmpty() || ONLY.equals(database.name()), "not asked for");
        long seed = Long.getLong("vaxroute.kills.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("vaxroute.kills.minutes", 600));
        say("%s: seed %d, %d kills", database, seed, WANTED);
        Random random = new Random(seed);
        int kills = 0;
        int homes = 0;
        try (EmbeddedPostgres postgres = database == CrashHouse.Database.POSTGRESQL
                ? EmbeddedPostgres.builder().setPort(FreePort.find()).start()
                : null) {
            while (kills < WANTED && System.nanoTime() < end) {
                homes++;
                Path place = CrashHouse.PLACE.resolve(database + "-" + homes);
                Homes.delete(place);
                kills += home(place, postgres, Math.min(KILLS_OF_A_HOME, WANTED - kills), random, end);
                say("%s: home %d is well, %d kills in all", database, homes, kills);
                write(database, kills, homes, seed);
                Homes.delete(place);
            }
        }
    }

    private int home(Path place, EmbeddedPostgres postgres, int most, Random random, long end) throws Exception {
        int kills = 0;
        try (CrashHouse house = new CrashHouse(place, postgres, PATIENTS)) {
            if (times == null) {
                count(house);
                house.ehr.correct(random);
            }
            List<String> points = new ArrayList<>();
            while (kills < most && System.nanoTime() < end) {
                if (points.isEmpty()) {
                    points.addAll(times.keySet());
                    // Every fifth kill or so falls where no name was given.
                    points.addAll(Collections.nCopies(times.size() / 4, "random"));
                    Collections.shuffle(points, random);
                }
                String point = points.remove(points.size() - 1);
                // What one way of sending began, the other has to be able to finish.
                house.home.write(
                        house.registry, point.contains("ftp ") ? !point.contains("sftp ") : random.nextInt(3) == 0);
                if (kill(house, point, random)) {
                    kills++;
                    HITS.merge(point, 1, Integer::sum);
                    assertThat(house.books().faults())
                            .as("after a kill at %s", point)
                            .isEmpty();
                }
                house.ehr.correct(random);
            }
            RegistryBooks books = house.assertEndsWell();
            records += house.ehr.records();
            corrections += house.ehr.corrections();
            say(
                    "%d records, %d doses at the registry, %d deleted and told anew",
                    house.ehr.records(), books.lots().size(), books.deleted());
        }
        return kills;
    }

    /** A life without a kill tells which points there are and how often each is reached. */
    private void count(CrashHouse house) throws Exception {
        Path counts = house.home.folder().resolve("points.txt");
        long begin = System.nanoTime();
        PracticeProcess running = house.start("count=" + counts);
        assertThat(house.awaitAll()).as("ended by itself; see %s", house.said()).isFalse();
        lifeMillis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        Duration stopped = running.terminate(CrashHouse.STOP);
        times = new TreeMap<>();
        for (String line : Files.readAllLines(counts)) {
            String[] parts = line.split("\t");
            times.put(parts[0], Long.parseLong(parts[1]));
        }
        // This life went by SFTP; one by FTPS says some thirty commands.
        times.put("before ftp command", 30L);
        times.put("after ftp command", 30L);
        say(
                "a whole life takes %d ms, stops in %d ms, and has %d points: %s",
                lifeMillis, stopped.toMillis(), times.size(), times);
        assertThat(times.keySet())
                .contains(
                        "before commit",
                        "after commit",
                        "before rename",
                        "after rename",
                        "before fsync",
                        "after fsync",
                        "before sftp put",
                        "after sftp rename",
                        "before file sent",
                        "after answer applied",
                        "before mllp group");
    }

    /** Starts it and lets it come to its point; false when there is nothing left to do before. */
    private boolean kill(CrashHouse house, String point, Random random) throws Exception {
        double part = random.nextDouble();
        if (point.equals("random")) {
            return house.start().killAfter(Duration.ofMillis((long) (lifeMillis * part)));
        }
        // Later lives have less to do than the first: early times are met more often.
        long time = 1 + (long) (times.get(point) * part * part * part);
        PracticeProcess running = house.start("point=" + point + ";time=" + time);
        if (!house.awaitAll()) {
            running.terminate(CrashHouse.STOP);
            return false;
        }
        assertThat(running.awaitEnd(CrashHouse.STOP))
                .as("exit code at %s; see %s", point, house.said())
                .isEqualTo(Halt.KILLED);
        return true;
    }

    private static void say(String text, Object... values) {
        System.out.printf("kills: " + text + "%n", values);
    }

    // After each home, so that a run that is cut short leaves what it saw.
    private void write(CrashHouse.Database database, int kills, int homes, long seed) throws IOException {
        SUMMARY.put(
                database,
                "- %s: **%d kills** in %d homes, seed %d; %d records, %d of them corrections; nothing lost, nothing twice"
                        .formatted(database, kills, homes, seed, records, corrections));
        if (Boolean.getBoolean("vaxroute.faults.all")) {
            StringBuilder text = new StringBuilder(String.join("\n", SUMMARY.values()));
            text.append("\n\n| point | kills |\n|---|---|\n");
            HITS.forEach((point, hits) ->
                    text.append("| ").append(point).append(" | ").append(hits).append(" |\n"));
            FaultsPage.section("kills", text.toString());
        }
    }
}
