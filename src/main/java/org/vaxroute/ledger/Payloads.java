package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Keeps the texts of records. The one seam behind which they could move out of the database. */
interface Payloads {
    /** Does what can be done before the transaction begins, such as compressing. */
    List<Packed> pack(List<byte[]> blocks);

    /** Keeps blocks in the transaction of this connection. Gives their ids, in order. */
    default long[] write(Connection connection, List<Packed> blocks) throws SQLException {
        long[] ids = Sequences.payloadIds(connection, blocks.size());
        Together together = new Together(connection);
        write(together, blocks, ids);
        together.go();
        return ids;
    }

    /** Keeps blocks under ids that were drawn before. */
    void write(Together together, List<Packed> blocks, long[] ids);

    /** Whole blocks by their ids. */
    Map<Long, byte[]> read(Connection connection, Collection<Long> ids) throws SQLException;

    /** A block as it is kept. */
    record Packed(int codec, int rawBytes, byte[] data) {}
}
