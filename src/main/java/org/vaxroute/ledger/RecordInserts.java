package org.vaxroute.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** Writes the rows of a chunk; they are there when the statements go with which they were put together. */
final class RecordInserts {
    private static final String RECORD = "record_id, lane_id, lane_no, source_id, ref_hi, ref_lo, part_of,"
            + " superseded_by, state, verdict, hold_rule, dropped_why, control_id, site, patient_key, patient_hash, fingerprint, doses,"
            + " doses_cut, findings, changes, payload_id, text_at, text_length, out_at, out_length, stored_at, made_for, version_no";
    private static final String DOSE =
            "dose_id, record_id, position, origin, dose_key, content_hash, state, dose_date, cvx, kind,"
                    + " action, name_key";
    private static final String HELD = "record_id, connection, stage, source, rule, doses, since";

    private final Together together;
    private final String connectionId;
    private final String source;
    private final Feed feed;
    private final int laneId;
    private final int sourceId;
    private final OffsetDateTime now;

    RecordInserts(Together together, Chunk chunk, int laneId, int sourceId, Instant now) {
        this(together, chunk.connection(), chunk.source(), chunk.feed(), laneId, sourceId, now);
    }

    RecordInserts(
            Together together, String connectionId, String source, Feed feed, int laneId, int sourceId, Instant now) {
        this.together = together;
        this.connectionId = connectionId;
        this.source = source;
        this.feed = feed;
        this.laneId = laneId;
        this.sourceId = sourceId;
        this.now = Database.at(now);
    }

    void insert(List<RecordRow> rows, long[] payloads) throws SQLException {
        records(rows, payloads);
        doses(together, rows);
        held(rows);
    }

    private void records(List<RecordRow> rows, long[] payloads) throws SQLException {
        try (Rows into = Rows.into(together, "record", RECORD, rows.size())) {
            for (RecordRow row : rows) {
                TakenRecord taken = row.taken;
                boolean part = row.isPart() || row.madeFor != null;
                boolean changed = row.place.outAt() >= 0;
                into.put(row.id).put(laneId).putLong(row.laneNo).put(sourceId);
                into.putLong(part ? null : Long.valueOf(taken.ref().hi()));
                into.putLong(part ? null : Long.valueOf(taken.ref().lo()));
                into.putLong(row.partOfId()).putLong(row.supersededBy);
                into.put(row.state.name()).put(row.verdict().name());
                into.put(row.holdRule).put(row.droppedWhy);
                into.put(Texts.column(taken.controlId(), 199)).put(Texts.column(taken.site(), 64));
                into.putLong(row.keys.patientKey()).put(row.keys.patientHash());
                into.put(row.keys.fingerprint()).put(row.doses.size());
                into.put(part ? 0 : taken.dosesReceived() - row.keys.doses().length);
                into.put(CompactFindings.write(row.findings()));
                into.put(part ? null : CompactFindings.writeChanges(taken.changes()));
                into.put(payloads[row.place.block()]);
                into.put(row.place.textAt()).put(row.place.textLength());
                into.putInt(changed ? row.place.outAt() : null);
                into.putInt(changed ? row.place.outLength() : null);
                into.put(now).putLong(row.madeFor == null ? null : Long.valueOf(row.madeFor.id));
                into.putLong(row.version);
                into.end();
            }
            into.write();
        }
    }

    /** Writes the doses of these rows. */
    static void doses(Together together, List<RecordRow> rows) throws SQLException {
        int doses = rows.stream().mapToInt(row -> row.doses.size()).sum();
        if (doses == 0) {
            return;
        }
        try (Rows into = Rows.into(together, "dose", DOSE, doses)) {
            for (RecordRow row : rows) {
                int position = 0;
                for (RecordRow.Dose part : row.doses) {
                    Keys.OfDose dose = part.is();
                    position++;
                    into.put(DoseIds.of(row.id, position)).put(row.id).put(position);
                    into.put(part.origin()).put(dose.key()).put(dose.contentHash());
                    into.put(row.state.name()).put(dose.date());
                    into.put(Texts.column(dose.cvx(), 20)).put(dose.kind().name());
                    into.put(dose.action());
                    into.putLong(dose.name() == dose.key() ? null : Long.valueOf(dose.name()));
                    into.end();
                }
            }
            into.write();
        }
    }

    /** Puts those of these rows that are held on the work list. */
    void held(List<RecordRow> rows) throws SQLException {
        List<RecordRow> held =
                rows.stream().filter(row -> row.state == RecordState.HELD).toList();
        if (held.isEmpty()) {
            return;
        }
        try (Rows into = Rows.into(together, "held", HELD, held.size())) {
            for (RecordRow row : held) {
                into.put(row.id).put(connectionId).put(feed.stage().name()).put(source);
                into.put(row.holdRule).put(row.doses.size()).put(now);
                into.end();
            }
            into.write();
        }
    }
}
