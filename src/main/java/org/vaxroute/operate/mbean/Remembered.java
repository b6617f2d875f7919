package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** A figure that costs the ledger too much to be worked out anew for each screen that shows it. */
final class Remembered<T> {
    private final Supplier<T> figure;
    private final Duration forAsLong;
    private final Clock clock;
    private T value;
    private Instant until = Instant.MIN;

    Remembered(Supplier<T> figure, Duration forAsLong, Clock clock) {
        this.figure = figure;
        this.forAsLong = forAsLong;
        this.clock = clock;
    }

    synchronized T get() {
        Instant now = clock.instant();
        // What would hold longer was worked out before the clock was set back.
        if (!now.isBefore(until) || until.isAfter(now.plus(forAsLong))) {
            value = figure.get();
            until = now.plus(forAsLong);
        }
        return value;
    }
}
