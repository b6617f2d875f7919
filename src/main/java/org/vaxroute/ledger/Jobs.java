package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The book of everything that takes longer than anybody waits: how far it is, and what came of it. The progress of work on held records is
 * written in the transaction of the portion that it is about.
 */
public final class Jobs {
    private static final int OUTCOME = 20_000;

    private final Database database;
    private final Trail trail;
    private final Clock clock;

    Jobs(Database database, Trail trail, Clock clock) {
        this.database = database;
        this.trail = trail;
        this.clock = clock;
    }

    /** Writes a new job on held records down; what is held now is what it is about. */
    public Job begin(Job.Kind kind, HeldFilter filter, String owner, String who, String why) {
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
                            "insert into job (kind, about, connection, source, rule, who, why, owner, state, reached_id, last_id, records, seen,"
                                    + " ready, still_held, said, dropped, started_at) values (?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', 0, ?, ?, 0, 0, 0, 0, 0, ?)")
                    .params(java.util.Arrays.asList(
                            kind.name(),
                            Texts.cut(kind.name().toLowerCase(Locale.ROOT) + " what is held: " + filter, 200),
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
                    "job:" + id,
                    extent.records + " held records of " + filter + (why.isEmpty() ? "" : ": " + why));
            return find(id).orElseThrow();
        });
    }

    /**
     * Writes other work down.
     *
     * @param about for a person; the same is not done twice at once by one node
     * @throws WrongTransition when it is being done already, naming that job
     */
    public Job begin(Job.Kind kind, String connection, String about, String owner, String who) {
        return database.transact(sql -> {
            sql.sql("select * from job where about = ? and owner = ? and state = 'RUNNING'")
                    .params(about, Texts.cut(owner, 200))
                    .query(Jobs::job)
                    .list()
                    .forEach(job -> {
                        throw new WrongTransition("Job " + job.id() + " of " + job.who() + " does this already ("
                                + about + "); wait for its end.");
                    });
            var key = new org.springframework.jdbc.support.GeneratedKeyHolder();
            sql.sql(
                            "insert into job (kind, about, connection, who, why, owner, state, reached_id, last_id, records, seen, ready,"
                                    + " still_held, said, dropped, progress, started_at)"
                                    + " values (?, ?, ?, ?, '', ?, 'RUNNING', 0, 0, 0, 0, 0, 0, 0, 0, 'begun', ?)")
                    .params(
                            kind.name(),
                            Texts.cut(about, 200),
                            connection,
                            Texts.cut(who, 200),
                            Texts.cut(owner, 200),
                            Database.at(clock.instant()))
                    .update(key, "job_id");
            return find(key.getKey().longValue()).orElseThrow();
        });
    }

    /**
     * Says how far other work is.
     *
     * @return false when it is not to go on: somebody has ended it
     */
    public boolean progress(long id, String words) {
        return database.call(sql -> sql.sql("update job set progress = ? where job_id = ? and state = 'RUNNING'")
                        .params(Texts.cut(words, 200), id)
                        .update())
                == 1;
    }

    /** Ends other work with what came of it. */
    public void done(long id, List<String> lines) {
        database.call(sql -> sql.sql(
                        "update job set state = 'DONE', outcome = ?, ended_at = ? where job_id = ? and state = 'RUNNING'")
                .params(Texts.cut(String.join("\n", lines), OUTCOME), Database.at(clock.instant()), id)
                .update());
    }

    /**
     * Ends work that an earlier process of this node, or a node that is not there any more, began and did not end, unless it goes on by
     * itself.
     */
    public void abandoned(String owner) {
        abandoned(" and (owner = ? or not " + lives() + ")", List.of(Texts.cut(owner, 200)));
    }

    /**
     * As {@link #abandoned(String)} for a process that may be no node, as a command that works without a server is none: ends what an earlier
     * one of the same name left.
     *
     * @param atWork what this process does now
     */
    public void abandoned(String owner, Collection<Long> atWork) {
        List<Object> values = new ArrayList<>(List.of(Texts.cut(owner, 200)));
        values.addAll(atWork);
        String others = atWork.isEmpty()
                ? ""
                : " and job_id not in (" + String.join(", ", Collections.nCopies(atWork.size(), "?")) + ")";
        abandoned(" and owner = ? and not " + lives() + others, values);
    }

    private void abandoned(String condition, List<Object> values) {
        List<Object> all = new ArrayList<>(
                List.of("The process ended before it was done; begin it again.", Database.at(clock.instant())));
        all.addAll(values);
        database.call(sql -> sql.sql("update job set state = 'FAILED', fault = ?, ended_at = ?"
                        + " where state = 'RUNNING' and kind in ('PLAN', 'BALANCE')" + condition)
                .params(all)
                .update());
    }

    // Nobody else works in the name of a node that has ended, or has not shown for longer than its leases last.
    private String lives() {
        return "exists (select 1 from node where node.name = job.owner and " + Nodes.lives(database.dialect()) + ")";
    }

    /** The next records of a job, by rising id. */
    public List<Long> next(Job job, int limit) {
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
    public Job reached(Job job, long id, int seen, Settlement settlement, int dropped) {
        int moved = database.call(sql -> sql.sql(
                        "update job set reached_id = ?, seen = seen + ?, ready = ready + ?, still_held = still_held + ?,"
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
    public void end(long id, Job.State state, String fault) {
        database.call(sql -> sql.sql(
                        "update job set state = ?, fault = ?, ended_at = ? where job_id = ? and state = 'RUNNING'")
                .params(java.util.Arrays.asList(state.name(), Texts.cut(fault, 1000), Database.at(clock.instant()), id))
                .update());
    }

    public Optional<Job> find(long id) {
        return database.call(sql -> sql.sql("select * from job where job_id = ?")
                .param(id)
                .query(Jobs::job)
                .optional());
    }

    /** The latest jobs, newest first. */
    public List<Job> recent(int limit) {
        return database.call(sql -> sql.sql("select * from job order by job_id desc fetch first ? rows only")
                .param(limit)
                .query(Jobs::job)
                .list());
    }

    /**
     * Jobs on held records that are this node's to do, oldest first: its own, and from now on those of nodes that are not there any more.
     * Should one of these live all the same, only one of the two goes on: each portion is counted from where the one before it ended.
     */
    public List<Job> takeUp(String owner) {
        String name = Texts.cut(owner, 200);
        return database.transact(sql -> {
            sql.sql("update job set owner = ? where state = 'RUNNING' and kind not in ('PLAN', 'BALANCE')"
                            + " and owner <> ? and not " + lives())
                    .params(name, name)
                    .update();
            return sql.sql("select * from job where owner = ? and state = 'RUNNING'"
                            + " and kind not in ('PLAN', 'BALANCE') order by job_id")
                    .param(name)
                    .query(Jobs::job)
                    .list();
        });
    }

    private static Job job(ResultSet row, int n) throws SQLException {
        return new Job(
                row.getLong("job_id"),
                Job.Kind.valueOf(row.getString("kind")),
                row.getString("about") == null
                        ? row.getString("kind").toLowerCase(Locale.ROOT)
                        : row.getString("about"),
                new HeldFilter(row.getString("connection"), row.getString("source"), row.getString("rule")),
                row.getString("who"),
                row.getString("why"),
                Job.State.valueOf(row.getString("state")),
                row.getLong("reached_id"),
                row.getLong("last_id"),
                row.getLong("records"),
                row.getLong("seen"),
                row.getLong("ready"),
                row.getLong("still_held"),
                row.getLong("said"),
                row.getLong("dropped"),
                row.getString("progress"),
                row.getString("outcome") == null
                        ? List.of()
                        : row.getString("outcome").lines().toList(),
                row.getString("fault"),
                Database.instant(row, "started_at"),
                Database.instant(row, "ended_at"));
    }
}
