package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");

    @Test
    void after_three_weeks_of_standstill_one_run_is_due_the_last_one() {
        Schedule daily = Schedule.cron("0 30 5 * * ?", TEXAS);
        assertThat(daily.due(at("2026-06-01T10:30:00Z"), at("2026-06-22T12:00:00Z")))
                .contains(at("2026-06-22T10:30:00Z"));
    }

    @Test
    void nothing_is_due_before_the_time_has_come() {
        Schedule daily = Schedule.cron("0 30 5 * * ?", TEXAS);
        assertThat(daily.due(at("2026-06-22T10:30:00Z"), at("2026-06-23T10:29:59Z")))
                .isEmpty();
        assertThat(daily.due(at("2026-06-22T10:30:00Z"), at("2026-06-23T10:30:00Z")))
                .contains(at("2026-06-23T10:30:00Z"));
    }

    @Test
    void a_clock_that_jumps_back_makes_nothing_due() {
        Schedule daily = Schedule.cron("0 30 5 * * ?", TEXAS);
        assertThat(daily.due(at("2026-06-22T10:30:00Z"), at("2026-06-20T12:00:00Z")))
                .isEmpty();
    }

    @Test
    void half_past_one_is_due_once_on_the_day_it_exists_twice() {
        assertThat(runs(Schedule.cron("0 30 1 * * ?", TEXAS), "2026-10-31T12:00:00Z", "2026-11-03T12:00:00Z"))
                .containsExactly(at("2026-11-01T06:30:00Z"), at("2026-11-02T07:30:00Z"), at("2026-11-03T07:30:00Z"));
    }

    @Test
    void half_past_two_is_due_once_on_the_day_it_does_not_exist() {
        List<Instant> runs = runs(Schedule.cron("0 30 2 * * ?", TEXAS), "2026-03-07T12:00:00Z", "2026-03-10T12:00:00Z");
        assertThat(runs).hasSize(3);
        assertThat(runs.get(0).atZone(TEXAS).toLocalDate()).isEqualTo(LocalDate.of(2026, 3, 8));
        assertThat(runs.get(1)).isEqualTo(at("2026-03-09T07:30:00Z"));
    }

    @Test
    void every_hour_stays_every_hour_over_both_changes() {
        assertThat(runs(Schedule.cron("0 0 * * * ?", TEXAS), "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))
                .hasSize(24);
        assertThat(runs(Schedule.cron("0 0 * * * ?", TEXAS), "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z"))
                .hasSize(24);
    }

    @Test
    void a_daily_feed_runs_366_times_in_a_leap_year() {
        assertThat(runs(Schedule.cron("0 15 2 * * ?", TEXAS), "2028-01-01T06:00:00Z", "2029-01-01T06:00:00Z"))
                .hasSize(366);
    }

    @Test
    void a_schedule_of_every_second_is_found_at_once_after_a_year() {
        assertThat(Schedule.cron("* * * * * ?", TEXAS).due(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00.700Z")))
                .contains(at("2027-01-01T00:00:00Z"));
        assertThat(Schedule.every(Duration.ofSeconds(2)).due(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:01Z")))
                .contains(at("2027-01-01T00:00:00Z"));
    }

    @Test
    void a_schedule_on_29_february_waits_for_a_leap_year() {
        assertThat(Schedule.cron("0 0 6 29 2 ?", TEXAS).due(at("2026-01-01T00:00:00Z"), at("2028-03-01T00:00:00Z")))
                .contains(at("2028-02-29T12:00:00Z"));
    }

    @Test
    void a_schedule_that_cannot_be_read_says_what_one_looks_like() {
        assertThatThrownBy(() -> Schedule.cron("every morning", TEXAS)).hasMessageContaining("0 30 5 * * ?");
    }

    private static List<Instant> runs(Schedule schedule, String from, String to) {
        List<Instant> runs = new ArrayList<>();
        Instant end = at(to);
        for (var next = schedule.next(at(from));
                next.isPresent() && !next.get().isAfter(end);
                next = schedule.next(next.get())) {
            runs.add(next.get());
        }
        return runs;
    }

    private static Instant at(String instant) {
        return Instant.parse(instant);
    }
}
