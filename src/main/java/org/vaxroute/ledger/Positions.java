package org.vaxroute.ledger;

import java.util.List;
import java.util.Optional;

/** How far each source has been read. Positions move only in the transaction of the chunk that they cover. */
public final class Positions {
    private final Database database;
    private final Directory directory;

    Positions(Database database, Directory directory) {
        this.database = database;
        this.directory = directory;
    }

    /**
     * Says that a source makes its records up: from now on it gives to the test feed or nowhere, whatever settings, routes or calls say.
     *
     * @throws LedgerException when it has given other records before
     */
    public void madeUp(String connection, String source) {
        directory.madeUp(connection, source);
    }

    /** The position of a source in a feed; empty before its first chunk. Test and production count for themselves. */
    public Optional<Position> get(String connection, String source, Feed feed) {
        return database.call(
                sql -> sql.sql("select * from source_position where connection = ? and source = ? and feed = ?")
                        .params(connection, source, feed.name())
                        .query(Positions::position)
                        .optional());
    }

    /** All positions, by connection, source and feed. */
    public List<Position> all() {
        return database.call(sql -> sql.sql("select * from source_position order by connection, source, feed")
                .query(Positions::position)
                .list());
    }

    /** The positions of a connection, by source and feed. */
    public List<Position> of(String connection) {
        return database.call(sql -> sql.sql("select * from source_position where connection = ? order by source, feed")
                .param(connection)
                .query(Positions::position)
                .list());
    }

    private static Position position(java.sql.ResultSet row, int n) throws java.sql.SQLException {
        return new Position(
                row.getString("connection"),
                row.getString("source"),
                Feed.valueOf(row.getString("feed")),
                row.getString("mark"),
                row.getLong("records_read"),
                row.getLong("doses_read"),
                row.getLong("repeated"),
                row.getLong("repeated_doses"),
                new Position.Tally(
                        row.getLong("stored_ready"),
                        row.getLong("stored_held"),
                        row.getLong("stored_duplicate"),
                        row.getLong("stored_dropped")),
                Database.instant(row, "moved_at"));
    }
}
