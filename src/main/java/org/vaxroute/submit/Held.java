package org.vaxroute.submit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Lease;
import org.vaxroute.ledger.Leases;

/** The lease on an account while it is used: work stops when it is lost. */
final class Held implements AutoCloseable {
    private static final Duration ASK_AFTER = Leases.HOLD.dividedBy(4);

    private final KeptLease lease;
    private long asked = System.nanoTime();

    Held(KeptLease lease) {
        this.lease = lease;
    }

    /** Closes this session when another node may begin one, although nobody here was told so. */
    void guards(RemoteFolder session) {
        lease.atLapse(session::cut);
    }

    Lease lease() {
        return lease.lease();
    }

    /**
     * Makes sure that we are still the only ones.
     *
     * @throws LeaseLost when another node has taken over
     */
    void renew() {
        if (!lease.still()) {
            throw new LeaseLost("Another node has taken over " + lease().name() + "; this one stops where it is.");
        }
        asked = System.nanoTime();
    }

    /** Whether the next file may be begun: we are still the only ones, and this node takes work. */
    boolean mayGoOn() {
        return lease.mayGoOn();
    }

    /** A stream that makes sure of it while it is read, also after this process was stopped for a while in the middle. */
    InputStream watching(InputStream bytes) {
        return new WatchedInput(bytes, this::askWhenDue);
    }

    /** The same for what is written. */
    OutputStream watching(OutputStream bytes) {
        return new FilterOutputStream(bytes) {
            @Override
            public void write(int one) throws IOException {
                askWhenDue();
                out.write(one);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                askWhenDue();
                out.write(buffer, offset, length);
            }
        };
    }

    private void askWhenDue() {
        if (System.nanoTime() - asked >= ASK_AFTER.toNanos()) {
            renew();
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
