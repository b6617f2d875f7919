package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Where the texts of a stored record are. */
record TextPlace(long payload, int textAt, int textLength, int outAt, int outLength) {

    static TextPlace of(ResultSet row, int n) throws SQLException {
        int outAt = row.getInt("out_at");
        boolean same = row.wasNull();
        return new TextPlace(
                row.getLong("payload_id"),
                row.getInt("text_at"),
                row.getInt("text_length"),
                same ? -1 : outAt,
                row.getInt("out_length"));
    }

    boolean hasOut() {
        return outAt >= 0;
    }

    byte[] received(byte[] block) {
        return Arrays.copyOfRange(block, textAt, textAt + textLength);
    }

    byte[] outgoing(byte[] block) {
        return hasOut() ? Arrays.copyOfRange(block, outAt, outAt + outLength) : received(block);
    }

    int outgoingLength() {
        return hasOut() ? outLength : textLength;
    }

    static Long nullable(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
