package org.vaxroute.ledger;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * After a restore: files that a registry has and of which nothing is known here, neither in the backup nor in a manifest. As nobody can tell
 * which records they held, nothing of their connection leaves before a person has looked. docs/decisions/0230.
 */
public final class UnknownFiles {
    private final Database database;
    private final Restored restored;
    private final Trail trail;
    private final Clock clock;

    UnknownFiles(Database database, Restored restored, Trail trail, Clock clock) {
        this.database = database;
        this.restored = restored;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Says that the registry has files of a connection of which nothing is known here. What waits is held, and so is all that is read, until
     * a person ends it with {@link #settled}.
     *
     * @param lastFile the last one that the registry has
     * @param knownFile the last one that is known; empty when none is
     * @return how many waiting records are held now
     */
    public int hold(String connection, String lastFile, String knownFile) {
        return database.transact(sql -> {
            sql.sql("delete from unknown_files where connection = ?")
                    .param(connection)
                    .update();
            sql.sql("insert into unknown_files (connection, last_file, known_file, since) values (?, ?, ?, ?)")
                    .params(connection, lastFile, knownFile, Database.at(clock.instant()))
                    .update();
            int held = 0;
            for (Feed feed : Feed.values()) {
                held += holdWaiting(sql, connection, feed);
            }
            restored.forget();
            return held;
        });
    }

    private int holdWaiting(JdbcClient sql, String connection, Feed feed) {
        Optional<Integer> lane = sql.sql("select lane_id from lane where connection = ? and feed = ?")
                .params(connection, feed.name())
                .query(Integer.class)
                .optional();
        if (lane.isEmpty()) {
            return 0;
        }
        long filedNo = sql.sql("select filed_no from lane where lane_id = ?")
                .param(lane.get())
                .query(Long.class)
                .single();
        String waiting = "lane_id = " + lane.get() + " and lane_no > " + filedNo + " and state = 'READY'";
        sql.sql(
                        "insert into held (record_id, connection, stage, source, rule, doses, since) select r.record_id, ?, ?, s.source,"
                                + " ?, r.doses, cast(? as timestamp with time zone) from record r join source_position s on s.source_id ="
                                + " r.source_id where r.made_for is null and " + waiting)
                .params(connection, feed.stage().name(), SecondReading.RULE, Database.at(clock.instant()))
                .update();
        for (String made : new String[] {"is not null", "is null"}) {
            String state = made.equals("is null") ? "HELD" : "DROPPED";
            sql.sql("update dose set state = '" + state
                            + "' where record_id in (select record_id from record where made_for " + made + " and "
                            + waiting + ")")
                    .update();
        }
        sql.sql(
                        "update record set state = 'DROPPED', lane_no = null, dropped_why = 'restored; it is made again when its record goes'"
                                + " where made_for is not null and " + waiting)
                .update();
        return sql.sql("update record set state = 'HELD', verdict = 'HELD', lane_no = null, hold_rule = ? where "
                        + waiting)
                .param(SecondReading.RULE)
                .update();
    }

    /** Connections whose registry has files of which nothing is known, with the last of them. */
    public Map<String, String> last() {
        return database.call(sql -> {
            Map<String, String> unknown = new LinkedHashMap<>();
            sql.sql("select connection, last_file from unknown_files order by connection")
                    .query(row -> {
                        unknown.put(row.getString(1), row.getString(2));
                    });
            return unknown;
        });
    }

    /**
     * Ends the holding of what is read for a connection, on a person's word that all is read of which nobody knew whether it was sent.
     *
     * @throws WrongTransition when nothing is held for it
     */
    public void settled(String connection, String who, String why) {
        database.transact(sql -> {
            int ended = sql.sql("delete from unknown_files where connection = ?")
                    .param(connection)
                    .update();
            if (ended == 0) {
                throw new WrongTransition("For connection " + connection + " nothing is held because of a restore.");
            }
            trail.append(who, "restore-settled", "connection:" + connection, why);
            restored.forget();
            return null;
        });
    }
}
