package org.vaxroute.feeds;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How long a source is usually silent, learned from the days on which it gave something. Only its usual days of the week are counted, so
 * that a clinic that is closed at weekends is not late on Monday; and nine of ten of its pauses decide, so that one holiday does not teach
 * it to be slow.
 *
 * @param usualDays days of the week on which it gives something; never empty
 * @param usualGap usual days from one gift to the next, at most, in nine of ten cases
 * @param last the last day on which it gave something
 */
public record SourceHabit(Set<DayOfWeek> usualDays, int usualGap, LocalDate last) {
    /** How far back a habit reaches, in days. */
    public static final int MEMORY_DAYS = 90;

    // Fewer pauses say nothing.
    private static final int FEWEST_GAPS = 6;
    // A day of the week counts as usual when the source gave something in one of so many weeks.
    private static final int ONE_WEEK_IN = 4;

    /**
     * Learns the habit.
     *
     * @param given days on which it gave something, within the memory
     * @return empty while they are too few to say anything
     */
    public static Optional<SourceHabit> of(Collection<LocalDate> given) {
        List<LocalDate> days = new ArrayList<>(new TreeSet<>(given));
        if (days.size() <= FEWEST_GAPS) {
            return Optional.empty();
        }
        LocalDate first = days.get(0);
        LocalDate last = days.get(days.size() - 1);
        Set<DayOfWeek> usual = usualDays(days, (last.toEpochDay() - first.toEpochDay()) / 7 + 1);
        List<Integer> gaps = new ArrayList<>();
        for (int i = 1; i < days.size(); i++) {
            gaps.add(Math.max(1, count(usual, days.get(i - 1), days.get(i).plusDays(1))));
        }
        Collections.sort(gaps);
        return Optional.of(new SourceHabit(usual, gaps.get((gaps.size() * 9 + 9) / 10 - 1), last));
    }

    private static Set<DayOfWeek> usualDays(List<LocalDate> days, long weeks) {
        Set<DayOfWeek> usual = EnumSet.noneOf(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            long times = days.stream().filter(one -> one.getDayOfWeek() == day).count();
            if (times * ONE_WEEK_IN >= weeks) {
                usual.add(day);
            }
        }
        long onThem =
                days.stream().filter(one -> usual.contains(one.getDayOfWeek())).count();
        // Days of the week that explain less than three of four gifts are chance.
        return onThem * 4 < days.size() * 3L ? EnumSet.allOf(DayOfWeek.class) : usual;
    }

    /** Its usual days that have gone by, whole, since it last gave something. */
    public int missed(LocalDate today) {
        return count(usualDays, last, today);
    }

    /** Whether it is silent for longer than so many times its usual gap. */
    public boolean broken(LocalDate today, int times) {
        return missed(today) >= times * usualGap;
    }

    private static int count(Set<DayOfWeek> usual, LocalDate after, LocalDate before) {
        int count = 0;
        for (LocalDate day = after.plusDays(1); day.isBefore(before); day = day.plusDays(1)) {
            count += usual.contains(day.getDayOfWeek()) ? 1 : 0;
        }
        return count;
    }

    /** For people: {@code every day or every 2nd of its days (Mon, Tue, Wed)}. */
    String words() {
        String days = usualDays.size() == 7
                ? "days"
                : usualDays.stream()
                        .sorted()
                        .map(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))
                        .collect(Collectors.joining(", ", "days (", ")"));
        return usualGap == 1 ? "on each of its " + days : "at least once in " + usualGap + " of its " + days;
    }
}
