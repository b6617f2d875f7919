package org.vaxroute.ledger;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is renewed by itself while its holder works, so that it may be short: a node that dies loses it within
 * {@link Leases#HOLD}, one that waits long for a slow server keeps it.
 *
 * <p>Its holder asks {@link #still()} before each step that another node must not take at the same time. A holder that has not asked for
 * {@link #FORGOTTEN} is taken for one that will not come back, and the lease is let go.
 */
public final class KeptLease implements AutoCloseable {
    /** Longer than any single wait for a server or a disk that is not known beforehand. */
    static final Duration FORGOTTEN = Duration.ofMinutes(10);

    /** So long after it was last confirmed a lease may be another's: a little less than {@link Leases#HOLD}, for what ends late. */
    static final Duration LAPSE = Leases.HOLD.minusSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(KeptLease.class);

    private final Leases leases;
    private final Lease lease;
    private final AtomicReference<Runnable> atLapse = new AtomicReference<>();
    private final AtomicLong asked = new AtomicLong(System.nanoTime());
    private volatile Duration patience = FORGOTTEN;
    private volatile long proved;
    private volatile boolean lost;

    /** @param proved when the database was asked for it, by the machine's own counter */
    KeptLease(Leases leases, Lease lease, long proved) {
        this.leases = leases;
        this.lease = lease;
        this.proved = proved;
    }

    public Lease lease() {
        return lease;
    }

    /** Whether we are still the only ones; asks the database. Once false, it stays so. */
    public boolean still() {
        asked.set(System.nanoTime());
        renew();
        return !lost;
    }

    /** Whether another piece of work may be begun under it: it is still ours, and this process has not been told to take no work. */
    public boolean mayGoOn() {
        return still() && !leases.isResting();
    }

    /**
     * As {@link #mayGoOn()}, but takes what the database last said if that is not older. For many small pieces of work that the ledger guards
     * each by itself.
     */
    public boolean mayGoOn(Duration age) {
        long now = System.nanoTime();
        asked.set(now);
        if (now - proved > age.toNanos()) {
            renew();
        }
        return !lost && !leases.isResting();
    }

    /**
     * Has something ended, once, when the lease may have run out because the ledger could not be asked: what this node has open at another's
     * server, before the next node begins its own. It is run by another thread, while the holder may wait for the ledger, and must not wait itself;
     * at once where it is so late already.
     */
    public void atLapse(Runnable end) {
        atLapse.set(end);
        watch();
    }

    void watch() {
        if (System.nanoTime() - proved < LAPSE.toNanos()) {
            return;
        }
        Runnable end = atLapse.getAndSet(null);
        if (end != null) {
            LOG.warn(
                    "The ledger has not confirmed the lease {} for {} s; what this node has open under it is closed, because another may take it.",
                    lease.name(),
                    LAPSE.toSeconds());
            end.run();
        }
    }

    /** Says that a single step of its holder may take so long. */
    public void patient(Duration step) {
        patience = FORGOTTEN.plus(step);
    }

    /** Whether its holder has not given it back, and nobody has taken it for forgotten. */
    public boolean isKept() {
        return leases.isKept(this);
    }

    boolean forgotten() {
        return System.nanoTime() - asked.get() >= patience.toNanos();
    }

    void renew() {
        if (lost) {
            return;
        }
        long now = System.nanoTime();
        if (leases.renew(lease, Leases.HOLD)) {
            proved = now;
        } else {
            lost = true;
        }
    }

    /** Gives the lease back; harmless when it was lost meanwhile. */
    @Override
    public void close() {
        leases.letGo(this);
    }
}
