package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileNaming;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.ColumnMap;

/** History ends where the ongoing feed begins: whatever the EHR does meanwhile, each version of each dose is sent once, the newest last. */
class HistoryCutOffTest {
    private static final LocalDateTime CUT_OFF = LocalDateTime.of(2026, 11, 1, 0, 0);
    private static final String QUERY =
            """
            select mrn, dose_id, changed, last, first, born, sex, given, cvx from dose
            where changed > cast(:mark as timestamp)
               or (changed = cast(:mark as timestamp) and mrn > :patient)
            order by changed, mrn, dose_id limit :limit;
            """;

    @TempDir
    Path home;

    private IntakeHouse house;
    private Connection ehr;
    private JdbcSource history;
    private JdbcSource ongoing;
    private LocalDateTime now = CUT_OFF;
    private int doses;
    private final List<SubmissionFile> files = new ArrayList<>();

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        String url = "jdbc:h2:mem:ehr" + System.nanoTime();
        ehr = DriverManager.getConnection(url, "sa", "");
        ehr.createStatement()
                .execute("create table dose (mrn varchar(20), dose_id integer, changed timestamp, last varchar(40),"
                        + " first varchar(40), born varchar(10), sex varchar(1), given varchar(10), cvx varchar(3))");
        history = source(url, "history", Feed.HISTORICAL);
        ongoing = source(url, "changes", Feed.ONGOING);
    }

    @AfterEach
    void leave() throws SQLException {
        house.close();
        ehr.close();
    }

    private static JdbcSource source(String url, String id, Feed feed) {
        return new JdbcSource(
                id,
                "main",
                feed,
                IntakeHouse.TEXAS,
                url,
                "sa",
                () -> "",
                (since, now) -> Optional.empty(),
                QUERY,
                ColumnMap.load(Path.of("src/test/resources/intake/rows")),
                "1900-01-01 00:00:00",
                Duration.ofMinutes(10),
                7,
                Duration.ofSeconds(30),
                JdbcSource.ALL);
    }

    private void start(long readAhead) {
        HistoricalLoad plan = house.ledger
                .historicalLoads()
                .plan(
                        "main",
                        HistoricalLoad.ALL_SITES,
                        new HistoricalLoad.Figures(0, 0, 0, 0, 0, 0, readAhead),
                        List.of(new HistoricalLoad.Source(
                                "history", true, CUT_OFF.toString().replace('T', ' ') + ":00", "changes", null)),
                        List.of(),
                        "ann");
        house.ledger.historicalLoads().start(plan.id(), "ann");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 20261122})
    void eachVersionOfADoseIsSentOnceAndTheNewestLast(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            insert("P" + random.nextInt(15), CUT_OFF.minusHours(random.nextInt(400)));
        }
        start(20);
        for (int step = 0; step < 80; step++) {
            now = now.plusMinutes(1 + random.nextInt(30));
            switch (random.nextInt(7)) {
                case 0 -> insert("P" + random.nextInt(20), now);
                case 1, 2 -> correct(random, now);
                case 3 -> read(ongoing, random.nextInt(3), random.nextBoolean());
                case 4, 5 -> read(history, random.nextInt(3), random.nextBoolean());
                default -> file(random.nextBoolean() ? Feed.HISTORICAL : Feed.ONGOING);
            }
        }
        for (int i = 0; i < 30; i++) {
            read(history, 100, false);
            read(ongoing, 100, false);
            file(Feed.HISTORICAL);
            file(Feed.ONGOING);
        }

        Map<String, String> last = new HashMap<>();
        Set<String> versions = new HashSet<>();
        for (SubmissionFile file : files) {
            house.ledger.submissionFiles().read(file, record -> {
                Message message = Message.parse(new String(record.text(), StandardCharsets.UTF_8));
                for (int dose = 1; dose <= message.doses(); dose++) {
                    String id = message.get("ORDER[" + dose + "]/ORC-3.1");
                    String given = message.get("ORDER[" + dose + "]/RXA-3");
                    last.put(id, given);
                    assertThat(versions.add(id + " " + given))
                            .as("seed %s: dose %s of %s is sent once", seed, id, given)
                            .isTrue();
                }
            });
        }
        assertThat(last).as("seed %s", seed).isEqualTo(inTheEhr());
        assertThat(house.ledger.historicalLoads().current("main").orElseThrow().sources())
                .allMatch(source -> source.readAt() != null);
        house.assertBalanced();
    }

    @Test
    void historyIsReadOnlyWhileItsLoadRuns() throws Exception {
        insert("P1", CUT_OFF.minusDays(1));
        JdbcRuns runs = runs();
        assertThat(runs.due()).isEmpty();
        start(20);
        assertThat(house.ledger.historicalLoads().mayRead("main", "history")).isTrue();
        house.ledger.historicalLoads().pause("main", "ann", "month end");
        assertThat(house.ledger.historicalLoads().mayRead("main", "history")).isFalse();
    }

    @Test
    void anOldExportTakesOverWhatIsNewer() {
        byte[] newer = vxu("M2", "Smith", "D1", "20260302");
        store(Feed.ONGOING, record("M2", newer));
        TakenRecord partly = record("M1", vxu("M1", "Adams", "D1", "20260301", "D2", "20250301"));
        TakenRecord wholly = record("M0", vxu("M0", "Adams", "D1", "20260228"));
        Chunk chunk = chunk(Feed.HISTORICAL, partly, wholly);
        new NewerData(house.ledger.knownDoses()).keep(chunk);

        assertThat(partly.message().doses()).isOne();
        assertThat(partly.message().get("ORDER[1]/ORC-3.1")).isEqualTo("D2");
        assertThat(partly.message().get("PID-5.1")).isEqualTo("Smith");
        assertThat(partly.changes())
                .extracting(change -> change.operation())
                .contains("newer-dose-sent", "newer-patient-data");
        assertThat(wholly.excluded()).contains("ongoing feed");
    }

    private static byte[] vxu(String id, String last, String... doses) {
        var text = new StringBuilder("MSH|^~\\&|EHR|CLINIC|||20261122101500-0600||VXU^V04^VXU_V04|" + id
                + "|P|2.5.1\rPID|1||P1^^^CLINIC^MR||" + last + "^Ana||20190309|F\r");
        for (int i = 0; i < doses.length; i += 2) {
            text.append("ORC|RE||").append(doses[i]).append("^CLINIC\rRXA|0|1|").append(doses[i + 1]);
            text.append("||03^MMR^CVX|0.5\r");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static TakenRecord record(String key, byte[] text) {
        return TakenRecord.of(SourceRef.of("export", key, text), 1, text, Message.parse(text));
    }

    private static Chunk chunk(Feed feed, TakenRecord... records) {
        return new Chunk("main", "export", feed, List.of(records), new PositionMove.None(), true);
    }

    private void store(Feed feed, TakenRecord... records) {
        Chunk chunk = chunk(feed, records);
        judge(chunk);
        house.ledger.store(chunk);
    }

    private static void judge(Chunk chunk) {
        for (TakenRecord record : chunk.records()) {
            record.judgement(new Judgement(
                    Verdict.DELIVERABLE,
                    Collections.nCopies(record.message().doses(), Verdict.DELIVERABLE),
                    List.of()));
        }
    }

    private JdbcRuns runs() {
        return house.runs(List.of(history, ongoing));
    }

    /** One run of a source in a process of its own, killed after so many chunks, perhaps with one read and not stored. */
    private void read(JdbcSource source, int most, boolean cut) {
        var loads = house.ledger.historicalLoads();
        boolean mayRead = source.feed() == Feed.ONGOING
                || loads.mayRead("main", "history")
                        && loads.cutOff("main", "history").isPresent();
        if (!mayRead) {
            return;
        }
        JdbcRuns runs = runs();
        try (KeptLease lease = house.ledger
                        .leases()
                        .keep("source:" + source.id(), "here")
                        .orElseThrow();
                JdbcChunks chunks = runs.chunks(due(source, lease))) {
            JdbcRuns.Due due = due(source, lease);
            for (int i = 0; i < most && chunks.hasNext(); i++) {
                Chunk chunk = chunks.next();
                new NewerData(house.ledger.knownDoses()).keep(chunk);
                judge(chunk);
                house.ledger.store(chunk);
            }
            if (cut && chunks.hasNext()) {
                chunks.next();
            } else if (!cut && !chunks.hasNext()) {
                runs.done(due, !chunks.stopped(), false);
            }
        }
    }

    private static JdbcRuns.Due due(JdbcSource source, KeptLease lease) {
        return new JdbcRuns.Due(source, Instant.EPOCH, lease);
    }

    private void file(Feed feed) {
        house.ledger
                .submissionFiles()
                .assemble(new Assembly("main", feed, "main", "in", 6, Long.MAX_VALUE, "", new Numbered()))
                .ifPresent(files::add);
    }

    private void insert(String patient, LocalDateTime changed) throws SQLException {
        try (PreparedStatement insert =
                ehr.prepareStatement("insert into dose values (?, ?, ?, 'Adams', 'Ana', '2010-03-09', 'F', ?, '03')")) {
            insert.setString(1, patient);
            insert.setInt(2, ++doses);
            insert.setObject(3, changed);
            insert.setString(4, changed.minusYears(1).toLocalDate().toString());
            insert.execute();
        }
    }

    /** A correction changes the date, differently each time. */
    private void correct(Random random, LocalDateTime changed) throws SQLException {
        try (PreparedStatement update = ehr.prepareStatement(
                "update dose set changed = ?, given = cast(dateadd(day, 1, cast(given as date)) as varchar) where dose_id = ?")) {
            update.setObject(1, changed);
            update.setInt(2, 1 + random.nextInt(doses));
            update.execute();
        }
    }

    private Map<String, String> inTheEhr() throws SQLException {
        Map<String, String> doses = new HashMap<>();
        try (ResultSet row = ehr.createStatement().executeQuery("select dose_id, given from dose")) {
            while (row.next()) {
                doses.put(row.getString(1), row.getString(2).replace("-", ""));
            }
        }
        return doses;
    }

    private static final class Numbered implements FileNaming {
        @Override
        public String series(Instant at) {
            return "*.hl7";
        }

        @Override
        public long start() {
            return 1;
        }

        @Override
        public String name(Instant at, long sequence) {
            return sequence + ".hl7";
        }
    }
}
