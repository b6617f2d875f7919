package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.Run;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.ColumnMap;

/** Input of which nobody would think beforehand: none of it may stop a source in silence, or hide what comes after it. */
class OddInputTest {
    private static final Path FILES = Path.of("routes/intake/intake-file.yaml");
    private static final Path ROWS = Path.of("routes/intake/intake-jdbc.yaml");
    private static final String QUERY =
            """
            select mrn, dose_id, changed, last, first, born, sex, given, cvx from dose
            where changed > cast(:mark as timestamp)
               or (changed = cast(:mark as timestamp) and mrn > :patient)
            order by changed, mrn, dose_id limit :limit
            """;
    private static final String HEADER = "mrn,dose_id,changed,last,first,born,sex,given,cvx\n";

    @TempDir
    Path home;

    private IntakeHouse house;
    private Connection ehr;
    private String url;
    private final AtomicReference<Instant> due = new AtomicReference<>(Instant.MAX);

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        url = "jdbc:h2:mem:odd" + System.nanoTime();
        ehr = DriverManager.getConnection(url, "sa", "");
        ehr.createStatement()
                .execute("create table dose (mrn varchar(20), dose_id integer, changed timestamp, last varchar(40),"
                        + " first varchar(40), born varchar(10), sex varchar(1), given varchar(10), cvx varchar(3))");
    }

    @AfterEach
    void leave() throws Exception {
        house.close();
        ehr.close();
    }

    private void csv(Path columns) throws Exception {
        house.files.add(new FileSource("clinic", "main", Feed.ONGOING, IntakeHouse.TEXAS, ColumnMap.load(columns)));
        Files.createDirectories(house.in.resolve("clinic"));
    }

    private void query(String sql, Path columns) {
        house.queries.add(new JdbcSource(
                "rows",
                "main",
                Feed.ONGOING,
                IntakeHouse.TEXAS,
                url,
                "sa",
                () -> "",
                (since, now) -> Optional.of(due.get()).filter(d -> d.isAfter(since) && !d.isAfter(now)),
                sql,
                ColumnMap.load(columns),
                "1900-01-01 00:00:00",
                Duration.ofMinutes(10),
                5,
                Duration.ofSeconds(30),
                JdbcSource.ALL));
    }

    private Path latin1() throws Exception {
        Path own = home.resolve("latin1");
        Files.createDirectories(own);
        Files.writeString(
                own.resolve("columns.csv"),
                Files.readString(Path.of("src/test/resources/intake/rows/columns.csv")) + "MSH-18,,8859/1,,\n");
        return own;
    }

    private void dose(String mrn, int id, String changed, String last) throws Exception {
        ehr.createStatement()
                .execute("insert into dose values ('%s', %d, '%s', '%s', 'Ana', '2019-03-09', 'F', '2026-11-01', '03')"
                        .formatted(mrn, id, changed, last));
    }

    private Instant runNow() {
        Instant before = due.get();
        // Two runs of one millisecond would be one.
        Instant now = await().until(
                        () -> house.clock.instant().truncatedTo(ChronoUnit.MILLIS), instant -> !instant.equals(before));
        due.set(now);
        return now;
    }

    private void awaitEnd(Instant now) {
        await().atMost(Duration.ofSeconds(15)).until(() -> house.ledger
                .runs()
                .last("main", "source:rows")
                .filter(r -> r.scheduledFor().equals(now))
                .map(Run::endedAt)
                .isPresent());
    }

    @Test
    void aCsvRowWithoutADoseDoesNotUnbalanceTheAudit() throws Exception {
        csv(Path.of("src/test/resources/intake/rows"));
        Files.writeString(
                house.in.resolve("clinic/a.csv"),
                HEADER + "P1,1,2026-11-20,Adams,Ana,2019-03-09,F,2026-11-01,03\n"
                        + "P2,,2026-11-20,Baker,Ben,2019-03-09,M,,\n");
        house.start(Map.of(), FILES);
        await().until(() -> Files.exists(house.in.resolve("clinic/.done/a.csv")));
        house.assertBalanced();
    }

    @Test
    void aRowThatTheCharacterSetOfTheMapCannotCarryIsHeldAndTheOthersGoOn() throws Exception {
        query(QUERY, latin1());
        for (int i = 0; i < 12; i++) {
            dose("P%02d".formatted(i), i, "2026-11-20 08:%02d:00".formatted(i), i == 3 ? "O\u2019Brien" : "Adams");
        }
        house.start(Map.of(), ROWS);
        awaitEnd(runNow());
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(11);
        assertHeldForMsh18();
    }

    private void assertHeldForMsh18() {
        List<HeldRecord> held = house.ledger.records().held(null, null, null, 0, 10);
        assertThat(held).hasSize(1);
        assertThat(held.get(0).rule()).isEqualTo(RowRecords.UNFIT);
        assertThat(new String(
                        house.ledger.records().text(held.get(0).recordId()).outgoing(), StandardCharsets.UTF_8))
                .contains("O\u2019Brien", "|UNICODE UTF-8");
        assertThat(house.ledger.alarms().open()).isEmpty();
        house.assertBalanced();
    }

    @Test
    void soIsARowOfACsvFile() throws Exception {
        csv(latin1());
        Files.writeString(
                house.in.resolve("clinic/a.csv"),
                HEADER + "P1,1,2026-11-20,Adams,Ana,2019-03-09,F,2026-11-01,03\n"
                        + "P2,2,2026-11-20,O\u2019Brien,Ben,2019-03-09,M,2026-11-01,03\n");
        house.start(Map.of(), FILES);
        await().until(() -> Files.exists(house.in.resolve("clinic/.done/a.csv")));
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(1);
        assertHeldForMsh18();
    }

    @Test
    void aFileThatCannotBeReadOnIsOnlySaidToHaveChangedWhenItHas() throws Exception {
        house.fileSource("clinic");
        Path file = house.in.resolve("clinic/a.hl7");
        Files.writeString(file, IntakeHouse.batch("A", 3));
        assertThat(reasonOfTheEnd(file)).contains("cannot be read on").contains("an unheard-of fault");
        Files.writeString(file, IntakeHouse.batch("B", 3));
        Taking taking = house.drop().begin(file, Duration.ZERO).orElseThrow();
        Files.writeString(file, IntakeHouse.batch("C", 3));
        assertThat(reasonOfTheEnd(taking)).contains("written to or replaced");
    }

    private String reasonOfTheEnd(Path file) {
        return reasonOfTheEnd(house.drop().begin(file, Duration.ZERO).orElseThrow());
    }

    private String reasonOfTheEnd(Taking taking) {
        FileRecords faulty = new FileRecords() {
            @Override
            public boolean hasNext() {
                throw new Hl7FormatException("byte 7", "an unheard-of fault");
            }

            @Override
            public TakenRecord next() {
                throw new AssertionError("has none");
            }

            @Override
            public long position() {
                return 0;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
        try (FileChunks chunks = new FileChunks(taking, house.settings, (in, taken) -> faulty)) {
            assertThatThrownBy(chunks::next).isInstanceOf(SourceFaultException.class);
        }
        String reason = taking.fault();
        taking.lease().close();
        return reason;
    }

    /** A site's own step on the whole chunk. */
    public static final class Failing {
        final AtomicInteger calls = new AtomicInteger();

        public void apply(Chunk chunk) {
            calls.incrementAndGet();
            throw new Hl7FormatException("MSH", "a step of the site");
        }
    }

    @Test
    void aStepOnAChunkThatFailsWithAFormatExceptionRaisesAnAlarm() throws Exception {
        house.fileSource("clinic");
        Files.writeString(house.in.resolve("clinic/a.hl7"), IntakeHouse.batch("A", 3));
        var failing = new Failing();
        String shipped = Files.readString(FILES);
        String place = "              - bean:\n                  id: check-file\n";
        Path own = home.resolve("intake-file.yaml");
        Files.writeString(
                own,
                shipped.replace(
                        place,
                        "              - bean:\n                  id: own\n                  ref: siteStep\n                  method: apply\n"
                                + place));
        house.start(Map.of("siteStep", failing), own);
        await().atMost(Duration.ofSeconds(30)).until(() -> failing.calls.get() >= 3);
        assertThat(house.ledger.alarms().open()).isNotEmpty();
    }

    @Test
    void historyWhoseDosesCannotBeToldApartIsHeldAndDoesNotStopItsChunk() {
        byte[] newer = vxu("M2", "UNICODE UTF-8", "ORC|RE||D2^CLINIC\rRXA|0|1|20260302||03^MMR^CVX|0.5\r");
        store(Feed.ONGOING, record("M2", newer));
        TakenRecord odd = record(
                "M1",
                vxu(
                        "M1",
                        "UNICODE UTF-8",
                        "ORC|RE||D1^CLINIC\rORC|RE||D2^CLINIC\rRXA|0|1|20260302||03^MMR^CVX|0.5\rRXA|0|1|20250302||08^HepB^CVX|0.5\r"));
        Chunk chunk = new Chunk("main", "export", Feed.HISTORICAL, List.of(odd), new PositionMove.None(), true);
        new NewerData(house.ledger.knownDoses()).keep(chunk);
        assertThat(odd.judgement().verdict()).isEqualTo(Verdict.HELD);
        assertThat(odd.judgement().findings()).extracting(Finding::rule).containsExactly(NewerData.FAILED);
    }

    @Test
    void aColumnThatTheQueryLacksIsNamedInTheAlarm() throws Exception {
        query(QUERY.replace("given, cvx", "given"), Path.of("src/test/resources/intake/rows"));
        dose("P1", 1, "2026-11-20 08:00:00", "Adams");
        house.start(Map.of(), ROWS);
        runNow();
        await().until(() -> !house.ledger.alarms().open().isEmpty());
        String detail = house.ledger.alarms().open().get(0).detail();
        assertThat(detail).contains("cvx");
    }

    @Test
    void aParameterThatNobodyKnowsIsNamedInTheAlarm() throws Exception {
        query(QUERY.replace(":patient", ":patient_id"), Path.of("src/test/resources/intake/rows"));
        dose("P1", 1, "2026-11-20 08:00:00", "Adams");
        house.start(Map.of(), ROWS);
        runNow();
        await().until(() -> !house.ledger.alarms().open().isEmpty());
        String detail = house.ledger.alarms().open().get(0).detail();
        assertThat(detail).contains(":patient_id");
    }

    @Test
    void aStampThatLiesFarAheadDoesNotHideWhatComesAfterIt() throws Exception {
        query(QUERY, Path.of("src/test/resources/intake/rows"));
        dose("P1", 1, "2026-11-20 08:00:00", "Adams");
        dose("P2", 2, "2126-11-20 08:00:00", "Baker");
        house.start(Map.of(), ROWS);
        awaitEnd(runNow());
        assertThat(house.read("rows")).isEqualTo(2);
        dose("P3", 3, "2026-11-21 08:00:00", "Clark");
        awaitEnd(runNow());
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(3);
        assertThat(house.ledger.alarms().open())
                .extracting(Alarm::subject, Alarm::detail)
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.toString()).contains("source.rows.stamps", "changed"));
        ehr.createStatement().execute("update dose set changed = '2026-11-22 08:00:00' where mrn = 'P2'");
        awaitEnd(runNow());
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open()).isEmpty());
    }

    @Test
    void aMarkThatAStampAheadHasLeftBehindIsGivenUp() throws Exception {
        query(QUERY, Path.of("src/test/resources/intake/rows"));
        store(Feed.ONGOING, new PositionMove.Mark("2126-11-20 08:00:00", null));
        dose("P1", 1, "2026-11-20 08:00:00", "Adams");
        dose("P2", 2, "2026-11-21 08:00:00", "Baker");
        house.start(Map.of(), ROWS);
        awaitEnd(runNow());
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(2);
        assertThat(house.ledger
                        .positions()
                        .get("main", "rows", Feed.ONGOING)
                        .orElseThrow()
                        .value())
                .startsWith("2026-11-2");
    }

    private void store(Feed feed, PositionMove.Mark mark) {
        house.ledger.store(new Chunk("main", "rows", feed, List.of(), mark, true));
    }

    @Test
    void aFileWithOtherSeparatorsGoesOnBetweenTwoBatches() throws Exception {
        house.fileSource("clinic");
        String one = IntakeHouse.batch("A", 10).replace("FTS|1\r", "");
        String two =
                IntakeHouse.batch("B", 5).replace("FHS|^~\\&|EHR|CLINIC\r", "").replace("FTS|1", "FTS|2");
        String text = (one + two).replace('|', '#');
        Files.writeString(house.in.resolve("clinic/a.hl7"), text);
        var chunks = new AtomicInteger();
        var store = new StoreStep(chunk -> {
            if (chunks.incrementAndGet() == 2) {
                throw new IllegalStateException("pulled the plug");
            }
            return house.ledger.store(chunk);
        });
        house.start(
                Map.of("chunkStore", store, "fileReader", new FileReader(house.settings, store, house.clock)), FILES);
        await().until(() -> Files.exists(house.in.resolve("clinic/.done/a.hl7"))
                || Files.exists(house.in.resolve("clinic/.failed/a.hl7")));
        assertThat(house.in.resolve("clinic/.done/a.hl7")).exists();
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(15);
    }

    @Test
    void newerPatientDataIsTakenIntoAnotherCharacterSetOrHoldsTheRecordThatCannotCarryIt() {
        assertThat(afterNewer("Adams", "8859/1").message().get("PID-5.1")).isEqualTo("Adams");
        assertThat(afterNewer("N\u00fa\u00f1ez", "8859/1").message().get("PID-5.1"))
                .isEqualTo("N\u00fa\u00f1ez");
        TakenRecord beyond = afterNewer("O\u2019Brien", "8859/1");
        assertThat(beyond.judgement().verdict()).isEqualTo(Verdict.HELD);
        assertThat(beyond.judgement().findings()).extracting(Finding::rule).containsExactly(NewerData.FAILED);
    }

    /** A historical record in this character set, after an ongoing one in UTF-8 has told this name. */
    private TakenRecord afterNewer(String name, String set) {
        String newest = new String(
                        vxu("M2", "UNICODE UTF-8", "ORC|RE||D2^CLINIC\rRXA|0|1|20260302||03^MMR^CVX|0.5\r"),
                        StandardCharsets.UTF_8)
                .replace("Adams", name);
        store(Feed.ONGOING, record(name, newest.getBytes(StandardCharsets.UTF_8)));
        String old = new String(
                        vxu("M1", set, "ORC|RE||D1^CLINIC\rRXA|0|1|20250302||08^HepB^CVX|0.5\r"),
                        StandardCharsets.US_ASCII)
                .replace("Adams", "Maiden");
        TakenRecord history = record("M1", old.getBytes(StandardCharsets.US_ASCII));
        new NewerData(house.ledger.knownDoses())
                .keep(new Chunk("main", "export", Feed.HISTORICAL, List.of(history), new PositionMove.None(), true));
        return history;
    }

    @Test
    void filesOfOneSecondAreReadInTheOrderOfTheirNames() throws Exception {
        house.fileSource("clinic");
        var order = new ArrayList<String>();
        FileTime same = FileTime.from(Instant.parse("2026-11-20T08:00:00Z"));
        for (int i : new int[] {7, 3, 11, 1, 9, 5, 12, 2, 10, 4, 8, 6}) {
            Path file = house.in.resolve("clinic/export-%02d.hl7".formatted(i));
            Files.writeString(file, IntakeHouse.vxu("M%02d".formatted(i), "Adams"));
            Files.setLastModifiedTime(file, same);
        }
        house.start(Map.of(), FILES);
        await().until(() -> house.read("clinic") == 12);
        house.ledger.sourceFiles().recent(12).forEach(file -> order.add(0, file.name()));
        assertThat(order).isSorted();
    }

    private static byte[] vxu(String id, String set, String doses) {
        return ("MSH|^~\\&|EHR|CLINIC|||20261122101500-0600||VXU^V04^VXU_V04|" + id + "|P|2.5.1||||||" + set
                        + "\rPID|1||P1^^^CLINIC^MR||Adams^Ana||20190309|F\r" + doses)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static TakenRecord record(String key, byte[] text) {
        return TakenRecord.of(SourceRef.of("export", key, text), 1, text, Message.parse(text));
    }

    private void store(Feed feed, TakenRecord record) {
        record.judgement(new Judgement(
                Verdict.DELIVERABLE, Collections.nCopies(record.message().doses(), Verdict.DELIVERABLE), List.of()));
        house.ledger.store(new Chunk("main", "export", feed, List.of(record), new PositionMove.None(), true));
    }
}
