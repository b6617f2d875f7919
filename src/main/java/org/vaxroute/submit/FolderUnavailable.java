package org.vaxroute.submit;

import java.nio.file.Path;

/** A submission file could not be written: the disk is full or the folder may not be written. Nothing is lost; it is tried again. */
public final class FolderUnavailable extends RuntimeException {
    FolderUnavailable(Path file, String reason, Throwable cause) {
        super(
                "The submission file " + file + " could not be written: " + reason
                        + ". Free space, or let the account that runs VaxRoute write there; the file is then written by itself.",
                cause);
    }
}
