package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How many files within a period, how long after a fault, and when after a refused login. */
class PaceTest {
    private static final Instant NOON = Instant.parse("2026-11-22T18:00:00Z");

    @Test
    void theLimitHoldsForEveryPeriodAndNotOnlyForEachTenMinutesOfTheClock() {
        Pace pace = new Pace(4, Duration.ofMinutes(10), TransferWindows.always());
        long seed = new Random().nextLong();
        System.getLogger("test").log(System.Logger.Level.INFO, "seed " + seed);
        Random chance = new Random(seed);
        List<Instant> sent = new ArrayList<>();
        Instant now = NOON;

        for (int file = 0; file < 200; file++) {
            now = pace.next(now.plusSeconds(chance.nextInt(300)), sent);
            sent.add(now);
        }

        for (int first = 0; first + 4 < sent.size(); first++) {
            assertThat(Duration.between(sent.get(first), sent.get(first + 4)))
                    .isGreaterThanOrEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    void aFileWaitsForThePeriodAndThenForTheWindow() {
        ZoneId texas = ZoneId.of("America/Chicago");
        Pace pace = new Pace(1, Duration.ofHours(1), new TransferWindows("20:00-21:30", "", texas));
        Instant firstSent =
                LocalDateTime.parse("2026-11-22T20:45").atZone(texas).toInstant();

        assertThat(pace.next(firstSent, List.of(firstSent)))
                .isEqualTo(LocalDateTime.parse("2026-11-23T20:00").atZone(texas).toInstant());
    }

    @Test
    void whatAClockThatWasAheadSentKeepsNothingWaiting() {
        Instant now = Instant.parse("2026-02-03T08:00:00Z");
        Pace pace = new Pace(1, Duration.ofMinutes(10), TransferWindows.always());

        assertThat(pace.next(now, List.of(now.plusSeconds(5)))).isEqualTo(now.plusSeconds(605));
        assertThat(pace.next(now, List.of(now.plus(Duration.ofDays(1))))).isEqualTo(now);
        BackOff backOff = new BackOff(Duration.ofSeconds(30), Duration.ofHours(4), 0);
        assertThat(backOff.over(now.plus(Duration.ofHours(4)), now)).isFalse();
        assertThat(backOff.over(now.plus(Duration.ofDays(1)), now)).isTrue();
    }

    @Test
    void noLimitMeansNow() {
        assertThat(Pace.UNLIMITED.next(NOON, List.of(NOON, NOON, NOON))).isEqualTo(NOON);
    }

    @Test
    void waitsGrowFromHalfAMinuteToHours() {
        BackOff backOff = new BackOff(Duration.ofSeconds(30), Duration.ofHours(4), 0);
        List<Duration> waits = new ArrayList<>();
        Duration failing = Duration.ZERO;
        for (int fault = 0; fault < 13; fault++) {
            Duration wait = backOff.wait(failing, new Random(1));
            waits.add(wait);
            failing = failing.plus(wait);
        }

        assertThat(waits.stream().map(Duration::toSeconds))
                .containsExactly(30L, 30L, 60L, 120L, 240L, 480L, 960L, 1920L, 3840L, 7680L, 14400L, 14400L, 14400L);
    }

    @Test
    void chanceShortensAWaitByAtMostItsShare() {
        Random chance = new Random(7);
        List<Duration> waits = Stream.generate(() -> BackOff.DEFAULT.wait(Duration.ofMinutes(2), chance))
                .limit(1000)
                .toList();

        assertThat(waits)
                .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofSeconds(96), Duration.ofSeconds(120)))
                .anySatisfy(wait -> assertThat(wait).isLessThan(Duration.ofSeconds(100)));
    }

    @Test
    void aRefusedLoginIsTriedAgainAfterAnHourAndThreeTimesADayAtMost() {
        List<Instant> refusals = new ArrayList<>();
        Instant now = NOON;
        for (int attempt = 0; attempt < 12; attempt++) {
            refusals.add(now);
            now = LoginRest.next(refusals);
        }

        assertThat(Duration.between(refusals.get(0), refusals.get(1))).isEqualTo(Duration.ofHours(1));
        assertThat(Duration.between(refusals.get(1), refusals.get(2))).isEqualTo(Duration.ofHours(1));
        for (int first = 0; first + 3 < refusals.size(); first++) {
            assertThat(Duration.between(refusals.get(first), refusals.get(first + 3)))
                    .isGreaterThanOrEqualTo(Duration.ofDays(1));
        }
    }

    @Test
    void aChangedPasswordChangesTheMarkAndTheMarkDoesNotTellIt() {
        Account before = account("one");

        assertThat(LoginRest.mark(before)).hasSize(4).isEqualTo(LoginRest.mark(account("one")));
        assertThat(LoginRest.mark(before)).isNotEqualTo(LoginRest.mark(account("two")));
        assertThat(before.toString()).doesNotContain("one");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Pace(-1, Duration.ofMinutes(1), TransferWindows.always()))
                .hasMessageContaining("pace-files");
        assertThatThrownBy(() -> new BackOff(Duration.ofHours(5), Duration.ofHours(4), 0))
                .hasMessageContaining("back-off-first");
        assertThatThrownBy(() -> new Account.Naming("{name}", true, true)).hasMessageContaining("temporary-name");
        assertThatThrownBy(() -> Account.builder("main", Account.Kind.SFTP).build())
                .hasMessageContaining("account.host");
    }

    private static Account account(String secret) {
        return Account.builder("main", Account.Kind.SFTP)
                .host("localhost")
                .user("clinic")
                .secret(() -> secret)
                .build();
    }
}
