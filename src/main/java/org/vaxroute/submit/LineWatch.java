package org.vaxroute.submit;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks now and then whether a line or a step still goes on. Its one thread ends when there is nothing to look at, so that a server of others
 * from which VaxRoute is taken away keeps none of it.
 */
final class LineWatch {
    static final String THREAD = "vaxroute-line-watch";

    private static final int LOOKS = 4;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private LineWatch() {}

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, look -> {
            Thread thread = new Thread(look, THREAD);
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    /**
     * Begins to look, until the answer is cancelled.
     *
     * @param longest what is looked for takes longer than this; it is looked at several times meanwhile
     */
    static Future<?> begin(Runnable look, Duration longest) {
        long pause = Math.max(1, longest.toMillis() / LOOKS);
        return CLOCK.scheduleWithFixedDelay(look, pause, pause, TimeUnit.MILLISECONDS);
    }
}
