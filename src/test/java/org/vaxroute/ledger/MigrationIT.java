package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process while it makes, and while it migrates, an H2 ledger; {@code -Dvaxroute.migration.kills} says how often. */
class MigrationIT {
    private static final int KILLS = Integer.getInteger("vaxroute.migration.kills", 3);

    @TempDir
    Path folder;

    /** The process: opens the ledger of a folder and ends. */
    public static void main(String[] arguments) {
        Ledger.open(settings(Path.of(arguments[0])), Clock.systemUTC()).close();
    }

    private static LedgerSettings settings(Path home) {
        return LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", home);
    }

    @Test
    void killedInItsFirstMigrationItIsMadeAgain() throws Exception {
        killed(folder.resolve("new"));
        open(folder.resolve("new"));
    }

    @Test
    void killedInALaterMigrationItKeepsItsRecords() throws Exception {
        Path home = folder.resolve("older");
        LedgerSettings settings = settings(home);
        // As the product opens it: otherwise H2 writes a file beside it about whatever disturbs it.
        String url = Dialect.H2.url(settings.url());
        Database.configured(Dialect.H2)
                .dataSource(url, settings.user(), settings.password())
                .target("12")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into trail (happened_at, who, action, subject, detail) values (current_timestamp, 'a', 'b', 'kept', '')");
        }
        killed(home);
        try (Ledger ledger = Ledger.open(settings, Clock.systemUTC())) {
            assertThat(ledger.trail().recent(5)).extracting(TrailEntry::subject).containsExactly("kept");
        }
        try (var beside = Files.list(home.resolve("work"))) {
            assertThat(beside.map(file -> file.getFileName().toString())).containsExactly("ledger.mv.db");
        }
    }

    private static void open(Path home) {
        try (Ledger ledger = Ledger.open(settings(home), Clock.systemUTC())) {
            ledger.check();
            assertThat(ledger.conservation().balance().differences()).isEmpty();
        }
    }

    /** Kills so often as wanted, later each time, until a process came to its end. */
    private static void killed(Path home) throws IOException, InterruptedException {
        Random random = new Random(home.getFileName().toString().hashCode());
        Files.createDirectories(home);
        long most = 1_500;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MigrationIT.class.getName(),
                            home.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("said.txt").toFile())
                    .start();
            // The file is made once the driver is loaded; from there on a kill falls into the migration.
            long begin = System.nanoTime();
            while (process.isAlive()
                    && !Files.exists(home.resolve("work/ledger.mv.db.being-made"))
                    && !Files.exists(home.resolve("work/ledger.mv.db.before-migration"))
                    && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(60)) {
                process.waitFor(5, TimeUnit.MILLISECONDS);
            }
            if (process.waitFor(random.nextLong(most), TimeUnit.MILLISECONDS)) {
                most = Math.max(50, most / 2);
            }
            process.destroyForcibly().waitFor();
        }
    }
}
