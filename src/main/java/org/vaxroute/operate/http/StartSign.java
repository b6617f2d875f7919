package org.vaxroute.operate.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Says that a server is starting: it has the ledger already, and its door is not open yet. A file with the process's number in the run
 * folder, which means nothing once that process is gone.
 */
public final class StartSign implements AutoCloseable {
    private final Path file;

    private StartSign(Path file) {
        this.file = file;
    }

    /**
     * Puts up the sign for this process, until it is closed.
     *
     * @param run the folder {@code work/run} of a home
     * @throws IOException when it cannot be written
     */
    public static StartSign raise(Path run) throws IOException {
        Files.createDirectories(run);
        Path file = file(run);
        Files.writeString(file, Long.toString(ProcessHandle.current().pid()), StandardCharsets.US_ASCII);
        return new StartSign(file);
    }

    /**
     * The process that is starting; empty when none is.
     *
     * @throws IOException when the sign cannot be read
     */
    public static OptionalLong standing(Path run) throws IOException {
        try {
            String pid = Files.readString(file(run), StandardCharsets.US_ASCII).strip();
            Instant raised = Files.getLastModifiedTime(file(run)).toInstant();
            // Empty for a moment while it is being written. A process that began after it has but the number of the one
            // that put it up.
            return pid.matches("\\d{1,18}")
                            && ProcessHandle.of(Long.parseLong(pid))
                                    .filter(ProcessHandle::isAlive)
                                    .flatMap(process -> process.info().startInstant())
                                    .filter(begun -> begun.isBefore(raised.plusSeconds(1)))
                                    .isPresent()
                    ? OptionalLong.of(Long.parseLong(pid))
                    : OptionalLong.empty();
        } catch (NoSuchFileException nothingStarts) {
            return OptionalLong.empty();
        }
    }

    private static Path file(Path run) {
        return run.resolve("starting");
    }

    /** Takes the sign down. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
