package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Lets waiting history of a patient leave before a newer record of the same patient: it changes over to the end of the ongoing lane,
 * where the newer record follows it. Otherwise history, which waits for its pace, would arrive last and revert what is newer.
 */
final class HistoryAhead {
    private HistoryAhead() {}

    /**
     * The standing must be locked since the patients' history was read, and the newer records not be numbered yet. Gives how many went ahead.
     */
    static int send(Connection connection, PatientHistory patients, int history, int ongoing) throws SQLException {
        List<PatientHistory.InLane> ready = patients.ready(history);
        if (ready.isEmpty()) {
            return 0;
        }
        // Locked, so that no file takes these records meanwhile.
        long filedNo = filed(connection, history);
        List<Long> ahead = ready.stream()
                .filter(one -> one.number() > filedNo)
                .map(PatientHistory.InLane::record)
                .toList();
        if (ahead.isEmpty()) {
            return 0;
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
        return ahead.size();
    }

    private static long filed(Connection connection, int lane) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select filed_no from lane where lane_id = ? for update")) {
            select.setInt(1, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
