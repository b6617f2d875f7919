package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoryClockTest {
    private static final Instant BEGIN = Instant.parse("2026-03-02T14:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");

    @TempDir
    Path folder;

    @Test
    void goesForwardAndNeverBackAlsoAfterAKill() {
        StoryClock clock = StoryClock.open(folder.resolve("a/clock.txt"), BEGIN, ZONE);
        Instant first = clock.instant();
        assertThat(first).isBetween(BEGIN, BEGIN.plusSeconds(60));

        clock.forwardTo(BEGIN.plus(Duration.ofDays(3)));
        clock.forwardTo(BEGIN.plus(Duration.ofDays(1)));
        Instant later = clock.withZone(ZoneId.of("UTC")).instant();

        assertThat(later).isAfterOrEqualTo(BEGIN.plus(Duration.ofDays(3)));
        // Nothing is closed: opened again it is as after a kill.
        assertThat(StoryClock.open(folder.resolve("a/clock.txt"), BEGIN, ZONE).instant())
                .isAfterOrEqualTo(later);
    }
}
