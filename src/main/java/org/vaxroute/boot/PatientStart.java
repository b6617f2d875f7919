package org.vaxroute.boot;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.operate.http.HttpServer;
import org.vaxroute.operate.http.StartSign;

/**
 * A start that waits for a PostgreSQL which is away, before it or in the middle of it, for as long as the process may live. Meanwhile {@code /health} answers, so
 * that an orchestrator sees a process that lives and is not ready, and commands are not told to wait for a server. docs/decisions/0306.
 */
final class PatientStart {
    private static final Logger LOG = LoggerFactory.getLogger(PatientStart.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    private final RoomSettings rooms;
    private final CountDownLatch notWanted = new CountDownLatch(1);
    private String told = "";
    private long toldAt;
    private long since;

    PatientStart(RoomSettings rooms) {
        this.rooms = rooms;
    }

    /**
     * Starts, again and again while the ledger is away.
     *
     * @param start leaves nothing behind when it fails
     * @throws LedgerUnavailable when a ledger that is a file cannot be opened
     * @throws StartFailed when the start was given up before it began or while it waited
     * @throws IOException when the run folder cannot be written
     */
    VaxRoute of(Supplier<VaxRoute> start) throws IOException, InterruptedException {
        for (; ; ) {
            if (notWanted.getCount() == 0) {
                throw new StartFailed("VaxRoute was told to stop before it had started.", null);
            }
            LedgerUnavailable away;
            try (StartSign starting = StartSign.raise(rooms.run())) {
                return start.get();
            } catch (RuntimeException e) {
                away = away(e).orElseThrow(() -> e);
            }
            // Nobody but us has an H2 file; one that cannot be opened is in use or spoiled.
            if (rooms.ledger().url().startsWith("jdbc:h2:")) {
                throw away;
            }
            await(away);
        }
    }

    /** Waits for the ledger no longer. A start that is under way comes to its end. */
    void giveUp() {
        notWanted.countDown();
    }

    private static Optional<LedgerUnavailable> away(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof LedgerUnavailable away) {
                return Optional.of(away);
            }
        }
        return Optional.empty();
    }

    /** Returns when the ledger lets us in, after one pause at least, or when the start is given up. */
    private void await(LedgerUnavailable first) throws InterruptedException {
        if (since == 0) {
            since = System.nanoTime();
        }
        tell(first);
        Optional<HttpServer> health = rooms.http()
                .map(set -> HttpServer.healthAlone(
                        set, () -> List.of("The ledger does not answer; the start waits until it does.")));
        health.ifPresent(HttpServer::start);
        try {
            for (; ; ) {
                if (notWanted.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                try {
                    Ledger.reach(rooms.ledger());
                    LOG.info("The ledger answers after {} s; the start goes on", waited());
                    return;
                } catch (LedgerUnavailable still) {
                    tell(still);
                }
            }
        } finally {
            health.ifPresent(HttpServer::stop);
        }
    }

    /** The whole text, with what to look at, once for each cause; then a line now and then. */
    private void tell(LedgerUnavailable away) {
        if (!away.getMessage().equals(told)) {
            LOG.warn("{} VaxRoute waits for it and starts when it answers.", away.getMessage());
            told = away.getMessage();
            toldAt = System.nanoTime();
        } else if (System.nanoTime() - toldAt > TELL_AGAIN.toNanos()) {
            LOG.warn("The start has waited for the ledger for {} s", waited());
            toldAt = System.nanoTime();
        }
    }

    private long waited() {
        return Duration.ofNanos(System.nanoTime() - since).toSeconds();
    }
}
