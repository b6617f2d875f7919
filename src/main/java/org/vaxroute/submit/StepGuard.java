package org.vaxroute.submit;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.vaxroute.ledger.LedgerException;

/**
 * Ends a session whose server keeps us waiting by sending next to nothing. A socket's time-out begins anew with every byte, so that a
 * line on which a byte a second arrives would hold an account for hours.
 */
final class StepGuard {
    /** The libraries wait twice for a silent server; only what they do not notice is ours. */
    private static final int TIME_OUTS_OF_A_STEP = 3;

    private final Account account;
    private final Duration longest;
    private final Runnable abort;

    /** When something last went on, by the machine's own counter. */
    private volatile long since;

    private volatile boolean expired;
    private volatile boolean cut;

    /** @param abort closes the session's sockets, so that whoever waits for them is told */
    StepGuard(Account account, Runnable abort) {
        this.account = account;
        this.longest = account.timeOut().multipliedBy(TIME_OUTS_OF_A_STEP);
        this.abort = abort;
    }

    /**
     * Runs a step that has to end in time, or to call {@link #goesOn} again and again.
     *
     * @throws ServerAway when it did not, when the session was {@link #cut}, or when what arrived made a library stumble
     */
    <T> T step(Supplier<T> step) {
        if (cut) {
            throw closedHere(null);
        }
        goesOn();
        Future<?> looking = LineWatch.begin(this::look, longest);
        try {
            return step.get();
        } catch (LedgerException | UncheckedIOException | LeaseLost e) {
            throw e;
        } catch (RuntimeException e) {
            if (cut) {
                throw closedHere(e);
            }
            if (expired) {
                throw new ServerAway(
                        "The server of " + account + " kept us waiting for " + longest.toSeconds()
                                + " s without going on; the connection was closed.",
                        e);
            }
            throw e instanceof DeliveryFailure ? e : ServerAway.stumbled(account, e);
        } finally {
            looking.cancel(false);
        }
    }

    /** Closes the session's sockets, because another node may begin a session of its own. */
    void cut() {
        cut = true;
        abort.run();
    }

    private ServerAway closedHere(RuntimeException e) {
        return new ServerAway(
                "The session with the server of " + account
                        + " was closed here: the ledger did not say in time that no other node has the account. It goes on by itself.",
                e);
    }

    /** The bytes of an upload: it goes on with each piece of them that is taken. */
    InputStream goingOn(InputStream bytes) {
        return new WatchedInput(bytes, this::goesOn);
    }

    /** Something went on. */
    void goesOn() {
        since = System.nanoTime();
    }

    private void look() {
        if (!expired && System.nanoTime() - since > longest.toNanos()) {
            expired = true;
            abort.run();
        }
    }
}
