package org.vaxroute.boot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's time, by which all nodes go, so that clocks that differ by minutes make nobody send too early or too fast. Between two
 * looks at the database this machine's clock goes on. docs/decisions/0305.
 */
final class LedgerClock extends Clock {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerClock.class);
    private static final Duration NEWS = Duration.ofSeconds(30);

    private final Clock own;
    private final Ahead ahead;

    private static final class Ahead {
        private volatile Duration by = Duration.ZERO;
    }

    LedgerClock(Clock own) {
        this(own, new Ahead());
    }

    private LedgerClock(Clock own, Ahead ahead) {
        this.own = own;
        this.ahead = ahead;
    }

    /**
     * Looks at the database's clock.
     *
     * @throws org.vaxroute.ledger.LedgerException when it does not answer; the last look then counts on
     */
    void look(Supplier<Instant> database) {
        Instant before = own.instant();
        Instant there = database.get();
        Duration asked = Duration.between(before, own.instant());
        Duration by = Duration.between(before.plus(asked.dividedBy(2)), there);
        if (by.minus(ahead.by).abs().compareTo(NEWS) > 0) {
            LOG.warn(
                    "This machine's clock is {} s from the database's, by which all nodes go",
                    by.negated().toSeconds());
        }
        ahead.by = by;
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead.by);
    }

    @Override
    public ZoneId getZone() {
        return own.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new LedgerClock(own.withZone(zone), ahead);
    }
}
