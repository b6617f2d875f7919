package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes tasks of what the answers of one chunk complain of. The same complaint about the same patient is one task; what is said again of a
 * record that was corrected since, or that a person has closed, wakes nothing up.
 */
final class TaskBook {
    private static final Set<String> GENERAL = Set.of("100", "101", "102", "103", "204", "999", "");

    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    /** What makes a task one task. */
    private record Key(Task.About about, long subject, Stage stage, String cause) {}

    private record Spot(long record, int position) {}

    private record TaskDose(long task, long key) {}

    private static final class Entry {
        private Answer.Item item;
        private SentRecord record;
        private Long file;
        private int position;
        private int said;
        private final Set<Spot> doses = new java.util.LinkedHashSet<>();
    }

    private record Known(long id, Task.State state, Answer.Settling settling, Long record, Long settledBy) {}

    /** Takes note of a complaint about a record. */
    void add(SentRecord record, int position, Answer.Item item) {
        if (!asks(item)) {
            return;
        }
        Key key = new Key(Task.About.PATIENT, record.patient(), record.stage(), cause(item));
        Entry entry = entry(key, item, position);
        if (entry.record == null || entry.record.id() <= record.id()) {
            entry.record = record;
            entry.file = record.file();
        }
        int dose = item.dose() == 0 && item.scope() == Answer.Scope.DOSE && record.doses() == 1 ? 1 : item.dose();
        if (dose >= 1 && dose <= record.doses()) {
            entry.doses.add(new Spot(record.id(), dose));
        } else if (item.severity() == Answer.Severity.ERROR) {
            for (int i = 1; i <= record.doses(); i++) {
                entry.doses.add(new Spot(record.id(), i));
            }
        }
    }

    /** Takes note of a complaint about a whole file; the answer itself stands for a file that it does not name. */
    void add(AnswerFile answers, Long submissionFile, int position, Answer.Item item) {
        long subject = submissionFile == null ? -answers.id() : submissionFile;
        Entry entry = entry(new Key(Task.About.FILE, subject, Stage.PRODUCTION, cause(item)), item, position);
        entry.file = submissionFile;
    }

    private Entry entry(Key key, Answer.Item item, int position) {
        Entry entry = entries.computeIfAbsent(key, k -> new Entry());
        if (entry.item == null || item.severity().compareTo(entry.item.severity()) <= 0) {
            entry.item = item;
        }
        entry.position = position;
        entry.said++;
        return entry;
    }

    /** What only informs asks nothing of anybody, unless nobody knows what it means. */
    private static boolean asks(Answer.Item item) {
        return item.severity() != Answer.Severity.INFORMATION
                || !item.known() && !item.code().isEmpty();
    }

    /** A registry's own code is a cause; a general one, such as "required field missing", only together with its field. */
    static String cause(Answer.Item item) {
        String field = item.location().replaceFirst("^ORDER\\[\\d+]/", "").replaceAll("\\[\\d+]", "");
        String cause =
                GENERAL.contains(item.code()) && !field.isEmpty() ? (item.code() + " " + field).strip() : item.code();
        return Texts.column(cause.isEmpty() ? "no code" : cause, 80);
    }

    /** Ids of the files of which something was said as a whole. */
    Set<Long> files() {
        Set<Long> files = new TreeSet<>();
        entries.keySet().stream().filter(key -> key.about == Task.About.FILE).forEach(key -> files.add(key.subject));
        return files;
    }

    /** Writes them, on the connection of a transaction that holds the book's lock. */
    void write(Connection sql, AnswerFile file, Instant now) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        Map<Key, Known> known = known(sql, file.connection());
        insert(sql, file, known, now);
        update(sql, file, known, now);
        doses(sql, known.size() == entries.size() ? known : known(sql, file.connection()), known.values());
    }

    static void lock(Connection sql, String connection) throws SQLException {
        try (PreparedStatement lock =
                sql.prepareStatement("select connection from task_book where connection = ? for update")) {
            lock.setString(1, connection);
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("The task book of " + connection + " was not opened");
                }
            }
        }
    }

    private Map<Key, Known> known(Connection sql, String connection) throws SQLException {
        Set<Long> subjects = new TreeSet<>();
        entries.keySet().forEach(key -> subjects.add(key.subject));
        Map<Key, Known> known = new HashMap<>();
        try (PreparedStatement select =
                sql.prepareStatement("select task_id, about, subject, stage, cause, state, settling, record_id,"
                        + " settled_by from task where subject = any(?) and connection = ?")) {
            select.setArray(1, sql.createArrayOf("bigint", subjects.toArray()));
            select.setString(2, connection);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Key key = new Key(
                            Task.About.valueOf(row.getString("about")),
                            row.getLong("subject"),
                            Stage.valueOf(row.getString("stage")),
                            row.getString("cause"));
                    if (entries.containsKey(key)) {
                        known.put(
                                key,
                                new Known(
                                        row.getLong("task_id"),
                                        Task.State.valueOf(row.getString("state")),
                                        Answer.Settling.valueOf(row.getString("settling")),
                                        TextPlace.nullable(row, "record_id"),
                                        TextPlace.nullable(row, "settled_by")));
                    }
                }
            }
        }
        return known;
    }

    private void insert(Connection sql, AnswerFile file, Map<Key, Known> known, Instant now) throws SQLException {
        try (PreparedStatement insert = sql.prepareStatement(
                "insert into task (connection, stage, about, subject, cause, code, location, severity, scope, settling, state, site,"
                        + " record_id, submission_file_id, answer_file_id, position, said, closed_why, first_said_at, last_said_at,"
                        + " changed_at, closed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            boolean any = false;
            for (Map.Entry<Key, Entry> each : entries.entrySet()) {
                if (known.containsKey(each.getKey())) {
                    continue;
                }
                Key key = each.getKey();
                Entry entry = each.getValue();
                Task.State state = Task.State.first(entry.item.settling());
                boolean closed = state == Task.State.CLOSED;
                insert.setString(1, file.connection());
                insert.setString(2, key.stage.name());
                insert.setString(3, key.about.name());
                insert.setLong(4, key.subject);
                insert.setString(5, key.cause);
                insert.setString(6, Texts.column(entry.item.code(), 40));
                insert.setString(7, Texts.column(entry.item.location(), 100));
                insert.setString(8, entry.item.severity().name());
                insert.setString(9, entry.item.scope().name());
                insert.setString(10, entry.item.settling().name());
                insert.setString(11, state.name());
                insert.setString(12, entry.record == null ? "" : entry.record.site());
                insert.setObject(13, entry.record == null ? null : entry.record.id(), java.sql.Types.BIGINT);
                insert.setObject(14, entry.file, java.sql.Types.BIGINT);
                insert.setLong(15, file.id());
                insert.setInt(16, entry.position);
                insert.setInt(17, entry.said);
                insert.setString(18, closed ? Tasks.BENIGN : null);
                for (int i = 19; i <= 21; i++) {
                    insert.setObject(i, Database.at(now));
                }
                insert.setObject(22, closed ? Database.at(now) : null, java.sql.Types.TIMESTAMP_WITH_TIMEZONE);
                insert.addBatch();
                any = true;
            }
            if (any) {
                insert.executeBatch();
            }
        }
    }

    private void update(Connection sql, AnswerFile file, Map<Key, Known> known, Instant now) throws SQLException {
        if (known.isEmpty()) {
            return;
        }
        try (PreparedStatement update = sql.prepareStatement(
                        "update task set severity = ?, scope = ?, settling = ?, state = ?, location = ?, record_id = ?, submission_file_id = ?,"
                                + " site = ?, answer_file_id = ?, position = ?, said = said + ?, last_said_at = ?, changed_at = case when state = ?"
                                + " then changed_at else cast(? as timestamp with time zone) end, closed_at = ?, closed_why = ? where task_id = ?");
                PreparedStatement repeat =
                        sql.prepareStatement("update task set said = said + ?, last_said_at = ? where task_id = ?")) {
            boolean updates = false;
            boolean repeats = false;
            for (Map.Entry<Key, Known> each : known.entrySet()) {
                Known task = each.getValue();
                Entry entry = entries.get(each.getKey());
                Long record = entry.record == null ? null : entry.record.id();
                if (task.state == Task.State.CLOSED && !isNews(task, record)
                        || record != null && task.record != null && record < task.record) {
                    repeat.setInt(1, entry.said);
                    repeat.setObject(2, Database.at(now));
                    repeat.setLong(3, task.id);
                    repeat.addBatch();
                    repeats = true;
                    continue;
                }
                boolean same = task.settling == entry.item.settling() && task.state != Task.State.CLOSED;
                Task.State state = same ? task.state : Task.State.first(entry.item.settling());
                boolean closed = state == Task.State.CLOSED;
                update.setString(1, entry.item.severity().name());
                update.setString(2, entry.item.scope().name());
                update.setString(3, entry.item.settling().name());
                update.setString(4, state.name());
                update.setString(5, Texts.column(entry.item.location(), 100));
                update.setObject(6, record, java.sql.Types.BIGINT);
                update.setObject(7, entry.file, java.sql.Types.BIGINT);
                update.setString(8, entry.record == null ? "" : entry.record.site());
                update.setLong(9, file.id());
                update.setInt(10, entry.position);
                update.setInt(11, entry.said);
                update.setObject(12, Database.at(now));
                update.setString(13, state.name());
                update.setObject(14, Database.at(now));
                update.setObject(15, closed ? Database.at(now) : null, java.sql.Types.TIMESTAMP_WITH_TIMEZONE);
                update.setString(16, closed ? Tasks.BENIGN : null);
                update.setLong(17, task.id);
                update.addBatch();
                updates = true;
            }
            if (updates) {
                update.executeBatch();
            }
            if (repeats) {
                repeat.executeBatch();
            }
        }
    }

    /** Whether it is said of a newer record than the one that closed the task. */
    private static boolean isNews(Known task, Long record) {
        Long closedAt = task.settledBy == null ? task.record : task.settledBy;
        return record != null && closedAt != null && record > closedAt;
    }

    /** Of each task the doses that must be accepted, each with the newest record in which it was refused. */
    private void doses(Connection sql, Map<Key, Known> known, Collection<Known> before) throws SQLException {
        List<Spot> spots = new ArrayList<>();
        entries.values().forEach(entry -> spots.addAll(entry.doses));
        if (spots.isEmpty()) {
            return;
        }
        Map<Spot, Long> keys = keys(sql, spots);
        Map<TaskDose, Long> there = doses(sql, before);
        try (PreparedStatement insert = sql.prepareStatement(
                        "insert into task_dose (task_id, dose_key, record_id, position) values (?, ?, ?, ?)");
                PreparedStatement update = sql.prepareStatement(
                        "update task_dose set record_id = ?, position = ? where task_id = ? and dose_key = ?")) {
            boolean inserts = false;
            boolean updates = false;
            for (Map.Entry<Key, Entry> each : entries.entrySet()) {
                long task = known.get(each.getKey()).id;
                List<Spot> newestFirst = new ArrayList<>(each.getValue().doses);
                newestFirst.sort(
                        java.util.Comparator.comparingLong(Spot::record).reversed());
                Set<Long> told = new HashSet<>();
                for (Spot spot : newestFirst) {
                    Long key = keys.get(spot);
                    // A delete and the add after it are two doses of one key.
                    if (key == null || !told.add(key)) {
                        continue;
                    }
                    Long record = there.get(new TaskDose(task, key));
                    if (record == null) {
                        insert.setLong(1, task);
                        insert.setLong(2, key);
                        insert.setLong(3, spot.record);
                        insert.setInt(4, spot.position);
                        insert.addBatch();
                        inserts = true;
                    } else if (record < spot.record) {
                        update.setLong(1, spot.record);
                        update.setInt(2, spot.position);
                        update.setLong(3, task);
                        update.setLong(4, key);
                        update.addBatch();
                        updates = true;
                    }
                }
            }
            if (inserts) {
                insert.executeBatch();
            }
            if (updates) {
                update.executeBatch();
            }
        }
    }

    private static Map<TaskDose, Long> doses(Connection sql, Collection<Known> tasks) throws SQLException {
        Map<TaskDose, Long> records = new HashMap<>();
        if (tasks.isEmpty()) {
            return records;
        }
        try (PreparedStatement select =
                sql.prepareStatement("select task_id, dose_key, record_id from task_dose where task_id = any(?)")) {
            select.setArray(
                    1,
                    sql.createArrayOf(
                            "bigint", tasks.stream().map(Known::id).sorted().toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    records.put(new TaskDose(row.getLong(1), row.getLong(2)), row.getLong(3));
                }
            }
        }
        return records;
    }

    private static Map<Spot, Long> keys(Connection sql, Collection<Spot> spots) throws SQLException {
        Set<Long> ids = new TreeSet<>();
        spots.forEach(spot -> ids.add(DoseIds.of(spot.record, spot.position)));
        Map<Spot, Long> keys = new HashMap<>();
        try (PreparedStatement select =
                sql.prepareStatement("select record_id, position, dose_key from dose where dose_id = any(?)")) {
            select.setArray(1, sql.createArrayOf("bigint", ids.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    keys.put(new Spot(row.getLong(1), row.getInt(2)), row.getLong(3));
                }
            }
        }
        return keys;
    }
}
