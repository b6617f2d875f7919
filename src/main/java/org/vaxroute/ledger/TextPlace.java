package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/** Where the texts of a stored record are; of one whose texts were taken out ({@link Retention}) the day of that stands in textAt. */
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

    /** The day, counted from 1970, on which the texts were taken out; empty while they are there. */
    Optional<LocalDate> takenOut() {
        return payload == Retention.REMOVED ? Optional.of(LocalDate.ofEpochDay(textAt)) : Optional.empty();
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
