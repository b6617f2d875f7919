package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Position;

/** How fast records come: the ledger only knows how many there were, so this looks every minute and remembers an hour. */
final class Rates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rates.class);
    private static final Duration WINDOW = Duration.ofHours(1);

    private final Supplier<List<Position>> positions;
    private final Clock clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private ScheduledExecutorService minute;

    private record Sample(Instant at, Map<String, Long> read) {}

    Rates(Supplier<List<Position>> positions, Clock clock) {
        this.positions = positions;
        this.clock = clock;
    }

    /** Looks from now on every minute, until it is closed. */
    void start() {
        minute = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "vaxroute-rates");
            thread.setDaemon(true);
            return thread;
        });
        minute.scheduleWithFixedDelay(this::tryToLook, 0, 1, TimeUnit.MINUTES);
    }

    private void tryToLook() {
        try {
            look();
        } catch (LedgerException away) {
            LOG.debug("No look at the sources' counts: {}", away.getMessage());
        }
    }

    synchronized void look() {
        Instant now = clock.instant();
        Map<String, Long> read = new HashMap<>();
        positions.get().forEach(position -> read.put(key(position.connection(), position.source()), taken(position)));
        // Taken before the clock was set back.
        samples.removeIf(sample -> sample.at().isAfter(now));
        samples.addLast(new Sample(now, read));
        while (samples.size() > 2 && samples.peekFirst().at().isBefore(now.minus(WINDOW))) {
            samples.removeFirst();
        }
    }

    /** Records an hour of a source, over the last hour or as long as was looked; empty before anything can be said. */
    synchronized OptionalLong perHour(String connection, String source) {
        if (samples.size() < 2) {
            return OptionalLong.empty();
        }
        Sample first = samples.peekFirst();
        Sample last = samples.peekLast();
        long millis = Duration.between(first.at(), last.at()).toMillis();
        if (millis <= 0) {
            return OptionalLong.empty();
        }
        String key = key(connection, source);
        long records = last.read().getOrDefault(key, 0L) - first.read().getOrDefault(key, 0L);
        return OptionalLong.of(Math.round(records * 3_600_000.0 / millis));
    }

    private static long taken(Position position) {
        return position.recordsRead() - position.repeated();
    }

    private static String key(String connection, String source) {
        return connection + "." + source;
    }

    @Override
    public void close() {
        if (minute != null) {
            minute.shutdownNow();
        }
    }
}
