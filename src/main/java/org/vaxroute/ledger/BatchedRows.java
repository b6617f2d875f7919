package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** Rows as a batch of one statement, for H2. */
final class BatchedRows extends Rows {
    private final PreparedStatement insert;
    private int column;

    BatchedRows(Connection connection, String sql) throws SQLException {
        insert = connection.prepareStatement(sql);
    }

    @Override
    Rows put(long value) throws SQLException {
        insert.setLong(++column, value);
        return this;
    }

    @Override
    Rows put(int value) throws SQLException {
        insert.setInt(++column, value);
        return this;
    }

    @Override
    Rows putLong(Long value) throws SQLException {
        if (value != null) {
            return put(value.longValue());
        }
        insert.setNull(++column, Types.BIGINT);
        return this;
    }

    @Override
    Rows putInt(Integer value) throws SQLException {
        if (value != null) {
            return put(value.intValue());
        }
        insert.setNull(++column, Types.INTEGER);
        return this;
    }

    @Override
    Rows put(String value) throws SQLException {
        insert.setString(++column, value);
        return this;
    }

    @Override
    Rows put(byte[] value) throws SQLException {
        insert.setBytes(++column, value);
        return this;
    }

    @Override
    Rows put(LocalDate value) throws SQLException {
        if (value == null) {
            insert.setNull(++column, Types.DATE);
        } else {
            insert.setObject(++column, value);
        }
        return this;
    }

    @Override
    Rows put(OffsetDateTime value) throws SQLException {
        insert.setObject(++column, value);
        return this;
    }

    @Override
    void end() throws SQLException {
        insert.addBatch();
        column = 0;
    }

    @Override
    void write() throws SQLException {
        insert.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        insert.close();
    }
}
