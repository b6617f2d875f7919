package org.vaxroute.submit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.SubmissionFile;

/**
 * The folder in which submission files wait for delivery and are kept after it: <code>work/out/&lt;connection&gt;/</code>. Files
 * appear there whole or not at all: written under a temporary name, forced to the disk, renamed, the folder forced as well.
 *
 * <p>Only the account that runs VaxRoute may read it (0700, files 0600), since the files hold patient data.
 */
public final class SubmissionFolder {
    private static final String UNFINISHED = ".unfinished";
    private static final String MANIFEST = ".manifest.json";
    private static final String STEPS = ".steps";
    private static final Pattern STEP =
            Pattern.compile("(\\S+Z) (BUILT|SENDING|UPLOADED|SENT|ANSWERED|UNSURE|REFUSED|WITHDRAWN)");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path out;
    private final Checkpoint checkpoint;

    /** What is written; may be called again after a crash and must then give the same bytes. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Where a test may end the process. */
    @FunctionalInterface
    interface Checkpoint {
        void reached(String step);
    }

    /** @param out the folder above those of the connections, usually <code>work/out</code> */
    public SubmissionFolder(Path out) {
        this(out, step -> {});
    }

    SubmissionFolder(Path out, Checkpoint checkpoint) {
        this.out = out;
        this.checkpoint = checkpoint;
    }

    /** Where the file of this name stands, or will stand. */
    public Path file(String connection, String name) {
        return out.resolve(connection).resolve(name);
    }

    /** Where the manifest of the file of this name stands, or will stand. */
    public Path manifest(String connection, String name) {
        return file(connection, name + MANIFEST);
    }

    private Path steps(String connection, String name) {
        return file(connection, name + STEPS);
    }

    /**
     * Writes down beside a submission file that it takes a step, and forces that to the disk.
     *
     * @throws FolderUnavailable if it cannot be written; the step must not be taken then
     */
    public void note(SubmissionFile file, FileState state, Instant when) {
        Path steps = steps(file.connection(), file.name());
        try {
            makeFolder(steps.getParent());
            boolean begins = !Files.exists(steps);
            if (begins) {
                create(steps);
            }
            try (FileChannel channel = FileChannel.open(steps, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                // A line of its own, also behind one that a loss of power cut off.
                String line = (begins ? "" : "\n") + when + " " + state + "\n";
                channel.write(StandardCharsets.US_ASCII.encode(line));
                channel.force(true);
            }
            if (begins) {
                forceFolder(steps.getParent());
            }
        } catch (IOException e) {
            throw unavailable(steps, e);
        }
    }

    /** A step that was written down. */
    record Step(Instant when, FileState state) {}

    /**
     * The last step of a submission file that was written down; empty when it never began to leave.
     *
     * @throws IOException if the steps cannot be read
     */
    Optional<Step> lastStep(String connection, String name) throws IOException {
        Path steps = steps(connection, name);
        if (!Files.exists(steps)) {
            return Optional.empty();
        }
        Step last = null;
        for (String line : Files.readAllLines(steps, StandardCharsets.US_ASCII)) {
            // The last line may be cut by a loss of power: that step was not taken.
            Matcher step = STEP.matcher(line);
            if (step.matches()) {
                last = new Step(Instant.parse(step.group(1)), FileState.valueOf(step.group(2)));
            }
        }
        return Optional.ofNullable(last);
    }

    /** The manifests of a connection, by their path. */
    List<Path> manifests(String connection) throws IOException {
        Path folder = out.resolve(connection);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(MANIFEST))
                    .sorted()
                    .toList();
        }
    }

    /** The connections that have a folder. */
    List<String> connections() throws IOException {
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(out)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /**
     * Writes a file under its temporary name and forces it to the disk.
     *
     * @return the temporary file, to be looked through and then put in place with {@link #publish}
     * @throws FolderUnavailable if the folder cannot be written or the disk is full; nothing is left behind then
     */
    Path writeUnfinished(Path file, Content content) {
        Path unfinished = file.resolveSibling("." + file.getFileName() + UNFINISHED);
        try {
            makeFolder(file.getParent());
            Files.deleteIfExists(unfinished);
            create(unfinished);
            checkpoint.reached("created " + file.getFileName());
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(stream);
                stream.flush();
                checkpoint.reached("written " + file.getFileName());
                channel.force(true);
            }
            checkpoint.reached("forced " + file.getFileName());
            return unfinished;
        } catch (IOException e) {
            discard(unfinished, e);
            throw unavailable(file, e);
        }
    }

    /**
     * Puts a finished temporary file in the place of its final name.
     *
     * @throws FolderUnavailable if the folder cannot be written
     */
    void publish(Path unfinished, Path file) {
        try {
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            checkpoint.reached("renamed " + file.getFileName());
            forceFolder(file.getParent());
            checkpoint.reached("published " + file.getFileName());
        } catch (IOException e) {
            throw unavailable(file, e);
        }
    }

    /** Removes a temporary file that proved wrong. */
    void discard(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw unavailable(unfinished, e);
        }
    }

    private static void discard(Path unfinished, IOException cause) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(out);
        if (posix(out)) {
            Files.createDirectories(folder, attribute(OWNER_FOLDER));
        } else {
            Files.createDirectories(folder);
        }
        forceFolder(out);
    }

    private static void create(Path file) throws IOException {
        if (posix(file.getParent())) {
            Files.createFile(file, attribute(OWNER_FILE));
        } else {
            Files.createFile(file);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    // Without this a rename may be forgotten in a power failure. Windows cannot open a folder and does not need it.
    static void forceFolder(Path folder) throws IOException {
        if (posix(folder)) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FolderUnavailable unavailable(Path file, IOException e) {
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        String reason = e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : kind + " " + e.getMessage();
        return new FolderUnavailable(file, reason, e);
    }
}
