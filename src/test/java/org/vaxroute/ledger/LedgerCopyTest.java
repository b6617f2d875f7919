package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a copy of a ledger on PostgreSQL may be loaded over. */
class LedgerCopyTest {
    @TempDir
    Path folder;

    @Test
    void aTableOfSomebodyElseIsNotCleared() throws Exception {
        try (Ledger ledger = Ledger.open(TestDatabase.POSTGRESQL.fresh(folder), Clock.systemUTC())) {
            ledger.copy().to(folder);
        }
        LedgerSettings target = TestDatabase.POSTGRESQL.fresh(folder);
        try (Connection connection = DriverManager.getConnection(target.url(), target.user(), target.password());
                Statement sql = connection.createStatement()) {
            // As a first start leaves it that was cut off.
            sql.execute("create table ledger_identity (tag varchar(20))");
            sql.execute("create table visit (id integer)");
            sql.execute("insert into visit values (7)");

            assertThatThrownBy(() -> LedgerCopy.load(target, folder, Instant.EPOCH, Instant.EPOCH, "ann"))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("visit")
                    .hasMessageContaining("empty database");

            try (ResultSet row = sql.executeQuery("select id from visit")) {
                assertThat(row.next()).isTrue();
            }
        }
    }
}
