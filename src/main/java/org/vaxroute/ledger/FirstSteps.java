package org.vaxroute.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes it harmless that a process dies while the schema of an H2 file is made or brought up to date. H2 commits every step of a
 * migration by itself, so that half of one stays behind: a new file gets a mark beside it until its schema is whole, a file with records is
 * copied first. The next start begins from there. Nothing is stored before the schema is whole, so nothing is lost by that.
 */
final class FirstSteps {
    private static final Logger log = LoggerFactory.getLogger(FirstSteps.class);

    private final Path file;
    private final Path mark;
    private final Path copy;
    private FileChannel held;

    private FirstSteps(Path file) {
        this.file = file;
        this.mark = file == null ? null : beside(file, ".being-made");
        this.copy = file == null ? null : beside(file, ".before-migration");
    }

    static FirstSteps of(LedgerSettings settings) {
        return new FirstSteps(settings.file().map(Path::toAbsolutePath).orElse(null));
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /**
     * Puts things back to where they were before a start that did not come to its end; marks a file that is going to be made.
     *
     * @throws LedgerUnavailable when another process is at it
     */
    void begin() {
        if (file == null) {
            return;
        }
        try {
            if (Files.exists(copy)) {
                lock(copy).close();
                log.warn(
                        "The ledger's last migration was cut off; its file is put back to what it was before, and migrated again");
                putBack();
            } else if (Files.exists(mark)) {
                held = lock(mark);
                setAside();
            } else if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                Files.createFile(mark, readable(file.getParent()));
                held = lock(mark);
                force(file.getParent());
            }
        } catch (IOException e) {
            throw new LedgerException(
                    "The ledger's file " + file + " cannot be made ready (" + e
                            + "). Free space, and let the account of this process write in its folder.",
                    e);
        }
    }

    // Not deleted: somebody may have laid a ledger down where one had been begun.
    private void setAside() throws IOException {
        if (Files.exists(file)) {
            Path aside = beside(file, ".set-aside-" + System.currentTimeMillis());
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            log.warn(
                    "The ledger was being made when the process ended; it is made again, and what there was of it lies in {}",
                    aside);
        }
    }

    /** Held until the schema is whole, so that no other process puts back what this one is working on. */
    private FileChannel lock(Path sign) throws IOException {
        FileChannel channel = FileChannel.open(sign, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException inThisProcess) {
            log.debug("The ledger is being made ready by another thread");
        }
        channel.close();
        throw new LedgerUnavailable(
                "The ledger at " + file
                        + " is being made or brought up to date by another process. Wait until it has started.",
                null);
    }

    /** Whether a copy is taken before a migration: there is a file, and it was not made just now. */
    boolean copies() {
        return file != null && held == null;
    }

    /** Copies the file, which nobody may have open. */
    void copy() {
        Path unfinished = beside(copy, ".unfinished");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, readable(file.getParent()));
            try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                    FileChannel to = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                long size = from.size();
                for (long at = 0; at < size; ) {
                    at += from.transferTo(at, size - at, to);
                }
                to.force(true);
            }
            held = lock(unfinished);
            Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
            force(file.getParent());
        } catch (IOException e) {
            throw new LedgerException(
                    "The ledger has to be brought up to date, and no copy of its file could be made before (" + e
                            + "). Nothing was changed. Free as much space as " + file + " has, and start again.",
                    e);
        }
    }

    /** Whether there is something to put back or to begin anew from. */
    boolean begun() {
        return held != null;
    }

    /** The schema is whole, and the file on the disk. */
    void done() {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(mark);
            held.close();
            // Were one of them back after a loss of power, it would take back what is stored from now on.
            force(file.getParent());
        } catch (IOException e) {
            throw new LedgerException(
                    "The copy of the ledger's file from before its migration cannot be removed (" + e
                            + "). Let the account of this process write in " + file.getParent() + ", and start again.",
                    e);
        }
    }

    /** Puts a copy back at once where a migration failed; the file must be closed. */
    <E extends RuntimeException> E undone(E fault) {
        if (held != null) {
            try {
                held.close();
                if (Files.exists(copy)) {
                    putBack();
                }
            } catch (IOException e) {
                fault.addSuppressed(e);
            }
        }
        return fault;
    }

    private void putBack() throws IOException {
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(file.getParent());
    }

    private static FileAttribute<?>[] readable(Path folder) {
        return posix(folder)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void force(Path folder) throws IOException {
        if (posix(folder)) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
