package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vaxroute.hl7.Hl7FormatException;

/**
 * Has records that waited long judged once more before a file takes them: a child that turned 18 meanwhile has a consent code that does not
 * fit any more. What would be held now is held, whole or by dose. Only such records are read, and only those that the next file could take.
 */
public final class WaitingCheck {
    private static final String WAITING =
            "select w.record_id, w.lane_no, w.checked, w.verdict, w.made_for, w.part_of, w.version, w.payload_id, w.text_at, w.text_length,"
                    + " w.out_at, w.out_length, s.source from (select record_id, lane_no, coalesce(checked_at, stored_at) checked, verdict, made_for,"
                    + " part_of, coalesce(version_no, record_id) version, payload_id, text_at, text_length, out_at, out_length, source_id"
                    + " from record where lane_id = ? and lane_no > ?"
                    + " order by lane_no fetch first ? rows only) w join source_position s on s.source_id = w.source_id"
                    + " where w.checked < ? and w.verdict <> 'HELD' and w.made_for is null order by w.lane_no";

    private final Database database;
    private final Directory directory;
    private final Payloads payloads;
    private final Identity identity;
    private final RecordLog recordLog;
    private final Clock clock;

    WaitingCheck(
            Database database,
            Directory directory,
            Payloads payloads,
            Identity identity,
            RecordLog recordLog,
            Clock clock) {
        this.database = database;
        this.directory = directory;
        this.payloads = payloads;
        this.identity = identity;
        this.recordLog = recordLog;
        this.clock = clock;
    }

    /**
     * Looks at the records that the next file could take. Nothing is done when none of them waited that long.
     *
     * @param before only records that were stored, or looked at last, before this moment; what a person released is left alone
     * @param most how many records the next file takes at most
     * @param judge says of each text how it is judged now, in order
     * @return how many are held now, whole or in part
     */
    public int look(
            String connection,
            Feed feed,
            Instant before,
            int most,
            Function<List<WaitingText>, List<TakenRecord>> judge) {
        int lane = directory.lane(connection, feed);
        int standing = directory.standing(connection, feed.stage());
        if (database.jdbc(sql -> waiting(sql, lane, before, most)).isEmpty()) {
            return 0;
        }
        return database.transact(client -> database.jdbc(sql -> {
            database.lockStanding(sql, standing);
            List<Row> rows = waiting(sql, lane, before, most);
            List<TakenRecord> judged = judge.apply(texts(sql, rows));
            return keep(sql, connection, feed, lane, rows, judged);
        }));
    }

    private record Row(long id, long laneNo, String source, Long partOf, long version, TextPlace place) {}

    private static List<Row> waiting(Connection connection, int lane, Instant before, int most) throws SQLException {
        long filedNo = filedNo(connection, lane);
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(WAITING)) {
            select.setInt(1, lane);
            select.setLong(2, filedNo);
            select.setInt(3, most);
            select.setObject(4, Database.at(before));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong("record_id"),
                            row.getLong("lane_no"),
                            row.getString("source"),
                            TextPlace.nullable(row, "part_of"),
                            row.getLong("version"),
                            TextPlace.of(row, 0)));
                }
            }
        }
        return rows;
    }

    private static long filedNo(Connection connection, int lane) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select filed_no from lane where lane_id = ?")) {
            select.setInt(1, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private List<WaitingText> texts(Connection connection, List<Row> rows) throws SQLException {
        Set<Long> ids = new LinkedHashSet<>();
        rows.forEach(row -> ids.add(row.place.payload()));
        Map<Long, byte[]> blocks = payloads.read(connection, ids);
        List<WaitingText> texts = new ArrayList<>();
        for (Row row : rows) {
            byte[] block = blocks.get(row.place.payload());
            texts.add(new WaitingText(
                    row.id,
                    row.laneNo,
                    row.source,
                    row.place.received(block),
                    row.place.outgoing(block),
                    doses(connection, row.id).stream()
                            .map(RecordRow.Dose::origin)
                            .toList()));
        }
        return texts;
    }

    /**
     * What becomes of a record of which something would be held now.
     *
     * @param main its row: held, or with the doses that go
     * @param cut what was cut off it
     */
    private record Holding(Row row, RecordRow main, List<RecordRow> cut) {
        List<RecordRow> held() {
            return Stream.concat(Stream.of(main), cut.stream())
                    .filter(part -> part.state == RecordState.HELD)
                    .toList();
        }
    }

    private int keep(Connection connection, String id, Feed feed, int lane, List<Row> rows, List<TakenRecord> judged)
            throws SQLException {
        Instant now = clock.instant();
        Keys keys = new Keys(identity, id, feed.stage());
        List<Long> well = new ArrayList<>();
        Map<Row, PreparedRecord> ill = new LinkedHashMap<>();
        Set<Long> patients = new LinkedHashSet<>();
        for (int i = 0; i < rows.size(); i++) {
            TakenRecord taken = judged.get(i);
            PreparedRecord prepared = PreparedRecord.of(taken, keys.of(taken), new TextBlocks(0));
            if (prepared.whole() || anyTrue(prepared.held())) {
                ill.put(rows.get(i), prepared);
                patients.add(prepared.keys().patientKey());
            } else {
                well.add(rows.get(i).id);
            }
        }
        checked(connection, well, now);
        if (ill.isEmpty()) {
            return 0;
        }
        PatientHistory history = PatientHistory.load(connection, payloads, patients);
        LateTexts texts = new LateTexts(0);
        List<Holding> holdings = new ArrayList<>();
        for (Map.Entry<Row, PreparedRecord> one : ill.entrySet()) {
            holdings.add(holding(one.getKey(), one.getValue(), doses(connection, one.getKey().id), history, texts));
        }
        List<RecordRow> fresh =
                holdings.stream().flatMap(one -> one.cut.stream()).toList();
        long[] ids = fresh.isEmpty() ? new long[0] : Sequences.recordIds(connection, fresh.size());
        for (int i = 0; i < ids.length; i++) {
            fresh.get(i).id = ids[i];
        }
        long[] blocks = payloads.write(connection, payloads.pack(texts.blocks()));
        RecordUpdates updates = new RecordUpdates(connection, now);
        Map<Long, Set<Long>> held = new HashMap<>();
        for (Holding one : holdings) {
            Row row = one.row;
            Together together = new Together(connection);
            RecordInserts inserts = new RecordInserts(
                    together, id, row.source, feed, lane, directory.source(id, row.source, feed), now);
            updates.holdBack(one.main, blocks);
            if (one.main.state == RecordState.HELD) {
                inserts.held(List.of(one.main));
                recordLog.settled(one.main, "hold");
            }
            if (!one.cut.isEmpty()) {
                inserts.insert(one.cut, blocks);
            }
            together.go();
            for (RecordRow part : one.cut) {
                EditedTexts.inherit(connection, row.id, part.id);
            }
            recordLog.stored(id, row.source, feed, one.cut);
            for (RecordRow part : one.held()) {
                Trail.append(
                        connection,
                        now,
                        "assembly",
                        "hold",
                        List.of("record:" + part.id),
                        part.holdRule + " holds it since it has been waiting");
                part.doses.forEach(dose -> held.computeIfAbsent(part.keys.patientKey(), patient -> new HashSet<>())
                        .add(dose.is().key()));
            }
        }
        new DeletesBefore(connection, payloads, recordLog).takeBack(held, lane, filedNo(connection, lane));
        return holdings.size();
    }

    /** The doses of a record, in the order of its text, as they were stored: what they are known by does not hang on what else was in it. */
    private static List<RecordRow.Dose> doses(Connection connection, long record) throws SQLException {
        List<RecordRow.Dose> doses = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select origin, " + PatientHistory.DOSE
                + " from dose where dose_id between ? and ? order by dose_id")) {
            select.setLong(1, DoseIds.floor(record));
            select.setLong(2, DoseIds.ceiling(record));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    doses.add(new RecordRow.Dose(row.getInt("origin"), PatientHistory.dose(row)));
                }
            }
        }
        return doses;
    }

    private static Holding holding(
            Row row, PreparedRecord record, List<RecordRow.Dose> doses, PatientHistory history, LateTexts texts) {
        if (!record.whole()) {
            try {
                return inParts(row, record, doses, history, texts);
            } catch (Hl7FormatException inseparable) {
                RecordRow main = whole(row, record, doses, texts);
                main.holdRule = Cut.INSEPARABLE;
                return new Holding(row, main, List.of());
            }
        }
        return new Holding(row, whole(row, record, doses, texts), List.of());
    }

    private static RecordRow whole(Row row, PreparedRecord record, List<RecordRow.Dose> doses, LateTexts texts) {
        RecordRow main = part(record, doses, dose -> true, RecordState.HELD, texts);
        main.id = row.id;
        return main;
    }

    /** What would be held and was said anew since is not held: going later it would revert what is newer. */
    private static Holding inParts(
            Row row, PreparedRecord record, List<RecordRow.Dose> doses, PatientHistory history, LateTexts texts) {
        boolean[] held = record.held();
        PatientHistory.Past[] newer = new PatientHistory.Past[held.length];
        for (int i = 0; i < held.length; i++) {
            Keys.OfDose dose = doses.get(i).is();
            newer[i] = history.patient(record.keys().patientKey())
                    .versions(dose.key(), dose.name(), row.id)
                    .newestBehind(row.version, dose);
        }
        RecordRow main = part(record, doses, dose -> !held[dose], RecordState.READY, texts);
        main.id = row.id;
        main.laneNo = row.laneNo;
        List<RecordRow> cut = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            if (held[i] && newer[i] != null) {
                int old = i;
                RecordRow part = part(record, doses, dose -> dose == old, RecordState.SUPERSEDED, texts);
                part.supersededBy = newer[i].id;
                cut.add(part);
            }
        }
        if (IntStream.range(0, held.length).anyMatch(dose -> held[dose] && newer[dose] == null)) {
            cut.add(part(record, doses, dose -> held[dose] && newer[dose] == null, RecordState.HELD, texts));
        }
        cut.forEach(part -> part.root = row.partOf == null ? Long.valueOf(row.id) : row.partOf);
        return new Holding(row, main, cut);
    }

    /** @param which of the doses, from 0 */
    private static RecordRow part(
            PreparedRecord record, List<RecordRow.Dose> doses, IntPredicate which, RecordState state, LateTexts texts) {
        var outgoing = record.taken().message().keepDoses(dose -> which.test(dose - 1));
        RecordRow row = new RecordRow(
                record.taken(),
                record.keys(),
                IntStream.range(0, doses.size())
                        .filter(which)
                        .mapToObj(doses::get)
                        .toList(),
                state,
                outgoing);
        row.place = texts.add(record.taken().received(), outgoing.bytes());
        if (state == RecordState.HELD) {
            row.nameHoldRule();
        }
        return row;
    }

    private static boolean anyTrue(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }

    private static void checked(Connection connection, List<Long> ids, Instant now) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("update record set checked_at = ? where record_id = any(?)")) {
            update.setObject(1, Database.at(now));
            update.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
            update.executeUpdate();
        }
    }
}
