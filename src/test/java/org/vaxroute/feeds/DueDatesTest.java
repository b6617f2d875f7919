package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vaxroute.feeds.Due.Kind;
import org.vaxroute.feeds.Due.Level;
import org.vaxroute.feeds.DueDates.Facts;
import org.vaxroute.feeds.DueDates.Heard;
import org.vaxroute.feeds.DueDates.Unanswered;

class DueDatesTest {
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    private static final Instant NEW_YEAR = Instant.parse("2028-01-01T06:00:00Z");
    private final DueDates dates = new DueDates(WatchSettings.DEFAULT);

    @Test
    void after_25_days_without_a_file_it_warns_after_30_it_alarms() {
        Facts facts = live(Optional.of(NEW_YEAR), Optional.empty());
        assertThat(dates.at(day(24), facts)).isEmpty();
        assertThat(dates.at(day(25), facts))
                .extracting(Due::kind, Due::level)
                .containsExactly(tuple(Kind.NO_PRODUCTION_FILE, Level.WARNING));
        assertThat(dates.at(day(29), facts)).extracting(Due::level).containsExactly(Level.WARNING);
        assertThat(dates.at(day(30), facts)).extracting(Due::level).containsExactly(Level.ALARM);
    }

    @Test
    void a_connection_that_went_live_and_never_sent_is_silent_too() {
        assertThat(dates.at(day(30), live(Optional.empty(), Optional.empty())))
                .extracting(Due::level)
                .containsExactly(Level.ALARM);
    }

    @Test
    void a_connection_that_is_not_live_owes_no_file() {
        Facts facts = new Facts(
                "main",
                TEXAS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                0,
                Optional.empty());
        assertThat(dates.at(day(300), facts)).isEmpty();
    }

    @Test
    void a_childs_dose_is_counted_in_days_of_texas_over_a_leap_day() {
        // 2028 has a 29 February: from 5 February to 6 March are 30 days.
        Facts facts = live(Optional.of(Instant.parse("2028-03-05T12:00:00Z")), Optional.of(LocalDate.of(2028, 2, 5)));
        assertThat(dates.at(Instant.parse("2028-03-01T05:59:59Z"), facts)).isEmpty();
        assertThat(dates.at(Instant.parse("2028-03-01T06:00:00Z"), facts))
                .extracting(Due::level)
                .containsExactly(Level.WARNING);
        assertThat(dates.at(Instant.parse("2028-03-06T05:59:59Z"), facts))
                .extracting(Due::level)
                .containsExactly(Level.WARNING);
        assertThat(dates.at(Instant.parse("2028-03-06T06:00:00Z"), facts))
                .extracting(Due::level)
                .containsExactly(Level.ALARM);
    }

    @Test
    void an_unanswered_file_a_silent_source_and_an_old_held_record_are_named() {
        Facts facts = new Facts(
                "main",
                TEXAS,
                Optional.of(NEW_YEAR),
                Optional.of(day(10)),
                Optional.empty(),
                List.of(new Unanswered("A28002.0.hl7", day(1)), new Unanswered("A28010.0.hl7", day(10))),
                List.of(
                        new Heard("clinic", day(1), Duration.ofDays(3)),
                        new Heard("quiet", day(1), Duration.ofDays(90))),
                4,
                Optional.of(NEW_YEAR));
        assertThat(dates.at(day(15), facts))
                .extracting(Due::kind, Due::subject)
                .containsExactly(
                        tuple(Kind.NO_ANSWER, "A28002.0.hl7"),
                        tuple(Kind.SOURCE_SILENT, "clinic"),
                        tuple(Kind.HELD_TOO_LONG, ""));
    }

    private static Facts live(Optional<Instant> lastFile, Optional<LocalDate> oldestDose) {
        return new Facts(
                "main", TEXAS, Optional.of(NEW_YEAR), lastFile, oldestDose, List.of(), List.of(), 0, Optional.empty());
    }

    private static Instant day(int days) {
        return NEW_YEAR.plus(Duration.ofDays(days));
    }
}
