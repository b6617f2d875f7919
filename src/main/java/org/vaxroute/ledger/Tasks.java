package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a person must see to: made by answers, closed when the registry accepts the corrected record. Holds no patient data; every step of a
 * person stands on the trail under {@code task:<id>}.
 */
public final class Tasks {
    static final String BENIGN = "Nothing is wrong: the registry has what was sent.";
    private static final String ACCEPTED = "The registry accepted a newer record.";
    private static final String FILE_ANSWERED = "The registry answered the file.";

    private static final String LIVE = "('OPEN', 'ASLEEP', 'FILED')";
    private static final String ANSWERED = "('ACCEPTED', 'WARNED', 'REJECTED')";
    private static final String TAKEN = "('ACCEPTED', 'WARNED')";
    private static final String COLUMNS =
            "select t.*, a.kept_as, f.name file_name from task t join answer_file a on a.answer_file_id = t.answer_file_id"
                    + " left join submission_file f on f.submission_file_id = t.submission_file_id";

    private final Database database;
    private final Trail trail;
    private final Clock clock;

    Tasks(Database database, Trail trail, Clock clock) {
        this.database = database;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Which tasks are wanted.
     *
     * @param connection null for all
     * @param state null for all
     * @param settling null for all
     * @param code null for all
     * @param site null for all
     * @param assignee null for all; empty for those of nobody
     * @param live only those that are not closed
     */
    public record Filter(
            String connection,
            Task.State state,
            Answer.Settling settling,
            String code,
            String site,
            String assignee,
            boolean live) {
        public static final Filter ALL = new Filter(null, null, null, null, null, null, false);
    }

    /**
     * Tasks in the order in which they came up.
     *
     * @param after only ids above this; 0 to begin
     */
    public List<Task> list(Filter filter, long after, int limit) {
        StringBuilder where = new StringBuilder(" where t.task_id > ?");
        List<Object> values = new ArrayList<>(List.of(after));
        equal(where, values, "t.connection", filter.connection());
        equal(
                where,
                values,
                "t.state",
                filter.state() == null ? null : filter.state().name());
        equal(
                where,
                values,
                "t.settling",
                filter.settling() == null ? null : filter.settling().name());
        equal(where, values, "t.code", filter.code());
        equal(where, values, "t.site", filter.site());
        if (filter.assignee() != null && filter.assignee().isEmpty()) {
            where.append(" and t.assignee is null");
        } else {
            equal(where, values, "t.assignee", filter.assignee());
        }
        if (filter.live()) {
            where.append(" and t.state in ").append(LIVE);
        }
        values.add(limit);
        return database.call(sql -> tasks(
                sql,
                sql.sql(COLUMNS + where + " order by t.task_id fetch first ? rows only")
                        .params(values)));
    }

    public Optional<Task> find(long id) {
        return database.call(
                sql -> tasks(sql, sql.sql(COLUMNS + " where t.task_id = ?").param(id)).stream()
                        .findFirst());
    }

    /** How many there are, by connection, state, what is to be done, and code. */
    public List<TaskCount> counts() {
        return database.call(sql -> sql.sql(
                        "select connection, state, settling, code, count(*) tasks, min(first_said_at) oldest"
                                + " from task group by connection, state, settling, code order by connection, state, tasks desc, code")
                .query((row, n) -> new TaskCount(
                        row.getString("connection"),
                        Task.State.valueOf(row.getString("state")),
                        Answer.Settling.valueOf(row.getString("settling")),
                        row.getString("code"),
                        row.getLong("tasks"),
                        Database.instant(row, "oldest")))
                .list());
    }

    /** How many tasks of a connection are open. */
    public long openOf(String connection) {
        return database.call(sql -> sql.sql("select count(*) from task where connection = ? and state = 'OPEN'")
                .param(connection)
                .query(Long.class)
                .single());
    }

    /** How many tasks that are open came up between two moments; the end does not count. */
    public long openBetween(Instant from, Instant to) {
        return database.call(sql -> sql.sql(
                        "select count(*) from task where state = 'OPEN' and first_said_at >= ? and first_said_at < ?")
                .params(Database.at(from), Database.at(to))
                .query(Long.class)
                .single());
    }

    /** Whether the registry said of a file, as a whole, something that is not settled; the newest word first. */
    public List<Task> ofFile(long submissionFile) {
        return database.call(sql -> tasks(
                sql,
                sql.sql(COLUMNS + " where t.subject = ? and t.about = 'FILE' and t.state in " + LIVE
                                + " order by t.last_said_at desc")
                        .param(submissionFile)));
    }

    /** Names of our copies of answers that said of a file, as a whole, what is not settled, and the file was not sent again since. */
    public Set<String> refusals() {
        return database.call(sql -> sql.sql(
                        "select distinct a.kept_as from task t join answer_file a on a.answer_file_id = t.answer_file_id"
                                + " left join submission_file f on f.submission_file_id = t.submission_file_id"
                                + " where t.about = 'FILE' and t.state in " + LIVE
                                + " and (f.state is null or f.state not in ('ANSWERED', 'REFUSED', 'WITHDRAWN'))")
                .query(String.class)
                .set());
    }

    /** Gives a task to somebody; an empty name gives it back. */
    public void assign(long id, String to, String who) {
        step(
                id,
                "assignee = ?",
                to.isBlank() ? null : Texts.cut(to.strip(), 200),
                "'OPEN', 'ASLEEP', 'FILED'",
                "it is closed");
        trail.append(who, "task-assign", "task:" + id, to.isBlank() ? "to nobody" : "to " + to.strip());
    }

    /** Writes a comment down, on the trail. */
    public void comment(long id, String text, String who) {
        get(id);
        trail.append(who, "task-comment", "task:" + id, text);
    }

    /**
     * Closes a task by a person's word.
     *
     * @throws WrongTransition when it is closed
     */
    public void close(long id, String who, String why) {
        database.transact(sql -> {
            Instant now = clock.instant();
            int closed = sql.sql("update task set state = 'CLOSED', closed_why = ?, closed_at = ?, changed_at = ?"
                            + " where task_id = ? and state <> 'CLOSED'")
                    .params(Texts.cut(why, 1000), Database.at(now), Database.at(now), id)
                    .update();
            if (closed == 0) {
                throw new WrongTransition("Task " + get(id).id() + " is closed already.");
            }
            trail.append(who, "task-close", "task:" + id, why);
            return null;
        });
    }

    /**
     * Opens a task that is closed, asleep or filed.
     *
     * @throws WrongTransition when it is open
     */
    public void reopen(long id, String who, String why) {
        step(
                id,
                "closed_why = ?, closed_at = null, settled_by = null, state = 'OPEN'",
                null,
                "'CLOSED', 'ASLEEP', 'FILED'",
                "it is open");
        trail.append(who, "task-reopen", "task:" + id, why);
    }

    private void step(long id, String set, Object value, String from, String otherwise) {
        int changed = database.call(sql -> sql.sql(
                        "update task set " + set + ", changed_at = ? where task_id = ? and state in (" + from + ")")
                .params(Arrays.asList(value, Database.at(clock.instant()), id))
                .update());
        if (changed == 0) {
            throw new WrongTransition("This cannot be done to task " + get(id).id() + ": " + otherwise + ".");
        }
    }

    private Task get(long id) {
        return find(id).orElseThrow(
                        () -> new WrongTransition("There is no task " + id + "; \"vaxroute tasks\" lists them."));
    }

    /** Makes sure that there is a book to be locked. */
    void open(String connection) {
        boolean there = database.call(sql -> sql.sql("select count(*) from task_book where connection = ?")
                        .param(connection)
                        .query(Long.class)
                        .single())
                > 0;
        if (!there) {
            database.ensure("insert into task_book (connection) values (?)", connection);
        }
    }

    /**
     * Remembers, in the transaction that applies answers, which tasks may be done when their file has been applied to its end: those of
     * patients of whom something was said who have another record that was answered, and those of files of which something was said.
     */
    static void due(Dialect dialect, Connection sql, AnswerFile file, Set<Long> patients, Set<Long> files)
            throws SQLException {
        remember(
                dialect,
                sql,
                file,
                patients,
                "t.about = 'PATIENT' and exists (select 1 from record r where r.patient_key = t.subject"
                        + " and r.record_id <> t.record_id and r.state in " + ANSWERED + ")");
        remember(dialect, sql, file, files, "t.about = 'FILE'");
    }

    private static void remember(Dialect dialect, Connection sql, AnswerFile file, Set<Long> subjects, String which)
            throws SQLException {
        if (subjects.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = sql.prepareStatement("insert into task_due (answer_file_id, task_id)"
                + " select cast(? as bigint), t.task_id from task t where t.subject = any(?) and t.connection = ?"
                // By state H2 would take the index of the states, and read all tasks that are open.
                + " and t.state || '' in " + LIVE + " and " + which + " and not exists (select 1 from task_due d"
                + " where d.answer_file_id = ? and d.task_id = t.task_id)")) {
            insert.setLong(1, file.id());
            insert.setString(3, file.connection());
            insert.setLong(4, file.id());
            for (Long[] some : dialect.portions(subjects)) {
                insert.setArray(2, sql.createArrayOf("bigint", some));
                insert.executeUpdate();
            }
        }
    }

    /**
     * Closes what the registry has accepted, of the tasks that were remembered while an answer file was applied. To be called when it is
     * applied to its end, because a report may go on about one record over several lines.
     */
    void settle(AnswerFile file) {
        settle(
                file.connection(),
                "select task_id from task_due where answer_file_id = ? union select t.task_id from task t"
                        + " where t.about = 'PATIENT' and t.state in " + LIVE
                        + " and t.subject in (select r.patient_key from answer a"
                        + " join record r on r.record_id = a.record_id where a.answer_file_id = ?)",
                file.id(),
                file.byPlace() ? -1L : file.id());
        database.call(sql -> sql.sql("delete from task_due where answer_file_id = ?")
                .param(file.id())
                .update());
    }

    /** Closes what the registry has accepted, of the tasks of patients in a file that was settled as a whole, and of the file. */
    void settle(SubmissionFile file) {
        settle(
                file.connection(),
                "select t.task_id from record r join task t on t.subject = r.patient_key and t.about = 'PATIENT' and t.state in "
                        + LIVE + " where r.lane_id = ? and r.lane_no between ? and ?",
                file.laneId(),
                file.firstNo(),
                file.lastNo());
        settleOf(file);
    }

    private void settle(String connection, String which, Object... values) {
        database.jdbc(sql -> {
            database.byIndex(sql);
            TaskBook.lock(sql, connection);
            return null;
        });
        Long[] ids = database.call(sql -> sql.sql(which).params(List.of(values)).query(Long.class).set().stream()
                .sorted()
                .toArray(Long[]::new));
        if (ids.length > 0) {
            settle(ids);
        }
    }

    /** Each dose of a task stands in a newer record that was taken, or, for a task without doses, the patient has such a record. */
    private void settle(Long[] ids) {
        Instant now = clock.instant();
        String newer =
                " from record r where r.patient_key = task.subject and r.record_id > task.record_id and r.state in "
                        + TAKEN;
        String missing =
                "select 1 from task_dose td where td.task_id = task.task_id and not exists (select 1 from record r"
                        + " join dose d on d.dose_id > r.record_id * " + DoseIds.MOST
                        + " and d.dose_id < (r.record_id + 1) * "
                        + DoseIds.MOST + " where r.patient_key = task.subject and r.record_id > td.record_id"
                        + " and r.state not in ('HELD', 'DUPLICATE', 'SUPERSEDED', 'DROPPED')"
                        + " and d.dose_key = td.dose_key and d.state in " + TAKEN + ")";
        database.call(sql -> sql.sql("update task set state = 'CLOSED', closed_why = ?, closed_at = ?, changed_at = ?,"
                        + " settled_by = coalesce((select max(r.record_id)" + newer + "), record_id)"
                        + " where task_id = any(?) and about = 'PATIENT' and state in " + LIVE
                        + " and not exists (" + missing + ")"
                        + " and (exists (select 1 from task_dose td where td.task_id = task.task_id) or exists (select 1"
                        + newer
                        + "))")
                .params(ACCEPTED, Database.at(now), Database.at(now), ids)
                .update());
        database.call(sql -> sql.sql("update task set state = 'CLOSED', closed_why = ?, closed_at = ?, changed_at = ?"
                        + " where task_id = any(?) and about = 'FILE' and state in " + LIVE
                        + " and exists (select 1 from submission_file f join submission_file g on g.lane_id = f.lane_id"
                        + " and g.first_no = f.first_no and g.generation >= f.generation"
                        + " where f.submission_file_id = task.subject and (g.state = 'ANSWERED'"
                        + " or g.state = 'REFUSED' and g.messages > 0 and g.answered >= g.messages))")
                .params(FILE_ANSWERED, Database.at(now), Database.at(now), ids)
                .update());
    }

    /** Closes what was said of a file as a whole, or of one that it replaces: the registry has answered it now. */
    void settleOf(SubmissionFile answered) {
        settle(
                answered.connection(),
                "select t.task_id from task t join submission_file f on f.submission_file_id = t.subject and t.about = 'FILE'"
                        + " where f.lane_id = ? and f.first_no = ? and f.generation <= ? and t.state in " + LIVE,
                answered.laneId(),
                answered.firstNo(),
                answered.generation());
    }

    /**
     * Opens what has slept since before a moment: the registry should have come to an end with it.
     *
     * @return how many woke
     */
    public int wake(String connection, Instant since) {
        return database.call(sql -> sql.sql(
                        "update task set state = 'OPEN', changed_at = ? where connection = ? and state = 'ASLEEP'"
                                + " and changed_at < ?")
                .params(Database.at(clock.instant()), connection, Database.at(since))
                .update());
    }

    private static List<Task> tasks(JdbcClient sql, JdbcClient.StatementSpec statement) {
        record Row(long id, java.util.function.Function<List<Task.Dose>, Task> task) {}
        List<Row> rows = statement
                .query((row, n) -> new Row(row.getLong("task_id"), task(row)))
                .list();
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<Long, List<Task.Dose>> doses = new HashMap<>();
        sql.sql(
                        "select td.task_id, td.record_id, td.position, d.dose_date, d.cvx from task_dose td join dose d on d.dose_id ="
                                + " td.record_id * " + DoseIds.MOST + " + td.position where td.task_id = any(?)"
                                + " order by td.task_id, td.record_id, td.position")
                .param(rows.stream().map(Row::id).toArray(Long[]::new))
                .query(row -> {
                    doses.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(new Task.Dose(
                                    row.getLong(2),
                                    row.getInt(3),
                                    row.getObject(4, java.time.LocalDate.class),
                                    row.getString(5)));
                });
        return rows.stream()
                .map(row -> row.task.apply(doses.getOrDefault(row.id, List.of())))
                .toList();
    }

    private static java.util.function.Function<List<Task.Dose>, Task> task(ResultSet row) throws SQLException {
        long id = row.getLong("task_id");
        Task bare = new Task(
                id,
                row.getString("connection"),
                Stage.valueOf(row.getString("stage")),
                Task.About.valueOf(row.getString("about")),
                row.getLong("subject"),
                row.getString("cause"),
                row.getString("code"),
                row.getString("location"),
                Answer.Severity.valueOf(row.getString("severity")),
                Answer.Settling.valueOf(row.getString("settling")),
                Task.State.valueOf(row.getString("state")),
                row.getString("site"),
                TextPlace.nullable(row, "record_id"),
                row.getString("file_name"),
                row.getString("kept_as"),
                row.getInt("position"),
                row.getInt("said"),
                List.of(),
                row.getString("assignee"),
                row.getString("closed_why"),
                Database.instant(row, "first_said_at"),
                Database.instant(row, "last_said_at"),
                Database.instant(row, "changed_at"),
                Database.instant(row, "closed_at"));
        return bare::with;
    }

    private static void equal(StringBuilder where, List<Object> values, String column, Object value) {
        if (value != null) {
            where.append(" and ").append(column).append(" = ?");
            values.add(value);
        }
    }
}
