package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Texts of held records as people corrected them. The text as received stays with the record; of several edits the newest counts. */
final class EditedTexts {
    private EditedTexts() {}

    /** Of those of these records that were edited the block that holds the newest text. */
    static Map<Long, Long> payloads(Connection connection, Collection<Long> records) throws SQLException {
        Map<Long, Long> newest = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, payload_id from edited_text where record_id = any(?) order by record_id, edit_no")) {
            select.setArray(1, connection.createArrayOf("bigint", records.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    newest.put(row.getLong(1), row.getLong(2));
                }
            }
        }
        return newest;
    }

    /** Who edited a text, and when. */
    record Edit(String who, Instant at) {}

    /** The newest edit of a record; empty when nobody edited it. */
    static Optional<Edit> newest(Connection connection, long record) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select who, edited_at from edited_text where record_id = ? order by edit_no desc")) {
            select.setLong(1, record);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Edit(
                                row.getString(1),
                                row.getObject(2, OffsetDateTime.class).toInstant()))
                        : Optional.empty();
            }
        }
    }

    /** Keeps one edit more; the caller holds the lock under which the record is settled. */
    static void add(
            Connection connection, Payloads payloads, long record, byte[] text, String who, String why, Instant now)
            throws SQLException {
        long payload = payloads.write(connection, payloads.pack(List.of(text)))[0];
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into edited_text (record_id, edit_no, payload_id, who, why, edited_at)"
                        + " values (?, (select coalesce(max(edit_no), 0) + 1 from edited_text where record_id = ?), ?, ?, ?, ?)")) {
            insert.setLong(1, record);
            insert.setLong(2, record);
            insert.setLong(3, payload);
            insert.setString(4, Texts.cut(who, 200));
            insert.setString(5, Texts.cut(why, 1000));
            insert.setObject(6, Database.at(now));
            insert.executeUpdate();
        }
    }

    /** What was cut off an edited record was edited with it. */
    static void inherit(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into edited_text (record_id, edit_no, payload_id, who, why, edited_at)"
                        + " select cast(? as bigint), edit_no, payload_id, who, why, edited_at from edited_text where record_id = ?")) {
            insert.setLong(1, to);
            insert.setLong(2, from);
            insert.executeUpdate();
        }
    }
}
