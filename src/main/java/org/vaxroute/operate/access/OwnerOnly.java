package org.vaxroute.operate.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that only the account that runs the server may open. */
public final class OwnerOnly {
    private OwnerOnly() {}

    /**
     * Makes a folder, with those above it, that nobody else may enter. One that is there stays as its administrator left it.
     *
     * @throws IOException also when something else has its name
     */
    public static void folder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    /**
     * Gives a file that root has written to whoever owns the folder it lies in, since the account that runs the server may not be able to
     * read it otherwise. For files that are written into {@code config/}.
     *
     * @throws UncheckedIOException when it cannot be given away, as on some shares
     */
    public static void giveToOwnerOfFolder(Path file) {
        if (!System.getProperty("user.name").equals("root")) {
            return;
        }
        try {
            Files.setOwner(file, Files.getOwner(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file
                            + " belongs to root, since it cannot be given to the owner of its folder. Give it to the account that"
                            + " runs VaxRoute (chown), or type the command as that account",
                    e);
        }
    }

    /**
     * Creates an empty file that nobody else may open, from its first moment on.
     *
     * @throws IOException also when it exists
     */
    public static void create(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }
}
