package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The numbers of a chunk's rows. PostgreSQL is asked once for all of them: with a chunk of one message the way there and back costs more than
 * what is asked.
 *
 * @param records ids, rising; see {@link Sequences#recordIds(Connection, int)}
 * @param payloads ids of texts
 * @param place the first of the places in the lane; see {@link Lanes#take}
 */
record Numbers(long[] records, long[] payloads, long place) {
    private static final String IDS = "select 1 kind, nextval('record_id') number from generate_series(1, ?)"
            + " union all select 2, nextval('payload_id') from generate_series(1, ?)";
    private static final String WITH_PLACES =
            "with taken as (update lane set last_no = last_no + ? where lane_id = ? returning last_no) " + IDS
                    + " union all select 3, last_no from taken";

    /** The standing must be locked. No place in the lane is taken, and its row not touched, when none is asked for. */
    static Numbers draw(Connection connection, int records, int payloads, int lane, int places) throws SQLException {
        if (Dialect.of(connection.getMetaData().getURL()) == Dialect.H2) {
            return new Numbers(
                    Sequences.recordIds(connection, records),
                    Sequences.payloadIds(connection, payloads),
                    places == 0 ? 0 : Lanes.take(connection, lane, places));
        }
        long[] blocks = new long[Sequences.recordBlocks(records)];
        long[] texts = new long[payloads];
        long place = 0;
        try (PreparedStatement select = connection.prepareStatement(places == 0 ? IDS : WITH_PLACES)) {
            int i = 1;
            if (places > 0) {
                select.setInt(i++, places);
                select.setInt(i++, lane);
            }
            select.setInt(i++, blocks.length);
            select.setInt(i, payloads);
            int block = 0;
            int text = 0;
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long number = row.getLong("number");
                    switch (row.getInt("kind")) {
                        case 1 -> blocks[block++] = number;
                        case 2 -> texts[text++] = number;
                        default -> place = number - places + 1;
                    }
                }
            }
        }
        return new Numbers(Sequences.recordIds(blocks, records), texts, place);
    }
}
