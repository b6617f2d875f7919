package org.vaxroute.ledger;

import java.util.List;
import java.util.Objects;

/** Records of one source that are stored in one transaction, together with the source's new position. */
public final class Chunk {
    private final String connection;
    private final String source;
    private final Feed feed;
    private final List<TakenRecord> records;
    private final PositionMove move;
    private final boolean last;

    /**
     * @param connection id of the connection
     * @param source id of the source
     * @param records in the order in which the source gave them
     * @param move what the commit of this chunk says of the source's position
     * @param last whether nothing of this file, run or frame follows
     */
    public Chunk(
            String connection, String source, Feed feed, List<TakenRecord> records, PositionMove move, boolean last) {
        this.connection = Objects.requireNonNull(connection, "connection");
        this.source = Objects.requireNonNull(source, "source");
        this.feed = Objects.requireNonNull(feed, "feed");
        this.records = List.copyOf(records);
        this.move = Objects.requireNonNull(move, "move");
        this.last = last;
    }

    public String connection() {
        return connection;
    }

    public String source() {
        return source;
    }

    public Feed feed() {
        return feed;
    }

    public List<TakenRecord> records() {
        return records;
    }

    public PositionMove move() {
        return move;
    }

    public boolean last() {
        return last;
    }

    /** Names the chunk for logs, without patient data. */
    @Override
    public String toString() {
        return "chunk of " + records.size() + " records from " + connection + "/" + source + " (" + feed + ")";
    }
}
