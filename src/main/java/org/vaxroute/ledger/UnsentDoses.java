package org.vaxroute.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Doses that were given and that the registry does not have: waiting, in a file that has not left, or held. */
public final class UnsentDoses {
    // Whole lanes are never read: what was sent lies before the first file that has not left.
    private static final String WAITING =
            "select r.record_id, min(d.dose_date) given from lane l join record r on r.lane_id = l.lane_id"
                    + " join dose d on d.record_id = r.record_id"
                    + " where l.connection = ? and l.feed = 'ONGOING' and d.kind = 'NEW' and d.state = 'READY' and d.dose_date <= ?"
                    + " and r.lane_no >= coalesce((select min(f.first_no) from submission_file f where f.lane_id = l.lane_id"
                    + " and f.state in ('BUILT', 'SENDING', 'UPLOADED', 'UNSURE')), l.filed_no + 1)"
                    + " and not exists (select 1 from submission_file f where f.lane_id = r.lane_id"
                    + " and r.lane_no between f.first_no and f.last_no and f.state in ('SENT', 'ANSWERED'))"
                    + " group by r.record_id order by given, r.record_id fetch first ? rows only";
    private static final String HELD =
            "select h.record_id, min(d.dose_date) given from held h join dose d on d.record_id = h.record_id"
                    + " where h.connection = ? and h.stage = 'PRODUCTION' and d.kind = 'NEW' and d.state = 'HELD' and d.dose_date <= ?"
                    + " group by h.record_id order by given, h.record_id fetch first ? rows only";

    private final Database database;

    UnsentDoses(Database database) {
        this.database = database;
    }

    /** The oldest new dose of a record. */
    public record Unsent(long recordId, LocalDate given) {}

    /** Records of the ongoing feed with a new dose given on or before that day, oldest dose first. */
    public List<Unsent> until(String connection, LocalDate day, int limit) {
        List<Unsent> found = new ArrayList<>(ask(WAITING, connection, day, limit));
        found.addAll(ask(HELD, connection, day, limit));
        found.sort(Comparator.comparing(Unsent::given).thenComparing(Unsent::recordId));
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    private List<Unsent> ask(String query, String connection, LocalDate day, int limit) {
        return database.call(sql -> sql.sql(query)
                .params(connection, day, limit)
                .query((row, n) -> new Unsent(row.getLong(1), row.getObject(2, LocalDate.class)))
                .list());
    }
}
