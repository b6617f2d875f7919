package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collections;

/**
 * New rows of one table on their way to the database, value by value in the order of the columns, {@link #end()} behind each row. Nothing is
 * there before {@link #write()}, and all of them are when the statements go with which they were put together. Used by one thread.
 */
abstract class Rows implements AutoCloseable {
    /** From so many rows on, PostgreSQL takes them for less as a copy than as arrays; below, the ways there and back that a copy has for itself cost more. */
    static final int MANY = 64;

    /**
     * @param columns as they stand in SQL, separated by commas
     * @param expected how many rows there will be
     */
    static Rows into(Together together, String table, String columns, int expected) throws SQLException {
        Connection connection = together.connection();
        if (Dialect.of(connection) == Dialect.H2) {
            return new BatchedRows(
                    connection,
                    "insert into " + table + " (" + columns + ") values ("
                            + String.join(", ", Collections.nCopies(count(columns), "?")) + ")");
        }
        return expected < MANY
                ? new GatheredRows(together, table, columns)
                : new CopiedRows(
                        connection, "copy " + table + " (" + columns + ") from stdin (format binary)", columns);
    }

    static int count(String columns) {
        return columns.split(",").length;
    }

    abstract Rows put(long value) throws SQLException;

    abstract Rows put(int value) throws SQLException;

    /** As {@link #put(long)}; null for none. */
    abstract Rows putLong(Long value) throws SQLException;

    /** As {@link #put(int)}; null for none. */
    abstract Rows putInt(Integer value) throws SQLException;

    /** Null for none, as in those that follow. */
    abstract Rows put(String value) throws SQLException;

    abstract Rows put(byte[] value) throws SQLException;

    abstract Rows put(LocalDate value) throws SQLException;

    abstract Rows put(OffsetDateTime value) throws SQLException;

    /** Ends a row. */
    abstract void end() throws SQLException;

    /** Sends all of them, at the latest with the statements beside them; once, and not when there are none. */
    abstract void write() throws SQLException;

    @Override
    public abstract void close() throws SQLException;
}
