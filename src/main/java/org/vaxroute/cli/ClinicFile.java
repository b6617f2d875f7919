package org.vaxroute.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vaxroute.operate.access.OwnerOnly;

/** A list for the clinic: a new file that only the account that asked for it can read, and whole or not there. */
final class ClinicFile {
    private ClinicFile() {}

    /** Writes the list. */
    interface Content {
        /** @return rows written */
        long to(OutputStream out) throws IOException;
    }

    /**
     * Makes the file.
     *
     * @return rows written
     * @throws CommandFailed when there is such a file, or it cannot be written
     */
    static long make(Path file, Content content) {
        try {
            OwnerOnly.create(file);
            try (OutputStream out = Files.newOutputStream(file)) {
                return content.to(out);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed("There is a file " + file + " already; name another.", e);
        } catch (IOException e) {
            throw new CommandFailed("The list cannot be written to " + file + ": " + e + ".", e);
        }
    }
}
