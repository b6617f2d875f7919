package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A registry's server on loopback: a drop-off folder, a picker that takes files out of it, and faults on demand. */
abstract class RegistryServer implements Closeable {
    static final String USER = "clinic01";
    static final String PASSWORD = "correct horse";

    final Path home;
    private final ScheduledExecutorService picker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "picker");
        thread.setDaemon(true);
        return thread;
    });
    volatile Fault fault = Fault.NONE;
    volatile long cutAt;
    /** What happens while somebody logs in. */
    volatile Runnable atLogin = () -> {};

    RegistryServer(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(dropOff());
        Files.createDirectories(taken());
    }

    abstract int port();

    /** How many passwords the server was shown, right ones and wrong ones. */
    abstract int logins();

    /** Whether anybody is connected at this moment. */
    abstract int sessions();

    abstract Account.Builder account(String id);

    final Path dropOff() {
        return home.resolve("hl7-dropoff");
    }

    final Path taken() {
        return home.resolve("taken");
    }

    /** Begins to take finished files out of the drop-off folder, as registries do within a minute or so. */
    final void pickEvery(Duration pause) {
        picker.scheduleWithFixedDelay(this::pick, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    final void pick() {
        for (Path file : files(dropOff())) {
            if (file.getFileName().toString().endsWith(".hl7")) {
                try {
                    Path place = taken().resolve(file.getFileName().toString());
                    int copy = 1;
                    while (Files.exists(place)) {
                        place = taken().resolve(file.getFileName() + ".again" + copy++);
                    }
                    Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Everything that ever arrived under a final name: still in the drop-off folder, or taken. */
    final List<Path> arrived() {
        return Stream.concat(files(dropOff()).stream(), files(taken()).stream())
                .filter(file -> file.getFileName().toString().contains(".hl7")
                        && !file.getFileName().toString().endsWith(".part"))
                .toList();
    }

    static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        picker.shutdownNow();
    }
}
