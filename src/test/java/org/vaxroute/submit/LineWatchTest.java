package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The thread that looks at lines is there while there is one, and then no more. */
class LineWatchTest {
    @Test
    void itsThreadEndsWhenThereIsNothingToLookAt() throws Exception {
        for (int round = 0; round < 2; round++) {
            CountDownLatch looks = new CountDownLatch(3);
            Future<?> looking = LineWatch.begin(looks::countDown, Duration.ofMillis(20));
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(threads()).isOne();

            looking.cancel(false);

            await().until(() -> threads() == 0);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(LineWatch.THREAD))
                .count();
    }
}
