package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Run;
import org.vaxroute.vxu.ColumnMap;

class JdbcIntakeRouteTest {
    private static final Path ROUTE = Path.of("routes/intake/intake-jdbc.yaml");
    private static final LocalDateTime MORNING = LocalDateTime.of(2026, 11, 20, 8, 0);
    private static final String QUERY =
            """
            -- rows after :mark, a page of :limit
            select mrn, dose_id, changed, last, first, born, sex, given, cvx from dose
            where changed > cast(:mark as timestamp)
               or (changed = cast(:mark as timestamp) and mrn > :patient)
            order by changed, mrn, dose_id limit :limit;
            """;

    @TempDir
    Path home;

    private IntakeHouse house;
    private Connection ehr;
    private String url;
    private String user = "sa";
    private final AtomicReference<String> password = new AtomicReference<>("");
    private final AtomicReference<Instant> due = new AtomicReference<>(Instant.MAX);

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        url = "jdbc:h2:mem:ehr" + System.nanoTime();
        ehr = DriverManager.getConnection(url, "sa", "");
        ehr.createStatement()
                .execute("create table dose (mrn varchar(20), dose_id integer, changed timestamp, last varchar(40),"
                        + " first varchar(40), born varchar(10), sex varchar(1), given varchar(10), cvx varchar(3))");
    }

    @AfterEach
    void leave() throws SQLException {
        house.close();
        ehr.close();
    }

    private void source(int page, String query) {
        source(page, query, Feed.ONGOING, JdbcSource.ALL);
    }

    private void source(int page, String query, Feed feed, long most) {
        house.queries.add(new JdbcSource(
                "rows",
                "main",
                feed,
                IntakeHouse.TEXAS,
                url,
                user,
                password::get,
                (since, now) -> Optional.of(due.get()).filter(d -> d.isAfter(since) && !d.isAfter(now)),
                query,
                ColumnMap.load(Path.of("src/test/resources/intake/rows")),
                "1900-01-01 00:00:00",
                Duration.ofMinutes(10),
                page,
                Duration.ofSeconds(30),
                most));
    }

    private void dose(String mrn, int id, LocalDateTime changed) throws SQLException {
        dose(mrn, id, changed, "2026-11-01");
    }

    private void dose(String mrn, int id, LocalDateTime changed, String given) throws SQLException {
        try (PreparedStatement insert =
                ehr.prepareStatement("insert into dose values (?, ?, ?, 'Adams', 'Ana', '2019-03-09', 'F', ?, '03')")) {
            insert.setString(1, mrn);
            insert.setInt(2, id);
            insert.setObject(3, changed);
            insert.setString(4, given);
            insert.execute();
        }
    }

    private void runNow() {
        Instant now = house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        due.set(now);
        await().until(() -> house.ledger
                .runs()
                .last("main", "source:rows")
                .filter(r -> r.scheduledFor().equals(now))
                .map(Run::endedAt)
                .isPresent());
    }

    private long waiting() {
        return house.ledger.records().waiting("main", Feed.ONGOING);
    }

    @Test
    void aSelectionForTestsEndsAtItsCeilingWhateverTheNumberOfRuns() throws Exception {
        for (int patient = 0; patient < 60; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient / 7));
        }
        source(10, QUERY, Feed.TEST, 25);
        house.start(Map.of(), ROUTE);
        runNow();
        assertThat(house.ledger.records().waiting("main", Feed.TEST)).isEqualTo(25);
        due.set(house.clock.instant());
        dose("P999", 999, MORNING.plusDays(1));
        house.stop();
        house.queries.clear();
        source(10, QUERY, Feed.TEST, 27);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(house.ledger.records().waiting("main", Feed.TEST)).isEqualTo(27);
        assertThat(waiting()).isZero();
        house.assertBalanced();
    }

    @Test
    void rowsOfAPatientBecomeOneMessageAlsoAcrossPageBorders() throws Exception {
        for (int patient = 0; patient < 40; patient++) {
            for (int dose = 0; dose < 3; dose++) {
                dose("P%03d".formatted(patient), patient * 10 + dose, MORNING.plusMinutes(patient / 7));
            }
        }
        source(10, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(40);
        assertThat(house.ledger.conservation().balance().lines().get(0).ready()).isEqualTo(new Balance.Count(40, 120));
        house.assertBalanced();
    }

    @Test
    void theRowsOfASourceOfOneClinicAreReportedUnderIt() throws Exception {
        house.withSites();
        dose("A", 1, MORNING);
        source(10, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(house.sitesAndStates()).isEqualTo(Map.of("south READY", 1L));
    }

    @Test
    void aQueryWithoutThePatientParameterStillLosesNobodyAtAPageBorder() throws Exception {
        for (int patient = 0; patient < 25; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient / 6));
        }
        source(
                4,
                "select mrn, dose_id, changed, last, first, born, sex, given, cvx from dose"
                        + " where changed > cast(:mark as timestamp) order by changed, mrn limit :limit");
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(25);
    }

    @Test
    void numbersThatAreFilledUpWithBlanksLoseNobodyAtAPageBorder() throws Exception {
        for (int patient = 0; patient < 25; patient++) {
            dose("%4d".formatted(patient), patient, MORNING);
        }
        source(4, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(25);
        house.assertBalanced();
    }

    @Test
    void whatChangesWithoutItsStampIsSeenWithinTheOverlap() throws Exception {
        dose("A", 1, MORNING);
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();
        // A stamp of whole seconds: read between two changes of one second.
        ehr.createStatement().execute("update dose set given = '2026-11-02'");
        runNow();
        assertThat(waiting()).isEqualTo(2);
        runNow();

        assertThat(waiting()).as("read once more").isEqualTo(2);
        house.assertBalanced();
    }

    @Test
    void aColumnThatIsThereTwiceIsNotChosenFrom() throws Exception {
        dose("A", 1, MORNING);
        source(
                100,
                "select mrn, dose_id, changed, last, first, born, sex, given, cvx, dose_id as mrn from dose"
                        + " where changed > cast(:mark as timestamp) order by changed, mrn limit :limit");
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));

        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .extracting(alarm -> alarm.detail())
                .singleElement()
                .asString()
                .contains("gives the column mrn twice", "query.sql"));
        assertThat(waiting()).isZero();
    }

    @Test
    void theNextRunReadsWhatIsNewAndWhatWasCommittedLate() throws Exception {
        dose("A", 1, MORNING);
        dose("B", 2, MORNING.plusMinutes(30));
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();
        assertThat(waiting()).isEqualTo(2);

        dose("C", 3, MORNING.plusMinutes(25));
        dose("D", 4, MORNING.plusMinutes(40));
        runNow();

        assertThat(waiting()).isEqualTo(4);
        assertThat(house.ledger
                        .positions()
                        .get("main", "rows", Feed.ONGOING)
                        .orElseThrow()
                        .value())
                .startsWith("2026-11-20 08:40");
        assertThat(house.ledger
                        .positions()
                        .get("main", "rows", Feed.ONGOING)
                        .orElseThrow()
                        .repeated())
                .isEqualTo(1);
        house.assertBalanced();
    }

    @Test
    void aRunThatIsPausedInTheMiddleIsTheSameRunWhenItGoesOn() throws Exception {
        var source = Pausable.source("main", "rows");
        for (int patient = 0; patient < 155; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient));
        }
        source(20, QUERY);
        var chunks = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            var stored = house.ledger.store(chunk);
            if (chunks.incrementAndGet() == 2) {
                house.ledger.pauses().pause(source, "ann", "the wrong codes");
            }
            return stored;
        });
        var runs = runs();
        house.start(Map.of("chunkStore", store, "jdbcReader", new JdbcReader(runs, store, house.settings)), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().until(() -> house.ledger.pauses().of(source).isPresent());
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);

        assertThat(waiting()).isBetween(20L, 80L);
        assertThat(house.ledger.runs().last("main", "source:rows").orElseThrow().endedAt())
                .isNull();
        house.assertBalanced();

        house.ledger.pauses().resume(source, "ann", "they are right");
        await().until(() -> waiting() == 155);
        await().until(() -> house.ledger
                .runs()
                .last("main", "source:rows")
                .map(Run::endedAt)
                .isPresent());
        house.assertBalanced();
    }

    @Test
    void aRunThatIsStoppedInTheMiddleGoesOnFromItsLastChunk() throws Exception {
        for (int patient = 0; patient < 55; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient / 9));
        }
        source(20, QUERY);
        var chunks = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            if (chunks.incrementAndGet() == 3) {
                throw new IllegalStateException("pulled the plug");
            }
            return house.ledger.store(chunk);
        });
        var runs = runs();
        house.start(Map.of("chunkStore", store, "jdbcReader", new JdbcReader(runs, store, house.settings)), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(55);
        assertThat(house.ledger.alarms().open()).isEmpty();
        house.assertBalanced();
    }

    @Test
    void whatIsLeftOfAReadingThatFailedIsNotReadForNothing() throws Exception {
        for (int patient = 0; patient < 500; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient));
        }
        ehr.createStatement().execute("create sequence looked");
        source(10, "select page.*, next value for looked n from (" + QUERY.replace(";", "") + ") page;");
        var readings = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            readings.incrementAndGet();
            throw new IllegalStateException("pulled the plug");
        });
        house.start(Map.of("chunkStore", store, "jdbcReader", new JdbcReader(runs(), store, house.settings)), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open()).hasSize(1));
        house.stop();

        try (var row = ehr.createStatement().executeQuery("select next value for looked")) {
            row.next();
            assertThat(row.getInt(1) / readings.get()).isLessThan(60);
        }
        assertThat(waiting()).isZero();
    }

    @Test
    void aRowThatDoesNotFitItsColumnMapIsHeldAndNotSkipped() throws Exception {
        dose("A", 1, MORNING);
        dose("B", 2, MORNING.plusMinutes(1), "soon");
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(1);
        List<HeldRecord> held = house.ledger.records().held(null, null, null, 0, 10);
        assertThat(held).hasSize(1);
        house.assertBalanced();
    }

    @Test
    void aDueSourceWhoseDatabaseIsBeingReadWaitsItsTurnAndSaysSoWithoutAnAlarm() throws Exception {
        dose("A", 1, MORNING);
        source(100, QUERY);
        JdbcSource source = house.queries.get(0);
        var plan = new JdbcChunks(
                source,
                source.start(),
                null,
                null,
                new EhrTurns(house.ledger.leases(), "plan of here"),
                Duration.ofMinutes(1),
                () -> true,
                new IntakeSettings(home, Duration.ZERO, false, 1, 2, 4, 1 << 20, Duration.ofMillis(200), 1, 1, 100),
                house.clock);
        // A row is left, so the connection stays in use.
        assertThat(house.ledger.leases().isHeld(EhrTurns.name(url))).isTrue();
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().untilAsserted(() -> assertThat(
                        house.ledger.runs().last("main", "source:rows").map(Run::outcome))
                .hasValueSatisfying(outcome -> assertThat(outcome).contains("waits for its turn")));
        assertThat(house.ledger.runs().last("main", "source:rows").orElseThrow().endedAt())
                .isNull();
        assertThat(waiting()).isZero();

        plan.close();
        await().until(() -> waiting() == 1);
        await().until(() -> house.ledger
                .runs()
                .last("main", "source:rows")
                .map(Run::endedAt)
                .isPresent());
        assertThat(house.ledger.runs().last("main", "source:rows").orElseThrow().outcome())
                .isEqualTo("read");
        assertThat(house.ledger.alarms().changedSince(Instant.EPOCH)).isEmpty();
        house.assertBalanced();
    }

    @Test
    void aLongQueryKeepsNoOtherDatabaseWaiting() throws Exception {
        dose("A", 1, MORNING);
        source(100, QUERY);
        JdbcSource rows = house.queries.get(0);
        String elsewhere = "jdbc:h2:mem:other" + System.nanoTime();
        try (Connection other = DriverManager.getConnection(elsewhere, "sa", "")) {
            other.createStatement()
                    .execute(
                            "create table dose (mrn varchar(20), dose_id integer, changed timestamp, last varchar(40),"
                                    + " first varchar(40), born varchar(10), sex varchar(1), given varchar(10), cvx varchar(3))");
            other.createStatement()
                    .execute(
                            "insert into dose values ('L', 1, timestamp '2026-11-20 08:00:00', 'Adams', 'Ana', '2019-03-09',"
                                    + " 'F', '2026-11-01', '03')");
            // Before the other one in the list, so that it is begun first.
            house.queries.add(
                    0,
                    new JdbcSource(
                            "long",
                            "main",
                            Feed.ONGOING,
                            IntakeHouse.TEXAS,
                            elsewhere,
                            "sa",
                            () -> "",
                            rows.timetable(),
                            QUERY,
                            rows.columns(),
                            rows.start(),
                            rows.overlap(),
                            100,
                            rows.queryTimeout(),
                            JdbcSource.ALL));
            var halfWay = new java.util.concurrent.CountDownLatch(1);
            var goOn = new java.util.concurrent.CountDownLatch(1);
            var store = new StoreStep(chunk -> {
                if (chunk.source().equals("long")) {
                    halfWay.countDown();
                    awaitOpen(goOn);
                }
                return house.ledger.store(chunk);
            });
            house.start(
                    Map.of("chunkStore", store, "jdbcReader", new JdbcReader(runs(), store, house.settings)), ROUTE);
            due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
            assertThat(halfWay.await(1, java.util.concurrent.TimeUnit.MINUTES)).isTrue();

            // The next due moment comes while the long one is still being read.
            await().until(() -> house.read("rows") == 1);
            dose("B", 2, MORNING.plusMinutes(1));
            due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
            await().until(() -> waiting() == 2);
            assertThat(house.read("long")).isZero();

            goOn.countDown();
            await().until(() -> waiting() == 3);
            house.assertBalanced();
        }
    }

    private static void awaitOpen(java.util.concurrent.CountDownLatch door) {
        try {
            assertThat(door.await(1, java.util.concurrent.TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDatabaseThatBeginsToBeReadWhenASourceWasFoundDueIsWaitedForToo() throws Exception {
        dose("A", 1, MORNING);
        source(100, QUERY);
        JdbcSource source = house.queries.get(0);
        JdbcRuns runs = runs();
        // After the moment since when these runs count.
        Instant begun = house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        due.set(begun.plusMillis(1));
        List<JdbcRuns.Due> all = await().until(runs::due, some -> !some.isEmpty());
        JdbcRuns.Due found = all.get(0);
        try (var report = new JdbcChunks(
                source,
                source.start(),
                null,
                null,
                new EhrTurns(house.ledger.leases(), "report of there"),
                Duration.ofMinutes(1),
                () -> true,
                house.settings,
                house.clock)) {
            assertThatThrownBy(() -> runs.chunks(found)).isInstanceOf(DatabaseInUse.class);
            runs.waits(found);
            assertThat(runs.due()).isEmpty();
        }
        List<JdbcRuns.Due> again = runs.due();
        assertThat(again).extracting(JdbcRuns.Due::scheduledFor).containsExactly(found.scheduledFor());
        runs.chunks(again.get(0)).close();
        assertThat(house.ledger.alarms().open()).isEmpty();
    }

    @Test
    void aReadingThatAnotherNodeHasTakenOverStopsAndLeavesTheRunToIt() throws Exception {
        for (int patient = 0; patient < 155; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.plusMinutes(patient));
        }
        source(20, QUERY);
        JdbcRuns runs = runs();
        due.set(house.clock
                .instant()
                .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                .plusMillis(1));
        JdbcRuns.Due found = await().until(runs::due, some -> !some.isEmpty()).get(0);
        int read = 0;
        try (JdbcChunks chunks = runs.chunks(found)) {
            house.ledger.leases().releaseLeftBy("here");
            assertThat(house.ledger
                            .leases()
                            .acquire(found.lease().lease().name(), "intake at there", Duration.ofMinutes(5)))
                    .isPresent();
            while (chunks.hasNext()) {
                read += chunks.next().records().size();
            }
            assertThat(chunks.stopped()).isTrue();
            runs.done(found, !chunks.stopped(), false);
        }
        assertThat(read).isLessThan(155);
        assertThat(house.ledger.runs().last("main", "source:rows").orElseThrow().endedAt())
                .isNull();
    }

    private JdbcRuns runs() {
        return house.runs(house.queries);
    }

    @Test
    void aQueryWhoseRowsAreNotInTheOrderOfTheirStampsPassesNobodyOver() throws Exception {
        for (int patient = 0; patient < 25; patient++) {
            dose("P%03d".formatted(patient), patient, MORNING.minusHours(patient * 7L % 25));
        }
        source(10, QUERY.replace("order by changed, mrn, dose_id", "order by mrn"));
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));

        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.detail()).contains("(column changed)", "order by stamp")));
        assertThat(waiting()).isZero();
        assertThat(house.ledger.positions().get("main", "rows", Feed.ONGOING)).isEmpty();
    }

    @Test
    void aQueryWhosePatientsOfOneStampAreNotInOrderPassesNobodyOver() throws Exception {
        for (int patient = 0; patient < 25; patient++) {
            dose("P%03d".formatted(patient * 7 % 25), patient, MORNING);
        }
        source(10, QUERY.replace("order by changed, mrn, dose_id", "order by changed, dose_id"));
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));

        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.detail()).contains("order by stamp and patient")));
        assertThat(house.ledger.positions().get("main", "rows", Feed.ONGOING)).isEmpty();
    }

    @Test
    void patientsOfOneStampWhoseNumbersDifferInCapitalsAlonePassPagesEdges() throws Exception {
        for (int patient = 0; patient < 12; patient++) {
            dose("P%02dA".formatted(patient), patient, MORNING);
            dose("p%02da".formatted(patient), 100 + patient, MORNING);
        }
        source(10, QUERY);
        house.start(Map.of(), ROUTE);
        runNow();

        assertThat(waiting()).isEqualTo(24);
        house.assertBalanced();
    }

    @Test
    void whileASourceIsPausedAnotherOfItsAccountLeavesTheDatabaseAloneAllTheSame() throws Exception {
        password.set("of last month");
        source(100, QUERY);
        JdbcSource rows = house.queries.get(0);
        house.queries.add(new JdbcSource(
                "history",
                rows.connection(),
                rows.feed(),
                rows.zone(),
                rows.url(),
                rows.user(),
                rows.password(),
                rows.timetable(),
                rows.query(),
                rows.columns(),
                rows.start(),
                rows.overlap(),
                rows.page(),
                rows.queryTimeout(),
                rows.most()));
        house.ledger.pauses().pause(Pausable.source("main", "history"), "tester", "for weeks");
        JdbcRuns runs = runs();
        due.set(house.clock
                .instant()
                .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                .plusMillis(1));
        JdbcRuns.Due found = await().until(runs::due, some -> !some.isEmpty()).get(0);
        assertThatThrownBy(() -> runs.chunks(found)).isInstanceOf(EhrLoginRefused.class);
        runs.stopped(found);

        List<JdbcRuns.Due> tried = new ArrayList<>();
        await().during(house.settings.away().multipliedBy(3)).until(() -> tried.addAll(runs.due()) || true);
        assertThat(tried).isEmpty();
    }

    @Test
    void aPasswordThatIsChangedWhereItStandsCountsAtTheNextLogin() throws Exception {
        password.set("of last month");
        dose("A", 1, MORNING);
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.detail())
                        .contains("refuses the login", "source.rows.password")
                        .doesNotContain("of last month")));

        password.set("");

        await().until(() -> waiting() == 1);
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open()).isEmpty());
    }

    @Test
    void aRefusedLoginIsNotTriedAgainUntilTheSourceWasPaused() throws Exception {
        ehr.createStatement().execute("create user reader password 'x' admin");
        user = "reader";
        password.set("y");
        dose("A", 1, MORNING);
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.detail()).contains("refuses the login", "in an hour")));

        ehr.createStatement().execute("alter user reader set password 'y'");
        await().during(Duration.ofSeconds(3)).until(() -> waiting() == 0);
        var source = Pausable.source("main", "rows");
        // Nothing tells that a tick has met the pause.
        await().pollInterval(Duration.ofSeconds(1)).until(() -> {
            if (house.ledger.pauses().of(source).isPresent()) {
                house.ledger.pauses().resume(source, "tester", "unlocked");
            } else {
                house.ledger.pauses().pause(source, "tester", "unlocked");
            }
            return waiting() == 1;
        });
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedForAndReadOnceItIsBack() throws Exception {
        ehr.createStatement().execute("alter table dose rename to elsewhere");
        source(100, QUERY);
        house.start(Map.of(), ROUTE);
        due.set(house.clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open()).hasSize(1));
        ehr.createStatement().execute("alter table elsewhere rename to dose");
        dose("A", 1, MORNING);

        await().until(() -> waiting() == 1);
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open()).isEmpty());
    }
}
