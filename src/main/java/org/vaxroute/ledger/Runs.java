package org.vaxroute.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
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
        Instant since = database.call(sql -> sql.sql("select max(scheduled_for) as scheduled_for from run"
                                + " where connection = ? and subject = ? and scheduled_for <= ?")
                        .params(connection, subject, Database.at(now))
                        .query((row, n) -> Optional.ofNullable(Database.instant(row, "scheduled_for")))
                        .single())
                .orElseGet(otherwise);
        return since.isAfter(now) ? Instant.EPOCH : since;
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
