package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A server around us keeps the connections. */
class ServerPoolTest {
    @TempDir
    Path folder;

    @Test
    void theLedgerWorksOverConnectionsThatAreNotItsOwn() {
        LedgerSettings place = TestDatabase.POSTGRESQL.fresh(folder);
        PGSimpleDataSource pool = new PGSimpleDataSource();
        pool.setUrl(place.url());
        pool.setUser(place.user());
        pool.setPassword(place.password());

        try (Ledger ledger = Ledger.open(pool, id -> ResendRules.DEFAULT, Clock.systemUTC())) {
            assertThat(ledger.alarms().raise("test", "pool", "a thing")).isTrue();
        }
        try (Ledger again = Ledger.open(pool, id -> ResendRules.DEFAULT, Clock.systemUTC())) {
            assertThat(again.alarms().open()).extracting(Alarm::subject).containsExactly("pool");
        }
    }

    @Test
    void aDatabaseThatOthersOpenedIsRefusedUnlessACommitIsAPromiseThere() {
        JdbcDataSource pool = new JdbcDataSource();
        pool.setURL("jdbc:h2:mem:server-pool");

        assertThatThrownBy(() -> Ledger.open(pool, id -> ResendRules.DEFAULT, Clock.systemUTC()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("not PostgreSQL");
    }
}
