package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Lets waiting history of a patient leave before a newer record of the same patient: it changes over to the end of the ongoing lane,
 * where the newer record follows it. Otherwise history, which waits for its pace, would arrive last and revert what is newer.
 */
final class HistoryAhead {
    private HistoryAhead() {}

    /** The standing must be locked, and the newer records not be numbered yet. */
    static void send(Connection connection, Collection<Long> patients, int history, int ongoing) throws SQLException {
        if (patients.isEmpty() || !waits(connection, history)) {
            return;
        }
        // Locked, so that no file takes these records meanwhile.
        long filedNo = number(connection, "select filed_no from lane where lane_id = ? for update", history);
        List<Long> ahead = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, lane_id, lane_no from record where patient_key = any(?) and state = 'READY' order by lane_no")) {
            select.setArray(1, connection.createArrayOf("bigint", patients.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (row.getInt(2) == history && row.getLong(3) > filedNo) {
                        ahead.add(row.getLong(1));
                    }
                }
            }
        }
        if (ahead.isEmpty()) {
            return;
        }
        long next = Lanes.take(connection, ongoing, ahead.size());
        try (PreparedStatement update =
                connection.prepareStatement("update record set lane_id = ?, lane_no = ? where record_id = ?")) {
            for (long record : ahead) {
                update.setInt(1, ongoing);
                update.setLong(2, next++);
                update.setLong(3, record);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static boolean waits(Connection connection, int lane) throws SQLException {
        return number(connection, "select last_no - filed_no from lane where lane_id = ?", lane) > 0;
    }

    private static long number(Connection connection, String query, int lane) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setInt(1, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
