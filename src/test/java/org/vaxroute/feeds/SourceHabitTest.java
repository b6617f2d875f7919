package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SourceHabitTest {
    // A Monday; the eight weeks go over the leap day.
    private static final LocalDate FIRST = LocalDate.of(2028, 1, 10);
    private static final LocalDate LAST = FIRST.plusWeeks(8).minusDays(1);

    @Test
    void a_clinic_that_is_closed_at_weekends_is_not_late_on_monday() {
        SourceHabit habit = learned(day -> day.getDayOfWeek().getValue() <= 5);
        assertThat(habit.usualGap()).isOne();
        assertThat(habit.usualDays()).doesNotContain(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        LocalDate friday = LAST.minusDays(2);
        assertThat(habit.last()).isEqualTo(friday);
        assertThat(habit.missed(friday.plusDays(3))).as("on Monday").isZero();
        assertThat(habit.broken(friday.plusDays(5), 3)).as("Wednesday").isFalse();
        assertThat(habit.broken(friday.plusDays(6), 3))
                .as("Thursday, after three days")
                .isTrue();
    }

    @Test
    void one_holiday_does_not_teach_it_to_be_slow() {
        LocalDate from = FIRST.plusDays(21);
        SourceHabit habit = learned(
                day -> day.getDayOfWeek().getValue() <= 5 && (day.isBefore(from) || day.isAfter(from.plusDays(4))));
        assertThat(habit.usualGap()).isOne();
    }

    @Test
    void a_weekly_export_is_late_after_three_of_its_fridays() {
        SourceHabit habit = learned(day -> day.getDayOfWeek() == DayOfWeek.FRIDAY);
        assertThat(habit.usualDays()).isEqualTo(Set.of(DayOfWeek.FRIDAY));
        assertThat(habit.usualGap()).isOne();
        LocalDate friday = habit.last();
        assertThat(habit.broken(friday.plusWeeks(3), 3)).isFalse();
        assertThat(habit.broken(friday.plusWeeks(3).plusDays(1), 3)).isTrue();
    }

    @Test
    void a_source_without_rhythm_has_its_own_patience() {
        List<LocalDate> days = new ArrayList<>();
        LocalDate day = FIRST;
        for (int gap : new int[] {1, 9, 2, 11, 4, 1, 8, 3, 10, 5, 2, 7}) {
            days.add(day);
            day = day.plusDays(gap);
        }
        SourceHabit habit = SourceHabit.of(days).orElseThrow();
        assertThat(habit.usualDays()).hasSize(7);
        assertThat(habit.usualGap()).isEqualTo(10);
        assertThat(habit.broken(habit.last().plusDays(12), 3))
                .as("it has been silent so long before")
                .isFalse();
        assertThat(habit.broken(habit.last().plusDays(40), 3)).isTrue();
    }

    @Test
    void too_few_days_say_nothing() {
        assertThat(SourceHabit.of(List.of())).isEmpty();
        assertThat(SourceHabit.of(
                        days(day -> day.getDayOfWeek() == DayOfWeek.FRIDAY).subList(0, 6)))
                .isEmpty();
    }

    private static SourceHabit learned(Predicate<LocalDate> gives) {
        return SourceHabit.of(days(gives)).orElseThrow();
    }

    private static List<LocalDate> days(Predicate<LocalDate> gives) {
        return FIRST.datesUntil(LAST.plusDays(1)).filter(gives).toList();
    }
}
