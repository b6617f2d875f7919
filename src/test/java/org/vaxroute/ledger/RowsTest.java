package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.submit.CuttingProxy;

class RowsTest extends LedgerCase {
    private static final String COLUMNS = "id, n, l, t, b, d, at";

    @BeforeEach
    void makeTables() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("few", "many")) {
                statement.execute("create table " + table
                        + " (id bigint primary key, n integer, l bigint, t varchar(100000), b "
                        + (kind == TestDatabase.H2 ? "varbinary(100000)" : "bytea")
                        + ", d date, at timestamp(6) with time zone)");
            }
        }
    }

    /** Each of the ways in which PostgreSQL takes rows, and the limits between them. */
    @ParameterizedTest
    @ValueSource(ints = {GatheredRows.FEW, GatheredRows.FEW + 1, Rows.MANY - 1, Rows.MANY, 3 * Rows.MANY})
    void manyRowsArriveAsOneDoes(int count) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Together together = new Together(connection);
            for (int id = 0; id < count; id++) {
                try (Rows few = Rows.into(together, "few", COLUMNS, 1)) {
                    put(few, id);
                    few.write();
                }
            }
            try (Rows many = Rows.into(together, "many", COLUMNS, count)) {
                for (int id = 0; id < count; id++) {
                    put(many, id);
                }
                many.write();
            }
            together.go();
            connection.commit();
            assertThat(all(connection, "many")).hasSize(count).isEqualTo(all(connection, "few"));
            assertThat(String.join("\n", all(connection, "many"))).contains("1899-12-31", "\u00e9\\N\t\"{,}'");
            assertThat(all(connection, "many").stream().filter(row -> row.contains("null")))
                    .hasSize(count / 5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, GatheredRows.FEW + 1, Rows.MANY})
    void whatIsNotWrittenIsNowhereAndWhatIsRefusedTakesNothingAlong(int count) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Together together = new Together(connection);
            try (Rows given = Rows.into(together, "many", COLUMNS, count)) {
                put(given, 1);
            }
            together.go();
            assertThat(all(connection, "many")).isEmpty();
            try (Rows twice = Rows.into(together, "many", COLUMNS, count)) {
                for (int i = 0; i < count; i++) {
                    put(twice, i == count - 1 ? 0 : i);
                }
                assertThatThrownBy(() -> {
                            twice.write();
                            together.go();
                        })
                        .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                                .isEqualTo("23505"));
            }
            connection.rollback();
            assertThat(all(connection, "many")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Rows.MANY})
    void itIsKnownWhenAColumnIsMissing(int count) throws SQLException {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        try (Connection connection = connect();
                Rows rows = Rows.into(new Together(connection), "many", COLUMNS, count)) {
            rows.put(1L).put(2);
            assertThatThrownBy(rows::end).hasMessageContaining("2 of 7 columns");
        }
    }

    @Test
    void aCopyToADatabaseThatFellSilentIsGivenUp() throws Exception {
        Assumptions.assumeTrue(kind == TestDatabase.POSTGRESQL);
        int port = TestDatabase.server().getPort();
        try (CuttingProxy line = new CuttingProxy("127.0.0.2", port).manner(CuttingProxy.Manner.SILENCE);
                Connection connection = DriverManager.getConnection(
                        settings.url().replaceFirst("//[^/]+/", "//" + line.host() + ":" + port + "/"),
                        settings.user(),
                        settings.password());
                Rows rows = Rows.into(new Together(connection), "many", COLUMNS, 3 * Rows.MANY)) {
            connection.setAutoCommit(false);
            connection.setNetworkTimeout(Runnable::run, 1_000);
            for (int id = 0; id < 3 * Rows.MANY; id++) {
                put(rows, id);
            }
            line.cutAfterBytes(100_000);

            assertThatThrownBy(rows::write).isInstanceOfSatisfying(SQLException.class, silent -> assertThat(
                            Dialect.POSTGRESQL.away(silent.getSQLState()))
                    .isTrue());
        }
        assertThat(ask("select count(*) from many")).isZero();
    }

    @Test
    void aChunkOfManyKindsIsCopiedWhole() {
        TakenRecord[] records = IntStream.range(0, 3 * Rows.MANY)
                .mapToObj(i -> {
                    TakenRecord record = record("P" + i, "Doe", "2024-05-01 03 LOT1", "2024-06-01 08 LOT2");
                    return switch (i % 3) {
                        case 0 -> record;
                        case 1 -> held(record, "R");
                        default -> heldDose(record, "D", 2);
                    };
                })
                .toArray(TakenRecord[]::new);

        assertThat(store(records)).isEqualTo(new Stored(2 * Rows.MANY, Rows.MANY, 0, 0, 0));

        assertThat(ask("select count(*) from held")).isEqualTo(2 * Rows.MANY);
        assertThat(ask("select count(*) from record where part_of is not null")).isPositive();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    private static void put(Rows rows, int id) throws SQLException {
        Random random = new Random(id);
        boolean none = id % 5 == 4;
        byte[] bytes = new byte[id == 7 ? 90_000 : id % 3];
        random.nextBytes(bytes);
        rows.put((long) id)
                .putInt(none ? null : random.nextInt())
                .putLong(none ? null : random.nextLong())
                .put(none ? null : id == 8 ? "x".repeat(90_000) : "\u00e9\\N\t\"{,}'" + id)
                .put(none ? null : bytes)
                .put(
                        none
                                ? null
                                : id == 1
                                        ? LocalDate.of(0, 2, 29)
                                        : LocalDate.of(1899, 12, 31).plusDays(id * 400L))
                .put(
                        none
                                ? null
                                : OffsetDateTime.parse("1999-12-31T23:00:00.123456-06:00")
                                        .plusDays(id - 10))
                .end();
    }

    private static List<String> all(Connection connection, String table) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select " + COLUMNS + " from " + table + " order by id")) {
            while (row.next()) {
                byte[] bytes = row.getBytes("b");
                OffsetDateTime at = row.getObject("at", OffsetDateTime.class);
                all.add(row.getLong("id") + " " + row.getString("n") + " " + row.getString("l") + " "
                        + row.getString("t") + " "
                        + (bytes == null ? null : HexFormat.of().formatHex(bytes)) + " "
                        + row.getString("d") + " " + (at == null ? null : at.toInstant()));
            }
        }
        return all;
    }
}
