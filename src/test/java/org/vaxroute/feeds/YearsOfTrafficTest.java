package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.practice.FreePort;
import org.vaxroute.submit.MovableClock;
import org.vaxroute.submit.ReadyRecords;

/** What ticks read is what is there to be done, not the files and records of the five years before: counted in pages by PostgreSQL itself. */
class YearsOfTrafficTest {
    private static final int CONNECTIONS = 20;
    private static final int DAYS = 5 * 365;

    /** A B-tree of five years is a level or two deeper, and a page of it may be split. */
    private static final int DEEPER = 6;

    private static final String FILES_AND_RUNS = "submission_file|from run";

    private static EmbeddedPostgres server;

    private final MovableClock clock = new MovableClock("2026-02-03T18:00:00Z");
    private final List<FeedSettings> connections = IntStream.range(0, CONNECTIONS)
            .mapToObj(number -> new FeedSettings(
                    "c" + number,
                    clock.getZone(),
                    Schedule.cron("0 0 2 * * ?", clock.getZone()),
                    GateSettings.DEFAULT,
                    WatchSettings.DEFAULT,
                    Map.of()))
            .toList();

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.builder()
                .setPort(FreePort.find())
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .start();
        run("create extension pg_stat_statements");
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Test
    void aTickReadsNoMoreAfterFiveYears() throws Exception {
        try (Ledger ledger = open("years")) {
            Gatekeeper gate = gate(ledger);
            ReadyRecords records = new ReadyRecords(() -> ledger, 7);
            for (FeedSettings one : connections) {
                gate.adopt(one.connection(), "letter", clock.instant(), false, "ada");
                records.store(one.connection(), Feed.ONGOING, 2);
                ledger.runs().claim(one.connection(), OngoingFeed.SUBJECT, clock.instant());
                ledger.runs().ended(one.connection(), OngoingFeed.SUBJECT, clock.instant(), "nothing was ready");
            }
            clock.advance(Duration.ofHours(1));
            everyTick(ledger, gate);
            run("analyze");
            Map<String, Long> before = pages(FILES_AND_RUNS, () -> everyTick(ledger, gate));

            run(
                    "insert into years.submission_file (connection, stage, feed, lane_id, first_no, last_no, generation, account, folder,"
                            + " name, name_folded, series, sequence_no, envelope, state, messages, doses, attempts, decided_at, sent_at, sha256)"
                            + " select l.connection, l.stage, l.feed, l.lane_id, -day, -day, 1, l.connection, 'drop-off',"
                            + " l.connection || '-' || day, l.connection || '-' || day, 'S', day, '', 'ANSWERED', 1, 1, 1,"
                            + " timestamptz '2026-02-03' - day * interval '1 day', timestamptz '2026-02-03' - day * interval '1 day', sha256((l.connection || day)::bytea)"
                            + " from years.lane l, generate_series(1, " + DAYS
                            + ") day where l.feed = 'ONGOING' order by day desc, l.connection");
            run("insert into years.run (connection, subject, scheduled_for, claimed_at, owner, ended_at, outcome)"
                    + " select g.connection, 'feed:ongoing', moment, moment, 'node', moment, '1 file' from years.gate g, generate_series("
                    + " timestamptz '2026-02-02 02:00Z' - " + DAYS
                    + " * interval '1 day', '2026-02-02 02:00Z', '1 day') moment order by moment, g.connection");
            run("analyze");
            Map<String, Long> after = pages(FILES_AND_RUNS, () -> everyTick(ledger, gate));

            assertThat(after.keySet()).isEqualTo(before.keySet()).hasSizeGreaterThan(8);
            after.forEach((statement, pages) -> {
                // One that asks for all connections goes into the tree for each of them.
                int trees = statement.contains("from gate g") ? CONNECTIONS : 1;
                assertThat(pages).as(statement).isLessThanOrEqualTo(3 * before.get(statement) + DEEPER * trees);
            });
        }
    }

    @Test
    void aTickAsksNoMoreQuestionsForMoreConnectionsOfWhichNothingIsDue() throws Exception {
        try (Ledger ledger = open("many")) {
            Gatekeeper gate = gate(ledger);
            connections.forEach(one -> gate.adopt(one.connection(), "letter", clock.instant(), false, "ada"));

            long ofOne = questions(() -> feedTicks(ledger, gate, connections.subList(0, 1)));

            assertThat(questions(() -> feedTicks(ledger, gate, connections))).isEqualTo(ofOne);
        }
    }

    @Test
    void theDosesOfWhatWaitsAreFoundByIndexHoweverManyHaveLeft() throws Exception {
        try (Ledger ledger = open("doses")) {
            ReadyRecords records = new ReadyRecords(() -> ledger, 7);
            for (int chunk = 0; chunk < 50; chunk++) {
                records.store("main", Feed.ONGOING, 500);
            }
            run("update doses.lane set filed_no = last_no - 300");
            run("analyze");
            LocalDate today = clock.instant().atZone(clock.getZone()).toLocalDate();
            Map<String, Long> pages =
                    pages("dose_date", () -> assertThat(ledger.unsentDoses().until("main", today, 10))
                            .hasSize(10));

            assertThat(pages).isNotEmpty().allSatisfy((statement, read) -> assertThat(read)
                    .as(statement)
                    .isLessThan(300 * 4));
        }
    }

    /** An empty ledger of its own. */
    private Ledger open(String schema) throws SQLException {
        run("create schema " + schema);
        String url = server.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema;
        return Ledger.open(new LedgerSettings(url, "postgres", "postgres", 4, true), clock);
    }

    private Gatekeeper gate(Ledger ledger) {
        return new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
    }

    private void everyTick(Ledger ledger, Gatekeeper gate) {
        feedTicks(ledger, gate, connections);
        DueWatch watch = new DueWatch(ledger, connections, new Around(), clock, due -> {});
        connections.forEach(watch::look);
        for (FeedSettings one : connections) {
            gate.maySend(one.connection(), Feed.HISTORICAL);
            ledger.submissionFiles().decidedAfter(one.connection(), Feed.HISTORICAL, clock.instant());
        }
        ledger.submissionFiles().in(Set.of(FileState.BUILT), 100);
        ledger.sourceFiles().ownFile(new byte[32]);
        for (FeedSettings one : connections) {
            ledger.answers().settleSilent(one.connection(), clock.instant(), true);
            ledger.submissionFiles().lastSent(one.connection());
            ledger.submissionFiles().sentSince(one.connection(), clock.instant());
            ledger.submissionFiles().sentTimes(one.connection(), clock.instant());
        }
    }

    private void feedTicks(Ledger ledger, Gatekeeper gate, List<FeedSettings> of) {
        new TestProgress(ledger, gate, AnswerBook.EMPTY, of).settle();
        new TestSubmission(ledger, gate, of, clock).due();
        new OngoingFeed(ledger, gate, of, "node", clock).due();
        List<String> ids = of.stream().map(FeedSettings::connection).toList();
        new Backfill(ledger, gate, null, id -> null, ids, clock).due();
    }

    private static long questions(Runnable work) throws SQLException {
        run("select pg_stat_statements_reset()");
        work.run();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select sum(calls) from pg_stat_statements where query ~ '^select'"
                                + " and query not like '%pg_stat_statements%'")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Pages that a statement touches, each time that it is asked, of those that ask for something. */
    private static Map<String, Long> pages(String of, Runnable work) throws SQLException {
        run("select pg_stat_statements_reset()");
        work.run();
        Map<String, Long> pages = new TreeMap<>();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select query, (shared_blks_hit + shared_blks_read) / calls from pg_stat_statements"
                                + " where query ~ '" + of + "' and query like 'select%'")) {
            while (row.next()) {
                pages.merge(row.getString(1), row.getLong(2), Long::sum);
            }
        }
        return pages;
    }

    private static void run(String statement) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement made = connection.createStatement()) {
            made.execute(statement);
        }
    }
}
