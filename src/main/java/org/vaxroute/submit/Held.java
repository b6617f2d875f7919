package org.vaxroute.submit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.vaxroute.ledger.Lease;
import org.vaxroute.ledger.Leases;

/** The lease on an account while it is used: renewed as work goes on, and work stops when it is lost. */
final class Held implements AutoCloseable {
    /** Longer than any single wait for a server, so that only a stopped process loses it. */
    static final Duration HOLD = Duration.ofMinutes(5);

    private static final Duration RENEW_AFTER = Duration.ofMinutes(1);

    private final Leases leases;
    private final Lease lease;
    private final Clock clock;
    private Instant renewed;

    Held(Leases leases, Lease lease, Clock clock) {
        this.leases = leases;
        this.lease = lease;
        this.clock = clock;
        this.renewed = clock.instant();
    }

    Lease lease() {
        return lease;
    }

    /**
     * Makes sure that we are still the only ones.
     *
     * @throws LeaseLost when another node has taken over
     */
    void renew() {
        if (!leases.renew(lease, HOLD)) {
            throw new LeaseLost("Another node has taken over " + lease.name() + "; this one stops where it is.");
        }
        renewed = clock.instant();
    }

    /** A stream that renews the lease while it is read. */
    InputStream watching(InputStream bytes) {
        return new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                renewWhenDue();
                return in.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                renewWhenDue();
                return in.read(buffer, offset, length);
            }
        };
    }

    private void renewWhenDue() {
        if (Duration.between(renewed, clock.instant()).compareTo(RENEW_AFTER) >= 0) {
            renew();
        }
    }

    @Override
    public void close() {
        leases.release(lease);
    }
}
