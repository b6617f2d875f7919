package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vaxroute.hl7.Message;

/**
 * Deletes that VaxRoute made to go before corrected doses. One that left without what takes the place of its dose would take the dose from
 * the registry. docs/decisions/0423.
 */
final class DeletesBefore {
    private static final String TAKEN_BACK = "its correction is held; it is made again when that goes";

    private static final String WAITING =
            "select record_id, patient_key, made_for, payload_id, text_at, text_length, out_at,"
                    + " out_length from record where patient_key = any(?) and lane_id = ? and lane_no > ? and state = 'READY'"
                    + " order by lane_no desc";

    private final Connection connection;
    private final Payloads payloads;
    private final RecordLog recordLog;

    DeletesBefore(Connection connection, Payloads payloads, RecordLog recordLog) {
        this.connection = connection;
        this.payloads = payloads;
        this.recordLog = recordLog;
    }

    private record Waiting(long id, long patient, boolean made, TextPlace place) {}

    private record Dose(long key, boolean deletes) {}

    /**
     * Takes back those that wait, of doses that are held now, where nothing that waits behind them speaks of the dose.
     *
     * @param held keys of doses by their patient's key
     * @param filedNo how far the lane is filed
     */
    void takeBack(Map<Long, Set<Long>> held, int lane, long filedNo) throws SQLException {
        Map<Long, Set<Long>> behind = new HashMap<>();
        for (Waiting record : waiting(held.keySet(), lane, filedNo)) {
            Set<Long> said = behind.computeIfAbsent(record.patient, patient -> new HashSet<>());
            List<Dose> doses = doses(record.id);
            List<Integer> stay = new ArrayList<>();
            for (int i = 0; i < doses.size(); i++) {
                Dose dose = doses.get(i);
                boolean alone = record.made
                        && dose.deletes
                        && held.get(record.patient).contains(dose.key)
                        && !said.contains(dose.key);
                if (!alone) {
                    stay.add(i + 1);
                }
            }
            stay.forEach(position -> said.add(doses.get(position - 1).key));
            if (stay.isEmpty() && !doses.isEmpty()) {
                drop(connection, record.id);
                recordLog.settled(record.id, "hold", RecordState.DROPPED);
            } else if (stay.size() < doses.size()) {
                keep(record, stay);
            }
        }
    }

    private List<Waiting> waiting(Set<Long> patients, int lane, long filedNo) throws SQLException {
        List<Waiting> waiting = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(WAITING)) {
            select.setArray(1, connection.createArrayOf("bigint", patients.toArray()));
            select.setInt(2, lane);
            select.setLong(3, filedNo);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    waiting.add(new Waiting(
                            row.getLong("record_id"),
                            row.getLong("patient_key"),
                            TextPlace.nullable(row, "made_for") != null,
                            TextPlace.of(row, 0)));
                }
            }
        }
        return waiting;
    }

    private List<Dose> doses(long record) throws SQLException {
        List<Dose> doses = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select dose_key, action from dose where dose_id between ? and ? order by dose_id")) {
            select.setLong(1, DoseIds.floor(record));
            select.setLong(2, DoseIds.ceiling(record));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    doses.add(new Dose(
                            row.getLong("dose_key"), row.getString("action").equals("D")));
                }
            }
        }
        return doses;
    }

    /** Takes back a message that was made for a record and did not leave. */
    static void drop(Connection connection, long record) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update record set state = 'DROPPED', lane_no = null, dropped_why = ? where record_id = ?")) {
            update.setString(1, TAKEN_BACK);
            update.setLong(2, record);
            update.executeUpdate();
        }
        HeldRows.doses(connection, record, RecordState.DROPPED);
    }

    private void keep(Waiting record, List<Integer> stay) throws SQLException {
        byte[] block = payloads.read(connection, Set.of(record.place.payload())).get(record.place.payload());
        Message kept = Message.parse(record.place.outgoing(block)).keepDoses(stay::contains);
        LateTexts texts = new LateTexts(0);
        TextBlocks.Place place = texts.add(record.place.received(block), kept.bytes());
        long payload = payloads.write(connection, payloads.pack(texts.blocks()))[0];
        try (PreparedStatement update = connection.prepareStatement("update record set doses = ?, payload_id = ?,"
                + " text_at = ?, text_length = ?, out_at = ?, out_length = ? where record_id = ?")) {
            update.setInt(1, stay.size());
            update.setLong(2, payload);
            update.setInt(3, place.textAt());
            update.setInt(4, place.textLength());
            update.setInt(5, place.outAt());
            update.setInt(6, place.outLength());
            update.setLong(7, record.id);
            update.executeUpdate();
        }
        number(record.id, stay);
    }

    /** Doses stand in the ledger by their place in the message. */
    private void number(long record, List<Integer> stay) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                        "delete from dose where dose_id between ? and ? and not position = any(?)");
                PreparedStatement move =
                        connection.prepareStatement("update dose set dose_id = ?, position = ? where dose_id = ?")) {
            delete.setLong(1, DoseIds.floor(record));
            delete.setLong(2, DoseIds.ceiling(record));
            delete.setArray(3, connection.createArrayOf("integer", stay.toArray()));
            delete.executeUpdate();
            for (int i = 0; i < stay.size(); i++) {
                move.setLong(1, DoseIds.of(record, i + 1));
                move.setInt(2, i + 1);
                move.setLong(3, DoseIds.of(record, stay.get(i)));
                move.executeUpdate();
            }
        }
    }
}
