package org.vaxroute.intake;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Alarms;
import org.vaxroute.ledger.LedgerException;

/** Keeps the alarms of the intake in the ledger and writes each to the log when it is raised, changes or ends. */
public final class LedgerAlarms implements SourceAlarms {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAlarms.class);
    /** What the ledger calls alarms of the intake. */
    public static final String KIND = "intake";

    // A subject comes up with each message, and the ledger is not asked each time. Another node may raise or end it
    // meanwhile, so this is short beside the time from one run of a source to the next.
    private static final Duration KNOWN = Duration.ofSeconds(10);
    private static final int MOST_KNOWN = 10_000;

    private final Alarms ledger;
    private final LongSupplier nanos;
    private final Map<String, String> standing = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What this node has last written into the ledger of a subject, and when. */
    private record Known(boolean raised, long at) {}

    public LedgerAlarms(Alarms ledger) {
        this(ledger, System::nanoTime);
    }

    /** @param nanos time that passes, as {@link System#nanoTime} tells it */
    LedgerAlarms(Alarms ledger, LongSupplier nanos) {
        this.ledger = Objects.requireNonNull(ledger, "ledger");
        this.nanos = nanos;
    }

    @Override
    public void raise(String subject, String text) {
        boolean told = tell(subject, text);
        // That of a file is ended by another hand when somebody takes the file away, and the next of its name is news.
        if (isKnown(subject, true) && !subject.startsWith(FileDrop.NOT_TAKEN)) {
            return;
        }
        known.remove(subject);
        try {
            if (ledger.raise(KIND, subject, text) && !told) {
                LOG.error("{}: {}", subject, text);
            }
            know(subject, true);
        } catch (LedgerException e) {
            LOG.debug("{} stays in the log only: {}", subject, e.getMessage());
        }
    }

    @Override
    public void raiseWithoutLedger(String subject, String text) {
        known.remove(subject);
        tell(subject, text);
    }

    private boolean tell(String subject, String text) {
        boolean news = !text.equals(standing.put(subject, text));
        if (news) {
            LOG.error("{}: {}", subject, text);
        }
        return news;
    }

    @Override
    public void clear(String subject) {
        if (isKnown(subject, false)) {
            return;
        }
        try {
            boolean ended = ledger.clear(KIND, subject);
            if (standing.remove(subject) != null || ended) {
                LOG.info("{}: over", subject);
            }
            know(subject, false);
        } catch (LedgerException e) {
            LOG.debug("{} could not be cleared: {}", subject, e.getMessage());
        }
    }

    private boolean isKnown(String subject, boolean raised) {
        Known last = known.get(subject);
        return last != null && last.raised() == raised && isFresh(last);
    }

    private void know(String subject, boolean raised) {
        if (known.size() >= MOST_KNOWN) {
            known.values().removeIf(last -> !isFresh(last));
        }
        if (known.size() < MOST_KNOWN) {
            known.put(subject, new Known(raised, nanos.getAsLong()));
        }
    }

    private boolean isFresh(Known last) {
        return nanos.getAsLong() - last.at() < KNOWN.toNanos();
    }
}
