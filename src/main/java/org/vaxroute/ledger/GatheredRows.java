package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Rows as one statement of PostgreSQL, beside others: a few as they are, more as arrays, one for each column, with which the statement is the same for any number of
 * them and need not be made again.
 */
final class GatheredRows extends Rows {
    /** To take arrays apart costs as much as so many rows. */
    static final int FEW = 4;

    private static final DateTimeFormatter DAY_OF_ERA = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);

    /** One column of all rows; dates and times as text, for which the driver has a form of arrays. */
    private record Column(String type, int sqlType, IntFunction<Object[]> array, List<Object> values) {}

    private final Together together;
    private final String table;
    private final String columnNames;
    private final int columns;
    private final List<Column> all = new ArrayList<>();
    private int rows;
    private int column;

    GatheredRows(Together together, String table, String columnNames) {
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
        return add("int8", Types.BIGINT, Long[]::new, value);
    }

    @Override
    Rows putInt(Integer value) {
        return add("int4", Types.INTEGER, Integer[]::new, value);
    }

    @Override
    Rows put(String value) {
        return add("text", Types.VARCHAR, String[]::new, value);
    }

    @Override
    Rows put(byte[] value) {
        return add("bytea", Types.BINARY, byte[][]::new, value);
    }

    @Override
    Rows put(LocalDate value) {
        return add("date", Types.VARCHAR, String[]::new, value == null ? null : text(value));
    }

    /** A message may speak of the year 0, which PostgreSQL knows by another name. */
    private static String text(LocalDate date) {
        return DAY_OF_ERA.format(date) + (date.getYear() > 0 ? "" : " BC");
    }

    @Override
    Rows put(OffsetDateTime value) {
        return add(
                "timestamptz",
                Types.VARCHAR,
                String[]::new,
                value == null ? null : value.truncatedTo(ChronoUnit.MICROS).toString());
    }

    private Rows add(String type, int sqlType, IntFunction<Object[]> array, Object value) {
        if (rows == 0) {
            all.add(new Column(type, sqlType, array, new ArrayList<>()));
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
        boolean few = rows <= FEW;
        together.change(
                "insert into " + table + " (" + columnNames + ") "
                        + (few
                                ? "values "
                                        + String.join(", ", Collections.nCopies(rows, "(" + each(Column::type) + ")"))
                                : "select * from unnest(" + each(one -> one.type + "[]") + ")"),
                few ? this::setValues : this::setArrays,
                inserted -> {
                    if (inserted != rows) {
                        throw new IllegalStateException(inserted + " of " + rows + " rows of " + table + " arrived");
                    }
                });
    }

    private String each(Function<Column, String> type) {
        return all.stream().map(one -> "?::" + type.apply(one)).collect(Collectors.joining(", "));
    }

    private int setValues(PreparedStatement statement, int first) throws SQLException {
        int at = first;
        for (int row = 0; row < rows; row++) {
            for (Column one : all) {
                statement.setObject(at++, one.values.get(row), one.sqlType);
            }
        }
        return at;
    }

    private int setArrays(PreparedStatement statement, int first) throws SQLException {
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
