package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.submit.MovableClock;
import org.vaxroute.submit.ReadyRecords;

class RatesTest {
    @TempDir
    Path home;

    @Test
    void aClockThatIsSetBackBeginsAnewAndKeepsAnHour() {
        MovableClock clock = new MovableClock("2028-02-29T12:00:00Z");
        try (Ledger ledger = Ledger.open(TestDatabase.H2.fresh(home), clock)) {
            ReadyRecords records = new ReadyRecords(() -> ledger, 1);
            records.store("main", Feed.ONGOING, 100);
            Rates rates = new Rates(ledger.positions()::all, clock);
            rates.look();
            clock.advance(Duration.ofDays(-300));
            rates.look();
            assertThat(rates.perHour("main", "made-up")).isEmpty();

            records.store("main", Feed.ONGOING, 10);
            clock.advance(Duration.ofMinutes(30));
            rates.look();
            assertThat(rates.perHour("main", "made-up")).hasValue(20);

            for (int minute = 0; minute < 61; minute++) {
                clock.advance(Duration.ofMinutes(1));
                rates.look();
            }
            assertThat(rates.perHour("main", "made-up")).as("of the last hour").hasValue(0);
        }
    }
}
