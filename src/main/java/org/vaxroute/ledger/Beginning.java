package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * When a connection began to report from this ledger. Of doses given before the registry may know by another program, by the load that
 * was waived, or by hand: what the ledger never heard of is not unknown to the registry.
 */
final class Beginning {
    private final Connection sql;
    private final String connection;
    private final Feed feed;
    private boolean asked;
    private LocalDate day;

    Beginning(Connection sql, String connection, Feed feed) {
        this.sql = sql;
        this.connection = connection;
        this.feed = feed;
    }

    /**
     * Whether a dose that the ongoing feed takes back was given before the beginning, or on its day. History tells of what is to be there:
     * what it takes back nobody asks the registry to delete. Asks the ledger once, as few records take a dose back.
     */
    boolean isAfter(Keys.OfDose dose) throws SQLException {
        if (feed != Feed.ONGOING || dose.date() == null) {
            return false;
        }
        if (!asked) {
            day = day();
            asked = true;
        }
        return day != null && !dose.date().isAfter(day);
    }

    private LocalDate day() throws SQLException {
        try (PreparedStatement select =
                sql.prepareStatement("select min(recorded_at) begun from gate_evidence where connection = ?"
                        + " and kind in ('APPROVAL', 'ADOPTION')")) {
            select.setString(1, connection);
            try (ResultSet row = select.executeQuery()) {
                Instant begun = row.next() ? Database.instant(row, "begun") : null;
                return begun == null ? null : LocalDate.ofInstant(begun, ZoneOffset.UTC);
            }
        }
    }
}
