package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.TestDatabase;

class LedgerClockTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    java.nio.file.Path folder;

    @Test
    void clocksThatDifferShowTheDatabasesTime() {
        LedgerClock behind = new LedgerClock(Clock.fixed(NOON.minusSeconds(300), ZoneOffset.UTC));
        LedgerClock ahead = new LedgerClock(Clock.fixed(NOON.plusSeconds(300), ZoneOffset.UTC));
        Clock inTexas = behind.withZone(ZoneId.of("America/Chicago"));
        assertThat(behind.instant()).isEqualTo(NOON.minusSeconds(300));

        behind.look(() -> NOON);
        ahead.look(() -> NOON);

        assertThat(behind.instant()).isEqualTo(NOON);
        assertThat(ahead.instant()).isEqualTo(NOON);
        assertThat(inTexas.instant()).isEqualTo(NOON);
        assertThat(inTexas.getZone()).isEqualTo(ZoneId.of("America/Chicago"));
    }

    @Test
    void theDatabaseTellsIt() {
        try (Ledger ledger = Ledger.open(TestDatabase.POSTGRESQL.fresh(folder), Clock.systemUTC())) {
            LedgerClock wrong = new LedgerClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
            wrong.look(ledger.nodes()::time);
            // One machine: its clock and the database's are the same.
            assertThat(Duration.between(wrong.instant(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
        }
    }
}
