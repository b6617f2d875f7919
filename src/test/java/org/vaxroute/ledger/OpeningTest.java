package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A ledger on PostgreSQL that is not let in or breaks while it is opened: what may be waited for, and what somebody has to mend. */
class OpeningTest {
    private static final String OLDER = "12";

    private final LedgerSettings settings = TestDatabase.POSTGRESQL.fresh(null);

    @Test
    void aConnectionThatBreaksInMidMigrationIsWaitedForAndTheNextStartGoesOn() throws Exception {
        older();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table record, dose, submission_file, standing in access exclusive mode");
            CompletableFuture<Ledger> opening = CompletableFuture.supplyAsync(this::open);
            await().until(() -> breakWhoWaitsForALock() > 0);

            assertThatThrownBy(opening::join)
                    .hasCauseInstanceOf(LedgerUnavailable.class)
                    .hasMessageNotContaining("backup");
            other.rollback();
        }
        try (Ledger ledger = open()) {
            ledger.check();
            assertThat(ledger.conservation().balance().differences()).isEmpty();
        }
    }

    @Test
    void aStatementOfAMigrationThatFailsIsNothingToWaitFor() throws Exception {
        older();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table source_day (day date)");
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(LedgerException.class)
                .isNotInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining("schema could not be brought up to date");
    }

    @Test
    void anUnknownDatabaseAndAnUnknownUserAreNothingToWaitFor() {
        assertRefused(settings.url().replaceAll("/[a-z]+\\?", "/nowhere?"), "postgres", "nowhere");
        assertRefused(settings.url().replace("user=postgres", "user=nobody"), "nobody", "nobody");
    }

    @Test
    void aMachineThatIsAwayMayBeWaitedFor() {
        for (String place : new String[] {"127.0.0.1:1", "no-such-machine.invalid"}) {
            LedgerSettings away = settings("jdbc:postgresql://" + place + "/ledger", "postgres");
            assertThatThrownBy(() -> Ledger.reach(away)).isInstanceOf(LedgerUnavailable.class);
        }
        Ledger.reach(settings);
    }

    private void assertRefused(String url, String user, String named) {
        LedgerSettings wrong = settings(url, user);
        assertThatThrownBy(() -> Ledger.open(wrong, Clock.systemUTC()))
                .isInstanceOf(LedgerException.class)
                .isNotInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining(named)
                .hasMessageContaining("ledger.url");
        assertThatThrownBy(() -> Ledger.reach(wrong)).isNotInstanceOf(LedgerUnavailable.class);
    }

    private LedgerSettings settings(String url, String user) {
        return new LedgerSettings(url, user, "postgres", 2, true);
    }

    private Ledger open() {
        return Ledger.open(settings, Clock.systemUTC());
    }

    private void older() {
        Database.configured(Dialect.POSTGRESQL)
                .dataSource(settings.url(), settings.user(), settings.password())
                .target(OLDER)
                .load()
                .migrate();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }

    private int breakWhoWaitsForALock() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
                                + " and wait_event_type = 'Lock'")) {
            row.next();
            return row.getInt(1);
        }
    }
}
