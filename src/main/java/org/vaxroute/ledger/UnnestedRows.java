package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Rows as one statement of PostgreSQL that is the same for any number of them: each column is an array. */
final class UnnestedRows extends Rows {
    /** One column of all rows; dates and times as text, for which the driver has a form of arrays. */
    private record Column(String type, IntFunction<Object[]> array, List<Object> values) {}

    private final Together together;
    private final String table;
    private final String columnNames;
    private final int columns;
    private final List<Column> all = new ArrayList<>();
    private int rows;
    private int column;

    UnnestedRows(Together together, String table, String columnNames) {
        this.together = together;
        this.table = table;
        this.columnNames = columnNames;
        this.columns = count(columnNames);
    }

    @Override
    Rows put(long value) {
        return putLong(value);
    }

    @Override
    Rows put(int value) {
        return putInt(value);
    }

    @Override
    Rows putLong(Long value) {
        return add("int8", Long[]::new, value);
    }

    @Override
    Rows putInt(Integer value) {
        return add("int4", Integer[]::new, value);
    }

    @Override
    Rows put(String value) {
        return add("text", String[]::new, value);
    }

    @Override
    Rows put(byte[] value) {
        return add("bytea", byte[][]::new, value);
    }

    @Override
    Rows put(LocalDate value) {
        return add("date", String[]::new, value == null ? null : value.toString());
    }

    @Override
    Rows put(OffsetDateTime value) {
        return add(
                "timestamptz",
                String[]::new,
                value == null ? null : value.truncatedTo(ChronoUnit.MICROS).toString());
    }

    private Rows add(String type, IntFunction<Object[]> array, Object value) {
        if (rows == 0) {
            all.add(new Column(type, array, new ArrayList<>()));
        }
        all.get(column++).values.add(value);
        return this;
    }

    @Override
    void end() {
        if (column != columns) {
            throw new IllegalStateException(column + " of " + columns + " columns: " + columnNames);
        }
        column = 0;
        rows++;
    }

    @Override
    void write() {
        String arrays = all.stream().map(one -> "?::" + one.type + "[]").collect(Collectors.joining(", "));
        together.change(
                "insert into " + table + " (" + columnNames + ") select * from unnest(" + arrays + ")",
                this::set,
                inserted -> {
                    if (inserted != rows) {
                        throw new IllegalStateException(inserted + " of " + rows + " rows of " + table + " arrived");
                    }
                });
    }

    private int set(PreparedStatement statement, int first) throws SQLException {
        Connection connection = together.connection();
        int at = first;
        for (Column one : all) {
            statement.setArray(at++, connection.createArrayOf(one.type, one.values.toArray(one.array.apply(rows))));
        }
        return at;
    }

    @Override
    public void close() {
        // Nothing is open: what was not written is nowhere.
    }
}
