package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Who did what, for ever. Entries are only ever added; the entry of an operation is written in the operation's own transaction. */
public final class Trail {
    private final Database database;
    private final Clock clock;

    Trail(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Adds an entry.
     *
     * @param who a person's name, or the part of the program that acted by itself
     * @param subject what it was done to, for example {@code record:4711}
     * @param detail reason and circumstances; no patient data
     */
    public void append(String who, String action, String subject, String detail) {
        append(clock.instant(), who, action, subject, detail);
    }

    /** Adds an entry of something that happened a while ago, such as when the ledger was away. */
    public void append(Instant at, String who, String action, String subject, String detail) {
        database.call(
                sql -> sql.sql("insert into trail (happened_at, who, action, subject, detail) values (?, ?, ?, ?, ?)")
                        .params(
                                Database.at(at),
                                Texts.cut(who, 200),
                                action,
                                Texts.cut(subject, 500),
                                Texts.cut(detail == null ? "" : detail, 4000))
                        .update());
    }

    /** Adds the same entry for many subjects, in the transaction of this connection. */
    static void append(
            Connection connection, Instant now, String who, String action, List<String> subjects, String detail)
            throws SQLException {
        if (subjects.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into trail (happened_at, who, action, subject, detail) values (?, ?, ?, ?, ?)")) {
            for (String subject : subjects) {
                insert.setObject(1, Database.at(now));
                insert.setString(2, Texts.cut(who, 200));
                insert.setString(3, action);
                insert.setString(4, Texts.cut(subject, 500));
                insert.setString(5, Texts.cut(detail == null ? "" : detail, 4000));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The latest entries, newest first. */
    public List<TrailEntry> recent(int limit) {
        return list(new Filter(null, null, null), Long.MAX_VALUE, limit);
    }

    /**
     * Which entries are wanted.
     *
     * @param since from when on; null for all
     * @param who null for anybody
     * @param subject what subjects begin with, such as {@code record:}; null for any
     */
    public record Filter(Instant since, String who, String subject) {}

    /**
     * Entries for a review, newest first.
     *
     * @param before only entries of a smaller id
     * @param limit how many at most
     */
    public List<TrailEntry> list(Filter filter, long before, int limit) {
        List<Object> values = new ArrayList<>();
        StringBuilder wanted = new StringBuilder("trail_id < ?");
        values.add(before);
        if (filter.since() != null) {
            wanted.append(" and happened_at >= ?");
            values.add(Database.at(filter.since()));
        }
        if (filter.who() != null) {
            wanted.append(" and who = ?");
            values.add(filter.who());
        }
        if (filter.subject() != null) {
            wanted.append(" and left(subject, ?) = ?");
            values.add(filter.subject().length());
            values.add(filter.subject());
        }
        values.add(limit);
        return database.call(sql -> sql.sql(
                        "select * from trail where " + wanted + " order by trail_id desc fetch first ? rows only")
                .params(values)
                .query(Trail::entry)
                .list());
    }

    /** Everything that was done to one subject, oldest first. */
    public List<TrailEntry> of(String subject) {
        return database.call(sql -> sql.sql("select * from trail where subject = ? order by trail_id")
                .param(subject)
                .query(Trail::entry)
                .list());
    }

    private static TrailEntry entry(java.sql.ResultSet row, int n) throws java.sql.SQLException {
        return new TrailEntry(
                row.getLong("trail_id"),
                Database.instant(row, "happened_at"),
                row.getString("who"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("detail"));
    }
}
