package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What a person must know, each thing once until it clears. */
public final class Alarms {
    private final Database database;
    private final Clock clock;

    Alarms(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Raises an alarm unless it is raised already.
     *
     * @param kind for example {@code login-refused}
     * @param subject what it is about, for example {@code account:main}
     * @param detail what is wrong and what to do; no patient data
     * @return whether it is new
     */
    public boolean raise(String kind, String subject, String detail) {
        return database.call(sql -> sql.sql(
                                "insert into alarm (kind, subject, detail, raised_at) select ?, ?, ?, cast(? as timestamp with time zone)"
                                        + " where not exists (select 1 from alarm where kind = ? and subject = ? and cleared_at is null)")
                        .params(kind, subject, Texts.cut(detail, 1000), Database.at(clock.instant()), kind, subject)
                        .update())
                == 1;
    }

    /**
     * Clears an alarm.
     *
     * @return whether it was raised
     */
    public boolean clear(String kind, String subject) {
        return database.call(sql -> sql.sql(
                                "update alarm set cleared_at = ? where kind = ? and subject = ? and cleared_at is null")
                        .params(Database.at(clock.instant()), kind, subject)
                        .update())
                > 0;
    }

    /** Alarms that are not cleared, oldest first. */
    public List<Alarm> open() {
        return database.call(sql -> sql.sql("select * from alarm where cleared_at is null order by alarm_id")
                .query(Alarms::alarm)
                .list());
    }

    /** Alarms that were raised or cleared at that moment or later, by any node, oldest first. */
    public List<Alarm> changedSince(Instant moment) {
        return database.call(
                sql -> sql.sql("select * from alarm where raised_at >= ? or cleared_at >= ? order by alarm_id")
                        .params(Database.at(moment), Database.at(moment))
                        .query(Alarms::alarm)
                        .list());
    }

    private static Alarm alarm(ResultSet row, int n) throws SQLException {
        return new Alarm(
                row.getLong("alarm_id"),
                row.getString("kind"),
                row.getString("subject"),
                row.getString("detail"),
                Database.instant(row, "raised_at"),
                Database.instant(row, "cleared_at"));
    }
}
