package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Follows each record through the log, a line for every step from its storing to its answer. The fields of a line (its MDC):
 * {@code record}, the control id that the record is sent with, which the registry's answer repeats; {@code step}; and what belongs to the
 * step: {@code connection}, {@code source}, {@code feed}, {@code file}, {@code answer}, {@code whole} (the record that this one was cut from or made for).
 *
 * <p>Nothing in it comes out of a message, the EHR's own control id neither. A line is written when its transaction is committed, so that
 * the log tells of nothing that did not happen; a kill right after the commit may lose it, because the ledger, not the log, is the account.
 */
final class RecordLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.vaxroute.record");

    private final Database database;
    private final ControlIds controlIds;

    RecordLog(Database database, ControlIds controlIds) {
        this.database = database;
        this.controlIds = controlIds;
    }

    /** Records as they are stored, what is cut from them or made for them among them. */
    void stored(String connection, String source, Feed feed, List<RecordRow> rows) {
        if (LOG.isDebugEnabled()) {
            later(rows.stream()
                    .map(row -> new Line(row.id, "stored")
                            .with("connection", connection)
                            .with("source", source)
                            .with("feed", feed.name())
                            .with("whole", whole(row) == null ? null : controlIds.of(whole(row)))
                            .says("stored: " + standing(row) + origin(row)))
                    .toList());
        }
    }

    /** A record that was held or waited, and what was done with it. */
    void settled(RecordRow row, String action) {
        if (LOG.isDebugEnabled()) {
            later(List.of(new Line(row.id, action).says(action + ": " + standing(row))));
        }
    }

    /** As {@link #settled(RecordRow, String)}. */
    void settled(long record, String action, RecordState now) {
        if (LOG.isDebugEnabled()) {
            later(List.of(new Line(record, action).says(action + ": " + now)));
        }
    }

    void superseded(long record, long by) {
        if (LOG.isDebugEnabled()) {
            later(List.of(new Line(record, "superseded").says("superseded by record " + by)));
        }
    }

    /** Every record of a submission file. */
    void file(SubmissionFile file, FileState state) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        String step = state == FileState.BUILT ? "filed" : state.name().toLowerCase(Locale.ROOT);
        String says = state == FileState.BUILT
                ? "filed: it leaves in " + file.name()
                : step + ": " + file.name() + " is " + state;
        later(members(file).stream()
                .map(id -> new Line(id, step)
                        .with("connection", file.connection())
                        .with("feed", file.feed().name())
                        .with("file", file.name())
                        .says(says))
                .toList());
    }

    private List<Long> members(SubmissionFile file) {
        return database.call(sql -> sql.sql(
                        "select record_id from record where lane_id = ? and lane_no between ? and ? order by lane_no")
                .params(file.laneId(), file.firstNo(), file.lastNo())
                .query(Long.class)
                .list());
    }

    /** What the registry said of records; null where it said nothing but that it came. */
    void answered(AnswerFile answer, AnswerEffects effects) {
        if (LOG.isDebugEnabled()) {
            List<Line> lines = new ArrayList<>();
            effects.said()
                    .forEach((id, state) -> lines.add(new Line(id, "answered")
                            .with("connection", answer.connection())
                            .with("answer", answer.keptAs())
                            .says("answered: " + (state == null ? "it came" : state) + ", in " + answer.keptAs())));
            later(lines);
        }
    }

    /** Records whose registry's silence means consent. */
    void unopposed(SubmissionFile file, List<Map.Entry<Long, Integer>> records) {
        if (LOG.isDebugEnabled()) {
            later(records.stream()
                    .map(record -> new Line(record.getKey(), "answered")
                            .with("connection", file.connection())
                            .with("file", file.name())
                            .says("answered: " + RecordState.ACCEPTED + ", as nothing was said against it"))
                    .toList());
        }
    }

    private static Long whole(RecordRow row) {
        return row.madeFor != null ? Long.valueOf(row.madeFor.id) : row.partOfId();
    }

    /** A reason why it was dropped stays out: people and routes write those. */
    private static String standing(RecordRow row) {
        return row.state
                + (row.state == RecordState.HELD
                        ? " by " + row.holdRule
                        : row.supersededBy != null ? " by record " + row.supersededBy : "");
    }

    /** References into files count up from 1; the others are hashes of what may name a patient. */
    private static String origin(RecordRow row) {
        if (whole(row) != null) {
            return (row.madeFor == null ? ", cut from record " : ", made for record ") + whole(row);
        }
        SourceRef ref = row.taken.ref();
        return ref.hi() > 0 ? ", message " + ref.lo() + " of source file " + ref.hi() : "";
    }

    private void later(List<Line> lines) {
        database.afterCommit(() -> lines.forEach(this::write));
    }

    private void write(Line line) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        try {
            MDC.put("record", controlIds.of(line.record));
            line.fields.forEach(MDC::put);
            LOG.debug("Record {} ({}) {}", line.record, controlIds.of(line.record), line.text);
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }

    private static final class Line {
        private final long record;
        private final Map<String, String> fields = new HashMap<>();
        private String text;

        Line(long record, String step) {
            this.record = record;
            fields.put("step", step);
        }

        Line with(String field, String value) {
            if (value != null) {
                fields.put(field, value);
            }
            return this;
        }

        Line says(String said) {
            this.text = said;
            return this;
        }
    }
}
