package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What goes with every record that leaves HELD. */
final class HeldRows {
    private HeldRows() {}

    /** Takes a record off the work list and gives its doses their new state. The record row itself was changed, guarded, before. */
    static void settle(Connection connection, long recordId, RecordState state) throws SQLException {
        try (PreparedStatement held = connection.prepareStatement("delete from held where record_id = ?")) {
            held.setLong(1, recordId);
            held.executeUpdate();
        }
        doses(connection, recordId, state);
    }

    /** Gives all doses of a record this state. */
    static void doses(Connection connection, long recordId, RecordState state) throws SQLException {
        try (PreparedStatement doses =
                connection.prepareStatement("update dose set state = ? where dose_id between ? and ?")) {
            doses.setString(1, state.name());
            doses.setLong(2, DoseIds.floor(recordId));
            doses.setLong(3, DoseIds.ceiling(recordId));
            doses.executeUpdate();
        }
    }
}
