package org.vaxroute.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this machine and this process say of themselves. */
final class Machine {
    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final AtomicLong AFTER_GC = new AtomicLong();
    private static final AtomicLong AFTER_FULL_GC = new AtomicLong();

    private Machine() {}

    static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /** CPU time of the threads that compile, which a long-running server soon has behind it. */
    static long compilerNanos() {
        long ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                ticks += compilerTicks(thread);
            }
        } catch (IOException noProc) {
            return 0;
        }
        return ticks * 10_000_000;
    }

    private static long compilerTicks(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int end = stat.lastIndexOf(')');
            if (!stat.substring(0, end).matches("(?s).*\\(C[12] Compiler.*")) {
                return 0;
            }
            String[] fields = stat.substring(end + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException ended) {
            return 0;
        }
    }

    static double load() {
        return SYSTEM.getSystemLoadAverage();
    }

    static String describe() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
        return "%d cores (%s), %d GB, %s %s, Java %s (%s), %s"
                .formatted(
                        SYSTEM.getAvailableProcessors(),
                        cpu.strip(),
                        SYSTEM.getTotalMemorySize() >> 30,
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        System.getProperty("java.vendor"),
                        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    }

    /** Notes from now on how much heap is in use after each collection. */
    static void watchHeap() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((notification, nobody) -> {
                var seen = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
                long used = heapAfter(seen.getGcInfo());
                AFTER_GC.accumulateAndGet(used, Math::max);
                if (seen.getGcAction().contains("major")) {
                    AFTER_FULL_GC.accumulateAndGet(used, Math::max);
                }
            }, null, null);
        }
    }

    private static long heapAfter(GcInfo collection) {
        return collection.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> pool.getKey().startsWith("PS ") || pool.getKey().startsWith("G1 ") || pool.getKey().contains("Gen"))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }

    static String heap() throws IOException {
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += collector.getCollectionCount();
            millis += collector.getCollectionTime();
        }
        String rss = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .findFirst()
                .orElse("0");
        return "most heap after a collection %d MB, after a full one %d MB; largest resident set %d MB; %d collections, %.1f s"
                .formatted(AFTER_GC.get() >> 20, AFTER_FULL_GC.get() >> 20, Long.parseLong(rss) >> 10, collections, millis / 1e3);
    }
}
