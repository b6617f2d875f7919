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
        return sources.computeIfAbsent(new Source(connection, source, feed), key -> noneMadeUp(key)
                .number(
                        "select source_id from source_position where connection = ? and source = ? and feed = ?",
                        "insert into source_position (connection, source, feed, records_read, doses_read, repeated, repeated_doses,"
                                + " stored_ready, stored_held, stored_duplicate, stored_dropped, made_up)"
                                // A source that makes its records up does so in every feed, and the table takes it in
                                // one alone.
                                + " select ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, count(*) > 0 from source_position"
                                + " where connection = ? and source = ? and made_up",
                        new Object[] {connection, source, feed.name(), connection, source},
                        connection,
                        source,
                        feed.name()));
    }

    // The table refuses it anyway; here it is said in words.
    private Directory noneMadeUp(Source key) {
        boolean madeUp = key.feed != Feed.TEST
                && database.call((JdbcClient sql) ->
                        sql.sql("select count(*) from source_position where connection = ? and source = ? and made_up")
                                        .params(key.connection, key.source)
                                        .query(Long.class)
                                        .single()
                                > 0);
        if (madeUp) {
            throw new LedgerException(
                    "Source " + key.source + " of connection " + key.connection
                            + " has made its records up, so nothing of it may go to the " + key.feed
                            + " feed. Give the source of real records another id.",
                    null);
        }
        return this;
    }

    /**
     * Says that a source makes its records up.
     *
     * @throws LedgerException when it has given real records before, or may give them to another feed
     */
    void madeUp(String connection, String source) {
        int id = source(connection, source, Feed.TEST);
        boolean real = database.call(
                (JdbcClient sql) -> sql.sql("select count(*) from source_position where connection = ? and source = ?"
                                        + " and (feed <> 'TEST' or not made_up and records_read > 0)")
                                .params(connection, source)
                                .query(Long.class)
                                .single()
                        > 0);
        if (real) {
            throw new LedgerException(
                    "Source " + source + " of connection " + connection
                            + " has given records of another kind before; made-up records never share a source with them."
                            + " Give the made-up source an id of its own.",
                    null);
        }
        database.call((JdbcClient sql) -> sql.sql(
                        "update source_position set made_up = true where source_id = ? and not made_up")
                .param(id)
                .update());
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
        return number(select, insert, key, key);
    }

    private int number(String select, String insert, Object[] values, Object... key) {
        return database.call((JdbcClient sql) ->
                        sql.sql(select).params(key).query(Integer.class).optional())
                .orElseGet(() -> {
                    database.ensure(insert, values);
                    return database.call((JdbcClient sql) ->
                            sql.sql(select).params(key).query(Integer.class).single());
                });
    }
}
