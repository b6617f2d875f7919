package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes texts out of the ledger that nobody has to see any more: of records that were accepted, or that never went, long ago. Rows, doses,
 * hashes and counts stay, so that the audit balances and a correction is known as one. What is held, refused, unanswered or part of an open
 * task keeps its text. Works in small transactions; after a stop it goes on. docs/decisions/0233.
 */
public final class Retention {
    /** Stands in a record in the place of the number of its block. */
    static final long REMOVED = 0;

    /** Says of a record that its text is not there. */
    static LedgerException missing(long record, TextPlace place) {
        return place.takenOut()
                .map(day -> new LedgerException("The text of record " + record + " was taken out of the ledger on "
                        + day + ", after its time (retention.texts)."))
                .orElseGet(() -> new LedgerException("The text of record " + record
                        + " is not in the ledger. Restore it from its backup: vaxroute restore."));
    }

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    static final int PAGE = 2_000;
    private static final int BLOCKS = 20;
    private static final Set<String> NEVER_SENT = Set.of("DUPLICATE", "SUPERSEDED", "DROPPED");

    private final Database database;
    private final Payloads payloads;
    private final Clock clock;

    Retention(Database database, Payloads payloads, Clock clock) {
        this.database = database;
        this.payloads = payloads;
        this.clock = clock;
    }

    /**
     * Takes the texts of everything that came to its end before this moment.
     *
     * @return of how many records
     */
    public long takeTexts(Instant before) {
        return database.patiently(() -> take(before));
    }

    private long take(Instant before) {
        Ends ends = ends(before);
        long taken = 0;
        long after = 0;
        while (true) {
            long from = after;
            List<Row> page =
                    database.call(sql -> sql.sql("select record_id, payload_id, state, lane_id, lane_no, patient_key,"
                                    + " stored_at, answered_at from record where record_id > ? and payload_id <> ?"
                                    + " order by record_id fetch first ? rows only")
                            .params(from, REMOVED, PAGE)
                            .query((row, n) -> new Row(
                                    row.getLong("record_id"),
                                    row.getLong("payload_id"),
                                    row.getString("state"),
                                    row.getInt("lane_id"),
                                    row.getLong("lane_no"),
                                    row.getLong("patient_key"),
                                    Database.instant(row, "stored_at"),
                                    Database.instant(row, "answered_at")))
                            .list());
            // Ids are drawn in the order of storing. What follows is younger still, or is found when this page has come
            // of age. What a clock that was ahead has dated says nothing of what follows.
            Instant now = clock.instant();
            if (page.stream().allMatch(row -> row.stored.isAfter(before) && !row.stored.isAfter(now))) {
                break;
            }
            after = page.get(page.size() - 1).id;
            List<Row> over = page.stream().filter(row -> ends.over(row, before)).toList();
            if (!over.isEmpty()) {
                taken += database.transact(sql -> database.jdbc(connection -> mark(connection, over)));
            }
        }
        long blocks = sweep();
        if (taken > 0) {
            LOG.info("Retention took the texts of {} records out of the ledger, {} blocks", taken, blocks);
        }
        return taken;
    }

    private record Row(
            long id,
            long payload,
            String state,
            int lane,
            long place,
            long patient,
            Instant stored,
            Instant answered) {}

    /** What decides of many records whether they came to their end. */
    private record Ends(
            Map<Integer, TreeMap<Long, Long>> answered,
            Set<Integer> historyToCome,
            Set<Long> inTasks,
            Set<Long> patientsNeeded) {
        boolean over(Row row, Instant before) {
            if (row.stored.isAfter(before)
                    || historyToCome.contains(row.lane)
                    || inTasks.contains(row.id)
                    || patientsNeeded.contains(row.patient)) {
                return false;
            }
            return switch (row.state) {
                case "ACCEPTED", "WARNED" -> row.answered != null && row.answered.isBefore(before);
                case "READY" -> {
                    Map.Entry<Long, Long> file =
                            answered.getOrDefault(row.lane, new TreeMap<>()).floorEntry(row.place);
                    yield row.place > 0 && file != null && file.getValue() >= row.place;
                }
                default -> NEVER_SENT.contains(row.state);
            };
        }
    }

    private Ends ends(Instant before) {
        Map<Integer, TreeMap<Long, Long>> answered = new HashMap<>();
        Set<Integer> historyToCome = new HashSet<>();
        Set<Long> inTasks = new HashSet<>();
        Set<Long> patientsNeeded = new HashSet<>();
        database.call(sql -> {
            sql.sql(
                            "select lane_id, first_no, last_no from submission_file where state = 'ANSWERED' and answered_at < ?")
                    .param(Database.at(before))
                    .query(row -> {
                        answered.computeIfAbsent(row.getInt(1), lane -> new TreeMap<>())
                                .put(row.getLong(2), row.getLong(3));
                    });
            // History takes the patient from the newest record: its text is needed until history is told.
            historyToCome.addAll(
                    sql.sql("select l.lane_id from lane l join historical_load h on h.connection = l.connection"
                                    + " where h.state in ('RUNNING', 'PAUSED')")
                            .query(Integer.class)
                            .list());
            inTasks.addAll(sql.sql(
                            "select record_id from task where state not in ('CLOSED', 'FILED') and record_id is not null"
                                    + " union select d.record_id from task_dose d join task t on t.task_id = d.task_id"
                                    + " where t.state not in ('CLOSED', 'FILED')")
                    .query(Long.class)
                    .list());
            // What is held is released with the patient as he is now; a dose with several names is told under the
            // number that stands in
            // the text that was sent.
            patientsNeeded.addAll(sql.sql("select r.patient_key from held h join record r on r.record_id = h.record_id"
                            + " where r.patient_key is not null union select patient_key from dose_name")
                    .query(Long.class)
                    .list());
            return null;
        });
        return new Ends(answered, historyToCome, inTasks, patientsNeeded);
    }

    private long mark(Connection connection, List<Row> rows) throws SQLException {
        Set<Long> blocks = new HashSet<>();
        rows.forEach(row -> blocks.add(row.payload));
        Object[] records = rows.stream().map(row -> (Object) row.id).toArray();
        try (PreparedStatement edits = connection.prepareStatement(
                "select distinct payload_id from edited_text where record_id = any(?) and payload_id <> 0")) {
            edits.setArray(1, connection.createArrayOf("bigint", records));
            try (ResultSet row = edits.executeQuery()) {
                while (row.next()) {
                    blocks.add(row.getLong(1));
                }
            }
        }
        try (PreparedStatement known =
                        connection.prepareStatement("select payload_id from payload_cut where payload_id = any(?)");
                PreparedStatement insert =
                        connection.prepareStatement("insert into payload_cut (payload_id) values (?)")) {
            known.setArray(1, connection.createArrayOf("bigint", blocks.toArray()));
            try (ResultSet row = known.executeQuery()) {
                while (row.next()) {
                    blocks.remove(row.getLong(1));
                }
            }
            for (long block : blocks) {
                insert.setLong(1, block);
                insert.addBatch();
            }
            if (!blocks.isEmpty()) {
                insert.executeBatch();
            }
        }
        // An answer may have come meanwhile that says otherwise.
        try (PreparedStatement update = connection.prepareStatement(
                        "update record set payload_id = 0, text_at = ?, text_length = 0, out_at = null, out_length = null where record_id = any(?)"
                                + " and state in ('READY', 'ACCEPTED', 'WARNED', 'DUPLICATE', 'SUPERSEDED', 'DROPPED')");
                PreparedStatement edits = connection.prepareStatement(
                        "update edited_text set payload_id = 0 where record_id in (select record_id from record where record_id = any(?)"
                                + " and payload_id = 0)")) {
            update.setInt(1, (int)
                    clock.instant().atZone(ZoneOffset.UTC).toLocalDate().toEpochDay());
            update.setArray(2, connection.createArrayOf("bigint", records));
            int marked = update.executeUpdate();
            edits.setArray(1, connection.createArrayOf("bigint", records));
            edits.executeUpdate();
            return marked;
        }
    }

    /** Removes blocks that nothing refers to, and writes those anew of which only some texts are needed. */
    private long sweep() {
        Set<Long> cut = new HashSet<>(database.call(sql ->
                sql.sql("select payload_id from payload_cut").query(Long.class).list()));
        if (cut.isEmpty()) {
            return 0;
        }
        Map<Long, List<Long>> needed = needed(cut);
        List<Long> all = new ArrayList<>(cut);
        for (int from = 0; from < all.size(); from += BLOCKS) {
            List<Long> some = all.subList(from, Math.min(all.size(), from + BLOCKS));
            database.transact(sql -> database.jdbc(connection -> {
                lockStandings(connection);
                Set<Long> edits = edits(connection, some);
                for (long block : some) {
                    if (needed.containsKey(block)) {
                        writeAnew(connection, block, needed.get(block));
                    }
                }
                delete(
                        connection,
                        "payload",
                        some.stream().filter(block -> !edits.contains(block)).toList());
                delete(connection, "payload_cut", some);
                return null;
            }));
        }
        return all.size();
    }

    private Map<Long, List<Long>> needed(Set<Long> cut) {
        Map<Long, List<Long>> needed = new HashMap<>();
        long after = 0;
        while (true) {
            long from = after;
            List<long[]> page = database.call(
                    sql -> sql.sql("select record_id, payload_id from record where record_id > ? order by record_id"
                                    + " fetch first ? rows only")
                            .params(from, PAGE)
                            .query((row, n) -> new long[] {row.getLong(1), row.getLong(2)})
                            .list());
            if (page.isEmpty()) {
                return needed;
            }
            for (long[] row : page) {
                after = row[0];
                if (cut.contains(row[1])) {
                    needed.computeIfAbsent(row[1], block -> new ArrayList<>()).add(row[0]);
                }
            }
        }
    }

    /** Blocks that edits of records stand on which keep their texts; such a block holds one text, and parts of a record share it. */
    private static Set<Long> edits(Connection connection, List<Long> blocks) throws SQLException {
        Set<Long> found = new HashSet<>();
        try (PreparedStatement select =
                connection.prepareStatement("select payload_id from edited_text where payload_id = any(?)")) {
            select.setArray(1, connection.createArrayOf("bigint", blocks.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getLong(1));
                }
            }
        }
        return found;
    }

    /** Whoever stores or settles records under one of these locks has read the texts that it needs, or will find them where they are then. */
    private static void lockStandings(Connection connection) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select standing_id from standing order by standing_id for update")) {
            lock.executeQuery().close();
        }
    }

    private void writeAnew(Connection connection, long block, List<Long> records) throws SQLException {
        byte[] texts = payloads.read(connection, Set.of(block)).get(block);
        if (texts == null) {
            return;
        }
        Map<Long, TextPlace> places = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, payload_id, text_at, text_length, out_at, out_length from record where record_id = any(?)"
                        + " and payload_id = ? for update")) {
            select.setArray(1, connection.createArrayOf("bigint", records.toArray()));
            select.setLong(2, block);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    places.put(row.getLong(1), TextPlace.of(row, 0));
                }
            }
        }
        if (places.isEmpty()) {
            return;
        }
        TextBlocks blocks = new TextBlocks(0);
        Map<Long, TextBlocks.Place> kept = new TreeMap<>();
        places.forEach((record, place) -> {
            byte[] received = place.received(texts);
            if (place.hasOut()) {
                byte[] out = place.outgoing(texts);
                TextBlocks.Place at = blocks.add(received, out);
                kept.put(record, at.withOut(blocks.append(out), out.length));
            } else {
                kept.put(record, blocks.add(received));
            }
        });
        long[] ids = payloads.write(connection, payloads.pack(blocks.blocks()));
        try (PreparedStatement update = connection.prepareStatement(
                "update record set payload_id = ?, text_at = ?, text_length = ?, out_at = ?, out_length = ? where record_id = ?")) {
            for (Map.Entry<Long, TextBlocks.Place> one : kept.entrySet()) {
                TextBlocks.Place place = one.getValue();
                update.setLong(1, ids[place.block()]);
                update.setInt(2, place.textAt());
                update.setInt(3, place.textLength());
                if (place.outAt() < 0) {
                    update.setNull(4, java.sql.Types.INTEGER);
                    update.setNull(5, java.sql.Types.INTEGER);
                } else {
                    update.setInt(4, place.outAt());
                    update.setInt(5, place.outLength());
                }
                update.setLong(6, one.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static void delete(Connection connection, String table, List<Long> blocks) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where payload_id = any(?)")) {
            delete.setArray(1, connection.createArrayOf("bigint", blocks.toArray()));
            delete.executeUpdate();
        }
    }

    /** Submission files that came to their end before this moment. */
    public List<SubmissionFile> filesBefore(Instant before) {
        return database.call(sql -> sql.sql("select * from submission_file where state = 'ANSWERED' and answered_at < ?"
                        + " or state in ('REFUSED', 'WITHDRAWN') and decided_at < ? order by submission_file_id")
                .params(Database.at(before), Database.at(before))
                .query(SubmissionFiles::file)
                .list());
    }

    /** Answers that were read to their end before this moment. */
    public List<AnswerFile> answersBefore(Instant before) {
        return database.call(sql -> sql.sql(
                        "select * from answer_file where state in ('READ', 'DISMISSED') and read_at < ? order by answer_file_id")
                .param(Database.at(before))
                .query(Answers::file)
                .list());
    }
}
