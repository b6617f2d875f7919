package org.vaxroute.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Ledger;

/**
 * Ends alarms of what happened on an MLLP connection after a day: no look could find their cause gone, and as long as one stands the next of its kind
 * is told to nobody. docs/decisions/0401.
 */
public final class MllpAlarms {
    /** What the subject of every alarm of the listener begins with. */
    private static final String MLLP = "mllp.";

    private static final Duration STANDS = Duration.ofDays(1);

    private final Ledger ledger;
    private final Clock clock;

    public MllpAlarms(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Ends what has stood for a day. */
    public void end() {
        Instant before = clock.instant().minus(STANDS);
        ledger.alarms().open().stream()
                .filter(MllpAlarms::isOfAMoment)
                .filter(alarm -> !alarm.raisedAt().isAfter(before))
                .forEach(alarm -> ledger.alarms().clear(alarm.kind(), alarm.subject()));
    }

    /** A listener that speaks plain text does so as long as it runs. */
    private static boolean isOfAMoment(Alarm alarm) {
        return alarm.kind().equals(LedgerAlarms.KIND)
                && alarm.subject().startsWith(MLLP)
                && !alarm.subject().equals(MllpEndpoint.PLAIN_TEXT);
    }
}
