package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The numbers of a chunk's rows. PostgreSQL is asked for them with the chunk's first questions, for as many rows as it mostly has: with a chunk of one message the way
 * there and back costs more than what is asked. Ids that are drawn and not used are left out; only the places of a lane have no gaps.
 */
final class Numbers {
    private final Connection connection;
    private final int lane;
    private long[] recordBlocks = {};
    private long[] payloads = {};
    private long lastPlace;

    private Numbers(Connection connection, int lane) {
        this.connection = connection;
        this.lane = lane;
    }

    /** Asks behind the lock of the standing, and locks the lane. */
    static Numbers ask(Together together, int records, int payloads, int lane) throws SQLException {
        Numbers numbers = new Numbers(together.connection(), lane);
        if (Dialect.of(together.connection()) == Dialect.POSTGRESQL) {
            numbers.askIds(together, Sequences.recordBlocks(records), payloads);
        }
        together.ask(
                "select last_no from lane where lane_id = ? for update",
                (select, at) -> {
                    select.setInt(at, lane);
                    return at + 1;
                },
                row -> {
                    row.next();
                    numbers.lastPlace = row.getLong(1);
                });
        return numbers;
    }

    private void askIds(Together together, int blocks, int texts) {
        together.ask(
                "select 1 kind, nextval('record_id') number from generate_series(1, ?)"
                        + " union all select 2, nextval('payload_id') from generate_series(1, ?)",
                (select, at) -> {
                    select.setInt(at, blocks);
                    select.setInt(at + 1, texts);
                    return at + 2;
                },
                row -> {
                    recordBlocks = new long[blocks];
                    payloads = new long[texts];
                    int block = 0;
                    int text = 0;
                    while (row.next()) {
                        if (row.getInt("kind") == 1) {
                            recordBlocks[block++] = row.getLong("number");
                        } else {
                            payloads[text++] = row.getLong("number");
                        }
                    }
                });
    }

    /** Ids for records, rising; see {@link Sequences#recordIds(Connection, int)}. */
    long[] records(int count) throws SQLException {
        int missing = Sequences.recordBlocks(count) - recordBlocks.length;
        if (missing > 0) {
            recordBlocks = joined(recordBlocks, Sequences.recordBlockIds(connection, missing));
        }
        return Sequences.recordIds(recordBlocks, count);
    }

    /** Ids for texts. */
    long[] payloads(int count) throws SQLException {
        return count <= payloads.length
                ? Arrays.copyOf(payloads, count)
                : joined(payloads, Sequences.payloadIds(connection, count - payloads.length));
    }

    /** Others were put into the lane in this transaction. */
    void passed(int places) {
        lastPlace += places;
    }

    /** Takes the next places in the lane and gives the first of them. */
    long places(Together together, int count) {
        long first = lastPlace + 1;
        lastPlace += count;
        if (count > 0) {
            long last = lastPlace;
            together.change(
                    "update lane set last_no = ? where lane_id = ?",
                    (update, at) -> {
                        update.setLong(at, last);
                        update.setInt(at + 1, lane);
                        return at + 2;
                    },
                    taken -> {});
        }
        return first;
    }

    private static long[] joined(long[] some, long[] more) {
        return LongStream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
    }
}
