package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The book of jobs on held records: how far each is. Its progress is written in the transaction of the portion that it is about. */
public final class HeldJobs {
    private final Database database;
    private final Trail trail;
    private final Clock clock;

    HeldJobs(Database database, Trail trail, Clock clock) {
        this.database = database;
        this.trail = trail;
        this.clock = clock;
    }

    /** Writes a new job down; what is held now is what it is about. */
    public HeldJob begin(HeldJob.Kind kind, HeldFilter filter, String owner, String who, String why) {
        return database.transact(sql -> {
            List<Object> values = new ArrayList<>();
            String condition = filter.condition(values);
            record Extent(long records, long last) {}
            Extent extent = sql.sql(
                            "select count(*) records, coalesce(max(record_id), 0) last_id from held where record_id > 0"
                                    + condition)
                    .params(values)
                    .query((row, n) -> new Extent(row.getLong(1), row.getLong(2)))
                    .single();
            var key = new org.springframework.jdbc.support.GeneratedKeyHolder();
            sql.sql(
                            "insert into held_job (kind, connection, source, rule, who, why, owner, state, reached_id, last_id, records, seen,"
                                    + " ready, still_held, said, dropped, started_at) values (?, ?, ?, ?, ?, ?, ?, 'RUNNING', 0, ?, ?, 0, 0, 0, 0, 0, ?)")
                    .params(java.util.Arrays.asList(
                            kind.name(),
                            filter.connection(),
                            filter.source(),
                            filter.rule(),
                            Texts.cut(who, 200),
                            Texts.cut(why, 1000),
                            Texts.cut(owner, 200),
                            extent.last,
                            extent.records,
                            Database.at(clock.instant())))
                    .update(key, "job_id");
            long id = key.getKey().longValue();
            trail.append(
                    who,
                    "held-" + kind.name().toLowerCase(Locale.ROOT),
                    "held-job:" + id,
                    extent.records + " held records of " + filter + (why.isEmpty() ? "" : ": " + why));
            return find(id).orElseThrow();
        });
    }

    /** The next records of a job, by rising id. */
    public List<Long> next(HeldJob job, int limit) {
        List<Object> values = new ArrayList<>(List.of(job.reached(), job.last()));
        String condition = job.filter().condition(values);
        values.add(limit);
        return database.call(sql -> sql.sql("select record_id from held where record_id > ? and record_id <= ?"
                        + condition + " order by record_id fetch first ? rows only")
                .params(values)
                .query(Long.class)
                .list());
    }

    /**
     * Says that records up to this id are done, in the transaction that did them.
     *
     * @throws WrongTransition when the job does not run any more; the portion is taken back then
     */
    public HeldJob reached(HeldJob job, long id, int seen, Settlement settlement, int dropped) {
        int moved = database.call(sql -> sql.sql(
                        "update held_job set reached_id = ?, seen = seen + ?, ready = ready + ?, still_held = still_held + ?,"
                                + " said = said + ?, dropped = dropped + ? where job_id = ? and state = 'RUNNING' and reached_id = ?")
                .params(
                        id,
                        seen,
                        settlement.ready(),
                        settlement.stillHeld(),
                        settlement.said(),
                        dropped,
                        job.id(),
                        job.reached())
                .update());
        if (moved == 0) {
            throw new WrongTransition("Job " + job.id() + " does not run any more.");
        }
        return find(job.id()).orElseThrow();
    }

    /** Ends a job that runs; does nothing when it does not. */
    public void end(long id, HeldJob.State state, String fault) {
        database.call(sql -> sql.sql(
                        "update held_job set state = ?, fault = ?, ended_at = ? where job_id = ? and state = 'RUNNING'")
                .params(java.util.Arrays.asList(state.name(), Texts.cut(fault, 1000), Database.at(clock.instant()), id))
                .update());
    }

    public Optional<HeldJob> find(long id) {
        return database.call(sql -> sql.sql("select * from held_job where job_id = ?")
                .param(id)
                .query(HeldJobs::job)
                .optional());
    }

    /** The latest jobs, newest first. */
    public List<HeldJob> recent(int limit) {
        return database.call(sql -> sql.sql("select * from held_job order by job_id desc fetch first ? rows only")
                .param(limit)
                .query(HeldJobs::job)
                .list());
    }

    /** Jobs that this node was doing, oldest first. */
    public List<HeldJob> running(String owner) {
        return database.call(
                sql -> sql.sql("select * from held_job where owner = ? and state = 'RUNNING' order by job_id")
                        .param(Texts.cut(owner, 200))
                        .query(HeldJobs::job)
                        .list());
    }

    private static HeldJob job(ResultSet row, int n) throws SQLException {
        return new HeldJob(
                row.getLong("job_id"),
                HeldJob.Kind.valueOf(row.getString("kind")),
                new HeldFilter(row.getString("connection"), row.getString("source"), row.getString("rule")),
                row.getString("who"),
                row.getString("why"),
                HeldJob.State.valueOf(row.getString("state")),
                row.getLong("reached_id"),
                row.getLong("last_id"),
                row.getLong("records"),
                row.getLong("seen"),
                row.getLong("ready"),
                row.getLong("still_held"),
                row.getLong("said"),
                row.getLong("dropped"),
                row.getString("fault"),
                Database.instant(row, "started_at"),
                Database.instant(row, "ended_at"));
    }
}
