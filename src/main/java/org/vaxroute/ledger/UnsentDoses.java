package org.vaxroute.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Doses that were given and that the registry does not have: waiting, in a file that has not left, or held. */
public final class UnsentDoses {
    // Whole lanes are never read: what was sent lies before the first file that has not left.
    private static final String LANES =
            "select l.lane_id, l.last_no, coalesce((select min(f.first_no) from submission_file f where f.lane_id = l.lane_id"
                    + " and f.state in ('BUILT', 'SENDING', 'UPLOADED', 'UNSURE')), l.filed_no + 1) from_no"
                    + " from lane l where l.connection = ? and l.feed = 'ONGOING'";
    private static final String SENT =
            "select first_no, last_no from submission_file where lane_id = ? and last_no >= ? and state in ('SENT', 'ANSWERED')"
                    + " order by first_no";

    // The doses of a record by their ids: an index on their record would cost every chunk more than this saves. Asked
    // for
    // record by record: of a join PostgreSQL expects thousands of doses for each, and goes through every record of the
    // ledger to spare itself their sorting.
    private static final String GIVEN =
            "(select min(d.dose_date) from dose d where d.dose_id between r.record_id * " + DoseIds.MOST
                    + " and r.record_id * " + DoseIds.MOST + " + " + (DoseIds.MOST - 1)
                    + " and d.kind = 'NEW' and d.state = '%s' and d.dose_date <= ?) given";
    // Without the offset PostgreSQL would look the doses up twice, for the condition and for the order.
    private static final String OLDEST =
            "select record_id, given from (%s offset 0 rows) unsent where given is not null"
                    + " and (given, record_id) > (?, ?) order by given, record_id fetch first ? rows only";
    private static final String WAITING = OLDEST.formatted("select r.record_id, " + GIVEN.formatted("READY")
            + " from record r where r.lane_id = ? and r.lane_no between ? and ? and r.answered_at is null");
    // Old doses of a historical load are late by their nature.
    private static final String HELD =
            OLDEST.formatted("select r.record_id, " + GIVEN.formatted("HELD") + " from held r"
                    + " join record whole on whole.record_id = r.record_id"
                    + " join lane l on l.lane_id = whole.lane_id and l.feed = 'ONGOING'"
                    + " where r.connection = ? and r.stage = 'PRODUCTION'");

    private static final Unsent FIRST = new Unsent(0, LocalDate.of(1, 1, 1));

    private final Database database;

    UnsentDoses(Database database) {
        this.database = database;
    }

    /** The oldest new dose of a record. */
    public record Unsent(long recordId, LocalDate given) {}

    private record Range(int lane, long first, long last) {}

    /** Records of the ongoing feed with a new dose given on or before that day, oldest dose first. */
    public List<Unsent> until(String connection, LocalDate day, int limit) {
        return until(connection, day, FIRST, limit);
    }

    /**
     * As {@link #until(String, LocalDate, int)}, and goes on.
     *
     * @param after the last one that is known already
     */
    public List<Unsent> until(String connection, LocalDate day, Unsent after, int limit) {
        List<Unsent> found = new ArrayList<>(ask(HELD, day, connection, after.given, after.recordId, limit));
        for (Range lane : lanes(connection)) {
            for (Range unsent : unsent(lane)) {
                found.addAll(
                        ask(WAITING, day, unsent.lane, unsent.first, unsent.last, after.given, after.recordId, limit));
            }
        }
        found.sort(Comparator.comparing(Unsent::given).thenComparing(Unsent::recordId));
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    private List<Range> lanes(String connection) {
        return database.call(sql -> sql.sql(LANES)
                .param(connection)
                .query((row, n) -> new Range(row.getInt("lane_id"), row.getLong("from_no"), row.getLong("last_no")))
                .list());
    }

    /** What remains of a lane's range without the files that have left. */
    private List<Range> unsent(Range lane) {
        List<Range> sent = database.call(sql -> sql.sql(SENT)
                .params(lane.lane, lane.first)
                .query((row, n) -> new Range(lane.lane, row.getLong("first_no"), row.getLong("last_no")))
                .list());
        List<Range> gaps = new ArrayList<>();
        long next = lane.first;
        for (Range file : sent) {
            if (next < file.first) {
                gaps.add(new Range(lane.lane, next, file.first - 1));
            }
            next = Math.max(next, file.last + 1);
        }
        if (next <= lane.last) {
            gaps.add(new Range(lane.lane, next, lane.last));
        }
        return gaps;
    }

    private List<Unsent> ask(String query, Object... params) {
        return database.patiently(() -> database.call(sql -> sql.sql(query)
                .params(params)
                .query((row, n) -> new Unsent(row.getLong(1), row.getObject(2, LocalDate.class)))
                .list()));
    }
}
