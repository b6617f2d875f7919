package org.vaxroute.operate.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Trail;
import org.vaxroute.operate.access.Caller;

/**
 * Writes who logged in to the console, and who was refused, on the trail. Nobody who logs in waits for the ledger: what it cannot take is kept and
 * written when it can. docs/decisions/0418.
 */
final class LoginTrail implements AutoCloseable {
    static final String ACCEPTED = "console-login";
    static final String REFUSED = "console-login-refused";

    /** Subject of what was refused to a name that is no user's; no user can have it. */
    static final String NO_USER = "user:?";

    private static final Logger LOG = LoggerFactory.getLogger(LoginTrail.class);
    private static final Duration TOGETHER = Duration.ofMinutes(15);
    private static final int SOON_SECONDS = 1;
    private static final int STOP_SECONDS = 5;
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_ADDRESSES = 5;

    private final Trail trail;
    private final Clock clock;
    private final Map<String, Refusals> refusals = new LinkedHashMap<>();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private ScheduledExecutorService pen;

    private record Entry(Instant at, String who, String action, String subject, String detail) {}

    /** What was refused to one name since the entry about its first. */
    private static final class Refusals {
        private final Instant begun;
        private final Set<String> addresses = new LinkedHashSet<>();
        private Instant last;
        private long more;

        Refusals(Instant begun) {
            this.begun = begun;
        }

        void add(Instant at, String address) {
            more++;
            last = at;
            if (addresses.size() <= MOST_ADDRESSES) {
                addresses.add(address);
            }
        }

        String detail() {
            String from =
                    String.join(", ", addresses.stream().limit(MOST_ADDRESSES).toList());
            return more + " more since " + begun + ", from " + from
                    + (addresses.size() > MOST_ADDRESSES ? " and others" : "");
        }
    }

    LoginTrail(Trail trail, Clock clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /** Writes from now on, until it is closed. */
    void start() {
        pen = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "vaxroute-logins");
            thread.setDaemon(true);
            return thread;
        });
        pen.scheduleWithFixedDelay(this::tryToWrite, SOON_SECONDS, SOON_SECONDS, TimeUnit.SECONDS);
    }

    synchronized void accepted(Caller caller, String address) {
        keep(new Entry(
                clock.instant(),
                caller.name(),
                ACCEPTED,
                "user:" + caller.name(),
                caller.role().word() + ", from " + address));
    }

    /** @param user whose name was typed; empty when it is no user's, and may be a password */
    synchronized void refused(Optional<String> user, String address) {
        Instant now = clock.instant();
        String subject = user.map(name -> "user:" + name).orElse(NO_USER);
        Refusals before = refusals.get(subject);
        if (before == null) {
            refusals.put(subject, new Refusals(now));
            keep(new Entry(now, "console", REFUSED, subject, "from " + address));
        } else {
            before.add(now, address);
        }
    }

    private void keep(Entry entry) {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(entry);
        } else {
            LOG.warn("A login stands in this log alone: the ledger has been away too long to keep more for the trail");
        }
    }

    private void tryToWrite() {
        try {
            write();
        } catch (LedgerException away) {
            LOG.debug("No login can be written on the trail: {}", away.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Logins could not be written on the trail; it is tried again", e);
        }
    }

    /**
     * Writes what waits, and sums up what was refused a quarter of an hour long.
     *
     * @throws LedgerException when it stays here for the next time
     */
    void write() {
        sumUp(false);
        for (Entry next = first(); next != null; next = first()) {
            trail.append(next.at(), next.who(), next.action(), next.subject(), next.detail());
            written();
        }
    }

    private synchronized Entry first() {
        return waiting.peek();
    }

    private synchronized void written() {
        waiting.remove();
    }

    private synchronized void sumUp(boolean all) {
        Instant now = clock.instant();
        Iterator<Map.Entry<String, Refusals>> each = refusals.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Refusals> one = each.next();
            Refusals sum = one.getValue();
            // One begun later than now is of before the clock was set back.
            if (all || !sum.begun.plus(TOGETHER).isAfter(now) || sum.begun.isAfter(now)) {
                each.remove();
                if (sum.more > 0) {
                    keep(new Entry(sum.last, "console", REFUSED, one.getKey(), sum.detail()));
                }
            }
        }
    }

    /** Writes what there is, if the ledger takes it at once. */
    @Override
    public void close() {
        pen.shutdown();
        try {
            if (pen.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                sumUp(true);
                tryToWrite();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = left();
        if (left > 0) {
            LOG.warn("{} entries about logins to the console did not reach the trail; this log has each login", left);
        }
    }

    private synchronized int left() {
        return waiting.size();
    }
}
