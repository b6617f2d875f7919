package org.vaxroute.practice;

import java.util.concurrent.locks.LockSupport;

/** Keeps to so many steps a second. */
final class Pace {
    private static final long SECOND = 1_000_000_000L;
    private final long nanosPerStep;
    private long next = System.nanoTime();

    /** @param perSecond steps a second; 0 for as fast as it goes */
    Pace(double perSecond) {
        nanosPerStep = perSecond <= 0 ? 0 : (long) (SECOND / perSecond);
    }

    /** Waits until the next step is due. */
    void await() throws InterruptedException {
        if (nanosPerStep == 0) {
            return;
        }
        long now = System.nanoTime();
        next = Math.max(next + nanosPerStep, now - SECOND);
        while (next - now > 0) {
            LockSupport.parkNanos(next - now);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            now = System.nanoTime();
        }
    }
}
