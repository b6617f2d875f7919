package org.vaxroute.submit;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hours at which files may be sent, by the wall clock of a zone: open inside a window (always, when there is none) and outside
 * every blackout. Written as <code>Mon-Fri 20:00-06:00; Sat,Sun 00:00-24:00</code>; without days every day; a span that crosses
 * midnight belongs to the day on which it begins. An hour that the clock skips or repeats for daylight saving counts as the clock
 * shows it.
 */
public final class TransferWindows {
    private static final Pattern ENTRY =
            Pattern.compile("(?:([A-Za-z,\\s-]+)\\s+)?(\\d{1,2}):(\\d{2})\\s*-\\s*(\\d{1,2}):(\\d{2})");
    private static final int SECONDS_OF_DAY = 86_400;
    private static final int DAYS_AHEAD = 8;

    private final List<Span> windows;
    private final List<Span> blackouts;
    private final ZoneId zone;

    /** Seconds of the day on which the span begins; <code>to</code> may lie in the next day. */
    private record Span(Set<DayOfWeek> days, int from, int to) {
        boolean holds(LocalDateTime at) {
            int second = at.toLocalTime().toSecondOfDay();
            return days.contains(at.getDayOfWeek()) && second >= from && second < to
                    || days.contains(at.getDayOfWeek().minus(1)) && second + SECONDS_OF_DAY < to;
        }
    }

    /**
     * @param windows when files may be sent, or blank for always
     * @param blackouts when they may not, whatever the windows say, or blank
     * @param zone whose wall clock is meant
     * @throws IllegalArgumentException when a span cannot be read or when the two together never leave an hour open
     */
    public TransferWindows(String windows, String blackouts, ZoneId zone) {
        this.windows = read("account.windows", windows);
        this.blackouts = read("account.blackouts", blackouts);
        this.zone = zone;
        if (nextOpen(Instant.parse("2026-01-05T00:00:00Z")).isEmpty()) {
            throw new IllegalArgumentException("account.windows \"" + windows + "\" and account.blackouts \""
                    + blackouts + "\" leave no hour of the week open; shorten the blackouts.");
        }
    }

    /** Open at every hour. */
    public static TransferWindows always() {
        return new TransferWindows("", "", ZoneOffset.UTC);
    }

    /** Whether a file may be sent at this moment. */
    public boolean open(Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        return (windows.isEmpty() || windows.stream().anyMatch(span -> span.holds(local)))
                && blackouts.stream().noneMatch(span -> span.holds(local));
    }

    /** The first moment from <code>at</code> on at which a file may be sent; empty when there is none within eight days. */
    public Optional<Instant> nextOpen(Instant at) {
        if (open(at)) {
            return Optional.of(at);
        }
        NavigableSet<Instant> edges = new TreeSet<>();
        LocalDate first = LocalDateTime.ofInstant(at, zone).toLocalDate().minusDays(1);
        for (LocalDate day = first; !day.isAfter(first.plusDays(DAYS_AHEAD + 1)); day = day.plusDays(1)) {
            for (Span span : windows) {
                edges(day, span.from(), edges);
            }
            for (Span span : blackouts) {
                edges(day, span.to(), edges);
            }
            edges(day, 0, edges);
        }
        for (Instant moved = at; ; ) {
            var change = zone.getRules().nextTransition(moved);
            if (change == null || change.getInstant().isAfter(edges.last())) {
                break;
            }
            edges.add(change.getInstant());
            moved = change.getInstant();
        }
        return edges.tailSet(at, true).stream().filter(this::open).findFirst();
    }

    private void edges(LocalDate day, int second, Set<Instant> edges) {
        LocalDateTime local =
                day.plusDays(second / SECONDS_OF_DAY).atTime(LocalTime.ofSecondOfDay(second % SECONDS_OF_DAY));
        for (ZoneOffset offset : zone.getRules().getValidOffsets(local)) {
            edges.add(local.toInstant(offset));
        }
    }

    private static List<Span> read(String key, String text) {
        List<Span> spans = new ArrayList<>();
        if (text == null || text.isBlank()) {
            return spans;
        }
        for (String entry : text.split(";")) {
            Matcher found = ENTRY.matcher(entry.strip());
            if (!found.matches()) {
                throw fault(key, entry);
            }
            int from = second(key, entry, found.group(2), found.group(3));
            int to = second(key, entry, found.group(4), found.group(5));
            if (from == SECONDS_OF_DAY || from == to) {
                throw fault(key, entry);
            }
            spans.add(new Span(days(key, entry, found.group(1)), from, to > from ? to : to + SECONDS_OF_DAY));
        }
        return List.copyOf(spans);
    }

    private static int second(String key, String entry, String hour, String minute) {
        int second = Integer.parseInt(hour) * 3_600 + Integer.parseInt(minute) * 60;
        if (Integer.parseInt(minute) > 59 || second > SECONDS_OF_DAY) {
            throw fault(key, entry);
        }
        return second;
    }

    private static Set<DayOfWeek> days(String key, String entry, String text) {
        if (text == null || text.isBlank()) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.strip().split(",")) {
            String[] ends = part.strip().split("\\s*-\\s*");
            if (ends.length > 2) {
                throw fault(key, entry);
            }
            DayOfWeek day = day(key, entry, ends[0]);
            DayOfWeek last = day(key, entry, ends[ends.length - 1]);
            while (days.add(day) && day != last) {
                day = day.plus(1);
            }
        }
        return days;
    }

    private static DayOfWeek day(String key, String entry, String text) {
        String start = text.strip().toUpperCase(Locale.ROOT);
        for (DayOfWeek day : DayOfWeek.values()) {
            if (start.length() >= 3 && day.name().startsWith(start)) {
                return day;
            }
        }
        throw fault(key, entry);
    }

    private static IllegalArgumentException fault(String key, String entry) {
        return new IllegalArgumentException(key + " holds \"" + entry.strip()
                + "\", which is no span of hours; write for example Mon-Fri 20:00-06:00");
    }
}
