package org.vaxroute.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Moves a file out of a drop folder, under a name of its own. Folders are made 0700 and reasons 0600. */
final class PutAside {
    private static final String REASON = ".reason.txt";
    private static final String ORDER = ".read-order";
    private static final int LONGEST_NAME = 255;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PutAside() {}

    /**
     * Moves a file that is stored into {@code .done} of its source's folder, and notes beside it as which one it was read: a restored ledger
     * reads the newest of them again, and must know their order.
     *
     * @param number of the file in the ledger
     * @param sha256 of its bytes, in hex
     */
    static Path done(Path file, Path sourceFolder, long number, String sha256) throws IOException {
        Path done = folder(sourceFolder.resolve(".done"));
        Path order = sourceFolder.resolve(ORDER);
        if (!Files.exists(order)) {
            Files.createFile(order, readable("rw-------"));
        }
        Files.writeString(order, number + " " + sha256 + "\n", StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
        return move(file, done);
    }

    /** Moves a file that had come under the name of a stored one to where it lay, or beside it when the next has come meanwhile. */
    static void back(Path moved, Path file) throws IOException {
        for (int number = 1; ; number++) {
            // In front, as the ending says how it is read.
            Path target = number == 1 ? file : file.resolveSibling(number + "-" + file.getFileName());
            try {
                Files.move(moved, target);
                return;
            } catch (FileAlreadyExistsException e) {
                if (number == 100_000) {
                    throw e;
                }
            }
        }
    }

    /** SHA-256 of the files of a source in hex, in the order in which they were read, as far as it was noted. */
    static List<String> order(Path sourceFolder) throws IOException {
        Path order = sourceFolder.resolve(ORDER);
        if (!Files.exists(order)) {
            return List.of();
        }
        // Each counts where it stands last.
        Set<String> files = new LinkedHashSet<>();
        for (String line : Files.readAllLines(order, StandardCharsets.US_ASCII)) {
            String[] words = line.split(" ");
            if (words.length == 2) {
                files.remove(words[1]);
                files.add(words[1]);
            }
        }
        return List.copyOf(files);
    }

    /** Moves a file that may not be taken into {@code .failed} of its source's folder and writes beside it why. */
    static Path failed(Path file, Path sourceFolder, String reason) throws IOException {
        Path moved = move(file, folder(failedOf(sourceFolder)));
        Path text = moved.resolveSibling(moved.getFileName() + REASON);
        Files.deleteIfExists(text);
        Files.createFile(text, readable("rw-------"));
        Files.writeString(text, reason + System.lineSeparator(), StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        return moved;
    }

    /** Where files of a source lie that may not be taken. */
    static Path failedOf(Path sourceFolder) {
        return sourceFolder.resolve(".failed");
    }

    private static Path folder(Path folder) throws IOException {
        return Files.isDirectory(folder) ? folder : Files.createDirectories(folder, readable("rwx------"));
    }

    private static FileAttribute<?>[] readable(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static Path move(Path file, Path folder) throws IOException {
        for (int number = 1; ; number++) {
            Path target = folder.resolve(name(file.getFileName().toString(), number));
            try {
                return Files.move(file, target);
            } catch (FileAlreadyExistsException e) {
                if (number == 100_000) {
                    throw e;
                }
            }
        }
    }

    // Room for the longest suffix, since a name of 255 bytes is legal and must still be movable.
    static String name(String name, int number) {
        String suffix = number == 1 ? "" : "-" + number;
        int room = LONGEST_NAME - REASON.length() - suffix.length();
        String stem = name;
        while (stem.getBytes(StandardCharsets.UTF_8).length > room) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
        }
        return stem + suffix;
    }
}
