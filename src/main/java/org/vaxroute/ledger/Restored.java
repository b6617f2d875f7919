package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether this ledger was ever restored from a backup, and what that still means. Asks the database now and then, not for each chunk. */
final class Restored {
    /** Another node learns of a person's word after this long at most. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Database database;
    private final Clock clock;
    private volatile Known known;

    Restored(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Known(Instant at, boolean ever, Set<String> unknown) {}

    /** How a chunk is to be read, inside the transaction that stores it. */
    SecondReading reading(Connection connection, Chunk chunk, int source) throws SQLException {
        Known now = known();
        return now.ever
                ? SecondReading.of(connection, chunk, source, now.unknown.contains(chunk.connection()))
                : SecondReading.NONE;
    }

    private Known known() {
        Known last = known;
        Instant now = clock.instant();
        if (last == null || last.at.isAfter(now) || last.at.plus(LOOK).isBefore(now)) {
            last = database.call(sql -> new Known(
                    now,
                    sql.sql("select count(*) from ledger_restore")
                                    .query(Long.class)
                                    .single()
                            > 0,
                    sql.sql("select connection from unknown_files").query(String.class).list().stream()
                            .collect(Collectors.toUnmodifiableSet())));
            known = last;
        }
        return last;
    }

    /** Has the database asked again for the next chunk. */
    void forget() {
        known = null;
    }
}
