package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Numbers from the database's sequences, several in one statement. What a chunk needs is drawn with {@link Numbers}. */
final class Sequences {
    /** Step of the sequence {@code record_id}, as the schema says. */
    private static final int RECORD_BLOCK = 10;

    private Sequences() {}

    /** Ids for texts. */
    static long[] payloadIds(Connection connection, int count) throws SQLException {
        return next(connection, "payload_id", count);
    }

    private static long[] next(Connection connection, String sequence, int count) throws SQLException {
        boolean h2 = connection.getMetaData().getURL().startsWith("jdbc:h2:");
        String select = h2
                ? "select next value for " + sequence + " from system_range(1, ?)"
                : "select nextval('" + sequence + "') from generate_series(1, ?)";
        long[] values = new long[count];
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setInt(1, count);
            try (ResultSet rows = statement.executeQuery()) {
                for (int i = 0; rows.next(); i++) {
                    values[i] = rows.getLong(1);
                }
            }
        }
        return values;
    }

    /**
     * Ids for records, rising. They are taken while the standing is locked, so ids of one connection and stage rise in the order of the
     * commits, whichever node stores.
     */
    static long[] recordIds(Connection connection, int count) throws SQLException {
        return recordIds(recordBlockIds(connection, recordBlocks(count)), count);
    }

    /** Values of the sequence {@code record_id}, each for several records. */
    static long[] recordBlockIds(Connection connection, int count) throws SQLException {
        return next(connection, "record_id", count);
    }

    /** How many values of the sequence {@code record_id} are needed for as many records. */
    static int recordBlocks(int count) {
        return (count + RECORD_BLOCK - 1) / RECORD_BLOCK;
    }

    /** The ids that these values of the sequence stand for, rising. */
    static long[] recordIds(long[] blocks, int count) {
        Arrays.sort(blocks);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = blocks[i / RECORD_BLOCK] + i % RECORD_BLOCK;
        }
        return ids;
    }
}
