package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.practice.FreePort;
import org.vaxroute.vxu.ColumnMap;

/** What an EHR's PostgreSQL database sees of us: one session at a time, which may read and nothing else. */
class EhrSessionTest {
    private static final int ROWS = 400;
    // The patient's last name says what the session may do.
    private static final String QUERY =
            """
            select mrn, dose_id, changed, current_setting('default_transaction_read_only')
                   || '-' || current_setting('transaction_read_only') as last,
                   first, born, sex, given, cvx from dose
            where changed > cast(:mark as timestamp)
               or (changed = cast(:mark as timestamp) and mrn > :patient)
            order by changed, mrn, dose_id limit :limit
            """;

    private static EmbeddedPostgres server;
    private static Connection look;
    // As many ledgers as nodes, on one database.
    private static final List<Ledger> NODES = new ArrayList<>();
    private static final AtomicInteger READINGS = new AtomicInteger();

    @BeforeAll
    static void fill() throws Exception {
        server = EmbeddedPostgres.builder().setPort(FreePort.find()).start();
        look = server.getPostgresDatabase().getConnection();
        try (Connection ehr = server.getPostgresDatabase().getConnection();
                Statement sql = ehr.createStatement()) {
            sql.execute("create table dose (mrn text, dose_id int, changed timestamp, first text, born text, sex text,"
                    + " given text, cvx text)");
            sql.execute("insert into dose select 'P' || n, n, timestamp '2026-01-01' + n * interval '1 minute', 'Ana',"
                    + " '2019-03-09', 'F', '2026-01-01', '03' from generate_series(1, " + ROWS + ") n");
            sql.execute("create sequence touched");
            sql.execute("create database ledger");
            openLedgers();
        }
    }

    private static void openLedgers() {
        for (int node = 0; node < 2; node++) {
            NODES.add(Ledger.open(
                    new LedgerSettings(server.getJdbcUrl("postgres", "ledger"), "postgres", "postgres", 5, true),
                    Clock.systemUTC()));
        }
    }

    @AfterAll
    static void end() throws Exception {
        NODES.forEach(Ledger::close);
        look.close();
        server.close();
    }

    @Test
    void theSessionMayOnlyRead() {
        List<TakenRecord> records = read(source("history", QUERY));
        assertThat(records).hasSize(ROWS);
        assertThat(records.stream()
                        .map(record -> record.message().get("PID-5.1"))
                        .distinct())
                .containsExactly("on-on");

        String writing = QUERY.replace("dose_id,", "nextval('touched') as dose_id,");
        assertThatThrownBy(() -> read(source("history", writing)))
                .isInstanceOf(SourceFaultException.class)
                .hasMessageContaining("25006");
        await().untilAsserted(() -> assertThat(sessions()).isZero());
    }

    @Test
    void theDatabaseSeesOneConnectionOfOursWhoeverReadsItAndAtWhateverNode() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> readings = new ArrayList<>();
            for (String id : List.of("history", "changes", "plan", "report")) {
                readings.add(readers.submit(() -> read(source(id, QUERY)).size()));
            }
            long most = 0;
            long looks = 0;
            while (readings.stream().anyMatch(reading -> !reading.isDone())) {
                most = Math.max(most, sessions());
                looks++;
            }
            for (Future<Integer> reading : readings) {
                assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo(ROWS);
            }
            assertThat(most).as("in %d looks", looks).isLessThanOrEqualTo(1);
        } finally {
            readers.shutdownNow();
        }
    }

    @Test
    void aReadingThatIsGivenUpLeavesTheDatabaseToTheNext() {
        JdbcChunks givenUp = chunks(source("history", QUERY));
        givenUp.next();
        assertThat(turns(0).busy(url())).isTrue();
        assertThat(turns(1).busy(url())).isTrue();
        givenUp.close();
        givenUp.close();
        assertThat(turns(1).busy(url())).isFalse();
        assertThatThrownBy(() -> read(source("history", "select nothing"))).isInstanceOf(SourceFaultException.class);
        assertThat(read(source("history", QUERY))).hasSize(ROWS);
    }

    @Test
    void theNameOfADatabaseTellsNoSecret() {
        assertThat(EhrTurns.name("jdbc:postgresql://ehr.example:5432/clinic?password=word"))
                .startsWith("ehr:jdbc:postgresql://ehr.example:5432/clinic ")
                .doesNotContain("word");
        assertThat(EhrTurns.name("jdbc:sqlserver://ehr.example;password=word"))
                .startsWith("ehr:jdbc:sqlserver://ehr.example ")
                .doesNotContain("word");
        for (String url : List.of(
                "jdbc:postgresql://ann:word@ehr.example:5432/clinic",
                "jdbc:postgresql://ann:w?word@ehr.example/clinic",
                "jdbc:oracle:thin:ann/word@//ehr.example/clinic",
                "jdbc:db2://ehr.example/clinic:password=word;user=ann",
                "jdbc:h2:file:./clinic;CIPHER=AES;PASSWORD=word",
                "word")) {
            assertThat(EhrTurns.name(url)).doesNotContain("word", "ann");
        }
        assertThat(EhrTurns.name("jdbc:postgresql://ann:word@ehr.example/clinic"))
                .isNotEqualTo(EhrTurns.name("jdbc:postgresql://bob:word@ehr.example/clinic"));
    }

    @Test
    void aNodeThatTakesNoWorkReadsNothing() {
        NODES.get(0).leases().rest(true);
        try {
            assertThatThrownBy(() -> turns(0).take(source("history", QUERY), Duration.ofMinutes(1)))
                    .isInstanceOf(SourceFaultException.class)
                    .hasMessageContaining("takes no work");
        } finally {
            NODES.get(0).leases().rest(false);
        }
    }

    private static List<TakenRecord> read(JdbcSource source) {
        List<TakenRecord> records = new ArrayList<>();
        try (JdbcChunks chunks = chunks(source)) {
            while (chunks.hasNext()) {
                Chunk chunk = chunks.next();
                records.addAll(chunk.records());
            }
        }
        return records;
    }

    private static JdbcChunks chunks(JdbcSource source) {
        IntakeSettings settings = new IntakeSettings(
                Path.of("in"), Duration.ZERO, false, 10, 2, 4, 1 << 20, Duration.ofMillis(200), 1, 1, 100);
        return new JdbcChunks(
                source,
                source.start(),
                null,
                null,
                turns(READINGS.getAndIncrement() % NODES.size()),
                source.queryTimeout(),
                () -> true,
                settings,
                Clock.systemUTC());
    }

    private static EhrTurns turns(int node) {
        return new EhrTurns(NODES.get(node).leases(), "reading at node-" + node);
    }

    private static JdbcSource source(String id, String query) {
        return new JdbcSource(
                id,
                "main",
                Feed.HISTORICAL,
                IntakeHouse.TEXAS,
                url(),
                "postgres",
                () -> "postgres",
                (since, now) -> Optional.empty(),
                query,
                ColumnMap.load(Path.of("src/test/resources/intake/rows")),
                "1900-01-01 00:00:00",
                Duration.ZERO,
                25,
                Duration.ofSeconds(60),
                JdbcSource.ALL);
    }

    private static String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** Sessions that read; those that were closed a moment ago are shown as idle until the server has ended them. */
    private static long sessions() {
        try (Statement sql = look.createStatement();
                ResultSet row = sql.executeQuery("select count(*) from pg_stat_activity where datname = 'postgres'"
                        + " and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'")) {
            row.next();
            return row.getLong(1);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
