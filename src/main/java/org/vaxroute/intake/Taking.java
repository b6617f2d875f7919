package org.vaxroute.intake;

import java.nio.file.Path;
import org.vaxroute.ledger.SourceFile;

/** A file that is being taken: what the first pass saw of it and where the ledger says to go on. */
final class Taking {
    private final FileSource source;
    private final Path file;
    private final FileStamp stamp;
    private final FirstPass seen;
    private final SourceFile row;
    private volatile String fault;

    Taking(FileSource source, Path file, FileStamp stamp, FirstPass seen, SourceFile row) {
        this.source = source;
        this.file = file;
        this.stamp = stamp;
        this.seen = seen;
        this.row = row;
    }

    FileSource source() {
        return source;
    }

    Path file() {
        return file;
    }

    FileStamp stamp() {
        return stamp;
    }

    FirstPass seen() {
        return seen;
    }

    SourceFile row() {
        return row;
    }

    /** Says that the file is not what the first pass saw; nothing more of it is taken. */
    void spoiled(String why) {
        fault = why;
    }

    /** Why the file must be put aside; null while there is no reason. */
    String fault() {
        return fault;
    }
}
