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

/** Moves a file out of a drop folder, under a name of its own. Folders are made 0700 and reasons 0600. */
final class PutAside {
    private static final String REASON = ".reason.txt";
    private static final int LONGEST_NAME = 255;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PutAside() {}

    /** Moves a file that is stored into {@code .done} of its source's folder. */
    static Path done(Path file, Path sourceFolder) throws IOException {
        return move(file, folder(sourceFolder.resolve(".done")));
    }

    /** Moves a file that may not be taken into {@code .failed} of its source's folder and writes beside it why. */
    static Path failed(Path file, Path sourceFolder, String reason) throws IOException {
        Path moved = move(file, folder(sourceFolder.resolve(".failed")));
        Path text = moved.resolveSibling(moved.getFileName() + REASON);
        Files.deleteIfExists(text);
        Files.createFile(text, readable("rw-------"));
        Files.writeString(text, reason + System.lineSeparator(), StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        return moved;
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
