package org.vaxroute.intake;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.LedgerException;

/**
 * The right to read a source, over all nodes. While the files of a source follow one another, it is handed on from one to the next: taking
 * it and giving it back costs a commit each, as much as a small file itself.
 *
 * <p>Handed on only to somebody who waits for it, so it is never held without work. One thread waits, others hand on.
 */
final class ReadingLease {
    /** How old the database's word may be when the next small file is begun; the ledger's guards hold beyond it. */
    static final Duration FRESH = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ReadingLease.class);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Leases leases;
    private final String owner;
    private String awaited;
    private KeptLease handed;

    ReadingLease(Leases leases, String node) {
        this.leases = leases;
        this.owner = "intake" + Leases.at(node);
    }

    static String name(FileSource source) {
        return "source:" + source.connection() + "/" + source.id();
    }

    /**
     * Waits while this process reads the source, for a moment at most.
     *
     * @return the lease, if it was handed on
     */
    synchronized Optional<KeptLease> await(FileSource source, Duration moment) {
        awaited = name(source);
        long until = System.nanoTime() + moment.toNanos();
        try {
            while (handed == null && leases.isOurs(awaited) && System.nanoTime() - until < 0) {
                wait(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Optional<KeptLease> mine = Optional.ofNullable(handed);
        awaited = null;
        handed = null;
        return mine;
    }

    /** Takes it; empty when somebody holds it. */
    Optional<KeptLease> take(FileSource source) {
        return leases.keep(name(source), owner);
    }

    /** Hands it on to who waits for it, or gives it back. */
    void end(KeptLease lease) {
        if (isAwaited(lease) && isStillOurs(lease) && handOn(lease)) {
            return;
        }
        lease.close();
        wake();
    }

    private static boolean isStillOurs(KeptLease lease) {
        try {
            return lease.mayGoOn(FRESH);
        } catch (LedgerException e) {
            LOG.debug("{} is not handed on: {}", lease.lease().name(), e.getMessage());
            return false;
        }
    }

    private synchronized boolean isAwaited(KeptLease lease) {
        return lease.lease().name().equals(awaited);
    }

    private synchronized boolean handOn(KeptLease lease) {
        // Who waited may have gone on meanwhile.
        if (!isAwaited(lease)) {
            return false;
        }
        handed = lease;
        notifyAll();
        return true;
    }

    private synchronized void wake() {
        notifyAll();
    }
}
