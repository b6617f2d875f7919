package org.vaxroute.ledger;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.postgresql.PGConnection;

/**
 * Copies of the ledger as it stood at one moment, made while it is in use. An H2 file is copied by H2 itself, so that an encrypted one stays
 * encrypted; of PostgreSQL each table is copied inside one transaction, which needs no program beside us. docs/decisions/0231.
 */
public final class LedgerCopy {
    private static final String ZIP = "ledger.zip";
    private static final String TABLE = ".copy.gz";
    private static final String SCHEMA = "schema-version";

    private final Database database;

    LedgerCopy(Database database) {
        this.database = database;
    }

    /**
     * Copies the ledger.
     *
     * @param folder to put the copy in; there, and empty
     * @return {@code h2} or {@code postgresql}
     * @throws IOException when the folder cannot be written
     */
    public String to(Path folder) throws IOException {
        if (database.dialect() == Dialect.H2) {
            Path zip = folder.resolve(ZIP);
            database.jdbc(connection -> {
                try (PreparedStatement backup = connection.prepareStatement("backup to ?")) {
                    backup.setString(1, zip.toAbsolutePath().toString());
                    backup.execute();
                }
                return null;
            });
            force(zip);
            return "h2";
        }
        try (Connection connection = database.pool().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            try {
                waitForDisks(connection);
                tables(connection, folder);
            } finally {
                connection.rollback();
                connection.setReadOnly(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw refused("The ledger could not be copied", e);
        }
        return "postgresql";
    }

    // Between two tables a file is forced to a disk that may be slow.
    private static void waitForDisks(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(Lines.LONG.toMillis()));
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local idle_in_transaction_session_timeout = 0");
        }
    }

    private static void tables(Connection connection, Path folder) throws SQLException, IOException {
        Files.writeString(folder.resolve(SCHEMA), version(connection), StandardCharsets.US_ASCII);
        for (Map.Entry<String, List<String>> table : columns(connection).entrySet()) {
            Path file = folder.resolve(table.getKey() + TABLE);
            try (OutputStream out =
                    new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16)) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(
                                "copy " + table.getKey() + " (" + String.join(", ", table.getValue()) + ") to stdout",
                                out);
            }
            force(file);
        }
    }

    private static String version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select version from flyway_schema_history where success and version is not null order by installed_rank")) {
            // Migrations may have come out of their order, so the newest is looked for and not the last.
            return highest(row);
        }
    }

    private static String highest(ResultSet row) throws SQLException {
        int highest = 0;
        while (row.next()) {
            highest = Math.max(highest, Integer.parseInt(row.getString(1)));
        }
        return Integer.toString(highest);
    }

    /** Our tables with their columns, in an order in which each comes behind those that it refers to. */
    private static Map<String, List<String>> columns(Connection connection) throws SQLException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select c.table_name, c.column_name from information_schema.columns c"
                                + " join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name"
                                + " where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.table_name <> 'flyway_schema_history'"
                                + " order by c.table_name, c.ordinal_position")) {
            while (row.next()) {
                columns.computeIfAbsent(row.getString(1), table -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
                                + " and connamespace = current_schema()::regnamespace")) {
            while (row.next()) {
                if (!row.getString(1).equals(row.getString(2))) {
                    needs.computeIfAbsent(row.getString(1), table -> new LinkedHashSet<>())
                            .add(row.getString(2));
                }
            }
        }
        Map<String, List<String>> ordered = new LinkedHashMap<>();
        columns.keySet().forEach(table -> add(table, columns, needs, ordered));
        return ordered;
    }

    private static void add(
            String table,
            Map<String, List<String>> columns,
            Map<String, Set<String>> needs,
            Map<String, List<String>> ordered) {
        if (ordered.containsKey(table) || !columns.containsKey(table)) {
            return;
        }
        needs.getOrDefault(table, Set.of()).forEach(other -> add(other, columns, needs, ordered));
        ordered.put(table, columns.get(table));
    }

    /**
     * Puts a copy of an H2 file in its place.
     *
     * @param settings of a file that is not there yet
     * @param folder that holds the copy
     * @throws IOException when the copy cannot be read or the file not be written
     */
    public static void unpack(LedgerSettings settings, Path folder) throws IOException {
        Path file = settings.file().orElseThrow();
        try (ZipInputStream zip =
                new ZipInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve(ZIP))))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".mv.db")) {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                    force(file);
                    return;
                }
            }
        }
        throw new IOException(folder.resolve(ZIP) + " holds no ledger");
    }

    /**
     * Loads a copy into a PostgreSQL database, and says in the same transaction that it is being restored.
     *
     * @param settings of a database that is empty, or in which an earlier restore did not come to its end
     * @param folder that holds the copy
     * @throws LedgerException when the database holds a ledger, saying what to do
     * @throws IOException when the copy cannot be read
     */
    public static void load(LedgerSettings settings, Path folder, Instant backupAt, Instant now, String who)
            throws IOException {
        try (Connection connection = DriverManager.getConnection(
                Dialect.POSTGRESQL.url(settings.url()), settings.user(), settings.password())) {
            Map<String, List<String>> there = columns(connection);
            if (there.containsKey("ledger_identity") && !mayBeReplaced(connection)) {
                throw new LedgerException(
                        "The database of ledger.url holds a ledger already, and a restore overwrites none. Make an"
                                + " empty database, name it in ledger.url, and repeat the restore. Keep the old one until all is well.");
            }
            for (String table : there.keySet()) {
                if (there.containsKey("ledger_identity") && !Files.exists(folder.resolve(table + TABLE))) {
                    throw new LedgerException("The database of ledger.url holds the table " + table
                            + ", of which the backup knows nothing. A restore clears what it replaces: make an empty database, name it"
                            + " in ledger.url, and repeat the restore.");
                }
            }
            clear(connection, there);
        } catch (SQLException e) {
            throw unavailable(e);
        }
        Database.configured(Dialect.POSTGRESQL)
                .dataSource(Dialect.POSTGRESQL.url(settings.url()), settings.user(), settings.password())
                .target(Files.readString(folder.resolve(SCHEMA), StandardCharsets.US_ASCII)
                        .strip())
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(
                Dialect.POSTGRESQL.url(settings.url()), settings.user(), settings.password())) {
            connection.setAutoCommit(false);
            waitForDisks(connection);
            for (Map.Entry<String, List<String>> table : columns(connection).entrySet()) {
                Path file = folder.resolve(table.getKey() + TABLE);
                try (InputStream in =
                        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16)) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(
                                    "copy " + table.getKey() + " (" + String.join(", ", table.getValue())
                                            + ") from stdin",
                                    in);
                }
            }
            goOn(connection);
            try (PreparedStatement restore = connection.prepareStatement(Replays.BEGIN)) {
                restore.setObject(1, Database.at(backupAt));
                restore.setObject(2, Database.at(now));
                restore.setString(3, Texts.cut(who, 200));
                restore.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            throw refused("The copy of the ledger could not be loaded", e);
        }
    }

    /** Whether it is the rest of a restore that did not come to its end, or one that nobody has gone on with. */
    private static boolean mayBeReplaced(Connection connection) throws SQLException {
        if (count(connection, "select count(*) from ledger_identity") == 0) {
            return true;
        }
        try (PreparedStatement there = connection.prepareStatement(
                        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'ledger_restore'");
                ResultSet row = there.executeQuery()) {
            row.next();
            if (row.getInt(1) == 0) {
                return false;
            }
        }
        return count(
                        connection,
                        "select count(*) from ledger_restore where restore_id = (select max(restore_id) from"
                                + " ledger_restore) and state <> 'DONE'")
                > 0;
    }

    private static void clear(Connection connection, Map<String, List<String>> tables) throws SQLException {
        if (!tables.containsKey("ledger_identity")) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String table : tables.keySet()) {
                statement.execute("drop table if exists " + table + " cascade");
            }
            statement.execute("drop table if exists flyway_schema_history");
            statement.execute("drop sequence if exists record_id");
            statement.execute("drop sequence if exists payload_id");
        }
        connection.commit();
    }

    /** Has every number go on behind those that are used. */
    private static void goOn(Connection connection) throws SQLException {
        List<String[]> identities = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select table_name, column_name from information_schema.columns"
                        + " where table_schema = current_schema() and is_identity = 'YES'")) {
            while (row.next()) {
                identities.add(new String[] {row.getString(1), row.getString(2)});
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String[] identity : identities) {
                long highest = count(connection, "select coalesce(max(" + identity[1] + "), 0) from " + identity[0]);
                statement.execute("alter table " + identity[0] + " alter column " + identity[1] + " restart with "
                        + (highest + 1));
            }
            long payload = count(connection, "select coalesce(max(payload_id), 0) from payload");
            statement.execute("alter sequence payload_id restart with " + (payload + 1));
            long record = count(connection, "select coalesce(max(record_id), 0) from record");
            statement.execute("alter sequence record_id restart with " + (record + 10));
        }
    }

    private static long count(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static LedgerException refused(String what, SQLException e) {
        return new LedgerException(
                what + " (SQL state " + e.getSQLState() + "). Look at the database's own log.",
                Database.isPlain(Dialect.POSTGRESQL, e) ? e : null);
    }

    private static LedgerUnavailable unavailable(SQLException e) {
        return new LedgerUnavailable(
                "The database of ledger.url cannot be reached (SQL state " + e.getSQLState()
                        + "). Check that it runs, and ledger.url, ledger.user and ledger.password.",
                e);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
