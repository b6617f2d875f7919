package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;

class ReadingLeaseTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path home;

    private IntakeHouse house;
    private FileSource source;
    private Leases leases;
    private ReadingLease reading;

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        source = house.fileSource("clinic");
        leases = house.ledger.leases();
        reading = new ReadingLease(leases, "here");
    }

    @AfterEach
    void leave() {
        house.close();
    }

    private final class Next {
        private final FutureTask<Optional<KeptLease>> handed = new FutureTask<>(() -> reading.await(source, LONG));

        Next() {
            Thread thread = new Thread(handed, "the next file");
            thread.setDaemon(true);
            thread.start();
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }
    }

    private boolean isHeld() {
        return leases.isHeld(ReadingLease.name(source));
    }

    @Test
    void whoWaitsForTheSourceHasItHandedOn() throws Exception {
        KeptLease first = reading.take(source).orElseThrow();
        Next next = new Next();
        reading.end(first);

        assertThat(next.handed.get()).containsSame(first);
        assertThat(first.still()).isTrue();
        reading.end(first);
        assertThat(isHeld()).as("nobody waits any more").isFalse();
    }

    @Test
    void whatNobodyWaitsForIsGivenBackAtOnce() {
        FileSource other = new FileSource("other", "main", source.feed(), source.zone(), null);
        KeptLease kept = reading.take(other).orElseThrow();
        KeptLease first = reading.take(source).orElseThrow();
        Next next = new Next();
        reading.end(kept);

        assertThat(leases.isHeld(ReadingLease.name(other)))
                .as("it waits for another source")
                .isFalse();
        assertThat(next.handed.isDone()).isFalse();
        first.close();
        await().until(next.handed::isDone);
    }

    @Test
    void aNodeThatTakesNoMoreWorkHandsNothingOn() throws Exception {
        KeptLease first = reading.take(source).orElseThrow();
        Next next = new Next();
        leases.rest(true);
        reading.end(first);

        assertThat(next.handed.get()).isEmpty();
        assertThat(isHeld()).isFalse();
    }

    @Test
    void aLeaseThatIsLostIsNotHandedOn() throws Exception {
        KeptLease first = reading.take(source).orElseThrow();
        Next next = new Next();
        leases.release(first.lease());
        assertThat(first.mayGoOn(LONG)).as("as the database last said").isTrue();
        assertThat(first.mayGoOn(Duration.ZERO)).as("as it says now").isFalse();
        reading.end(first);

        assertThat(next.handed.get()).isEmpty();
        assertThat(reading.take(source)).isPresent();
    }

    @Test
    void aLongReadingIsNotWaitedFor() {
        KeptLease first = reading.take(source).orElseThrow();
        assertThat(reading.await(source, Duration.ofMillis(1))).isEmpty();
        reading.end(first);
        assertThat(isHeld()).isFalse();
    }
}
