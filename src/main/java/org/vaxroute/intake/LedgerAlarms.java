package org.vaxroute.intake;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Alarms;
import org.vaxroute.ledger.LedgerException;

/** Keeps the alarms of the intake in the ledger and writes each to the log when it is raised, changes or ends. */
public final class LedgerAlarms implements SourceAlarms {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAlarms.class);
    /** What the ledger calls alarms of the intake. */
    public static final String KIND = "intake";

    private final Alarms ledger;
    private final Map<String, String> standing = new ConcurrentHashMap<>();
    private final Set<String> recorded = ConcurrentHashMap.newKeySet();
    private final Set<String> over = ConcurrentHashMap.newKeySet();

    public LedgerAlarms(Alarms ledger) {
        this.ledger = Objects.requireNonNull(ledger, "ledger");
    }

    @Override
    public void raise(String subject, String text) {
        raiseWithoutLedger(subject, text);
        // That of a file is ended by another hand when somebody takes the file away, and the next of its name is news.
        if (!recorded.contains(subject) || subject.startsWith(FileDrop.NOT_TAKEN)) {
            try {
                ledger.raise(KIND, subject, text);
                recorded.add(subject);
            } catch (LedgerException e) {
                LOG.debug("{} stays in the log only: {}", subject, e.getMessage());
            }
        }
    }

    @Override
    public void raiseWithoutLedger(String subject, String text) {
        over.remove(subject);
        if (!text.equals(standing.put(subject, text))) {
            LOG.error("{}: {}", subject, text);
        }
    }

    @Override
    public void clear(String subject) {
        if (over.contains(subject)) {
            return;
        }
        try {
            boolean ended = ledger.clear(KIND, subject);
            if (standing.remove(subject) != null || ended) {
                LOG.info("{}: over", subject);
            }
            recorded.remove(subject);
            // A subject that stays over needs no look into the ledger at each file.
            if (over.size() < 10_000) {
                over.add(subject);
            }
        } catch (LedgerException e) {
            LOG.debug("{} could not be cleared: {}", subject, e.getMessage());
        }
    }
}
