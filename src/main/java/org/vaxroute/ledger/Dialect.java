package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The few words in which H2 and PostgreSQL differ. */
enum Dialect {
    H2(
            "current_timestamp",
            Map.of(
                    "instant", "timestamp(6) with time zone",
                    "bytes16", "binary(16)",
                    "bytes32", "binary(32)",
                    "blob", "varbinary(1000000)",
                    "bytes", "varbinary(1048576)",
                    "plain_bytes", "select 1",
                    "room_record", "select 1",
                    "room_dose", "select 1"),
            "select standing_id from standing where standing_id = ? for update",
            "HYT00",
            Set.of("90007", "90026", "90028", "90030", "90031", "90067", "90098", "90121")),
    POSTGRESQL(
            "clock_timestamp()",
            Map.of(
                    "instant", "timestamptz",
                    "bytes16", "bytea",
                    "bytes32", "bytea",
                    "blob", "bytea",
                    "bytes", "bytea",
                    // Already compressed by us: the server need not try again.
                    "plain_bytes", "alter table payload alter column data set storage external",
                    // A row whose new version finds room on its page touches no index.
                    "room_record", "alter table record set (fillfactor = 55)",
                    "room_dose", "alter table dose set (fillfactor = 55)"),
            // Until it has gathered statistics, PostgreSQL takes keys for far less selective than they are and would
            // read whole tables.
            "select set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
                    + " from standing where standing_id = ? for update",
            "55P03",
            Set.of("57014", "57P01", "57P02", "57P03", "57P04", "25006", Dialect.IDLE));

    // What PostgreSQL says when it has ended a session whose transaction lay idle.
    private static final String IDLE = "25P03";
    private static final Set<String> BROKEN_H2 = Set.of("90007", "90028", "90030", "90031", "90067", "90098", "90121");
    // Whose words name files, tables, users and our own statements, and nothing else: not opened, cancelled, closed,
    // broken.
    private static final Set<String> PLAIN_H2 = Set.of(
            "57014", "90007", "90013", "90020", "90028", "90030", "90031", "90048", "90049", "90050", "90062", "90067",
            "90097", "90098", "90108", "90121", "90124", "90135");
    private static final Set<String> UNIQUE = Set.of("23505");
    private static final Set<String> RETRY = Set.of("40001", "40P01");

    /** The database's own clock. */
    final String now;

    final Map<String, String> placeholders;

    /** Locks a standing, and has the rest of the transaction find rows by index. */
    final String lockStanding;

    private final String lockTimeOut;
    private final Set<String> away;

    Dialect(String now, Map<String, String> placeholders, String lockStanding, String lockTimeOut, Set<String> away) {
        this.now = now;
        this.placeholders = placeholders;
        this.lockStanding = lockStanding;
        this.lockTimeOut = lockTimeOut;
        this.away = away;
    }

    static Dialect of(String url) {
        return url.startsWith("jdbc:h2:") ? H2 : POSTGRESQL;
    }

    static Dialect of(Connection connection) throws SQLException {
        return of(connection.getMetaData().getURL());
    }

    /** Whether this SQLState means that the database cannot serve now, and that the same work may succeed later. */
    boolean away(String sqlState) {
        if (sqlState == null) {
            return false;
        }
        // 08 connection, 53 out of resources (disk full too), 58 system error
        return sqlState.startsWith("08")
                || sqlState.startsWith("53")
                || sqlState.startsWith("58")
                || away.contains(sqlState)
                || held(sqlState);
    }

    /**
     * Whether a connection that said this is of no use any more, and the pool does not know it by itself. H2 closes its file at a full
     * disk, and only a new connection opens it again.
     */
    boolean broken(String sqlState) {
        return this == H2 ? sqlState != null && BROKEN_H2.contains(sqlState) : IDLE.equals(sqlState);
    }

    /**
     * Whether the driver's words for this SQLState may be told. H2 quotes rows at many faults, in its causes too; PostgreSQL at those of values
     * and constraints. docs/decisions/0382.
     */
    boolean plain(String sqlState) {
        if (sqlState == null) {
            return true;
        }
        return this == H2
                ? sqlState.startsWith("08")
                        || sqlState.startsWith("28")
                        || sqlState.startsWith("42")
                        || PLAIN_H2.contains(sqlState)
                : !sqlState.startsWith("22") && !sqlState.startsWith("23");
    }

    /** Whether this SQLState means that somebody else's transaction stood in the way. */
    boolean held(String sqlState) {
        return sqlState != null && (RETRY.contains(sqlState) || lockTimeOut.equals(sqlState));
    }

    static boolean unique(String sqlState) {
        return UNIQUE.contains(sqlState);
    }

    /** What must stand in the url or be said to each new connection, so that a commit is a promise and nobody waits for ever. */
    String url(String url) {
        if (this == POSTGRESQL) {
            return url + (url.contains("?") ? "&" : "?")
                    + "reWriteBatchedInserts=true&logServerErrorDetail=false&connectTimeout=10&loginTimeout=10&tcpKeepAlive=true&socketTimeout="
                    + Lines.SILENCE.toSeconds();
        }
        StringBuilder whole = new StringBuilder(url);
        String upper = url.toUpperCase(java.util.Locale.ROOT);
        // No trace file: the database's own words about a fault may quote a row, in a file that anybody may read.
        for (String option :
                new String[] {"WRITE_DELAY=0", "LOCK_TIMEOUT=15000", "DB_CLOSE_ON_EXIT=FALSE", "TRACE_LEVEL_FILE=0"}) {
            if (!upper.contains(";" + option.substring(0, option.indexOf('=')))) {
                whole.append(';').append(option);
            }
        }
        return whole.toString();
    }

    /** Has the rest of the transaction find rows by index, as {@link #lockStanding} does; null where there is nothing to say. */
    String byIndex() {
        return this == POSTGRESQL ? "select set_config('enable_seqscan', 'off', true)" : null;
    }

    /**
     * Keys for {@code = any(?)}, as many at a time as the database takes well: H2 compares each row that it finds with the whole list.
     */
    List<Long[]> portions(Collection<Long> keys) {
        Long[] all = keys.toArray(Long[]::new);
        int most = this == H2 ? 32 : Math.max(1, all.length);
        return IntStream.rangeClosed(0, (all.length - 1) / most)
                .mapToObj(n -> Arrays.copyOfRange(all, n * most, Math.min(all.length, (n + 1) * most)))
                .filter(portion -> portion.length > 0)
                .toList();
    }

    /**
     * Said to each new connection; null when there is nothing to say. A node that was halted or cut off in the middle of a transaction must
     * not hold its rows for longer than its leases, and the server of one that died with its machine is to notice that. docs/decisions/0308.
     */
    String greeting() {
        return this == POSTGRESQL
                ? "set lock_timeout = '15s'; set synchronous_commit = on; set idle_in_transaction_session_timeout = '"
                        + Leases.HOLD.toSeconds()
                        + "s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3"
                : null;
    }
}
