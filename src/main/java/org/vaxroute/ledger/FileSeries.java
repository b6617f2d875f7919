package org.vaxroute.ledger;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The numbers that were given in series of names: one count for each folder of each account, and one for the whole connection, so that a
 * connection never has two files of one name. docs/decisions/0376.
 */
final class FileSeries {
    /** In place of a folder: the count over all logins and folders of the connection whose name stands for the account. */
    private static final String WHOLE_CONNECTION = "";

    private final Database database;

    FileSeries(Database database) {
        this.database = database;
    }

    /** What counts the files of a connection that go into one folder of one account, and whose names differ in their number alone. */
    record Series(String connection, String account, String folder, String name) {
        static Series of(Assembly order, Instant at) {
            return new Series(
                    order.connection(),
                    order.account(),
                    order.folder(),
                    order.naming().series(at));
        }
    }

    /** A name that was given, with its place in its series. */
    record Named(String name, String series, long sequence) {}

    /**
     * Makes sure that a series is counted; not in the transaction of {@link #next}.
     *
     * @param start the first number of a series
     */
    void ensure(Series series, long start) {
        ensure(series.connection, WHOLE_CONNECTION, series.name, start - 1);
        ensure(series.account, series.folder, series.name, start - 1);
    }

    private void ensure(String account, String folder, String series, long lastNo) {
        boolean known = database.call(
                sql -> sql.sql("select last_no from file_series where account = ? and folder = ? and series = ?")
                        .params(account, folder, series)
                        .query(Long.class)
                        .optional()
                        .isPresent());
        if (!known) {
            database.ensure(
                    "insert into file_series (account, folder, series, last_no) values (?, ?, ?, ?)",
                    account,
                    folder,
                    series,
                    lastNo);
        }
    }

    /**
     * Gives the next name that neither the connection nor this folder of the account has had.
     *
     * @throws LedgerException when the naming has no number, and its name was used before
     */
    static Named next(JdbcClient sql, Series series, FileNaming naming, Instant now) {
        // In this order, whoever counts: the row of the connection keeps its other logins waiting.
        long ofConnection = last(sql, series.connection, WHOLE_CONNECTION, series.name);
        long sequence = Math.max(ofConnection, last(sql, series.account, series.folder, series.name)) + 1;
        String name = naming.name(now, sequence);
        // A node of an earlier version counts each login by itself, and may have taken this one.
        while (isUsed(sql, series, name)) {
            String further = naming.name(now, ++sequence);
            if (SubmissionFiles.fold(further).equals(SubmissionFiles.fold(name))) {
                throw new LedgerException("The file name " + name + " was used before by connection "
                        + series.connection + ". Put {seq} into the connection's file name template.");
            }
            name = further;
        }
        sql.sql("update file_series set last_no = ? where series = ?"
                        + " and (account = ? and folder = ? or account = ? and folder = ?)")
                .params(sequence, series.name, series.connection, WHOLE_CONNECTION, series.account, series.folder)
                .update();
        return new Named(name, series.name, sequence);
    }

    private static long last(JdbcClient sql, String account, String folder, String series) {
        return sql.sql("select last_no from file_series where account = ? and folder = ? and series = ? for update")
                .params(account, folder, series)
                .query(Long.class)
                .single();
    }

    private static boolean isUsed(JdbcClient sql, Series series, String name) {
        String folded = SubmissionFiles.fold(name);
        // By lane, because that has an index.
        return sql.sql(
                        "select exists (select 1 from submission_file where account = ? and folder = ? and name_folded = ?)"
                                + " or exists (select 1 from submission_file where name_folded = ?"
                                + " and lane_id in (select lane_id from lane where connection = ?))")
                .params(series.account, series.folder, folded, folded, series.connection)
                .query(Boolean.class)
                .single();
    }

    /** Keeps the numbers of a series up to this one from being given again. */
    void reserve(Series series, long sequence) {
        reserve(series.connection, WHOLE_CONNECTION, series.name, sequence);
        reserve(series.account, series.folder, series.name, sequence);
    }

    private void reserve(String account, String folder, String series, long sequence) {
        ensure(account, folder, series, sequence);
        database.call(sql -> sql.sql(
                        "update file_series set last_no = ? where account = ? and folder = ? and series = ? and last_no < ?")
                .params(sequence, account, folder, series, sequence)
                .update());
    }

    /** The highest number that a connection has given in a series, with whatever login; empty when it has given none. */
    Optional<Long> lastNumber(String connection, String series) {
        return database.call(
                sql -> sql.sql("select max(last_no) last_no from file_series where account in (?, ?) and series = ?")
                        .params(connection, connection + SubmissionFiles.TEST_ACCOUNT, series)
                        .query((row, n) -> Optional.ofNullable(TextPlace.nullable(row, "last_no")))
                        .single());
    }
}
