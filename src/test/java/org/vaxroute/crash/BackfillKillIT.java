package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryOptions;

/**
 * Kills the server at random moments while it loads history out of a database, and starts it again. The registry's server lives in this
 * process and is not killed: at the end each dose of the database has to be in exactly one of the files that it took, read by a reader
 * that shares no code with the product.
 *
 * <p>{@code -Dvaxroute.backfill.kills} (default 3) and {@code -Dvaxroute.backfill.doses} (default 2000) make it longer,
 * {@code -Dvaxroute.backfill.seed} repeats the moments of an earlier run as well as moments can be repeated. {@code -Dvaxroute.backfill.database=POSTGRESQL}
 * keeps the ledger there in place of in H2; PostgreSQL is not killed.
 */
@Tag("slower")
class BackfillKillIT {
    private static final Path PLACE = Path.of("target/backfill-kill").toAbsolutePath();
    private static final int MESSAGES_OF_A_FILE = 100;
    // They only bound a hang: the long form runs behind everything else that the machine has to do.
    private static final Duration STEP = Duration.ofMinutes(15);
    private static final Duration STOP = Duration.ofMinutes(5);
    private static final int READ_BACK_EVERY = 10;
    private static final String PASSWORD = "postgres";
    private static final long LOOK_MILLIS = 20;
    private static final long JITTER_MILLIS = 700;

    private final int doses = Integer.getInteger("vaxroute.backfill.doses", 2000) / 2 * 2;
    private final Path home = PLACE.resolve("home");
    private final Path archive = PLACE.resolve("registry/archive");
    private final boolean onPostgres = "POSTGRESQL".equals(System.getProperty("vaxroute.backfill.database"));
    private EmbeddedPostgres postgres;
    private PracticeRegistry registry;
    private PracticeProcess running;
    private long startMillis = 3000;

    @BeforeEach
    void build() throws Exception {
        Homes.delete(PLACE);
        Homes.ship(home);
        registry = PracticeRegistry.start(
                PLACE.resolve("registry"),
                RegistryOptions.of(Clock.systemDefaultZone()).stableFor(Duration.ofMillis(60)));
        postgres =
                onPostgres ? EmbeddedPostgres.builder().setPort(FreePort.find()).start() : null;
        fillDatabase();
        settings();
        startLoad();
    }

    @AfterEach
    void end() throws Exception {
        if (running != null) {
            running.end();
        }
        registry.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void killedWhileHistoryIsLoadedEachDoseIsInOneFileOfTheRegistry() throws Exception {
        int wanted = Integer.getInteger("vaxroute.backfill.kills", 3);
        long seed = Long.getLong("vaxroute.backfill.seed", System.nanoTime());
        say("seed %d, %d kills, %,d doses", seed, wanted, doses);
        long began = System.nanoTime();
        Random random = new Random(seed);
        int files = doses / 2 / MESSAGES_OF_A_FILE;
        int inTheStart = 0;
        for (int kill = 1; kill <= wanted; kill++) {
            int there = taken();
            int left = files - there;
            assertThat(left).as("files left to be killed at").isPositive();
            running = PracticeProcess.command(PLACE, home, List.of("run"));
            int more = random.nextInt(1 + Math.max(1, left * 2 / (wanted - kill + 2)));
            if (more == 0) {
                // What was cut off before is taken up in the start.
                inTheStart++;
                assertThat(running.killAfter(Duration.ofMillis((long) (random.nextDouble() * startMillis))))
                        .isTrue();
            } else {
                awaitTaken(Math.min(there + more, files - 1));
                assertThat(running.killAfter(Duration.ofMillis((long) (random.nextDouble() * JITTER_MILLIS))))
                        .as("it ended by itself; see %s", PracticeProcess.said(PLACE))
                        .isTrue();
            }
            if (kill % READ_BACK_EVERY == 0) {
                // All of them are read at the end; this only tells of a fault near the kill that made it.
                assertThat(SentRecords.in(archive).faults()).isEmpty();
            }
            say("kill %d: %d of %d files at the registry", kill, taken(), files);
        }
        running = PracticeProcess.command(PLACE, home, List.of("run"));
        Path report = home.resolve("work/reports/backfill-main-report-1.html");
        await(() -> Files.exists(report) && state() == LoadState.DONE);
        running.terminate(STOP);

        SentRecords sent = SentRecords.in(archive);
        assertThat(sent.faults()).isEmpty();
        assertThat(sent.doses()).isEqualTo(held());
        try (Ledger ledger = ledger()) {
            HistoricalLoad load = ledger.historicalLoads().current("main").orElseThrow();
            assertThat(load.state()).isEqualTo(LoadState.DONE);
            assertThat(load.why()).contains("everything is accounted for");
            assertThat(ledger.conservation().balance().differences()).isEmpty();
            assertThat(ledger.submissionFiles().of("main", Feed.HISTORICAL).stream()
                            .mapToLong(SubmissionFile::doses)
                            .sum())
                    .isEqualTo(doses);
        }
        say(
                "%d kills, %d of them in the start; %,d doses once each in %d files; %d s",
                wanted, inTheStart, sent.doses().size(), taken(), (System.nanoTime() - began) / 1_000_000_000);
        Homes.delete(PLACE);
    }

    private void awaitTaken(int files) throws Exception {
        int before = taken();
        long begin = System.nanoTime();
        await(() -> taken() > before);
        startMillis = Math.max(500, (System.nanoTime() - begin) / 1_000_000);
        await(() -> taken() >= files);
    }

    /** Bounded by the progress, not by the whole: a long load may take as long as it has to. */
    private void await(Condition condition) throws Exception {
        int seen = taken();
        long since = System.nanoTime();
        while (!condition.holds()) {
            assertThat(running.endsWithin(Duration.ofMillis(LOOK_MILLIS)))
                    .as("it ended by itself; see %s", PracticeProcess.said(PLACE))
                    .isFalse();
            if (taken() != seen) {
                seen = taken();
                since = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .as("nothing moved; see %s", PracticeProcess.said(PLACE))
                    .isLessThan(STEP);
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private int taken() throws IOException {
        if (!Files.isDirectory(archive)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(archive)) {
            return (int) all.count();
        }
    }

    // The report is written before the load is DONE; the server's own log says when it is.
    private LoadState state() throws IOException {
        return Files.readString(PracticeProcess.said(PLACE)).contains("The historical load of main is done")
                ? LoadState.DONE
                : LoadState.RUNNING;
    }

    private void startLoad() throws SQLException {
        try (Ledger ledger = ledger()) {
            ledger.gates().of("main");
            ledger.gates().move("main", GateState.REGISTERED, GateState.LIVE, "ann", "live already");
            ledger.gates().evidence("main", "HISTORY_AGREEMENT", "letter", "", "ann");
            HistoricalLoad plan = ledger.historicalLoads()
                    .plan(
                            "main",
                            HistoricalLoad.ALL_SITES,
                            new HistoricalLoad.Figures(doses / 2, doses, 0, 1, 1, 1, 10L * MESSAGES_OF_A_FILE),
                            List.of(new HistoricalLoad.Source("history", true, newest(), "", null)),
                            List.of(),
                            "ann");
            ledger.historicalLoads().start(plan.id(), "ann");
        }
    }

    private Ledger ledger() {
        return Ledger.open(
                onPostgres
                        ? new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", PASSWORD, 3, true)
                        : LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", home),
                Clock.systemDefaultZone());
    }

    private void settings() throws IOException {
        Path secret = home.resolve("config/secrets/registry");
        Files.createDirectories(secret.getParent());
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, registry.password());
        Map<String, Object> global = new TreeMap<>();
        if (onPostgres) {
            Path password = secret.resolveSibling("ledger");
            Files.createFile(
                    password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(password, PASSWORD);
            global.put("ledger.url", postgres.getJdbcUrl("postgres", "postgres"));
            global.put("ledger.user", "postgres");
            global.put("ledger.password", "secret:file:config/secrets/ledger");
        }
        global.put("operate.http.enabled", "false");
        global.put("intake.jdbc.poll", "100ms");
        global.put("feed.tick", "100ms");
        global.put("deliver.poll", "100ms");
        // Answers have tests of their own; here they would only make the load slower.
        global.put("answers.collect", "1d");
        write("config/vaxroute.properties", global);
        Map<String, Object> own = new TreeMap<>();
        own.put("registry", "immtrac2");
        own.put("file-code", "KILLS");
        own.put("account.kind", "sftp");
        own.put("account.host", "localhost");
        own.put("account.port", registry.sftpPort());
        own.put("account.user", registry.user());
        own.put("account.password", "secret:file:config/secrets/registry");
        own.put("account.known-hosts", registry.knownHosts());
        own.put("account.drop-off", "drop-off");
        own.put("account.results", "results");
        own.put("account.back-off-first", "1s");
        own.put("feed.max-messages", MESSAGES_OF_A_FILE);
        own.put("feed.historical.files-per-day", doses);
        own.put("source.history.kind", "jdbc");
        own.put("source.history.feed", "historical");
        own.put("source.history.ehr", "practice");
        own.put("source.history.url", url() + ";ACCESS_MODE_DATA=r");
        own.put("source.history.user", "ehr");
        own.put("source.history.cron", "* * * * * ?");
        own.put("source.history.overlap", "0s");
        own.put("source.history.page", "700");
        write("config/connections/main.properties", own);
    }

    private void write(String file, Map<String, Object> settings) throws IOException {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        Files.writeString(home.resolve(file), text);
    }

    private static String url() {
        return "jdbc:h2:file:" + PLACE.resolve("ehr");
    }

    /** Two doses for each patient, of one moment, so that they are one record. */
    private void fillDatabase() throws SQLException {
        List<String> statements = List.of(
                "create table clinic (clinic_id int primary key, name varchar(60), facility varchar(20), npi varchar(20),"
                        + " clinician_family varchar(60), clinician_given varchar(60))",
                "insert into clinic values (1, 'North', '0042170005', '1234567893', 'RADON', 'NICHOLAS')",
                "create table patient (mrn varchar(20) primary key, family_name varchar(60), given_name varchar(60), middle_name varchar(60),"
                        + " birth_date date, sex varchar(1), race varchar(10), ethnicity varchar(10), street varchar(80), city varchar(60),"
                        + " state varchar(2), zip varchar(10), phone varchar(20), email varchar(80), guardian_family varchar(60),"
                        + " guardian_given varchar(60), guardian_relation varchar(3), mother_maiden varchar(60), consent_code varchar(3),"
                        + " consent_date date)",
                "insert into patient select 'P' || x, 'GARZA' || chr(65 + mod(x, 26)), 'ELENA', null, dateadd(day, mod(x, 16000), date '1950-01-01'),"
                        + " case mod(x, 2) when 0 then 'F' else 'M' end, null, null, (100 + mod(x, 9000)) || ' CONGRESS AVE', 'AUSTIN', 'TX', '78701',"
                        + " '512' || (2000000 + mod(x, 7000000)), null, null, null, null, 'GRAY', 'TXA', date '2024-01-10' from system_range(1, "
                        + doses / 2 + ")",
                "create table dose (dose_id varchar(30) primary key, mrn varchar(20), clinic_id int, changed_at timestamp(3) with time zone,"
                        + " given_on date, cvx varchar(10), vaccine varchar(120), ndc varchar(13), mvx varchar(5), lot varchar(20), expires_on date,"
                        + " amount varchar(10), route varchar(10), site varchar(5), information varchar(2), completion varchar(2),"
                        + " refusal varchar(2), eligibility varchar(3), funding varchar(6), vis_barcode varchar(30))",
                "insert into dose select 'P' || n.x || '-' || k.x, 'P' || n.x, 1, dateadd(second, n.x, timestamp with time zone '2026-01-01 00:00:00+00'),"
                        + " dateadd(day, mod(n.x, 3000) + k.x * 60, date '2015-01-01'), case k.x when 1 then '115' else '150' end,"
                        + " case k.x when 1 then 'Tdap' else 'Influenza' end, null, null, null, null, '999', null, null, '01', 'CP', null, null, null, null"
                        + " from system_range(1, " + doses / 2 + ") n, system_range(1, 2) k",
                "create index dose_changed on dose (changed_at, mrn)");
        try (Connection connection = DriverManager.getConnection(url(), "ehr", "");
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    private static String newest() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url() + ";ACCESS_MODE_DATA=r", "ehr", "");
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("select max(changed_at) from dose")) {
            row.next();
            return row.getString(1);
        }
    }

    /** What the database holds. */
    private static Set<SentRecords.Dose> held() throws SQLException {
        Set<SentRecords.Dose> held = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(url() + ";ACCESS_MODE_DATA=r", "ehr", "");
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("select mrn, dose_id from dose")) {
            while (rows.next()) {
                held.add(new SentRecords.Dose(rows.getString(1), rows.getString(2)));
            }
        }
        return held;
    }

    private static void say(String text, Object... values) {
        System.out.printf("backfill: " + text + "%n", values);
    }
}
