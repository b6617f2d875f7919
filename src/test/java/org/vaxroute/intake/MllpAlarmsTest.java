package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.submit.FeedCase;

class MllpAlarmsTest extends FeedCase {
    private static final String TLS = "mllp.tls";

    private LedgerAlarms alarms;
    private MllpAlarms ending;

    @BeforeEach
    void listener() {
        alarms = new LedgerAlarms(ledger.alarms(), () -> clock.instant().toEpochMilli() * 1_000_000);
        ending = new MllpAlarms(ledger, clock);
    }

    @Test
    void whatAScannerDidYesterdayHidesNothingOfToday() {
        alarms.raise(TLS, "An MLLP connection was closed because TLS could not be agreed on.");
        alarms.raise("mllp.peer.192.0.2.7", "An MLLP connection from 192.0.2.7 was closed.");
        clock.advance(Duration.ofHours(23));
        ending.end();
        assertThat(open()).containsExactly(TLS, "mllp.peer.192.0.2.7");

        clock.advance(Duration.ofHours(1));
        ending.end();
        assertThat(open()).isEmpty();

        alarms.raise(TLS, "An MLLP connection was closed because TLS could not be agreed on.");
        assertThat(open()).containsExactly(TLS);
    }

    @Test
    void whatGoesOnStands() {
        alarms.raise(MllpEndpoint.PLAIN_TEXT, "The MLLP listener speaks plain text to the network.");
        alarms.raise("source.clinic", "Its database cannot be reached.");

        clock.advance(Duration.ofDays(30));
        ending.end();

        assertThat(open()).containsExactly(MllpEndpoint.PLAIN_TEXT, "source.clinic");
    }

    private List<String> open() {
        return ledger.alarms().open().stream().map(Alarm::subject).toList();
    }
}
