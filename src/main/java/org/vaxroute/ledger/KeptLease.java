package org.vaxroute.ledger;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

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

    private final Leases leases;
    private final Lease lease;
    private final AtomicLong asked = new AtomicLong(System.nanoTime());
    private volatile Duration patience = FORGOTTEN;
    private volatile long proved = System.nanoTime();
    private volatile boolean lost;

    KeptLease(Leases leases, Lease lease) {
        this.leases = leases;
        this.lease = lease;
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
