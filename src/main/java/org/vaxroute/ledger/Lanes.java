package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Numbers of a lane. The update locks the lane's row until the commit, so numbers are in the order of the commits. */
final class Lanes {
    private Lanes() {}

    /** Takes the next numbers and gives the first of them. */
    static long take(Connection connection, int lane, int count) throws SQLException {
        try (PreparedStatement update =
                        connection.prepareStatement("update lane set last_no = last_no + ? where lane_id = ?");
                PreparedStatement select = connection.prepareStatement("select last_no from lane where lane_id = ?")) {
            update.setInt(1, count);
            update.setInt(2, lane);
            update.executeUpdate();
            select.setInt(1, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1) - count + 1;
            }
        }
    }
}
