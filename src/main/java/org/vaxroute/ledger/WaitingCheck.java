package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Has records that waited long judged once more before a file takes them: a child that turned 18 meanwhile has a consent code that does not
 * fit any more. What would be held now is held, whole or by dose. Only such records are read, and only those that the next file could take.
 */
public final class WaitingCheck {
    private static final String WAITING =
            "select w.record_id, w.lane_no, w.checked, w.verdict, w.made_for, w.payload_id, w.text_at, w.text_length,"
                    + " w.out_at, w.out_length, s.source from (select record_id, lane_no, coalesce(checked_at, stored_at) checked, verdict, made_for,"
                    + " payload_id, text_at, text_length, out_at, out_length, source_id from record where lane_id = ? and lane_no > ?"
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

    private record Row(long id, long laneNo, String source, TextPlace place) {}

    private static List<Row> waiting(Connection connection, int lane, Instant before, int most) throws SQLException {
        long filedNo;
        try (PreparedStatement select = connection.prepareStatement("select filed_no from lane where lane_id = ?")) {
            select.setInt(1, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                filedNo = row.getLong(1);
            }
        }
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
                            TextPlace.of(row, 0)));
                }
            }
        }
        return rows;
    }

    private List<WaitingText> texts(Connection connection, List<Row> rows) throws SQLException {
        Set<Long> ids = new LinkedHashSet<>();
        rows.forEach(row -> ids.add(row.place.payload()));
        Map<Long, byte[]> blocks = payloads.read(connection, ids);
        List<WaitingText> texts = new ArrayList<>();
        for (Row row : rows) {
            byte[] block = blocks.get(row.place.payload());
            texts.add(new WaitingText(
                    row.id, row.laneNo, row.source, row.place.received(block), row.place.outgoing(block)));
        }
        return texts;
    }

    private int keep(Connection connection, String id, Feed feed, int lane, List<Row> rows, List<TakenRecord> judged)
            throws SQLException {
        Instant now = clock.instant();
        Keys keys = new Keys(identity, id, feed.stage());
        LateTexts texts = new LateTexts(0);
        Map<RecordRow, RecordRow> held = new LinkedHashMap<>();
        List<Long> well = new ArrayList<>();
        Map<RecordRow, Row> of = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            TakenRecord taken = judged.get(i);
            PreparedRecord prepared = PreparedRecord.of(taken, keys.of(taken), new TextBlocks(0));
            boolean some = prepared.whole() || anyTrue(prepared.held());
            if (!some) {
                well.add(rows.get(i).id);
                continue;
            }
            keepNames(connection, rows.get(i).id, prepared.keys().doses());
            RecordRow stays = part(prepared, true, texts);
            RecordRow main = stays;
            if (!prepared.whole()) {
                main = part(prepared, false, texts);
                main.laneNo = rows.get(i).laneNo;
                stays.root = rows.get(i).id;
            }
            main.id = rows.get(i).id;
            held.put(main, main == stays ? null : stays);
            of.put(main, rows.get(i));
        }
        checked(connection, well, now);
        if (held.isEmpty()) {
            return 0;
        }
        List<RecordRow> fresh =
                held.values().stream().filter(java.util.Objects::nonNull).toList();
        long[] ids = fresh.isEmpty() ? new long[0] : Sequences.recordIds(connection, fresh.size());
        for (int i = 0; i < ids.length; i++) {
            fresh.get(i).id = ids[i];
        }
        long[] blocks = payloads.write(connection, payloads.pack(texts.blocks()));
        RecordUpdates updates = new RecordUpdates(connection, now);
        for (Map.Entry<RecordRow, RecordRow> entry : held.entrySet()) {
            RecordRow main = entry.getKey();
            RecordRow rest = entry.getValue();
            Row row = of.get(main);
            int source = directory.source(id, row.source, feed);
            Together together = new Together(connection);
            RecordInserts inserts = new RecordInserts(together, id, row.source, feed, lane, source, now);
            updates.holdBack(main, rest, blocks);
            if (rest != null) {
                inserts.insert(List.of(rest), blocks);
                together.go();
                EditedTexts.inherit(connection, main.id, rest.id);
                recordLog.stored(id, row.source, feed, List.of(rest));
            } else {
                inserts.held(List.of(main));
                together.go();
                recordLog.settled(main, "hold");
            }
            Trail.append(
                    connection,
                    now,
                    "assembly",
                    "hold",
                    List.of("record:" + (rest == null ? main : rest).id),
                    (rest == null ? main : rest).holdRule + " holds it since it has been waiting");
        }
        return held.size();
    }

    /** The text has the ORC-3 that the registry knows; whose words they are stands with the doses. */
    private static void keepNames(Connection connection, long record, Keys.OfDose[] doses) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select position, name_key from dose where dose_id between ? and ? and name_key is not null")) {
            select.setLong(1, DoseIds.floor(record));
            select.setLong(2, DoseIds.ceiling(record));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int dose = row.getInt(1) - 1;
                    doses[dose] = doses[dose].named(row.getLong(2));
                }
            }
        }
    }

    private static RecordRow part(PreparedRecord record, boolean held, LateTexts texts) {
        List<RecordRow.Dose> doses = new ArrayList<>();
        for (int i = 0; i < record.held().length; i++) {
            if (record.whole() || record.held()[i] == held) {
                doses.add(new RecordRow.Dose(i + 1, record.keys().doses()[i]));
            }
        }
        var outgoing = record.whole()
                ? record.taken().message()
                : record.taken().message().keepDoses(dose -> record.held()[dose - 1] == held);
        RecordRow row = new RecordRow(
                record.taken(), record.keys(), doses, held ? RecordState.HELD : RecordState.READY, outgoing);
        row.place = texts.add(record.taken().received(), outgoing.bytes());
        if (held) {
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
