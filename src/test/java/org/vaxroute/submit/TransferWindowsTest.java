package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** When files may leave, by the wall clock of the connection's zone. */
class TransferWindowsTest {
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");

    @Test
    void withoutWindowsEveryHourIsOpen() {
        assertThat(TransferWindows.always().open(Instant.parse("2026-11-22T03:00:00Z")))
                .isTrue();
    }

    @Test
    void aNightWindowBelongsToTheDayOnWhichItBegins() {
        TransferWindows nights = new TransferWindows("Mon-Fri 20:00-06:00", "", TEXAS);

        assertThat(nights.open(texas("2026-11-20T20:00"))).as("Friday evening").isTrue();
        assertThat(nights.open(texas("2026-11-21T05:59")))
                .as("early Saturday, still Friday's window")
                .isTrue();
        assertThat(nights.open(texas("2026-11-21T06:00"))).isFalse();
        assertThat(nights.open(texas("2026-11-21T20:00")))
                .as("Saturday evening")
                .isFalse();
        assertThat(nights.open(texas("2026-11-23T05:00")))
                .as("early Monday would be Sunday's window")
                .isFalse();
        assertThat(nights.nextOpen(texas("2026-11-21T06:00"))).contains(texas("2026-11-23T20:00"));
    }

    @Test
    void aBlackoutClosesAnOpenWindow() {
        TransferWindows nights = new TransferWindows("20:00-06:00", "Sun 01:00-03:30", TEXAS);

        assertThat(nights.open(texas("2026-11-22T00:59"))).isTrue();
        assertThat(nights.nextOpen(texas("2026-11-22T01:00"))).contains(texas("2026-11-22T03:30"));
    }

    @Test
    void aBlackoutInTheHourThatTheClockSkipsEndsWithTheSkip() {
        TransferWindows windows = new TransferWindows("", "02:00-03:00", TEXAS);
        Instant beforeTheSkip = texas("2026-03-08T01:59:59");

        assertThat(windows.open(beforeTheSkip.plusSeconds(1)))
                .as("02:00 is 03:00 on this night")
                .isTrue();
    }

    @Test
    void aWindowThatBeginsInTheSkippedHourOpensRightAfterIt() {
        TransferWindows windows = new TransferWindows("02:30-04:00", "", TEXAS);

        assertThat(windows.nextOpen(texas("2026-03-08T01:00")))
                .contains(texas("2026-03-08T01:00").plus(Duration.ofHours(1)));
    }

    @Test
    void theHourThatComesTwiceIsBlackedOutTwice() {
        TransferWindows windows = new TransferWindows("", "01:00-02:00", TEXAS);
        Instant firstOne = texas("2026-11-01T01:00");

        assertThat(windows.open(firstOne)).isFalse();
        assertThat(windows.open(firstOne.plus(Duration.ofMinutes(90))))
                .as("01:30 for the second time")
                .isFalse();
        assertThat(windows.nextOpen(firstOne)).contains(firstOne.plus(Duration.ofHours(2)));
    }

    @Test
    void whatCannotBeReadOrNeverOpensIsRefused() {
        assertThatThrownBy(() -> new TransferWindows("nights", "", TEXAS))
                .hasMessage(
                        "account.windows holds \"nights\", which is no span of hours; write for example Mon-Fri 20:00-06:00");
        assertThatThrownBy(() -> new TransferWindows("", "25:00-26:00", TEXAS))
                .hasMessageContaining("account.blackouts");
        assertThatThrownBy(() -> new TransferWindows("Fun 10:00-11:00", "", TEXAS))
                .hasMessageContaining("Fun");
        assertThatThrownBy(() -> new TransferWindows("08:00-10:00", "07:00-12:00", TEXAS))
                .hasMessageContaining("leave no hour of the week open");
    }

    private static Instant texas(String local) {
        return LocalDateTime.parse(local).atZone(TEXAS).toInstant();
    }
}
