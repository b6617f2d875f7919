package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.submit.FeedCase;

/** Two nodes read the same source in turns, as runs of a JDBC source are claimed. */
class LedgerAlarmsTest extends FeedCase {
    private static final String SOURCE = "source.ehr-rows";
    private static final String TEXT = "The EHR's database refuses the login. Correct source.ehr-rows.password.";

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private LedgerAlarms one;
    private LedgerAlarms other;

    @BeforeEach
    void twoNodes() {
        one = new LedgerAlarms(ledger.alarms(), nanos::get);
        other = new LedgerAlarms(ledger.alarms(), nanos::get);
    }

    @Test
    void aSecondTroubleIsToldAfterAnotherNodeEndedTheFirst() {
        one.raise(SOURCE, TEXT);
        other.clear(SOURCE);
        assertThat(ledger.alarms().open()).isEmpty();

        nextRun();
        one.raise(SOURCE, TEXT);

        assertThat(ledger.alarms().open()).hasSize(1);
    }

    @Test
    void whatOneNodeRaisedEndsWhenAnotherReadsTheSource() {
        other.clear(SOURCE);
        one.raise(SOURCE, TEXT);
        other.clear(SOURCE);
        assertThat(ledger.alarms().open())
                .as("the ledger is not asked at each message")
                .hasSize(1);

        nextRun();
        other.clear(SOURCE);

        assertThat(ledger.alarms().open()).isEmpty();
    }

    @Test
    void aNodeGoesByItsOwnLastWordAtOnce() {
        one.clear(SOURCE);
        one.raise(SOURCE, TEXT);
        assertThat(ledger.alarms().open()).hasSize(1);

        one.clear(SOURCE);
        assertThat(ledger.alarms().open()).isEmpty();

        one.raise(SOURCE, TEXT);
        assertThat(ledger.alarms().open()).hasSize(1);
    }

    private void nextRun() {
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    }
}
