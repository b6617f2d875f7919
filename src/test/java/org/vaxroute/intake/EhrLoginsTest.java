package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.vxu.ColumnMap;

class EhrLoginsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final EhrLogins logins = new EhrLogins();
    private String password = "of last month";
    private final JdbcSource rows = source("rows", "reader");

    private JdbcSource source(String id, String user) {
        return new JdbcSource(
                id,
                "main",
                Feed.ONGOING,
                ZoneId.of("America/Chicago"),
                "jdbc:postgresql://ehr.example/clinic",
                user,
                () -> password,
                (since, now) -> Optional.empty(),
                "select 1",
                ColumnMap.load(Path.of("src/test/resources/intake/rows")),
                "",
                Duration.ZERO,
                100,
                Duration.ofSeconds(30),
                JdbcSource.ALL);
    }

    private static Instant after(Duration time) {
        return NOW.plus(time);
    }

    @Test
    void anAccountRestsForAnHourAndThenForEight() {
        assertThat(logins.rest(rows, NOW)).isFalse();

        logins.refused(rows, NOW);
        assertThat(logins.rest(rows, after(Duration.ofMinutes(59)))).isTrue();
        assertThat(logins.rest(rows, after(Duration.ofHours(1)))).isFalse();

        logins.refused(rows, after(Duration.ofHours(1)));
        assertThat(logins.rest(rows, after(Duration.ofHours(9).minusSeconds(1))))
                .isTrue();
        assertThat(logins.rest(rows, after(Duration.ofHours(9)))).isFalse();
    }

    @Test
    void allSourcesOfAnAccountRestAndNoOther() {
        logins.refused(rows, NOW);

        assertThat(logins.rest(source("history", "reader"), NOW)).isTrue();
        assertThat(logins.rest(source("history", "other"), NOW)).isFalse();
    }

    @Test
    void anotherPasswordIsTriedAtOnceAndBeginsAnew() {
        logins.refused(rows, NOW);
        logins.refused(rows, after(Duration.ofHours(1)));
        password = "of this month";
        assertThat(logins.rest(rows, after(Duration.ofHours(2)))).isFalse();

        logins.refused(rows, after(Duration.ofHours(2)));

        assertThat(logins.rest(rows, after(Duration.ofMinutes(179)))).isTrue();
        assertThat(logins.rest(rows, after(Duration.ofHours(3)))).isFalse();
    }

    @Test
    void aClockThatIsSetBackKeepsNobodyWaiting() {
        logins.refused(rows, after(Duration.ofDays(2)));

        assertThat(logins.rest(rows, NOW)).isFalse();
    }
}
