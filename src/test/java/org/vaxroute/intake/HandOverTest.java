package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private final List<Integer> stored = Collections.synchronizedList(new ArrayList<>());

    @Test
    void everythingIsStoredInOrderBeforeTheLastOneReturns() {
        try (var handOver = new HandOver<Integer>("test", 2, stored::add)) {
            IntStream.range(0, 100).forEach(handOver::give);
            assertThat(handOver.settled()).isFalse();
            handOver.giveLast(100);
            assertThat(stored).isEqualTo(IntStream.rangeClosed(0, 100).boxed().toList());
            assertThat(handOver.settled()).isTrue();
        }
    }

    @Test
    void aFailureReachesThePreparingThreadAndStopsWhatIsBehindIt() {
        try (var handOver = new HandOver<Integer>("test", 2, one -> {
            if (one == 3) {
                throw new IllegalStateException("full");
            }
            stored.add(one);
        })) {
            assertThatThrownBy(() -> {
                        IntStream.range(0, 100).forEach(handOver::give);
                        handOver.giveLast(100);
                    })
                    .hasMessage("full");
            assertThat(stored).containsExactly(0, 1, 2);
            assertThat(handOver.settled()).isFalse();
        }
    }

    @Test
    void aFailureOfTheVeryLastStoreIsNotMissed() {
        try (var handOver = new HandOver<Integer>("test", 1, one -> {
            throw new IllegalStateException("full");
        })) {
            assertThatThrownBy(() -> handOver.giveLast(1)).hasMessage("full");
        }
    }

    @Test
    void closingLeavesWhatStillWaits() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var handOver = new HandOver<Integer>("test", 2, one -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stored.add(one);
        });
        handOver.give(1);
        begun.await();
        handOver.give(2);
        var closing = new Thread(handOver::close);
        closing.start();
        while (closing.getState() == Thread.State.NEW || closing.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closing.join();
        assertThat(stored).containsExactly(1);
    }
}
