package org.vaxroute.submit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How fast an account may be used: at most so many files within any period of that length, at open hours only. What was sent is
 * asked of the ledger, so a restart does not forget it.
 *
 * @param files most files within a period; 0 = no limit
 * @param period length of the sliding period
 * @param windows open hours
 */
public record Pace(int files, Duration period, TransferWindows windows) {
    /** As many as come, at any hour. */
    public static final Pace UNLIMITED = new Pace(0, Duration.ofMinutes(10), TransferWindows.always());

    public Pace {
        if (files < 0) {
            throw new IllegalArgumentException(
                    "account.pace-files is " + files + "; use 0 for no limit, or a number above it.");
        }
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("account.pace-period is " + period + "; it must be above zero.");
        }
    }

    /**
     * The earliest moment from <code>now</code> on at which the next file may be sent.
     *
     * @param sent when files were sent with this account, in order of time, at least those of the last {@link #period}
     */
    public Instant next(Instant now, List<Instant> sent) {
        Instant free = now;
        if (files > 0) {
            Instant edge = now.minus(period);
            // Further ahead than a period lies only what a clock wrote that was set back since.
            Instant ahead = now.plus(period);
            List<Instant> counted = sent.stream()
                    .filter(at -> at.isAfter(edge) && at.isBefore(ahead))
                    .toList();
            if (counted.size() >= files) {
                free = counted.get(counted.size() - files).plus(period);
            }
        }
        Instant from = free;
        return windows.nextOpen(free)
                .orElseThrow(() -> new IllegalStateException("No open hour within eight days of " + from));
    }
}
