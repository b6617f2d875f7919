package org.vaxroute.vxu;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a source's dates and writes them as HL7 days ({@code YYYYMMDD}).
 *
 * <p>Without a pattern: ISO days or times as databases print them ({@code 2026-03-01}, {@code 20260301}, {@code 2026-03-01
 * 23:30:00.5}, with or without an offset). A time with an offset is the day it was in the source's zone; one without is
 * taken as it stands. Midnight at Greenwich with a {@code T} ({@code 2026-03-01T00:00:00Z}) is how programs print a day that
 * has no time, so it is the day that is written; databases print a moment with a space.
 *
 * <p>By a pattern: the same, and years of two digits are those from 2000 on.
 */
final class DateReading {
    static final DateReading ISO = new DateReading(null);

    // A day whose parts cannot be taken for one another.
    private static final ZonedDateTime SAMPLE = ZonedDateTime.of(2026, 11, 23, 14, 5, 6, 0, ZoneOffset.UTC);
    private static final String WRITTEN = "20261123";

    /** As programs put it between day and time. */
    private static final Pattern BEFORE_TIME = Pattern.compile("\\dT\\d");

    private final DateTimeFormatter pattern;

    private DateReading(DateTimeFormatter pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException when no day can be read by the pattern, such as {@code YYYY-MM-DD} */
    static DateReading of(String pattern) {
        if (pattern.isEmpty() || pattern.equals("iso")) {
            return ISO;
        }
        // Names of months are English wherever the machine stands, and databases write them in capitals.
        DateTimeFormatter made = new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern.replace("yyyy", "uuuu").replace("yy", "uu"))
                .toFormatter(Locale.US)
                .withResolverStyle(ResolverStyle.STRICT);
        DateReading reading = new DateReading(made);
        // DD counts the days of the year; nobody writes them beside a month.
        boolean days = pattern.contains("D") && pattern.contains("M");
        if (days || !WRITTEN.equals(reading.day(made.format(SAMPLE), ZoneOffset.UTC))) {
            throw new IllegalArgumentException("no day can be read by it");
        }
        return reading;
    }

    /** The day as {@code YYYYMMDD}, or null when the text is no such date. */
    String day(String text, ZoneId zone) {
        try {
            LocalDate day = pattern == null ? iso(text, zone) : parsed(text, zone);
            int n = day.getYear() * 10_000 + day.getMonthValue() * 100 + day.getDayOfMonth();
            return day.getYear() < 1000 ? null : Integer.toString(n);
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private LocalDate parsed(String text, ZoneId zone) {
        TemporalAccessor at = pattern.parse(text);
        if (at.isSupported(ChronoField.OFFSET_SECONDS)) {
            OffsetDateTime moment = OffsetDateTime.from(at);
            return day(moment, BEFORE_TIME.matcher(text).find(), zone);
        }
        return LocalDate.from(at);
    }

    private static LocalDate iso(String t, ZoneId zone) {
        boolean dashes = t.length() > 4 && t.charAt(4) == '-';
        int end = dashes ? 10 : 8;
        if (dashes && t.charAt(7) != '-') {
            throw new DateTimeException("no ISO date");
        }
        LocalDate day = LocalDate.of(
                number(t, 0, 4),
                dashes ? number(t, 5, 7) : number(t, 4, 6),
                dashes ? number(t, 8, 10) : number(t, 6, 8));
        if (t.length() == end) {
            return day;
        }
        int offsetAt = Math.max(t.indexOf('+', end), Math.max(t.indexOf('Z', end), t.indexOf('-', end)));
        String time = t.substring(end, offsetAt < 0 ? t.length() : offsetAt);
        LocalDateTime at = day.atTime(number(time, 1, 3), time.length() > 3 ? number(time, 4, 6) : 0);
        if (time.length() > 6) {
            at = at.plus(number(time, 7, 9), ChronoUnit.SECONDS);
        }
        if (offsetAt < 0) {
            return at.toLocalDate();
        }
        return day(at.atOffset(ZoneOffset.of(t.substring(offsetAt))), time.charAt(0) == 'T', zone);
    }

    private static LocalDate day(OffsetDateTime moment, boolean byProgram, ZoneId zone) {
        boolean noTime = byProgram
                && moment.getOffset().equals(ZoneOffset.UTC)
                && moment.toLocalTime().equals(LocalTime.MIDNIGHT);
        return noTime ? moment.toLocalDate() : moment.atZoneSameInstant(zone).toLocalDate();
    }

    private static int number(String t, int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            int d = t.charAt(i) - '0';
            if (d < 0 || d > 9) {
                throw new DateTimeException("no digit");
            }
            n = n * 10 + d;
        }
        return n;
    }
}
