package org.vaxroute.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Finds the records that answers speak of, by control id, else by their place in a file that is answered message by message. A record is
 * only found when it belongs to the connection that got the answer, and a file with it has left us: no answer moves another's record.
 */
final class AnswerMatching {
    private final Connection sql;
    private final ControlIds controlIds;

    AnswerMatching(Connection sql, ControlIds controlIds) {
        this.sql = sql;
        this.controlIds = controlIds;
    }

    private record Row(
            long id,
            RecordState state,
            int doses,
            boolean answered,
            int lane,
            long laneNo,
            long patient,
            String site) {}

    private record Range(int lane, long first, long last, long file) {}

    /** By the position of the answer; what is not in the map speaks of no record of ours. The records are locked. */
    Map<Integer, SentRecord> match(AnswerFile file, List<Answer> answers) throws SQLException {
        Map<Integer, Long> wanted = new HashMap<>();
        List<Integer> byPlace = new ArrayList<>();
        for (Answer answer : answers) {
            OptionalLong id = controlIds.record(answer.controlId());
            if (id.isPresent()) {
                wanted.put(answer.position(), id.getAsLong());
            } else if (answer.controlId().isEmpty()) {
                byPlace.add(answer.position());
            }
        }
        if (!byPlace.isEmpty() && file.byPlace() && file.submissionFile() != null) {
            wanted.putAll(atPlaces(file, byPlace));
        }
        Map<Long, SentRecord> records = sent(file.connection(), wanted.values());
        Map<Integer, SentRecord> matched = new HashMap<>();
        wanted.forEach((position, id) -> {
            SentRecord record = records.get(id);
            if (record != null) {
                matched.put(position, record);
            }
        });
        return matched;
    }

    private Map<Integer, Long> atPlaces(AnswerFile file, List<Integer> positions) throws SQLException {
        Map<Integer, Long> found = new HashMap<>();
        try (PreparedStatement select = sql.prepareStatement(
                "select r.lane_no - f.first_no + 1, r.record_id"
                        + " from submission_file f join record r on r.lane_id = f.lane_id and r.lane_no between f.first_no and f.last_no"
                        + " where f.submission_file_id = ? and f.messages = ? and r.lane_no between f.first_no + ? and f.first_no + ?")) {
            select.setLong(1, file.submissionFile());
            select.setInt(2, file.messages());
            select.setInt(3, positions.get(0) - 1);
            select.setInt(4, positions.get(positions.size() - 1) - 1);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (positions.contains(row.getInt(1))) {
                        found.put(row.getInt(1), row.getLong(2));
                    }
                }
            }
        }
        return found;
    }

    private Map<Long, SentRecord> sent(String connection, Collection<Long> ids) throws SQLException {
        List<Row> rows = new ArrayList<>();
        Map<Integer, long[]> spans = new HashMap<>();
        Array wanted = sql.createArrayOf("bigint", new TreeSet<>(ids).toArray());
        try (PreparedStatement select =
                sql.prepareStatement("select r.record_id, r.state, r.doses, r.answered_at is not null,"
                        + " r.lane_id, r.lane_no, r.patient_key, r.site from record r where r.record_id = any(?) and r.lane_no is not null"
                        + " and exists (select 1 from lane l where l.lane_id = r.lane_id and l.connection = ?)"
                        + " order by r.record_id for update")) {
            select.setArray(1, wanted);
            select.setString(2, connection);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Row record = new Row(
                            row.getLong(1),
                            RecordState.valueOf(row.getString(2)),
                            row.getInt(3),
                            row.getBoolean(4),
                            row.getInt(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getString(8));
                    rows.add(record);
                    spans.merge(record.lane, new long[] {record.laneNo, record.laneNo}, (a, b) ->
                            new long[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
                }
            }
        }
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<Integer, long[]> span : spans.entrySet()) {
            ranges.addAll(ranges(span.getKey(), span.getValue()[0], span.getValue()[1]));
        }
        Map<Integer, Stage> stages = stages(connection);
        Map<Long, SentRecord> found = new HashMap<>();
        for (Row row : rows) {
            for (Range range : ranges) {
                if (range.lane == row.lane && range.first <= row.laneNo && row.laneNo <= range.last) {
                    found.put(
                            row.id,
                            new SentRecord(
                                    row.id,
                                    row.state,
                                    row.doses,
                                    row.answered,
                                    range.file,
                                    row.patient,
                                    stages.get(row.lane),
                                    row.site));
                    break;
                }
            }
        }
        return found;
    }

    private Map<Integer, Stage> stages(String connection) throws SQLException {
        Map<Integer, Stage> stages = new HashMap<>();
        try (PreparedStatement select = sql.prepareStatement("select lane_id, stage from lane where connection = ?")) {
            select.setString(1, connection);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    stages.put(row.getInt(1), Stage.valueOf(row.getString(2)));
                }
            }
        }
        return stages;
    }

    /** Files that left us, or may have; of several generations the latest first. */
    private List<Range> ranges(int lane, long first, long last) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        try (PreparedStatement select = sql.prepareStatement(
                "select first_no, last_no, submission_file_id from submission_file"
                        + " where lane_id = ? and last_no >= ? and first_no <= ?"
                        + " and state in ('UPLOADED', 'SENT', 'ANSWERED', 'UNSURE', 'REFUSED') order by generation desc")) {
            select.setInt(1, lane);
            select.setLong(2, first);
            select.setLong(3, last);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ranges.add(new Range(lane, row.getLong(1), row.getLong(2), row.getLong(3)));
                }
            }
        }
        return ranges;
    }
}
