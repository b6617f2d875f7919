package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Writes rows anew that were held, with their doses. */
final class RecordUpdates {
    private static final String RECORD =
            "update record set lane_no = ?, superseded_by = ?, state = ?, verdict = ?, hold_rule = ?,"
                    + " dropped_why = ?, site = ?, patient_key = ?, patient_hash = ?, fingerprint = ?, doses = ?, doses_cut = ?, findings = ?,"
                    + " changes = ?, payload_id = ?, text_at = ?, text_length = ?, out_at = ?, out_length = ?, version_no = coalesce(?, version_no),"
                    + " checked_at = ? where record_id = ? and state = 'HELD'";

    private final Connection connection;
    private final OffsetDateTime now;

    RecordUpdates(Connection connection, Instant now) {
        this.connection = connection;
        this.now = Database.at(now);
    }

    /**
     * Settles a held record.
     *
     * @param before doses that the record answered for
     * @param after doses that it and the parts that were cut from it have; what is missing was left out by a transform
     */
    void settle(RecordRow row, int before, int after, long[] payloads) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(RECORD)) {
            setLong(update, 1, row.laneNo);
            setLong(update, 2, row.supersededBy);
            update.setString(3, row.state.name());
            update.setString(4, row.verdict().name());
            update.setString(5, row.holdRule);
            update.setString(6, row.droppedWhy);
            update.setString(7, Texts.column(row.taken.site(), 64));
            setLong(update, 8, row.keys.patientKey());
            update.setBytes(9, row.keys.patientHash());
            update.setBytes(10, row.keys.fingerprint());
            update.setInt(11, row.doses.size());
            update.setInt(12, before - after);
            update.setBytes(13, CompactFindings.write(row.findings()));
            update.setBytes(14, CompactFindings.writeChanges(row.taken.changes()));
            update.setLong(15, payloads[row.place.block()]);
            update.setInt(16, row.place.textAt());
            update.setInt(17, row.place.textLength());
            update.setInt(18, row.place.outAt());
            update.setInt(19, row.place.outLength());
            setLong(update, 20, row.version);
            update.setObject(21, now);
            update.setLong(22, row.id);
            if (update.executeUpdate() != 1) {
                throw new WrongTransition("Record " + row.id + " is not held any more; look at it again.");
            }
        }
        try (PreparedStatement doses = connection.prepareStatement("delete from dose where dose_id between ? and ?")) {
            doses.setLong(1, DoseIds.floor(row.id));
            doses.setLong(2, DoseIds.ceiling(row.id));
            doses.executeUpdate();
        }
        doses(row);
        held(row);
    }

    /** Holds a record that waits, or takes from it the doses that were cut off. */
    void holdBack(RecordRow row, long[] payloads) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update record set state = ?, verdict = ?, hold_rule = ?, lane_no = ?,"
                        + " doses = ?, findings = ?, payload_id = ?, text_at = ?, text_length = ?, out_at = ?, out_length = ?, checked_at = ?"
                        + " where record_id = ? and state = 'READY'")) {
            update.setString(1, row.state.name());
            update.setString(2, row.verdict().name());
            update.setString(3, row.holdRule);
            setLong(update, 4, row.laneNo);
            update.setInt(5, row.doses.size());
            update.setBytes(6, CompactFindings.write(row.findings()));
            update.setLong(7, payloads[row.place.block()]);
            update.setInt(8, row.place.textAt());
            update.setInt(9, row.place.textLength());
            update.setInt(10, row.place.outAt());
            update.setInt(11, row.place.outLength());
            update.setObject(12, now);
            update.setLong(13, row.id);
            if (update.executeUpdate() != 1) {
                throw new WrongTransition("Record " + row.id + " does not wait any more; look at it again.");
            }
        }
        if (row.state == RecordState.HELD) {
            HeldRows.doses(connection, row.id, row.state);
        } else {
            try (PreparedStatement doses =
                    connection.prepareStatement("delete from dose where dose_id between ? and ?")) {
                doses.setLong(1, DoseIds.floor(row.id));
                doses.setLong(2, DoseIds.ceiling(row.id));
                doses.executeUpdate();
            }
            doses(row);
        }
    }

    private void doses(RecordRow row) throws SQLException {
        Together together = new Together(connection);
        RecordInserts.doses(together, java.util.List.of(row));
        together.go();
    }

    private void held(RecordRow row) throws SQLException {
        boolean stays = row.state == RecordState.HELD;
        try (PreparedStatement held = connection.prepareStatement(
                stays
                        ? "update held set rule = ?, doses = ? where record_id = ?"
                        : "delete from held where record_id = ?")) {
            int i = 1;
            if (stays) {
                held.setString(i++, row.holdRule);
                held.setInt(i++, row.doses.size());
            }
            held.setLong(i, row.id);
            held.executeUpdate();
        }
    }

    private static void setLong(PreparedStatement statement, int index, Long value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
    }
}
