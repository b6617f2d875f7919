package org.vaxroute.ledger;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The small numbers that stand for sources, lanes and standings. Such rows are made once and never change their names, so they are remembered. */
final class Directory {
    record Source(String connection, String source, Feed feed) {}

    record Lane(String connection, Feed feed) {}

    private final Database database;
    private final Map<Source, Integer> sources = new ConcurrentHashMap<>();
    private final Map<Lane, Integer> lanes = new ConcurrentHashMap<>();
    private final Map<String, Integer> standings = new ConcurrentHashMap<>();

    Directory(Database database) {
        this.database = database;
    }

    /** Makes the row when it is missing, in a transaction of its own: call it before the transaction that needs it. */
    int source(String connection, String source, Feed feed) {
        return sources.computeIfAbsent(
                new Source(connection, source, feed),
                key -> number(
                        "select source_id from source_position where connection = ? and source = ? and feed = ?",
                        "insert into source_position (connection, source, feed, records_read, doses_read, repeated, repeated_doses,"
                                + " stored_ready, stored_held, stored_duplicate, stored_dropped) values (?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0)",
                        connection,
                        source,
                        feed.name()));
    }

    /** As {@link #source}. */
    int lane(String connection, Feed feed) {
        return lanes.computeIfAbsent(
                new Lane(connection, feed),
                key -> number(
                        "select lane_id from lane where connection = ? and feed = ? and stage = ?",
                        "insert into lane (connection, feed, stage, last_no, filed_no) values (?, ?, ?, 0, 0)",
                        connection,
                        feed.name(),
                        feed.stage().name()));
    }

    /** As {@link #source}. */
    int standing(String connection, Stage stage) {
        return standings.computeIfAbsent(
                connection + "/" + stage,
                key -> number(
                        "select standing_id from standing where connection = ? and stage = ?",
                        "insert into standing (connection, stage) values (?, ?)",
                        connection,
                        stage.name()));
    }

    private int number(String select, String insert, Object... key) {
        return database.call((JdbcClient sql) ->
                        sql.sql(select).params(key).query(Integer.class).optional())
                .orElseGet(() -> {
                    database.ensure(insert, key);
                    return database.call((JdbcClient sql) ->
                            sql.sql(select).params(key).query(Integer.class).single());
                });
    }
}
