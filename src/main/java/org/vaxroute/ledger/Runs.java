package org.vaxroute.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Due runs of feeds and sources, each claimed once by its scheduled time, whatever the number of nodes. */
public final class Runs {
    private static final String SELECT =
            "select connection, subject, scheduled_for, claimed_at, owner, ended_at, outcome from run ";

    private final Database database;
    private final Clock clock;

    Runs(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Claims the run of a feed or source that was due at this moment.
     *
     * @param subject what runs, for example {@code feed:ongoing} or {@code source:ehr-rows}
     * @return false when it was claimed before, by this node or another
     */
    public boolean claim(String connection, String subject, Instant scheduledFor) {
        return claim(connection, subject, scheduledFor, "");
    }

    /** As {@link #claim(String, String, Instant)}, and says who runs it. */
    public boolean claim(String connection, String subject, Instant scheduledFor, String owner) {
        return database.ensure(
                "insert into run (connection, subject, scheduled_for, claimed_at, owner) values (?, ?, ?, ?, ?)",
                connection,
                subject,
                Database.at(scheduledFor),
                Database.at(clock.instant()),
                owner);
    }

    /** Says how it stands with a claimed run that goes on. */
    public void note(String connection, String subject, Instant scheduledFor, String how) {
        database.call(
                sql -> sql.sql("update run set outcome = ? where connection = ? and subject = ? and scheduled_for = ?"
                                + " and ended_at is null")
                        .params(Texts.cut(how, 1000), connection, subject, Database.at(scheduledFor))
                        .update());
    }

    /** Says how a claimed run ended. */
    public void ended(String connection, String subject, Instant scheduledFor, String outcome) {
        database.call(sql -> sql.sql(
                        "update run set ended_at = ?, outcome = ? where connection = ? and subject = ? and scheduled_for = ?")
                .params(
                        Database.at(clock.instant()),
                        Texts.cut(outcome, 1000),
                        connection,
                        subject,
                        Database.at(scheduledFor))
                .update());
    }

    /** The run with the latest scheduled time. */
    public Optional<Run> last(String connection, String subject) {
        return recent(connection, subject, 1).stream().findFirst();
    }

    /**
     * From when on a schedule has to be looked at: the scheduled time of the last run. Runs that lie ahead were claimed by a clock that was
     * set back since; they are passed over, so that nothing stands still until they are reached.
     *
     * @param otherwise where there was no run yet
     */
    public Instant since(String connection, String subject, Instant now, Supplier<Instant> otherwise) {
        return past(
                now,
                database.call(sql -> sql.sql("select max(scheduled_for) as scheduled_for from run"
                                + " where connection = ? and subject = ? and scheduled_for <= ?")
                        .params(connection, subject, Database.at(now))
                        .query((row, n) -> Optional.ofNullable(Database.instant(row, "scheduled_for")))
                        .single()),
                otherwise);
    }

    private static Instant past(Instant now, Optional<Instant> last, Supplier<Instant> otherwise) {
        Instant since = last.orElseGet(otherwise);
        return since.isAfter(now) ? Instant.EPOCH : since;
    }

    /**
     * How it stands with the runs of one connection.
     *
     * @param owed the scheduled time of the latest run, where it has not ended; else null
     * @param since from when on its schedule has to be looked at, as {@link Runs#since}
     */
    public record Standing(Instant owed, Instant since) {}

    /**
     * How it stands with runs of this subject at all connections that were ever seen at the gate, in one question.
     *
     * @return by connection
     */
    public Map<String, Standing> standing(String subject, Instant now) {
        String latest = "(select scheduled_for from run r where r.connection = g.connection and r.subject = ?%s"
                + " order by scheduled_for desc fetch first 1 rows only)";
        Map<String, Standing> standing = new HashMap<>();
        database.call(sql -> {
            sql.sql("select g.connection, g.since, " + latest.formatted(" and r.scheduled_for <= ?")
                            + " passed, (select l.scheduled_for from run l where l.connection = g.connection and l.subject = ? and l.ended_at is null"
                            + " and l.scheduled_for = " + latest.formatted("") + ") owed from gate g")
                    .params(subject, Database.at(now), subject, subject)
                    .query(row -> {
                        Instant since = Database.instant(row, "since");
                        standing.put(
                                row.getString("connection"),
                                new Standing(
                                        Database.instant(row, "owed"),
                                        past(now, Optional.ofNullable(Database.instant(row, "passed")), () -> since)));
                    });
            return null;
        });
        return standing;
    }

    /** Runs, latest scheduled time first. */
    public List<Run> recent(String connection, String subject, int limit) {
        return database.call(sql -> sql.sql(SELECT
                        + "where connection = ? and subject = ? order by scheduled_for desc fetch first ? rows only")
                .params(connection, subject, limit)
                .query((row, n) -> new Run(
                        row.getString("connection"),
                        row.getString("subject"),
                        Database.instant(row, "scheduled_for"),
                        Database.instant(row, "claimed_at"),
                        row.getString("owner"),
                        Database.instant(row, "ended_at"),
                        row.getString("outcome")))
                .list());
    }
}
