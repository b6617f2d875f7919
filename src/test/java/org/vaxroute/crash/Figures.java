package org.vaxroute.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a process uses while it works, as Linux tells it, looked at twice a second. */
final class Figures implements AutoCloseable {
    /** One look: open descriptors, threads, resident memory in MB. */
    record Look(long descriptors, long threads, long memory) {}

    private final Path of;
    private final List<Look> looks = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    Figures(PracticeProcess process) {
        of = Path.of("/proc", Long.toString(process.pid()));
        clock.scheduleWithFixedDelay(this::look, 0, 500, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try (Stream<Path> open = Files.list(of.resolve("fd"))) {
            long descriptors = open.count();
            long threads = 0;
            long memory = 0;
            for (String line : Files.readAllLines(of.resolve("status"))) {
                if (line.startsWith("Threads:")) {
                    threads = Long.parseLong(line.substring(8).strip());
                } else if (line.startsWith("VmRSS:")) {
                    memory = Long.parseLong(line.substring(6).replace("kB", "").strip()) / 1024;
                }
            }
            synchronized (looks) {
                looks.add(new Look(descriptors, threads, memory));
            }
        } catch (IOException e) {
            // The process has ended.
            clock.shutdown();
        }
    }

    List<Look> looks() {
        synchronized (looks) {
            return List.copyOf(looks);
        }
    }

    /** The highest figures of a part of the time, such as the second of three. */
    Look highest(int part, int parts) {
        List<Look> all = looks();
        List<Look> some = all.subList(all.size() * (part - 1) / parts, all.size() * part / parts);
        return new Look(
                some.stream().mapToLong(Look::descriptors).max().orElse(0),
                some.stream().mapToLong(Look::threads).max().orElse(0),
                some.stream().mapToLong(Look::memory).max().orElse(0));
    }

    String inWords() {
        Look most = highest(1, 1);
        return "%d descriptors, %d threads, %d MB resident at most"
                .formatted(most.descriptors(), most.threads(), most.memory());
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
