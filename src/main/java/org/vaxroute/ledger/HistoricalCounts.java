package org.vaxroute.ledger;

import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What became of history, counted from the rows themselves. Reads all of them; for the report at the end. */
public final class HistoricalCounts {
    private static final String LINES = "select coalesce(extract(year from d.dose_date), 0) given, r.site,"
            + " sum(case when d.origin = 1 then 1 else 0 end) records, count(*) doses, count(distinct d.dose_key) kinds,"
            + " sum(case when r.lane_no <= l.filed_no and l.feed = 'HISTORICAL' and d.state <> 'DROPPED' then 1 else 0 end) filed,"
            + " sum(case when r.lane_no is not null and l.feed = 'ONGOING' and d.state <> 'DROPPED' then 1 else 0 end) ahead,"
            + " sum(case when r.lane_no > l.filed_no and l.feed = 'HISTORICAL' and d.state <> 'DROPPED' then 1 else 0 end) waiting,"
            + " sum(case when d.state = 'HELD' then 1 else 0 end) held,"
            + " sum(case when d.state = 'DUPLICATE' then 1 else 0 end) duplicate,"
            + " sum(case when d.state = 'SUPERSEDED' then 1 else 0 end) superseded,"
            + " sum(case when d.state = 'DROPPED' then 1 else 0 end) dropped"
            + " from source_position s join record r on r.source_id = s.source_id join lane l on l.lane_id = r.lane_id"
            + " join dose d on d.record_id = r.record_id"
            + " where s.connection = ? and s.feed = 'HISTORICAL'"
            + " group by coalesce(extract(year from d.dose_date), 0), r.site order by 1, 2";

    private final Database database;

    HistoricalCounts(Database database) {
        this.database = database;
    }

    /**
     * What became of the doses of one year and site. {@code doses} is the sum of the other states.
     *
     * @param year 0 when the date cannot be read
     * @param records counted at their first dose
     * @param distinct doses told apart by their keys, whatever the number of their versions
     * @param filed in historical files
     * @param ahead sent ahead with the ongoing feed, because a newer record of the patient came
     * @param waiting in no file yet
     */
    public record Line(
            int year,
            String site,
            long records,
            long doses,
            long distinct,
            long filed,
            long ahead,
            long waiting,
            long held,
            long duplicate,
            long superseded,
            long dropped) {}

    /**
     * The submission files of history.
     *
     * @param files that were neither refused nor withdrawn
     * @param undelivered those of them that did not reach the registry yet
     */
    public record Files(long files, long messages, long doses, long undelivered) {}

    /** By year and site. */
    public List<Line> lines(String connection) {
        return patient(sql -> sql.sql(LINES)
                .param(connection)
                .query((row, n) -> new Line(
                        row.getInt("given"),
                        row.getString("site"),
                        row.getLong("records"),
                        row.getLong("doses"),
                        row.getLong("kinds"),
                        row.getLong("filed"),
                        row.getLong("ahead"),
                        row.getLong("waiting"),
                        row.getLong("held"),
                        row.getLong("duplicate"),
                        row.getLong("superseded"),
                        row.getLong("dropped")))
                .list());
    }

    /** What the files say of themselves. */
    public Files files(String connection) {
        return patient(sql -> sql.sql("select count(*), coalesce(sum(messages), 0), coalesce(sum(doses), 0),"
                        + " coalesce(sum(case when state in ('SENT', 'ANSWERED') then 0 else 1 end), 0) from submission_file"
                        + " where connection = ? and feed = 'HISTORICAL' and state not in ('REFUSED', 'WITHDRAWN')")
                .param(connection)
                .query((row, n) -> new Files(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .single());
    }

    /** Records of history that hold no dose that can be read. */
    public long withoutDose(String connection) {
        return patient(sql -> sql.sql(
                        "select count(*) from source_position s join record r on r.source_id = s.source_id"
                                + " where s.connection = ? and s.feed = 'HISTORICAL' and r.part_of is null and r.doses = 0")
                .param(connection)
                .query(Long.class)
                .single());
    }

    private <T> T patient(Function<JdbcClient, T> work) {
        return database.patiently(() -> database.call(work));
    }
}
