package org.vaxroute.submit;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a fault: the first wait, doubled with every further fault up to the longest, each shortened by a random
 * part so that many senders do not come back at the same moment.
 *
 * @param first wait after the first fault
 * @param longest no wait is longer
 * @param jitter share of a wait that chance may take away, 0 to 1
 */
public record BackOff(Duration first, Duration longest, double jitter) {
    /** From 30 s (the registry's published retry delay) to 4 hours. */
    public static final BackOff DEFAULT = new BackOff(Duration.ofSeconds(30), Duration.ofHours(4), 0.2);

    public BackOff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "account.back-off-first is " + first + " and account.back-off-longest is " + longest
                            + "; the first must be above zero and not above the longest.");
        }
        if (jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException("account.back-off-jitter is " + jitter + "; use 0 to 1.");
        }
    }

    /**
     * Whether a wait is over. One that would last longer than any was begun by a clock that has been set back since, and is over too.
     *
     * @param next when it ends; null where nothing waits
     */
    public boolean over(Instant next, Instant now) {
        return next == null || !next.isAfter(now) || next.isAfter(now.plus(longest));
    }

    /**
     * The wait after a further fault: as long as the faults have been going on, which doubles it each time and needs no counter.
     *
     * @param failing time since the first fault in a row
     * @param chance source of the jitter
     */
    public Duration wait(Duration failing, RandomGenerator chance) {
        Duration full = failing.compareTo(first) < 0 ? first : failing;
        if (full.compareTo(longest) > 0) {
            full = longest;
        }
        return full.minusMillis((long) (full.toMillis() * jitter * chance.nextDouble()));
    }
}
