package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LoginLimitTest {
    private Instant now = Instant.parse("2026-11-25T08:00:00Z");
    private final LoginLimit limit = new LoginLimit(new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    });

    @Test
    void fiveWrongPasswordsInARowKeepANameOutForAQuarterOfAnHour() {
        for (int i = 1; i <= 4; i++) {
            assertThat(limit.failed("vera")).isFalse();
            assertThat(limit.rests("vera")).isFalse();
        }
        assertThat(limit.failed("vera")).isTrue();
        assertThat(limit.rests("vera")).isTrue();
        assertThat(limit.rests("otto")).isFalse();

        now = now.plus(Duration.ofMinutes(15));
        assertThat(limit.rests("vera")).isFalse();
        assertThat(limit.failed("vera")).as("counting begins anew").isFalse();
    }

    @Test
    void aNameDoesNotRestUntilAClockThatWasSetBackCatchesUp() {
        for (int i = 1; i <= 5; i++) {
            limit.failed("vera");
        }
        now = now.minus(Duration.ofMinutes(15));
        assertThat(limit.rests("vera")).isTrue();

        now = now.minus(Duration.ofDays(1));
        assertThat(limit.rests("vera")).isFalse();
    }

    @Test
    void theRightPasswordForgetsTheWrongOnes() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 4; i++) {
                limit.failed("vera");
            }
            limit.succeeded("vera");
        }
        assertThat(limit.rests("vera")).isFalse();
    }
}
