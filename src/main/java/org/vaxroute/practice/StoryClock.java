package org.vaxroute.practice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of a rehearsal: it goes as every clock does, and it can be put forward, never back. It remembers where it was, so that a
 * rehearsal that was killed goes on no earlier than it had come.
 */
public final class StoryClock extends Clock {
    private static final Duration GRAIN = Duration.ofSeconds(1);

    private final State state;
    private final ZoneId zone;

    /** What the clock and its views in other zones share. */
    private static final class State {
        private final Path file;
        private final AtomicLong kept = new AtomicLong();
        private Instant base;
        private long since = System.nanoTime();

        State(Path file, Instant base) {
            this.file = file;
            this.base = base;
        }

        synchronized Instant now() {
            Instant now = base.plusNanos(System.nanoTime() - since);
            if (now.toEpochMilli() - kept.get() >= GRAIN.toMillis()) {
                keep(now);
            }
            return now;
        }

        synchronized void forwardTo(Instant moment) {
            if (moment.isAfter(now())) {
                base = moment;
                since = System.nanoTime();
                keep(moment);
            }
        }

        private void keep(Instant now) {
            Journal.number(file, now.toEpochMilli());
            kept.set(now.toEpochMilli());
        }
    }

    private StoryClock(State state, ZoneId zone) {
        this.state = state;
        this.zone = zone;
    }

    /**
     * Opens the clock that the file remembers, or begins one.
     *
     * @param begin where a new one begins
     */
    public static StoryClock open(Path file, Instant begin, ZoneId zone) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new PracticeException("the folder " + file.getParent() + " cannot be made", e);
        }
        long before = Journal.number(file);
        // What passed since it was last written down is less than a grain.
        Instant base = before == 0 ? begin : Instant.ofEpochMilli(before).plus(GRAIN);
        State state = new State(file, base);
        state.now();
        return new StoryClock(state, zone);
    }

    /** Puts the clock forward; does nothing when it is later already. */
    public void forwardTo(Instant moment) {
        state.forwardTo(moment);
    }

    @Override
    public Instant instant() {
        return state.now();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new StoryClock(state, other);
    }
}
