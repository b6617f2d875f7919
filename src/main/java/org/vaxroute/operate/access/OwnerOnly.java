package org.vaxroute.operate.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only the account that runs the server may read. */
public final class OwnerOnly {
    private OwnerOnly() {}

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
