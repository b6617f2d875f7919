package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PausesTest extends LedgerCase {
    private static final Pausable CLINIC = Pausable.source(CONNECTION, SOURCE);

    @Test
    void aPauseHoldsOverARestartAndSaysWhoWhenAndWhy() {
        Pause made = ledger.pauses().pause(CLINIC, "ann", "the EHR is being moved");
        clock.advance(Duration.ofDays(3));
        reopen();

        assertThat(ledger.pauses().of(CLINIC)).contains(made);
        assertThat(made.text())
                .isEqualTo("The source main.ehr is paused by ann since 2026-11-22T12:00:00Z: the EHR is being moved.");
        assertThat(ledger.alarms().open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(Pauses.ALARM);
            assertThat(alarm.subject()).isEqualTo("source:main.ehr");
            assertThat(alarm.detail()).contains("ann").contains("vaxroute resume source main.ehr");
        });
        assertThat(ledger.trail().of("source:main.ehr"))
                .extracting(entry -> entry.who() + " " + entry.action() + " " + entry.detail())
                .containsExactly("ann pause the EHR is being moved");
    }

    @Test
    void deliveriesSourcesAndFeedsAreToldApart() {
        ledger.pauses().pause(CLINIC, "ann", "x");
        ledger.pauses().pause(Pausable.delivery(CONNECTION), "bob", "y");
        ledger.pauses().pause(Pausable.feed("other", Feed.ONGOING), "eve", "z");

        assertThat(ledger.pauses().of(Pausable.source("other", SOURCE))).isEmpty();
        assertThat(ledger.pauses().of(Pausable.delivery("other"))).isEmpty();
        assertThat(ledger.pauses().of(Pausable.feed(CONNECTION, Feed.ONGOING))).isEmpty();
        assertThat(ledger.pauses().of(Pausable.feed("other", Feed.TEST))).isEmpty();
        assertThat(ledger.pauses().standing())
                .extracting(pause -> pause.what().toString())
                .containsExactlyInAnyOrder("source main.ehr", "delivery main", "feed other.ongoing");
    }

    @Test
    void aSecondPauseIsToldOfTheFirstAndNothingEndsTwice() {
        ledger.pauses().pause(CLINIC, "ann", "the EHR is being moved");

        assertThatThrownBy(() -> ledger.pauses().pause(CLINIC, "bob", "me too"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("paused by ann")
                .hasMessageContaining("the EHR is being moved");

        ledger.pauses().resume(CLINIC, "bob", "it is there");

        assertThat(ledger.pauses().of(CLINIC)).isEmpty();
        assertThat(ledger.alarms().open()).isEmpty();
        assertThatThrownBy(() -> ledger.pauses().resume(CLINIC, "bob", "again"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("is not paused");
        assertThat(ledger.trail().of("source:main.ehr"))
                .extracting(TrailEntry::action)
                .containsExactly("pause", "resume");
    }
}
