package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TogetherTest extends LedgerCase {
    private final List<Integer> said = new ArrayList<>();

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table thing (n integer primary key)");
        }
    }

    @Test
    void eachSeesWhatTheOnesBeforeItDid() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Together together = new Together(connection);
            count(together);
            insert(together, 1);
            insert(together, 2);
            count(together);
            change(together, "delete from thing where n > ?", 0);
            count(together);
            assertThat(said).isEmpty();

            together.go();

            assertThat(said).containsExactly(0, 1, 1, 2, 2, 0);
            together.go();
            assertThat(said).hasSize(6);
        }
    }

    @Test
    void whatOneThrowsUndoesAll() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Together together = new Together(connection);
            insert(together, 1);
            insert(together, 1);
            insert(together, 2);

            assertThatThrownBy(together::go)
                    .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                            .isEqualTo("23505"));
            connection.rollback();
            assertThat(ask("select count(*) from thing")).isZero();
        }
    }

    @Test
    void aGuardMayThrow() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Together together = new Together(connection);
            insert(together, 1);
            together.change("update thing set n = 5 where n = 4", (none, at) -> at, moved -> {
                if (moved != 1) {
                    throw new StalePosition("moved");
                }
            });

            assertThatThrownBy(together::go).isInstanceOf(StalePosition.class);
            connection.rollback();
            assertThat(ask("select count(*) from thing")).isZero();
        }
    }

    @Test
    void theLastOnesAreCommittedWithTheirTransaction() throws SQLException {
        Database database = Database.open(settings);
        database.transactAlone(connection -> {
            Together together = new Together(connection);
            insert(together, 1);
            together.go();
            insert(together, 2);
            together.goLast();
            assertThat(ask("select count(*) from thing")).isEqualTo(kind == TestDatabase.POSTGRESQL ? 2 : 0);
            return null;
        });
        assertThat(ask("select count(*) from thing")).isEqualTo(2);
        assertThat(said).containsExactly(1, 1);

        assertThatThrownBy(() -> database.transactAlone(connection -> {
                    Together together = new Together(connection);
                    insert(together, 3);
                    together.go();
                    insert(together, 4);
                    insert(together, 1);
                    together.goLast();
                    return null;
                }))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("23505");
        assertThat(ask("select count(*) from thing")).isEqualTo(2);

        assertThatThrownBy(() -> database.transact(sql -> database.transactAlone(connection -> null)))
                .isInstanceOf(IllegalStateException.class);
        database.close();
    }

    @Test
    void whatIsAskedMustAnswerAndWhatIsChangedMayNot() throws SQLException {
        try (Connection connection = connect()) {
            Together question = new Together(connection);
            question.ask("delete from thing", (none, at) -> at, rows -> {});
            assertThatThrownBy(question::go).hasMessageContaining("delete from thing");
            Together change = new Together(connection);
            change.change("select n from thing", (none, at) -> at, rows -> {});
            assertThatThrownBy(change::go).hasMessageContaining("select n from thing");
        }
    }

    private void insert(Together together, int n) {
        change(together, "insert into thing (n) values (?)", n);
    }

    private void change(Together together, String sql, int n) {
        together.change(
                sql,
                (statement, at) -> {
                    statement.setInt(at, n);
                    return at + 1;
                },
                said::add);
    }

    private void count(Together together) {
        together.ask("select count(*) from thing", (none, at) -> at, rows -> {
            rows.next();
            said.add(rows.getInt(1));
        });
    }
}
