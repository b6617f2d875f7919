package org.vaxroute.operate.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps a name out for a while after wrong passwords in a row, so that guessing takes years. It counts in memory: a restart is nothing that a guesser
 * can bring about.
 */
final class LoginLimit {
    private static final int MOST_IN_A_ROW = 5;
    private static final Duration REST = Duration.ofMinutes(15);
    private static final int NAMES = 10_000;

    private final Clock clock;
    private final Map<String, Failures> byName = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > NAMES;
        }
    };

    private record Failures(int inARow, Instant last) {}

    LoginLimit(Clock clock) {
        this.clock = clock;
    }

    /** Whether this name may not log in at this moment, whatever its password. */
    synchronized boolean rests(String name) {
        Failures failures = byName.get(name);
        return failures != null && failures.inARow() >= MOST_IN_A_ROW && !over(failures);
    }

    /** A wrong password; returns whether the name rests from now on. */
    synchronized boolean failed(String name) {
        Failures before = byName.remove(name);
        int inARow = before == null || over(before) ? 1 : before.inARow() + 1;
        byName.put(name, new Failures(inARow, clock.instant()));
        return inARow >= MOST_IN_A_ROW;
    }

    synchronized void succeeded(String name) {
        byName.remove(name);
    }

    private boolean over(Failures failures) {
        Instant now = clock.instant();
        // One further ahead than a rest was before the clock was set back.
        return !failures.last().plus(REST).isAfter(now) || failures.last().isAfter(now.plus(REST));
    }
}
