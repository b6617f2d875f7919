package org.vaxroute.boot;

import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;

/** The pools that shipped routes name as their <code>executorService</code>. */
final class RoutePools {
    private RoutePools() {}

    /** A pool in which what finds no thread waits, however much it is. */
    static ThreadPoolProfile of(String name, int threads) {
        return new ThreadPoolProfileBuilder(name)
                .poolSize(threads)
                .maxPoolSize(threads)
                .maxQueueSize(Integer.MAX_VALUE)
                .build();
    }
}
