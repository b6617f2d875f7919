package org.vaxroute.intake;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;

/** What can be said of a high-water mark without knowing its source: a time as databases print it, a number, or text. */
final class Marks {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd")
            .optionalStart()
            .appendPattern("['T'][ ]HH:mm")
            .optionalStart()
            .appendPattern(":ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalEnd()
            .optionalEnd()
            .optionalStart()
            .appendPattern("[ ]")
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHmm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .toFormatter();
    private static final DateTimeFormatter WRITTEN = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter();

    // A stamp without an offset may be some hours off, and so may a clock.
    private static final Duration A_DAY = Duration.ofDays(1);

    // An hour everywhere but where it was, or is, half of one or two.
    private static final Duration SUMMER_TIME = Duration.ofHours(2);

    private Marks() {}

    /** Orders two marks of one source. */
    static int compare(String a, String b) {
        TemporalAccessor left = time(a);
        TemporalAccessor right = time(b);
        if (left != null && right != null) {
            return instant(left, ZoneOffset.UTC).compareTo(instant(right, ZoneOffset.UTC));
        }
        BigDecimal first = number(a);
        BigDecimal second = number(b);
        return first != null && second != null ? first.compareTo(second) : a.compareTo(b);
    }

    /** The mark moved back by the overlap; itself when it is no time. */
    static String back(String mark, Duration overlap) {
        TemporalAccessor time = time(mark);
        if (time == null || overlap.isZero()) {
            return mark;
        }
        LocalDateTime earlier = LocalDateTime.from(time).minus(overlap);
        return time.isSupported(ChronoField.OFFSET_SECONDS)
                ? WRITTEN.format(earlier) + ZoneOffset.from(time).getId().replace("Z", "+00:00")
                : WRITTEN.format(earlier);
    }

    /**
     * Whether the overlap behind a mark has passed; always for a mark that is no time.
     *
     * @param zone of a mark that names none
     */
    static boolean passed(String mark, Duration overlap, ZoneId zone, Instant now) {
        TemporalAccessor time = time(mark);
        return time == null || !instant(time, zone).plus(overlap).isAfter(now);
    }

    /** Whether a mark is a time that nothing can have been changed at yet, wherever its clock stands; never for one that is no time. */
    static boolean ahead(String mark, Instant now) {
        TemporalAccessor time = time(mark);
        return time != null && instant(time, ZoneOffset.UTC).isAfter(now.plus(A_DAY));
    }

    /**
     * Whether a row's mark lies before that of the row in front of it; never for marks that are neither times nor numbers. Stamps without
     * an offset go back when summer time ends.
     */
    static boolean fallsBack(String before, String mark) {
        TemporalAccessor earlier = time(before);
        TemporalAccessor later = time(mark);
        if (earlier != null && later != null) {
            Duration clockSetBack = later.isSupported(ChronoField.OFFSET_SECONDS) ? Duration.ZERO : SUMMER_TIME;
            return instant(later, ZoneOffset.UTC).plus(clockSetBack).isBefore(instant(earlier, ZoneOffset.UTC));
        }
        BigDecimal first = number(before);
        BigDecimal second = number(mark);
        return first != null && second != null && second.compareTo(first) < 0;
    }

    private static Instant instant(TemporalAccessor time, ZoneId zone) {
        LocalDateTime local = LocalDateTime.from(time);
        return local.atZone(time.isSupported(ChronoField.OFFSET_SECONDS) ? ZoneOffset.from(time) : zone)
                .toInstant();
    }

    private static TemporalAccessor time(String mark) {
        try {
            return TIME.parse(mark);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static BigDecimal number(String mark) {
        try {
            return new BigDecimal(mark);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
