package org.vaxroute.operate.mbean;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The route files of a running server, as far as an operator is concerned. */
public interface RouteFiles {
    /**
     * How things are.
     *
     * @param faults of the files as they are now; what ran before goes on meanwhile
     * @param waiting changes that need a restart
     * @param swapped what was taken without one, newest first
     */
    record State(List<Fault> faults, List<String> waiting, List<Swap> swapped) {}

    /** One thing wrong with a file. */
    record Fault(String file, int line, int column, String problem, String remedy) {}

    /**
     * A file that was taken.
     *
     * @param what {@code new}, {@code changed} or {@code gone}
     */
    record Swap(Instant at, String file, String what) {}

    State state();

    /** Empty when nobody looks by itself. */
    Optional<Duration> every();

    /** Looks now, and takes what has changed if it is without fault. */
    State look();
}
