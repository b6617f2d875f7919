package org.vaxroute.intake;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.vxu.VxuWriter;

/** The records of a CSV file: rows of one patient that stand next to each other become one. */
final class CsvRecords implements FileRecords {
    private final CsvRows rows;
    private final RowGroups groups;
    private final RowRecords records;
    private final long file;
    private int ordinal;
    private long position;

    CsvRecords(InputStream in, FileSource source, SourceFile row, int longestRow, Clock clock) throws IOException {
        this.rows = new CsvRows(in, longestRow);
        this.records = new RowRecords(new VxuWriter(source.columns(), source.id(), source.zone(), clock));
        this.file = row.id();
        this.ordinal = row.messagesStored();
        this.position = row.offset();
        for (long skipped = 0; skipped < position && rows.hasNext(); skipped++) {
            rows.next();
        }
        this.groups = new RowGroups(rows, records::patient, position);
    }

    @Override
    public boolean hasNext() {
        return groups.hasNext();
    }

    @Override
    public TakenRecord next() {
        RowGroups.Group group = groups.next();
        ordinal++;
        position = group.lastRow();
        return records.record(SourceRef.ofFile(file, ordinal), ordinal, group);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
