package org.vaxroute.intake;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.SourceFile;

/** A file that is being taken: what the first pass saw of it and where the ledger says to go on. */
final class Taking {
    private final FileSource source;
    private final Path file;
    private final FileStamp stamp;
    private final FirstPass seen;
    private final SourceFile row;
    private final KeptLease lease;
    private final BooleanSupplier mayGoOn;
    private boolean begun;
    private volatile String fault;

    Taking(
            FileSource source,
            Path file,
            FileStamp stamp,
            FirstPass seen,
            SourceFile row,
            KeptLease lease,
            BooleanSupplier mayGoOn) {
        this.source = source;
        this.file = file;
        this.stamp = stamp;
        this.seen = seen;
        this.row = row;
        this.lease = lease;
        this.mayGoOn = mayGoOn;
    }

    /** Whether the next chunk may be read; otherwise the file stays, and goes on from its position. */
    boolean mayGoOn() {
        if (!begun) {
            // All of it was asked when the file was taken, a moment ago; most files are one chunk.
            begun = true;
            return lease.mayGoOn(ReadingLease.FRESH);
        }
        return lease.mayGoOn() && mayGoOn.getAsBoolean();
    }

    /** The right to read this source, handed on or given back when the file is put away. */
    KeptLease lease() {
        return lease;
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
