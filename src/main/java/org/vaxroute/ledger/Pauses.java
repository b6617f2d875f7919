package org.vaxroute.ledger;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What people have paused. A pause stands in the ledger until a person ends it, so it holds over restarts and for every node; an alarm
 * stands as long, so that it is not forgotten.
 */
public final class Pauses {
    /** Kind of the alarm that stands while something is paused. */
    public static final String ALARM = "paused";

    private final Database database;
    private final Clock clock;
    private final Trail trail;
    private final Alarms alarms;

    Pauses(Database database, Clock clock, Trail trail, Alarms alarms) {
        this.database = database;
        this.clock = clock;
        this.trail = trail;
        this.alarms = alarms;
    }

    /**
     * Pauses something, from now on; what is under way comes to its next safe point.
     *
     * @param why reason, for the trail and the alarm; no patient data
     * @throws WrongTransition when it is paused already
     */
    public Pause pause(Pausable what, String who, String why) {
        return database.transact(sql -> {
            Pause pause = new Pause(what, Texts.cut(who, 200), Texts.cut(why, 1000), clock.instant());
            int made = sql.sql("insert into pause (kind, connection, name, who, why, since)"
                            + " select ?, ?, ?, ?, ?, cast(? as timestamp with time zone)"
                            + " where not exists (select 1 from pause where kind = ? and connection = ? and name = ?)")
                    .params(
                            what.kind().name(),
                            what.connection(),
                            what.name(),
                            pause.who(),
                            pause.why(),
                            Database.at(pause.since()),
                            what.kind().name(),
                            what.connection(),
                            what.name())
                    .update();
            if (made == 0) {
                throw new WrongTransition(of(what).map(Pause::text).orElse("The " + what + " is paused already."));
            }
            trail.append(who, "pause", what.subject(), why);
            alarms.raise(ALARM, what.subject(), pause.text() + " " + pause.remedy());
            return pause;
        });
    }

    /**
     * Ends a pause.
     *
     * @throws WrongTransition when it is not paused
     */
    public void resume(Pausable what, String who, String why) {
        database.transact(sql -> {
            int ended = sql.sql("delete from pause where kind = ? and connection = ? and name = ?")
                    .params(what.kind().name(), what.connection(), what.name())
                    .update();
            if (ended == 0) {
                throw new WrongTransition("The " + what + " is not paused.");
            }
            trail.append(who, "resume", what.subject(), why);
            alarms.clear(ALARM, what.subject());
            return null;
        });
    }

    /** The pause that stands for this, if one does. */
    public Optional<Pause> of(Pausable what) {
        return database.call(
                (JdbcClient sql) -> sql.sql("select * from pause where kind = ? and connection = ? and name = ?")
                        .params(what.kind().name(), what.connection(), what.name())
                        .query(Pauses::pause)
                        .optional());
    }

    /** As {@link #of}, with what else a transaction asks. */
    static void ask(Together together, Pausable what, Runnable paused) {
        together.ask(
                "select 1 from pause where kind = ? and connection = ? and name = ?",
                (select, at) -> {
                    select.setString(at, what.kind().name());
                    select.setString(at + 1, what.connection());
                    select.setString(at + 2, what.name());
                    return at + 3;
                },
                found -> {
                    if (found.next()) {
                        paused.run();
                    }
                });
    }

    /** Everything that is paused, the oldest pause first. */
    public List<Pause> standing() {
        return database.call(sql -> sql.sql("select * from pause order by since, kind, connection, name")
                .query(Pauses::pause)
                .list());
    }

    private static Pause pause(java.sql.ResultSet row, int n) throws java.sql.SQLException {
        return new Pause(
                new Pausable(
                        Pausable.Kind.valueOf(row.getString("kind")),
                        row.getString("connection"),
                        row.getString("name")),
                row.getString("who"),
                row.getString("why"),
                Database.instant(row, "since"));
    }
}
