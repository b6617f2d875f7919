package org.vaxroute.crash.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts how often the process has come to each point, and ends it at one of them as kill -9 would: no hook, no flush. Also puts its clock off. */
public final class Halt {
    /** Exit code of a process that was ended by kill -9. */
    public static final int KILLED = 137;

    private static final Map<String, AtomicLong> TIMES = new ConcurrentHashMap<>();
    private static volatile String wanted = "";
    private static volatile long nth;
    private static final long LOOK_NANOS = 100_000_000;

    private static volatile Path clock;
    private static volatile long seconds;
    private static volatile long looked;

    private Halt() {}

    /** Ends the process when it comes to the point so many times. */
    public static void want(String point, long time) {
        nth = time;
        wanted = point;
    }

    /** Puts the clock off by the seconds in the file. */
    public static void clock(Path file) {
        looked = System.nanoTime() - LOOK_NANOS;
        clock = file;
    }

    /** The process's time, put off by what the file says at the moment. */
    public static Instant shifted(Instant now) {
        if (clock == null) {
            return now;
        }
        if (System.nanoTime() - looked >= LOOK_NANOS) {
            looked = System.nanoTime();
            try {
                seconds = Long.parseLong(Files.readString(clock).strip());
            } catch (IOException | NumberFormatException e) {
                throw new IllegalStateException("the file of the clock's seconds", e);
            }
        }
        return now.plusSeconds(seconds);
    }

    /** The same in milliseconds. */
    public static long shiftedMillis(long now) {
        return shifted(Instant.ofEpochMilli(now)).toEpochMilli();
    }

    /** How often each point was reached. */
    public static Map<String, AtomicLong> times() {
        return TIMES;
    }

    /** Called at the point; the agent has written the call into the class that holds it. */
    public static void at(String point) {
        long time = TIMES.computeIfAbsent(point, any -> new AtomicLong()).incrementAndGet();
        if (time == nth && point.equals(wanted)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
