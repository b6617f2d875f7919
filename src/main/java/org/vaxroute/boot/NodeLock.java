package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock on {@code work/run/node}, which says that a process of this node is there and goes away with it however it ends, so that the
 * next one need not wait. docs/decisions/0301.
 */
final class NodeLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLock.class);
    private static final int LONGEST = 20;

    private final String mark;
    private final FileChannel file;
    private final boolean locked;

    private NodeLock(String mark, FileChannel file, boolean locked) {
        this.mark = mark;
        this.file = file;
        this.locked = locked;
    }

    /**
     * Takes the lock.
     *
     * @param run the folder that is this node's own
     * @throws StartFailed when a process of this node runs
     */
    static NodeLock take(Path run, String node) {
        String mark = mark(run);
        // Before the file is opened, since closing it again would free the lock of the one that has it here. A property
        // of the machine, because another application in a server has classes of its own.
        if (System.getProperties().putIfAbsent(mark, node) != null) {
            throw runsAlready(run, node);
        }
        FileChannel file = null;
        try {
            file = FileChannel.open(
                    run.resolve("node"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new NodeLock(mark, file, locked(file, run, node));
        } catch (IOException e) {
            System.clearProperty(mark);
            throw unwritable(run, e);
        } catch (RuntimeException e) {
            close(file);
            System.clearProperty(mark);
            throw e;
        }
    }

    private static String mark(Path run) {
        try {
            Files.createDirectories(run);
            return "vaxroute.locked." + run.toRealPath();
        } catch (IOException e) {
            throw unwritable(run, e);
        }
    }

    private static UncheckedIOException unwritable(Path run, IOException e) {
        return new UncheckedIOException("The folder " + run + " cannot be written", e);
    }

    private static StartFailed runsAlready(Path run, String node) {
        return new StartFailed(
                "A process of node " + node + " runs already: it has the lock on " + run.resolve("node")
                        + ". Stop it first; or, if this is to be another node beside it, give each its own cluster.node.",
                null);
    }

    private static boolean locked(FileChannel file, Path run, String node) {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (IOException e) {
            // The ledger alone then tells whether another process has the name, which takes longer after a crash.
            LOG.warn("The file system of {} has no locks ({})", run, e.getMessage());
            return false;
        }
        if (lock == null) {
            throw runsAlready(run, node);
        }
        return true;
    }

    /** The session of the last process that had this lock and so has ended; 0 when there was none or nobody knows. */
    long ended() {
        if (!locked) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        try {
            file.read(bytes, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return text.matches("\\d{1,19}") ? Long.parseLong(text) : 0;
    }

    /** Notes the session of this process for the next one. */
    void note(long session) {
        try {
            file.truncate(0);
            file.write(ByteBuffer.wrap(Long.toString(session).getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        close(file);
        System.clearProperty(mark);
    }

    private static void close(FileChannel file) {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("The lock of this node could not be closed", e);
        }
    }
}
