package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Statements of one transaction that go to PostgreSQL in one piece, and to H2 one by one; either way each is executed when the one before it is done, and what one of
 * them throws undoes all. With a chunk of few messages, the way to the database and back costs more than what is done there. Used by one thread.
 */
final class Together {
    /** Sets the parameters of a statement. */
    @FunctionalInterface
    interface Parameters {
        /**
         * @param at the place of the first of them
         * @return the place behind the last one
         */
        int set(PreparedStatement statement, int at) throws SQLException;
    }

    /** Takes the rows that a question found. */
    @FunctionalInterface
    interface Found {
        void read(ResultSet rows) throws SQLException;
    }

    /** Takes the number of rows that were changed. */
    @FunctionalInterface
    interface Changed {
        void rows(int count) throws SQLException;
    }

    private record One(String sql, Parameters parameters, Found found, Changed changed) {}

    private final Connection connection;
    private final List<One> waiting = new ArrayList<>();

    Together(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Adds a question. What takes its rows may not ask this connection anything meanwhile. */
    void ask(String sql, Parameters parameters, Found found) {
        waiting.add(new One(sql, parameters, found, null));
    }

    /** Adds a change. */
    void change(String sql, Parameters parameters, Changed changed) {
        waiting.add(new One(sql, parameters, null, changed));
    }

    /** Executes what was added since the last time, in its order. */
    void go() throws SQLException {
        go("");
    }

    /**
     * As {@link #go}, as the last act of a transaction: PostgreSQL commits it in the same piece, and whoever began it finds nothing left to commit. H2's is left to him.
     * What takes the numbers of changed rows can undo nothing any more.
     */
    void goLast() throws SQLException {
        go("; commit");
    }

    private void go(String end) throws SQLException {
        List<One> all = List.copyOf(waiting);
        waiting.clear();
        if (all.isEmpty()) {
            return;
        }
        if (Dialect.of(connection) == Dialect.POSTGRESQL) {
            go(all, end);
        } else {
            for (One one : all) {
                go(List.of(one), "");
            }
        }
    }

    private void go(List<One> all, String end) throws SQLException {
        String sql = all.stream().map(One::sql).collect(Collectors.joining("; ", "", end));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = 1;
            for (One one : all) {
                at = one.parameters.set(statement, at);
            }
            boolean rows = statement.execute();
            for (One one : all) {
                if (rows != (one.found != null)) {
                    throw new IllegalStateException("Another answer came than that to: " + one.sql);
                }
                if (rows) {
                    try (ResultSet found = statement.getResultSet()) {
                        one.found.read(found);
                    }
                } else {
                    one.changed.rows(statement.getUpdateCount());
                }
                rows = statement.getMoreResults();
            }
        }
    }
}
