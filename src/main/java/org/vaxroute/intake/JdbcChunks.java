package org.vaxroute.intake;

import java.io.Closeable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.vxu.VxuWriter;

/**
 * Reads what changed in an EHR's database since the source's mark, a chunk at a time. The mark moves with each chunk, to
 * the last value behind which nothing is left to store.
 */
final class JdbcChunks implements Iterator<Chunk>, Closeable {
    private final JdbcSource source;
    private final int size;
    private final VxuWriter writer;
    private final RowRecords records;
    private final RowPages pages;
    private final RowGroups groups;
    private RowGroups.Group next;
    private String committed;
    private String begun;
    private String finished;
    private int ordinal;
    private final String until;
    private final BooleanSupplier mayGoOn;
    private String newest;
    private boolean stopped;
    private boolean ahead;
    private final Clock clock;
    private long left;

    /**
     * @param beginning the mark behind which the source was begun; nothing at or before it is ever read
     * @param position the mark that the ledger has; null when the source was never read
     * @param until the last mark to be read; null for all that is there
     * @param turns lets one at a time read a database
     * @param patience how long another reading of the same database is waited for
     * @param mayGoOn asked after each chunk
     * @throws DatabaseInUse when it goes on for longer
     */
    JdbcChunks(
            JdbcSource source,
            String beginning,
            String position,
            String until,
            EhrTurns turns,
            Duration patience,
            BooleanSupplier mayGoOn,
            IntakeSettings settings,
            Clock clock) {
        this.source = source;
        this.clock = clock;
        this.left = source.most();
        this.until = until;
        this.mayGoOn = mayGoOn;
        this.size = settings.chunk();
        this.writer = new VxuWriter(source.columns(), source.id(), source.zone(), clock);
        this.records = new RowRecords(writer);
        this.committed = position;
        // Where a stamp that lies ahead has become the mark, all that came after it was missed.
        boolean fromBeginning = position == null || Marks.ahead(position, clock.instant());
        this.finished = fromBeginning ? beginning : position;
        // The few records of a selection are read from its beginning each time: those that are stored are recognized,
        // and do not
        // stand in the way of the rest.
        String back =
                fromBeginning || source.most() != JdbcSource.ALL ? beginning : Marks.back(position, source.overlap());
        String from = Marks.compare(back, beginning) < 0 ? beginning : back;
        this.pages =
                new RowPages(source, turns, patience, from, writer::stamp, writer::patient, writer::patientAsGiven);
        try {
            this.groups = new RowGroups(pages, this::together, 0);
            advance();
        } catch (RuntimeException e) {
            pages.close();
            throw e;
        }
    }

    private String together(Map<String, String> row) {
        return writer.patient(row).isEmpty() ? "" : writer.patient(row) + '\n' + writer.stamp(row);
    }

    private void advance() {
        next = groups.hasNext() ? groups.next() : null;
        if (next != null) {
            String mark = writer.stamp(next.rows().get(0));
            boolean liesAhead = Marks.ahead(mark, clock.instant());
            ahead |= liesAhead;
            if (until != null && Marks.compare(mark, until) > 0 || liesAhead && source.feed() == Feed.HISTORICAL) {
                next = null;
            } else {
                newest = mark;
            }
        }
        if (next == null) {
            pages.close();
        }
    }

    /** Mark of the last rows that were read; null when there were none. */
    String newest() {
        return newest;
    }

    /** Whether reading ended because it may not go on now, with rows left. */
    boolean stopped() {
        return stopped;
    }

    /** Whether rows had a stamp that lies ahead, be it that they were read or, of history, left out. */
    boolean ahead() {
        return ahead;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Chunk next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        List<TakenRecord> chunk = new ArrayList<>(size);
        while (next != null && chunk.size() < Math.min(size, left)) {
            begins(writer.stamp(next.rows().get(0)));
            chunk.add(records.record(records.ref(source.id(), next), ++ordinal, next));
            advance();
        }
        left -= chunk.size();
        boolean last = next == null;
        if (last) {
            begins(null);
        } else if (left <= 0 || !mayGoOn.getAsBoolean()) {
            stopped = true;
            last = true;
            close();
        }
        var move = new PositionMove.Mark(finished, committed);
        committed = finished;
        return new Chunk(source.connection(), source.id(), source.feed(), chunk, move, last);
    }

    // A mark is finished once a record of a later one begins: more of the same may follow in the next chunk.
    private void begins(String mark) {
        // Behind a stamp that lies ahead nothing that is changed today would ever be seen.
        if (begun != null
                && !begun.equals(mark)
                && Marks.compare(begun, finished) > 0
                && !Marks.ahead(begun, clock.instant())) {
            finished = begun;
        }
        begun = mark;
    }

    @Override
    public void close() {
        next = null;
        pages.close();
    }
}
