package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vaxroute.submit.CuttingProxy;

/** The database goes away, or somebody dies in the middle of a transaction. */
class AwayTest extends LedgerCase {
    private static final String QUOTED = "Adams Johnquincy";

    @Test
    void aKillBeforeTheCommitLeavesNothingBehindAndTheSameChunkGoesIn() throws Exception {
        TakenRecord[] records = {record("P1", "Doe", "2024-05-01 03"), record("P2", "Roe", "2024-05-01 03")};
        store(record("P0", "Poe", "2024-05-01 03"));
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch die = new CountDownLatch(1);
        CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> {
            try (Connection other = connect()) {
                other.setAutoCommit(false);
                try (Statement statement = other.createStatement()) {
                    statement.executeUpdate("update lane set last_no = last_no + 5");
                    locked.countDown();
                    die.await(20, TimeUnit.SECONDS);
                }
                other.rollback();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Stored> storing = CompletableFuture.supplyAsync(() -> ledger.store(chunk(records)));
        if (kind == TestDatabase.POSTGRESQL) {
            killTheStoringSession();
            assertThatThrownBy(() -> storing.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(LedgerUnavailable.class);
            die.countDown();
            holder.get(20, TimeUnit.SECONDS);
            assertThat(ask("select count(*) from record")).isOne();
            assertThat(store(records).ready()).isEqualTo(2);
        } else {
            die.countDown();
            holder.get(20, TimeUnit.SECONDS);
            assertThat(storing.get(20, TimeUnit.SECONDS).ready()).isEqualTo(2);
        }
        assertThat(ask("select max(lane_no) from record"))
                .as("no gap after the rollback")
                .isEqualTo(3);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    private void killTheStoringSession() {
        Awaitility.await()
                .until(() -> ask(
                                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
                                        + " and wait_event_type = 'Lock'")
                        > 0);
    }

    @Test
    void aDatabaseThatRefusesWorkIsUnavailableAndServesAgainAfterwards() throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        store(record("P1", "Doe", "2024-05-01 03"));
        String name = settings.url().replaceAll(".*/([a-z0-9_]+)\\?.*", "$1");
        admin(
                "alter database " + name + " allow_connections false",
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");

        assertThatThrownBy(() -> store(record("P2", "Roe", "2024-05-01 03"))).isInstanceOf(LedgerUnavailable.class);
        assertThatThrownBy(() -> ledger.check()).isInstanceOf(LedgerUnavailable.class);

        admin("alter database " + name + " allow_connections true");
        Awaitility.await().ignoreExceptions().until(() -> {
            ledger.check();
            return true;
        });
        assertThat(store(record("P2", "Roe", "2024-05-01 03")).ready()).isOne();
    }

    @Test
    void aLineThatEndedWithoutAWordIsNotTheReason() {
        assertThat(Database.reason(
                        Dialect.of(settings.url()),
                        new SQLException("The connection attempt failed.", "08001", new EOFException())))
                .isEqualTo("The connection attempt failed. (SQL state 08001).");
    }

    @Test
    void aLedgerThatCannotBeReachedSaysWhatToLookAt() {
        LedgerSettings nowhere = kind == TestDatabase.H2
                ? LedgerSettings.of(settings.url(), "vaxroute", "wrong", folder)
                : new LedgerSettings("jdbc:postgresql://127.0.0.1:1/ledger", "vaxroute", "secret", 2, true);

        assertThatThrownBy(() -> Ledger.open(nowhere, clock))
                .isInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining("ledger.url")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aLockThatIsNotGivenUpIsUnavailableInTheEnd() throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.H2);
        ledger.close();
        settings = LedgerSettings.of("jdbc:h2:file:work/ledger;LOCK_TIMEOUT=300", "vaxroute", "", folder);
        ledger = Ledger.open(settings, clock);
        store(record("P1", "Doe", "2024-05-01 03"));
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery("select * from standing for update").next();

            assertThatThrownBy(() -> store(record("P2", "Roe", "2024-05-01 03")))
                    .isInstanceOf(LedgerUnavailable.class);
            other.rollback();
        }
        assertThat(store(record("P2", "Roe", "2024-05-01 03")).ready()).isOne();
    }

    @Test
    void noMessageOfAFailureQuotesARecord() {
        TakenRecord first = record("P1", "Doe", "2024-05-01 03");
        Chunk tooLong = new Chunk("c".repeat(100), SOURCE, Feed.ONGOING, List.of(first), new PositionMove.None(), true);

        assertThatThrownBy(() -> ledger.store(tooLong))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("SQL state")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, GatheredRows.FEW + 1, 2 * Rows.MANY})
    void noMessageOfAChunkQuotesARecord(int count) throws Exception {
        TakenRecord[] records = records(count);
        String refused = records[count / 2].controlId();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("alter table record add constraint refused check (control_id <> '" + refused + "')");
        }

        assertThatThrownBy(() -> store(records))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("SQL state 2351")
                .hasMessageNotContainingAny(refused, "CLINIC", "DELIVERABLE")
                .hasNoCause();
        assertThat(ask("select count(*) from record")).isZero();
    }

    @Test
    void noFaultOfARowThatAnotherHoldsQuotesIt() throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.H2);
        ledger.close();
        settings = LedgerSettings.of("jdbc:h2:file:work/ledger;LOCK_TIMEOUT=300", "vaxroute", "", folder);
        ledger = Ledger.open(settings, clock);
        ledger.alarms().raise("x", "y", QUOTED);
        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.executeUpdate("update alarm set kind = 'z'");

            Throwable fault = catchThrowable(() -> ledger.alarms().clear("x", "y"));

            other.rollback();
            assertThat(fault)
                    .isInstanceOf(LedgerUnavailable.class)
                    .hasMessage("The ledger cannot serve now: another transaction held a row that this one needed"
                            + " (SQL state HYT00).");
            assertThat(wholeText(fault)).doesNotContain(QUOTED);
        }
    }

    @Test
    void noDeadlockQuotesARow() {
        ledger.alarms().raise("x", "1", QUOTED);
        ledger.alarms().raise("x", "2", QUOTED);
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        try (Database database = Database.open(settings)) {
            List<CompletableFuture<Throwable>> faults = Stream.of(List.of("1", "2"), List.of("2", "1"))
                    .map(order -> CompletableFuture.supplyAsync(() -> catchThrowable(() -> database.transact(sql -> {
                        update(sql, order.get(0));
                        await(bothHoldOne);
                        return update(sql, order.get(1));
                    }))))
                    .toList();

            assertThat(faults.stream().map(CompletableFuture::join).filter(Objects::nonNull))
                    .singleElement()
                    .satisfies(fault -> {
                        assertThat(fault)
                                .isInstanceOf(LedgerUnavailable.class)
                                .hasMessageContaining("another transaction held a row that this one needed");
                        assertThat(wholeText(fault)).doesNotContain(QUOTED);
                    });
        }
    }

    private static int update(JdbcClient sql, String subject) {
        return sql.sql("update alarm set kind = 'z' where subject = ?")
                .param(subject)
                .update();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String wholeText(Throwable fault) {
        StringWriter text = new StringWriter();
        fault.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void wordsOfAnUnknownFaultOfH2AreNotTold() {
        Assumptions.assumeTrue(kind == TestDatabase.H2);
        assertThat(Database.reason(Dialect.H2, new SQLException(QUOTED, "90026")))
                .isEqualTo("the database failed (SQL state 90026).");
        assertThat(Database.reason(
                        Dialect.H2,
                        new SQLException("IO Exception", "90028", new IOException("No space left on device"))))
                .isEqualTo("No space left on device (SQL state 90028).");
    }

    /** However much of a chunk had gone by when the line was cut: all of it is there or nothing, and given again it is there once. */
    @ParameterizedTest
    @CsvSource({
        "128, 1000",
        "128, 8000",
        "128, 12000",
        "128, 20000",
        "128, 40000",
        "128, 45000",
        "1, 300",
        "1, 1500",
        "1, 2400",
        "1, 3500",
        "1, 4000",
        "20, 1000",
        "20, 4000",
        "20, 9000"
    })
    void aLineThatIsCutInTheMiddleOfAChunkLeavesItWholeOrNotAtAll(int count, long bytes) throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        TakenRecord[] records = records(count);
        try (CuttingProxy line = lineToTheDatabase()) {
            try (Ledger cut = through(line)) {
                cut.store(chunk(record("P0", "Poe", "2024-05-01 03")));
                line.cutAfterBytes(bytes);

                assertThatThrownBy(() -> cut.store(chunk(records))).isInstanceOf(LedgerUnavailable.class);

                assertThat(ask("select count(*) from record") - 1).isIn(0L, (long) records.length);
            }
        }
        store(records);
        assertThat(ask("select count(*) from record") - 1).isEqualTo(records.length);
        assertThat(ask("select count(*) from dose") - 1).isEqualTo(records.length);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    /** Whoever sent the message is told that it may not be stored, and it is: sent again, it is there once. */
    @Test
    void aLineThatIsCutInPlaceOfTheLastAnswerLeavesTheChunkThere() throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        TakenRecord record = record("P1", "Doe", "2024-05-01 03");
        try (CuttingProxy line = lineToTheDatabase()) {
            try (Ledger cut = through(line)) {
                cut.store(chunk(record("P0", "Poe", "2024-05-01 03")));
                line.cutInPlaceOfAnswer(2);

                assertThatThrownBy(() -> cut.store(chunk(record))).isInstanceOf(LedgerUnavailable.class);

                assertThat(ask("select count(*) from record") - 1).isOne();
            }
        }
        assertThat(store(record).repeated()).isOne();
        assertThat(ask("select count(*) from record") - 1).isOne();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    /** As long as one is under way, nobody else's message is stored. */
    @ParameterizedTest
    @ValueSource(ints = {1, GatheredRows.FEW + 1, Rows.MANY - 1})
    void aChunkGoesToTheDatabaseTwice(int count) throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        try (CuttingProxy line = lineToTheDatabase()) {
            try (Ledger far = through(line)) {
                far.store(chunk(record("P0", "Poe", "2024-05-01 03")));

                // The least of several: a pool looks at a connection that lay still for half a second.
                assertThat(IntStream.range(0, 5)
                                .map(i -> ways(far, line, i, count))
                                .min())
                        .as("with its questions, with its rows and the commit")
                        .hasValue(2);
            }
        }
    }

    private static CuttingProxy lineToTheDatabase() throws IOException {
        return new CuttingProxy("127.0.0.2", TestDatabase.server().getPort());
    }

    private Ledger through(CuttingProxy line) {
        String url = settings.url()
                .replaceFirst(
                        "//[^/]+/",
                        "//" + line.host() + ":" + TestDatabase.server().getPort() + "/");
        return Ledger.open(new LedgerSettings(url, settings.user(), settings.password(), 10, true), clock);
    }

    private int ways(Ledger far, CuttingProxy line, int chunk, int count) {
        int before = line.turns();
        assertThat(far.records().storeUnlessPaused(chunk(records("P" + chunk + "-", count)), () -> {}))
                .isPresent();
        return line.turns() - before;
    }

    private TakenRecord[] records(int count) {
        return records("P", count);
    }

    private TakenRecord[] records(String patient, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> record(patient + (i + 1), "Doe", "2024-05-01 03"))
                .toArray(TakenRecord[]::new);
    }

    private static void admin(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        TestDatabase.server().getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
