package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoticesTest extends LedgerCase {
    private static final Duration HOLD = Duration.ofMinutes(10);

    @Test
    void aNoticeThatDidNotLeaveWaitsForItsNextAttempt() {
        Notice notice = claimed();
        ledger.notices().failed(notice.id(), clock.instant().plus(Notices.LONGEST_WAIT), "no mail server");

        assertThat(ledger.notices().claim("node", HOLD)).isEmpty();
        clock.advance(Notices.LONGEST_WAIT);
        assertThat(ledger.notices().claim("node", HOLD)).isPresent();
    }

    @Test
    void oneThatWaitsDoesNotWaitForAClockThatWasSetBack() {
        Notice notice = claimed();
        ledger.notices().failed(notice.id(), clock.instant().plus(Duration.ofMinutes(1)), "no mail server");

        clock.advance(Duration.ofDays(-30));

        assertThat(ledger.notices().claim("node", HOLD)).isPresent();
    }

    @Test
    void oneOfANodeThatDiedDoesNotWaitForAClockThatWasSetBack() {
        claimed();
        clock.advance(Duration.ofMinutes(-9));
        assertThat(ledger.notices().claim("another node", HOLD))
                .as("clocks of nodes differ")
                .isEmpty();

        clock.advance(Duration.ofDays(-30));

        assertThat(ledger.notices().claim("another node", HOLD)).isPresent();
    }

    private Notice claimed() {
        ledger.notices().owe(CONNECTION, "GO_LIVE", "once", "");
        return ledger.notices().claim("node", HOLD).orElseThrow();
    }
}
