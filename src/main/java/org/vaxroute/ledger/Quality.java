package org.vaxroute.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How well what was sent was taken, in numbers. */
public final class Quality {
    private static final String TAKEN = "('ACCEPTED', 'WARNED')";
    private static final String SENT = "('SENT', 'ANSWERED')";

    private final Database database;

    Quality(Database database) {
        this.database = database;
    }

    /**
     * What became of the records of one site in one file.
     *
     * @param waiting records without an answer, or whose answer does not tell
     */
    public record Fate(
            long file,
            String name,
            Feed feed,
            Instant sent,
            String site,
            long accepted,
            long warned,
            long rejected,
            long waiting) {}

    /** What became of the records of files that left between two moments, in the order in which the files left. */
    public List<Fate> fates(String connection, Instant from, Instant to) {
        return patient(sql -> sql.sql("select f.submission_file_id, f.name, f.feed, f.sent_at, r.site,"
                        + " count(case when r.state = 'ACCEPTED' then 1 end) accepted,"
                        + " count(case when r.state = 'WARNED' then 1 end) warned,"
                        + " count(case when r.state = 'REJECTED' then 1 end) rejected,"
                        + " count(case when r.state = 'READY' then 1 end) waiting"
                        + " from submission_file f join record r on r.lane_id = f.lane_id and r.lane_no between f.first_no and f.last_no"
                        + " where f.lane_id in (select lane_id from lane where connection = ?) and f.state in " + SENT
                        + " and f.sent_at >= ? and f.sent_at < ?"
                        + " group by f.submission_file_id, f.name, f.feed, f.sent_at, r.site order by f.sent_at, f.submission_file_id,"
                        + " r.site")
                .params(connection, Database.at(from), Database.at(to))
                .query((row, n) -> new Fate(
                        row.getLong("submission_file_id"),
                        row.getString("name"),
                        Feed.valueOf(row.getString("feed")),
                        Database.instant(row, "sent_at"),
                        row.getString("site"),
                        row.getLong("accepted"),
                        row.getLong("warned"),
                        row.getLong("rejected"),
                        row.getLong("waiting")))
                .list());
    }

    /** How many different doses were sent, and how many of them the registry has by now, in whichever record. */
    public record Doses(long sent, long taken) {}

    /** The doses of production files that left between two moments. */
    public Doses doses(String connection, Instant from, Instant to) {
        return patient(sql -> sql.sql("select count(*) sent, coalesce(sum(taken), 0) taken from (select d.dose_key,"
                        + " max(case when d.state in " + TAKEN
                        + " then 1 else 0 end) taken from submission_file f"
                        + " join record r on r.lane_id = f.lane_id and r.lane_no between f.first_no and f.last_no"
                        + " join dose d on d.dose_id > r.record_id * " + DoseIds.MOST
                        + " and d.dose_id < (r.record_id + 1) * " + DoseIds.MOST
                        + " where f.lane_id in (select lane_id from lane where connection = ?) and f.stage = 'PRODUCTION' and f.state in "
                        + SENT
                        + " and f.sent_at >= ? and f.sent_at < ? group by d.dose_key) doses")
                .params(connection, Database.at(from), Database.at(to))
                .query((row, n) -> new Doses(row.getLong("sent"), row.getLong("taken")))
                .single());
    }

    /** How many doses given on one day were accepted on another. */
    public record Delay(LocalDate given, LocalDate accepted, long doses) {}

    /** From giving to acceptance, of doses that were new and of which the answer came between two moments; in production. */
    public List<Delay> delays(String connection, Instant from, Instant to) {
        return patient(sql -> sql.sql("select d.dose_date given, cast(r.answered_at as date) accepted, count(*) doses"
                        + " from record r join lane l on l.lane_id = r.lane_id join dose d on d.dose_id > r.record_id * "
                        + DoseIds.MOST
                        + " and d.dose_id < (r.record_id + 1) * " + DoseIds.MOST
                        + " where l.connection = ? and l.feed = 'ONGOING' and r.answered_at >= ? and r.answered_at < ?"
                        + " and d.kind = 'NEW' and d.dose_date is not null and d.state in " + TAKEN
                        + " group by d.dose_date, cast(r.answered_at as date)")
                .params(connection, Database.at(from), Database.at(to))
                .query((row, n) -> new Delay(
                        row.getObject("given", LocalDate.class),
                        row.getObject("accepted", LocalDate.class),
                        row.getLong("doses")))
                .list());
    }

    /**
     * How often one cause came up.
     *
     * @param tasks patients or files that it was said of
     * @param closed how many of these are settled
     */
    public record Cause(String code, Answer.Settling settling, long tasks, long closed) {}

    /** What was complained of between two moments, the most frequent first. */
    public List<Cause> causes(String connection, Instant from, Instant to, int limit) {
        return patient(sql -> sql.sql("select code, settling, count(*) tasks, count(closed_at) closed from task"
                        + " where connection = ? and first_said_at < ? and last_said_at >= ?"
                        + " group by code, settling order by tasks desc, code fetch first ? rows only")
                .params(connection, Database.at(to), Database.at(from), limit)
                .query((row, n) -> new Cause(
                        row.getString("code"),
                        Answer.Settling.valueOf(row.getString("settling")),
                        row.getLong("tasks"),
                        row.getLong("closed")))
                .list());
    }

    private <T> T patient(Function<JdbcClient, T> work) {
        return database.patiently(() -> database.call(work));
    }
}
