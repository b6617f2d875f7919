package org.vaxroute.operate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;
import org.vaxroute.submit.MovableClock;

class LoginTrailTest {
    private static final Caller OTTO = new Caller("otto", Role.OPERATOR, Caller.Door.CONSOLE);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock("2026-11-28T08:00:00Z");

    private static List<String> entries(Ledger ledger) {
        return ledger.trail().recent(50).stream()
                .map(entry -> entry.at() + " " + entry.who() + " " + entry.action() + " " + entry.subject() + " "
                        + entry.detail())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aFloodOfRefusedLoginsIsTwoEntriesForEachUserAndQuarterOfAnHour(TestDatabase kind) {
        try (Ledger ledger = Ledger.open(kind.fresh(folder), clock)) {
            LoginTrail logins = new LoginTrail(ledger.trail(), clock);
            logins.accepted(OTTO, "10.0.0.1");
            for (int i = 0; i < 2_000; i++) {
                logins.refused(Optional.of("vera"), "10.0.1." + i % 7);
                logins.refused(Optional.empty(), "10.0.2.1");
            }
            logins.write();
            clock.advance(Duration.ofMinutes(15));
            logins.write();

            assertThat(entries(ledger))
                    .containsExactly(
                            "2026-11-28T08:00:00Z console console-login-refused user:? 1999 more since 2026-11-28T08:00:00Z, from 10.0.2.1",
                            "2026-11-28T08:00:00Z console console-login-refused user:vera 1999 more since 2026-11-28T08:00:00Z,"
                                    + " from 10.0.1.1, 10.0.1.2, 10.0.1.3, 10.0.1.4, 10.0.1.5 and others",
                            "2026-11-28T08:00:00Z console console-login-refused user:? from 10.0.2.1",
                            "2026-11-28T08:00:00Z console console-login-refused user:vera from 10.0.1.0",
                            "2026-11-28T08:00:00Z otto console-login user:otto operator, from 10.0.0.1");
        }
    }

    @Test
    void whatTheLedgerCannotTakeIsWrittenWhenItCanWithTheMomentAtWhichItHappened() throws Exception {
        LedgerSettings settings = TestDatabase.POSTGRESQL.fresh(folder);
        try (Ledger ledger = Ledger.open(settings, clock);
                Connection other = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                Statement sql = other.createStatement()) {
            LoginTrail logins = new LoginTrail(ledger.trail(), clock);
            sql.execute("alter table trail rename to away");
            logins.accepted(OTTO, "10.0.0.1");
            assertThatThrownBy(logins::write).isInstanceOf(LedgerException.class);
            assertThatThrownBy(logins::write).isInstanceOf(LedgerException.class);

            sql.execute("alter table away rename to trail");
            clock.advance(Duration.ofHours(1));
            logins.write();
            logins.write();

            assertThat(entries(ledger))
                    .containsExactly("2026-11-28T08:00:00Z otto console-login user:otto operator, from 10.0.0.1");
        }
    }
}
