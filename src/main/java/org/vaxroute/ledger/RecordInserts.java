package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** Writes the rows of a chunk in batches. Nothing here reads a batch's counts: the PostgreSQL driver rewrites batches and does not know them. */
final class RecordInserts {
    private static final String RECORD =
            "insert into record (record_id, lane_id, lane_no, source_id, ref_hi, ref_lo, part_of,"
                    + " superseded_by, state, verdict, hold_rule, dropped_why, control_id, site, patient_key, patient_hash, fingerprint, doses,"
                    + " doses_cut, findings, changes, payload_id, text_at, text_length, out_at, out_length, stored_at, made_for, version_no)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String DOSE =
            "insert into dose (dose_id, record_id, position, origin, dose_key, content_hash, state, dose_date, cvx, kind,"
                    + " action, name_key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String HELD =
            "insert into held (record_id, connection, stage, source, rule, doses, since) values (?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;
    private final String connectionId;
    private final String source;
    private final Feed feed;
    private final int laneId;
    private final int sourceId;
    private final OffsetDateTime now;

    RecordInserts(Connection connection, Chunk chunk, int laneId, int sourceId, Instant now) {
        this(connection, chunk.connection(), chunk.source(), chunk.feed(), laneId, sourceId, now);
    }

    RecordInserts(
            Connection connection,
            String connectionId,
            String source,
            Feed feed,
            int laneId,
            int sourceId,
            Instant now) {
        this.connection = connection;
        this.connectionId = connectionId;
        this.source = source;
        this.feed = feed;
        this.laneId = laneId;
        this.sourceId = sourceId;
        this.now = Database.at(now);
    }

    void insert(List<RecordRow> rows, long[] payloads) throws SQLException {
        records(rows, payloads);
        doses(connection, rows);
        held(rows);
    }

    private void records(List<RecordRow> rows, long[] payloads) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
            for (RecordRow row : rows) {
                TakenRecord taken = row.taken;
                boolean part = row.isPart() || row.madeFor != null;
                insert.setLong(1, row.id);
                insert.setInt(2, laneId);
                setLong(insert, 3, row.laneNo);
                insert.setInt(4, sourceId);
                setLong(insert, 5, part ? null : taken.ref().hi());
                setLong(insert, 6, part ? null : taken.ref().lo());
                setLong(insert, 7, row.partOfId());
                setLong(insert, 8, row.supersededBy);
                insert.setString(9, row.state.name());
                insert.setString(10, row.verdict().name());
                insert.setString(11, row.holdRule);
                insert.setString(12, row.droppedWhy);
                insert.setString(13, Texts.column(taken.controlId(), 199));
                insert.setString(14, Texts.column(taken.site(), 64));
                setLong(insert, 15, row.keys.patientKey());
                insert.setBytes(16, row.keys.patientHash());
                insert.setBytes(17, row.keys.fingerprint());
                insert.setInt(18, row.doses.size());
                insert.setInt(19, part ? 0 : taken.dosesReceived() - row.keys.doses().length);
                insert.setBytes(20, CompactFindings.write(row.findings()));
                insert.setBytes(21, part ? null : CompactFindings.writeChanges(taken.changes()));
                insert.setLong(22, payloads[row.place.block()]);
                insert.setInt(23, row.place.textAt());
                insert.setInt(24, row.place.textLength());
                if (row.place.outAt() < 0) {
                    insert.setNull(25, Types.INTEGER);
                    insert.setNull(26, Types.INTEGER);
                } else {
                    insert.setInt(25, row.place.outAt());
                    insert.setInt(26, row.place.outLength());
                }
                insert.setObject(27, now);
                setLong(insert, 28, row.madeFor == null ? null : row.madeFor.id);
                setLong(insert, 29, row.version);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Writes the doses of these rows. */
    static void doses(Connection connection, List<RecordRow> rows) throws SQLException {
        boolean any = false;
        try (PreparedStatement insert = connection.prepareStatement(DOSE)) {
            for (RecordRow row : rows) {
                int position = 0;
                for (RecordRow.Dose part : row.doses) {
                    Keys.OfDose dose = part.is();
                    position++;
                    insert.setLong(1, DoseIds.of(row.id, position));
                    insert.setLong(2, row.id);
                    insert.setInt(3, position);
                    insert.setInt(4, part.origin());
                    insert.setLong(5, dose.key());
                    insert.setBytes(6, dose.contentHash());
                    insert.setString(7, row.state.name());
                    if (dose.date() == null) {
                        insert.setNull(8, Types.DATE);
                    } else {
                        insert.setObject(8, dose.date());
                    }
                    insert.setString(9, Texts.column(dose.cvx(), 20));
                    insert.setString(10, dose.kind().name());
                    insert.setString(11, dose.action());
                    setLong(insert, 12, dose.name() == dose.key() ? null : Long.valueOf(dose.name()));
                    insert.addBatch();
                    any = true;
                }
            }
            if (any) {
                insert.executeBatch();
            }
        }
    }

    /** Puts those of these rows that are held on the work list. */
    void held(List<RecordRow> rows) throws SQLException {
        boolean any = false;
        try (PreparedStatement insert = connection.prepareStatement(HELD)) {
            for (RecordRow row : rows) {
                if (row.state == RecordState.HELD) {
                    insert.setLong(1, row.id);
                    insert.setString(2, connectionId);
                    insert.setString(3, feed.stage().name());
                    insert.setString(4, source);
                    insert.setString(5, row.holdRule);
                    insert.setInt(6, row.doses.size());
                    insert.setObject(7, now);
                    insert.addBatch();
                    any = true;
                }
            }
            if (any) {
                insert.executeBatch();
            }
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
