package org.vaxroute.feeds;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.CronExpression;

/**
 * When a feed is due. Either a Quartz cron expression read in the connection's time zone or, for practice, a short interval counted
 * from the epoch so that every node finds the same instants.
 *
 * <p>A schedule names instants; whoever runs it claims the instant in the ledger, so a run missed while the program was down is
 * caught up once, and none happens twice. On the day the clock goes back, a time that exists twice is due once (the first of the
 * two); on the day it goes forward, a time that does not exist is due where the clock lands. A schedule of every hour stays one
 * of every hour on both days.
 */
public final class Schedule {
    private final CronExpression cron;
    private final ZoneId zone;
    private final Duration every;
    private final Map<ZoneOffset, CronExpression> byOffset = new ConcurrentHashMap<>();

    private Schedule(CronExpression cron, ZoneId zone, Duration every) {
        this.cron = cron;
        this.zone = zone;
        this.every = every;
    }

    /**
     * @throws IllegalArgumentException if the expression is no Quartz cron expression, with what is wrong with it
     */
    public static Schedule cron(String expression, ZoneId zone) {
        try {
            return new Schedule(new CronExpression(expression), zone, null);
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "The schedule \"" + expression + "\" is no Quartz cron expression (" + e.getMessage()
                            + "). It has six or seven fields, for example 0 30 5 * * ? for half past five every morning.",
                    e);
        }
    }

    /** @throws IllegalArgumentException if the interval is under one second */
    public static Schedule every(Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("The interval " + interval + " is too short; use one second or more.");
        }
        return new Schedule(null, null, interval);
    }

    /** The first instant of the schedule after this one; empty when there is none (a cron expression with years that are over). */
    public Optional<Instant> next(Instant after) {
        if (every != null) {
            long step = every.toMillis();
            return Optional.of(Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), step) + 1) * step));
        }
        Optional<Instant> found = nextOnTheWall(after);
        while (found.isPresent() && !everyHour() && secondOfTwo(found.get())) {
            found = nextOnTheWall(found.get());
        }
        return found;
    }

    /**
     * The last instant of the schedule that lies after <code>since</code> and not after <code>now</code>: the one run that is due,
     * however many were missed.
     */
    public Optional<Instant> due(Instant since, Instant now) {
        // Looking back in growing steps: a schedule of every second after a year of standstill must not count a year of
        // seconds.
        for (Duration back = Duration.ofMinutes(1); ; back = back.multipliedBy(8)) {
            Instant from = now.minus(back);
            boolean whole = !from.isAfter(since);
            Optional<Instant> last = lastBetween(whole ? since : from, now);
            if (last.isPresent() || whole) {
                return last;
            }
        }
    }

    private Optional<Instant> lastBetween(Instant from, Instant now) {
        Optional<Instant> last = Optional.empty();
        Optional<Instant> next = next(from);
        while (next.isPresent() && !next.get().isAfter(now)) {
            last = next;
            next = next(next.get());
        }
        return last;
    }

    // Quartz itself leaves a time out that the clock jumps over, and takes the second of two; so it is asked for each
    // offset alone.
    private Optional<Instant> nextOnTheWall(Instant after) {
        Optional<Instant> before = nextAt(zone.getRules().getOffset(after), after);
        ZoneOffsetTransition change = zone.getRules().nextTransition(after);
        if (change == null || before.isPresent() && before.get().isBefore(change.getInstant())) {
            return before;
        }
        boolean skipped = before.isPresent()
                && change.isGap()
                && !everyHour()
                && before.get().isBefore(change.getInstant().plus(change.getDuration()));
        Optional<Instant> later =
                nextAt(change.getOffsetAfter(), change.getInstant().minusSeconds(1));
        if (before.isEmpty() && later.isEmpty()) {
            return Optional.empty();
        }
        if (later.isPresent() && zone.getRules().getOffset(later.get()).equals(change.getOffsetAfter())) {
            return skipped && before.get().isBefore(later.get()) ? before : later;
        }
        return skipped ? before : nextOnTheWall(change.getInstant());
    }

    private Optional<Instant> nextAt(ZoneOffset offset, Instant after) {
        Date found = byOffset.computeIfAbsent(offset, this::in).getNextValidTimeAfter(Date.from(after));
        return Optional.ofNullable(found).map(Date::toInstant);
    }

    private CronExpression in(ZoneOffset offset) {
        CronExpression copy = new CronExpression(cron);
        copy.setTimeZone(TimeZone.getTimeZone(offset));
        return copy;
    }

    private boolean secondOfTwo(Instant instant) {
        return instant.atZone(zone).withEarlierOffsetAtOverlap().toInstant().isBefore(instant);
    }

    // A schedule that names hours is about the clock on the wall; one that runs every hour is about time passing.
    private boolean everyHour() {
        return cron.getCronExpression().trim().split("\\s+")[2].startsWith("*");
    }
}
