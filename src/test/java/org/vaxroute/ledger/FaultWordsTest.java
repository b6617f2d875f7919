package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultWordsTest {
    @Test
    void ofAnothersFaultTheKindAloneIsToldBecauseItMayQuoteARecord() {
        assertThat(FaultWords.of(new IllegalStateException("no place for PID|1||77||Adams^Ann")))
                .contains("java.lang.IllegalStateException", "log")
                .doesNotContain("Adams");
        assertThat(FaultWords.of(new NullPointerException())).contains("java.lang.NullPointerException");
    }

    @Test
    void ourOwnWordsAreTold() {
        assertThat(FaultWords.of(new LedgerUnavailable("The disk of the ledger is full.", null)))
                .isEqualTo("The disk of the ledger is full.");
    }
}
