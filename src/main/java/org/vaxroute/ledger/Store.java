package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a chunk in one transaction: records, doses, texts, what they say is superseded, and the source's new position. What can be done
 * before the transaction (hashing, cutting, compressing) is done before the lock is taken.
 */
final class Store {
    private static final Logger log = LoggerFactory.getLogger(Store.class);

    private final Database database;
    private final Directory directory;
    private final Payloads payloads;
    private final Identity identity;
    private final Function<String, ResendRules> resend;
    private final Authorities authorities;
    private final Restored restored;
    private final RecordLog recordLog;
    private final Clock clock;

    Store(
            Database database,
            Directory directory,
            Payloads payloads,
            Identity identity,
            Function<String, ResendRules> resend,
            Authorities authorities,
            Restored restored,
            RecordLog recordLog,
            Clock clock) {
        this.database = database;
        this.directory = directory;
        this.payloads = payloads;
        this.identity = identity;
        this.resend = resend;
        this.authorities = authorities;
        this.restored = restored;
        this.recordLog = recordLog;
        this.clock = clock;
    }

    Stored store(Chunk chunk) {
        return store(chunk, () -> {}, false).orElseThrow();
    }

    /**
     * @param turn run before the transaction, when all that can be done before it is done
     * @param heedsPause whether nothing is stored while the chunk's source is paused
     * @return empty when it is
     */
    Optional<Stored> store(Chunk chunk, Runnable turn, boolean heedsPause) {
        Places places = new Places(
                directory.standing(chunk.connection(), chunk.feed().stage()),
                directory.lane(chunk.connection(), chunk.feed()),
                directory.source(chunk.connection(), chunk.source(), chunk.feed()),
                chunk.feed() == Feed.TEST
                        ? directory.lane(chunk.connection(), Feed.TEST)
                        : directory.lane(
                                chunk.connection(), chunk.feed() == Feed.ONGOING ? Feed.HISTORICAL : Feed.ONGOING));
        Prepared prepared = prepare(chunk);
        turn.run();
        Optional<Stored> stored =
                database.transactAlone(connection -> commit(connection, chunk, places, prepared, heedsPause));
        if (!(chunk.move() instanceof PositionMove.None)) {
            database.sync();
        }
        log.debug("{} stored: {}", chunk, stored.map(Stored::toString).orElse("nothing, its source is paused"));
        return stored;
    }

    /** @param beside the other lane of production; the lane itself for tests */
    private record Places(int standing, int lane, int source, int beside) {}

    /** Records with what they are known by, and the compressed texts. */
    private record Prepared(List<PreparedRecord> records, List<Payloads.Packed> texts, int left) {
        long doses() {
            return records.stream()
                    .mapToLong(record -> record.taken().dosesReceived())
                    .sum();
        }
    }

    private Prepared prepare(Chunk chunk) {
        Keys keys = new Keys(identity, chunk.connection(), chunk.feed().stage());
        int expected = 0;
        for (TakenRecord record : chunk.records()) {
            expected += record.received().length + 64;
        }
        TextBlocks texts = new TextBlocks(expected);
        List<PreparedRecord> records = new ArrayList<>(chunk.records().size());
        String sites = sites(chunk);
        int left = 0;
        for (TakenRecord record : chunk.records()) {
            // What cannot be read names no site: it is kept, and a person sees it.
            if (record.readable() && !HistoricalLoad.covers(sites, record.site())) {
                left++;
                continue;
            }
            // Wherever it came from: a file that was moved, a route that was changed. What is dropped cannot be
            // released.
            if (chunk.feed() != Feed.TEST && record.madeUp()) {
                record.exclude("made up for tests; it may never be reported");
            }
            if (record.excluded() == null && record.judgement() == null) {
                throw new IllegalStateException("Message " + record.ordinal() + " of a " + chunk
                        + " was not checked; the route must have a check step between reading and storing.");
            }
            records.add(PreparedRecord.of(record, keys.of(record), texts));
        }
        authorities.note(chunk.connection(), keys.authorities());
        return new Prepared(records, records.isEmpty() ? List.of() : payloads.pack(texts.blocks()), left);
    }

    /** The sites whose history is loaded now; records of others are passed over, as if they had not been read. */
    private String sites(Chunk chunk) {
        return chunk.feed() != Feed.HISTORICAL
                ? HistoricalLoad.ALL_SITES
                : database.call(sql -> sql.sql("select site from historical_load where connection = ?"
                                        + " and state <> 'PLANNED' order by case when state in ('RUNNING', 'PAUSED') then 0 else 1 end,"
                                        + " load_id desc fetch first 1 rows only")
                                .param(chunk.connection())
                                .query(String.class)
                                .optional())
                        .orElse(HistoricalLoad.ALL_SITES);
    }

    private Optional<Stored> commit(
            Connection connection, Chunk chunk, Places places, Prepared prepared, boolean heedsPause)
            throws SQLException {
        Set<Long> patients = new LinkedHashSet<>();
        for (PreparedRecord record : prepared.records) {
            if (record.keys().patientKey() != null) {
                patients.add(record.keys().patientKey());
            }
        }
        Together asked = new Together(connection);
        database.lockStanding(asked, places.standing);
        Set<SourceRef> seen = new HashSet<>();
        askSeen(asked, chunk, places, seen);
        PatientHistory.Loading loading = PatientHistory.ask(asked, payloads, patients);
        Numbers numbers = Numbers.ask(asked, prepared.records.size(), prepared.texts.size(), places.lane);
        AtomicBoolean paused = new AtomicBoolean();
        if (heedsPause) {
            Pauses.ask(asked, Pausable.source(chunk.connection(), chunk.source()), () -> paused.set(true));
        }
        asked.go();
        if (paused.get()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        PatientHistory history = loading.history();
        Cut cut = new Cut(
                connection,
                history,
                resend.apply(chunk.connection()),
                new Keys(identity, chunk.connection(), chunk.feed().stage()),
                new Beginning(connection, chunk.connection(), chunk.feed()));
        SecondReading again = restored.reading(connection, chunk, places.source);
        LateTexts late = new LateTexts(prepared.texts.size());
        Together written = new Together(connection);
        List<RecordRow> rows = new ArrayList<>(prepared.records.size() + 16);
        List<Superseded> superseded = new ArrayList<>();
        Counts counts = new Counts();
        for (PreparedRecord record : prepared.records) {
            TakenRecord taken = record.taken();
            if (!seen.add(taken.ref())) {
                counts.repeated++;
                counts.repeatedDoses += taken.dosesReceived();
                continue;
            }
            rows.addAll(judge(record, cut, again, chunk.feed(), places.source, superseded, late));
        }
        if (chunk.feed() == Feed.ONGOING) {
            numbers.passed(HistoryAhead.send(connection, history, places.beside, places.lane));
        }
        if (!rows.isEmpty()) {
            List<Payloads.Packed> texts = new ArrayList<>(prepared.texts);
            texts.addAll(payloads.pack(late.blocks()));
            number(rows, numbers, written);
            long[] payloadIds = numbers.payloads(texts.size());
            for (Superseded old : superseded) {
                if (old.waiting.row != null) {
                    old.waiting.row.state = RecordState.SUPERSEDED;
                    old.waiting.row.supersededBy = old.by.id;
                }
            }
            payloads.write(written, texts, payloadIds);
            new RecordInserts(written, chunk, places.lane, places.source, now).insert(rows, payloadIds);
            supersede(connection, superseded);
            recordLog.stored(chunk.connection(), chunk.source(), chunk.feed(), rows);
        }
        for (RecordRow row : rows) {
            counts.add(row);
        }
        movePosition(written, chunk, places.source, prepared, counts, now);
        if (chunk.move() instanceof PositionMove.None) {
            written.goLast();
        } else {
            // A position that does not stand where it should must undo all.
            written.go();
        }
        return Optional.of(counts.stored());
    }

    /** Asks for the chunk's source references that are stored already, in the lane or, for history that went ahead, beside it. */
    private static void askSeen(Together together, Chunk chunk, Places places, Set<SourceRef> seen) {
        if (chunk.records().isEmpty()) {
            return;
        }
        Set<Long> his = new LinkedHashSet<>();
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (TakenRecord record : chunk.records()) {
            his.add(record.ref().hi());
            lowest = Math.min(lowest, record.ref().lo());
            highest = Math.max(highest, record.ref().lo());
        }
        long first = lowest;
        long last = highest;
        // References into one file are a narrow range; hashes differ in their first half. The lane is compared here and
        // not in the query:
        // beside a list, H2 takes a second equality as leave to walk through the whole index.
        boolean file = his.size() == 1;
        together.ask(
                "select ref_hi, ref_lo, lane_id from record where "
                        + (file ? "ref_hi = ? and ref_lo between ? and ?" : "ref_hi = any(?)"),
                (select, at) -> {
                    if (!file) {
                        select.setArray(at, together.connection().createArrayOf("bigint", his.toArray()));
                        return at + 1;
                    }
                    select.setLong(at, his.iterator().next());
                    select.setLong(at + 1, first);
                    select.setLong(at + 2, last);
                    return at + 3;
                },
                rows -> {
                    while (rows.next()) {
                        int lane = rows.getInt(3);
                        if (lane == places.lane || lane == places.beside) {
                            seen.add(new SourceRef(rows.getLong(1), rows.getLong(2)));
                        }
                    }
                });
    }

    private static List<RecordRow> judge(
            PreparedRecord record,
            Cut cut,
            SecondReading again,
            Feed feed,
            int source,
            List<Superseded> superseded,
            LateTexts late)
            throws SQLException {
        if (again.isTakenBack(record.taken())) {
            record.taken().exclude("in a file that was withdrawn before the ledger was lost");
        }
        if (record.taken().excluded() != null || record.keys().patientKey() == null) {
            RecordRow row = record.asItIs();
            row.place = record.place(row, late);
            return List.of(row);
        }
        Cut.Subject subject = record.subject(source, feed);
        SecondReading.Place place = again.of(record.taken());
        if (again.holdsAll() && !subject.whole()) {
            SecondReading.note(record.taken(), "");
            subject = subject.heldWhole();
        }
        Cut.Rows rows = cut.of(place == null ? subject : subject.again(place));
        // What is held may have been sent in a file of which nobody knows: what says the same as an earlier one does
        // not settle it.
        if (!again.holdsAll()) {
            for (PatientHistory.Waiting waiting : rows.superseded()) {
                superseded.add(new Superseded(waiting, rows.main()));
            }
        }
        for (RecordRow row : rows.all()) {
            row.place = record.place(row, late);
            row.version = place == null ? null : place.version();
        }
        return rows.all();
    }

    private record Superseded(PatientHistory.Waiting waiting, RecordRow by) {}

    private static void number(List<RecordRow> rows, Numbers numbers, Together written) throws SQLException {
        int ready = (int)
                rows.stream().filter(row -> row.state == RecordState.READY).count();
        long[] ids = numbers.records(rows.size());
        long next = numbers.places(written, ready);
        for (int i = 0; i < rows.size(); i++) {
            RecordRow row = rows.get(i);
            row.id = ids[i];
            if (row.state == RecordState.READY) {
                row.laneNo = next++;
            }
        }
    }

    private void supersede(Connection connection, List<Superseded> superseded) throws SQLException {
        for (Superseded old : superseded) {
            if (old.waiting.row == null) {
                supersede(connection, old.waiting.id, old.by.id, recordLog);
            }
        }
    }

    /** Guarded: one that was released or dropped by a person meanwhile stays as it is. */
    static void supersede(Connection connection, long held, long by, RecordLog recordLog) throws SQLException {
        try (PreparedStatement record = connection.prepareStatement(
                "update record set state = 'SUPERSEDED', superseded_by = ? where record_id = ? and state = 'HELD'")) {
            record.setLong(1, by);
            record.setLong(2, held);
            if (record.executeUpdate() == 1) {
                HeldRows.settle(connection, held, RecordState.SUPERSEDED);
                recordLog.superseded(held, by);
            }
        }
    }

    private void movePosition(Together together, Chunk chunk, int source, Prepared prepared, Counts counts, Instant now)
            throws SQLException {
        PositionMove move = chunk.move();
        if (move instanceof PositionMove.InFile inFile) {
            long passed = 0;
            for (TakenRecord record : chunk.records()) {
                passed += record.dosesReceived();
            }
            moveInFile(together, chunk, inFile, source, passed, prepared.left);
        }
        if (move instanceof PositionMove.InTopic inTopic) {
            Topics.move(together.connection(), inTopic, now);
        }
        String mark = move instanceof PositionMove.Mark m ? m.value() : null;
        String guard = !(move instanceof PositionMove.Mark m)
                ? ""
                : m.previous() == null ? " and mark is null" : " and mark = ?";
        together.change(
                "update source_position set records_read = records_read + ?, doses_read = doses_read + ?, repeated = repeated + ?,"
                        + " repeated_doses = repeated_doses + ?, stored_ready = stored_ready + ?, stored_held = stored_held + ?,"
                        + " stored_duplicate = stored_duplicate + ?, stored_dropped = stored_dropped + ?, moved_at = ?"
                        + (move instanceof PositionMove.Mark ? ", mark = ?" : "") + " where source_id = ?" + guard,
                (update, first) -> {
                    int i = first;
                    update.setLong(i++, prepared.records.size());
                    update.setLong(i++, prepared.doses());
                    update.setLong(i++, counts.repeated);
                    update.setLong(i++, counts.repeatedDoses);
                    update.setLong(i++, counts.ready);
                    update.setLong(i++, counts.held);
                    update.setLong(i++, counts.duplicates);
                    update.setLong(i++, counts.dropped);
                    update.setObject(i++, Database.at(now));
                    if (move instanceof PositionMove.Mark) {
                        update.setString(i++, mark);
                    }
                    update.setInt(i++, source);
                    if (guard.endsWith("?")) {
                        update.setString(i++, ((PositionMove.Mark) move).previous());
                    }
                    return i;
                },
                moved -> {
                    if (moved != 1 && !(move instanceof PositionMove.None)) {
                        throw new StalePosition(
                                "The position of source " + chunk.connection() + "/" + chunk.source() + " ("
                                        + chunk.feed()
                                        + ") was moved by somebody else; nothing of this chunk was stored. Read it again from the position on record.");
                    }
                });
    }

    private static void moveInFile(
            Together together, Chunk chunk, PositionMove.InFile move, int source, long doses, int left) {
        long before = move.messages() - chunk.records().size();
        together.change(
                "update source_file set read_to = ?, messages_stored = ?, doses_stored = doses_stored + ?, state = ?,"
                        + " messages_left = messages_left + ?"
                        + " where source_file_id = ? and source_id = ? and state = 'TAKING' and messages_stored = ?",
                (update, first) -> {
                    int i = first;
                    update.setLong(i++, move.offset());
                    update.setLong(i++, move.messages());
                    update.setLong(i++, doses);
                    update.setString(i++, (move.last() ? SourceFileState.STORED : SourceFileState.TAKING).name());
                    update.setInt(i++, left);
                    update.setLong(i++, move.sourceFileId());
                    update.setInt(i++, source);
                    update.setLong(i++, before);
                    return i;
                },
                moved -> {
                    if (moved != 1) {
                        throw new StalePosition("Source file " + move.sourceFileId() + " of " + chunk.connection() + "/"
                                + chunk.source() + " does not stand before message " + (before + 1)
                                + " any more; nothing of this chunk was stored. Read on from the position on record.");
                    }
                });
    }

    private static final class Counts {
        private int ready;
        private int held;
        private int duplicates;
        private int dropped;
        private int repeated;
        private long repeatedDoses;

        void add(RecordRow row) {
            if (row.isPart() || row.madeFor != null) {
                return;
            }
            switch (row.state) {
                case READY -> ready++;
                case DUPLICATE -> duplicates++;
                case DROPPED -> dropped++;
                // Held, or held until a later record of the same chunk superseded it.
                default -> held++;
            }
        }

        Stored stored() {
            return new Stored(ready, held, duplicates, dropped, repeated);
        }
    }
}
