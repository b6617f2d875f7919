package org.vaxroute.intake;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.TakenRecord;

/**
 * Reads a file that is being taken, a chunk at a time, from where the ledger says to go on.
 *
 * <p>The last chunk is given only when the whole file proved to be what the first pass saw. A file that changed
 * meanwhile is {@linkplain Taking#spoiled spoiled}: what was stored of it stays, nothing more is taken, and its end is an
 * alarm.
 */
final class FileChunks implements Iterator<Chunk>, Closeable {
    private final Taking taking;
    private final int size;
    private final HashedInput input;
    private final FileRecords records;
    private int messages;
    private boolean ended;

    FileChunks(Taking taking, IntakeSettings settings, FileRecordsOpener opener) {
        this.taking = taking;
        this.size = settings.chunk();
        this.messages = taking.row().messagesStored();
        try {
            this.input = new HashedInput(Files.newInputStream(taking.file()));
            this.records = opener.open(input, taking);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Begins to read the records of a file where the ledger says to go on. */
    @FunctionalInterface
    interface FileRecordsOpener {
        FileRecords open(HashedInput in, Taking taking) throws IOException;
    }

    @Override
    public boolean hasNext() {
        return !ended && taking.mayGoOn();
    }

    @Override
    public Chunk next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        List<TakenRecord> chunk = new ArrayList<>(size);
        boolean last;
        try {
            while (chunk.size() < size && records.hasNext()) {
                chunk.add(records.next());
            }
            last = !records.hasNext();
            messages += chunk.size();
            if (last || messages > taking.seen().messages()) {
                prove();
            }
        } catch (UncheckedIOException e) {
            throw unreadable(e.getCause());
        } catch (IOException e) {
            throw unreadable(e);
        } catch (CsvRows.CsvFormatException | Hl7FormatException e) {
            throw stuck(e);
        }
        ended = last;
        FileSource source = taking.source();
        var move = new PositionMove.InFile(taking.row().id(), records.position(), messages, last);
        return new Chunk(source.connection(), source.id(), source.feed(), chunk, move, last);
    }

    private void prove() throws IOException {
        if (!isSame() || messages != taking.seen().messages()) {
            throw changed();
        }
    }

    private boolean isSame() throws IOException {
        return Arrays.equals(input.sum(), taking.seen().sha256())
                && taking.stamp().equals(FileStamp.of(taking.file()));
    }

    /** @param e names a place and a fault, and no content */
    private SourceFaultException stuck(RuntimeException e) {
        try {
            if (!isSame()) {
                return changed();
            }
        } catch (IOException unreadable) {
            return unreadable(unreadable);
        }
        String what = "cannot be read on behind message " + messages + " (" + e.getMessage() + ").";
        taking.spoiled("The file " + what
                + " Part of it may be stored; mend it and drop it again: what is stored already is recognized.");
        return new SourceFaultException(taking.source().id(), taking.row().name() + " " + what, e);
    }

    private SourceFaultException changed() {
        String name = taking.row().name();
        taking.spoiled("The file was written to or replaced while it was being read. "
                + "Part of it may be stored; drop the complete file again: what is stored already is recognized.");
        return new SourceFaultException(taking.source().id(), name + " changed while it was being read.");
    }

    private SourceFaultException unreadable(IOException e) {
        return new SourceFaultException(
                taking.source().id(),
                taking.row().name() + " could not be read on (" + e.getClass().getSimpleName()
                        + "); it stays and goes on from message "
                        + (taking.row().messagesStored() + 1) + " or later.",
                e);
    }

    @Override
    public void close() {
        ended = true;
        try {
            records.close();
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
