package org.vaxroute.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The database that a run keeps its ledger in: an H2 file in its home, or a PostgreSQL server of its own, both forced to the disk. */
final class BenchLedger implements AutoCloseable {
    static final String PASSWORD = "postgres";

    private static final int TICKS = 100;

    private final Path data;
    private EmbeddedPostgres server;

    private BenchLedger(Path data) {
        this.data = data;
    }

    /** @param name h2 or pg */
    static BenchLedger start(String name) throws IOException {
        return switch (name) {
            case "h2" -> new BenchLedger(null);
            case "pg" -> {
                BenchLedger ledger = new BenchLedger(Files.createTempDirectory("bench-pg"));
                ledger.server = ledger.server().start();
                yield ledger;
            }
            default -> throw new IllegalArgumentException("The ledger is " + name + "; it must be h2 or pg.");
        };
    }

    private EmbeddedPostgres.Builder server() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("shared_preload_libraries", "pg_stat_statements");
    }

    /** Stops PostgreSQL, which breaks off whatever is under way, and starts it again at the same port after a while. */
    void restart(Duration away) throws IOException, InterruptedException {
        int port = server.getPort();
        server.close();
        TimeUnit.MILLISECONDS.sleep(away.toMillis());
        server = server().setPort(port).start();
    }

    String url() {
        return server == null ? "jdbc:h2:file:work/ledger" : server.getJdbcUrl("postgres", "postgres");
    }

    /** Where PostgreSQL listens on 127.0.0.1. */
    int port() {
        return server.getPort();
    }

    String user() {
        return server == null ? "vaxroute" : "postgres";
    }

    /** Begins to count what PostgreSQL does for each statement. */
    void countStatements() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
            statement.execute("select pg_stat_statements_reset()");
        }
    }

    /** The statements that took most of PostgreSQL's time since {@link #countStatements()}, one to a line of a table. */
    String statements(int most) throws SQLException {
        StringBuilder table = new StringBuilder("| ms | calls | us a call | rows | pages a call | statement |%n|---|---|---|---|---|---|%n".formatted());
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select total_exec_time + total_plan_time, calls, rows, shared_blks_hit + shared_blks_read, regexp_replace(query, '\\s+', ' ', 'g')"
                                + " from pg_stat_statements order by total_exec_time + total_plan_time desc limit " + most)) {
            while (row.next()) {
                table.append("| %,.0f | %,d | %,.0f | %,d | %,d | %s |%n"
                        .formatted(
                                row.getDouble(1),
                                row.getLong(2),
                                1_000 * row.getDouble(1) / row.getLong(2),
                                row.getLong(3),
                                row.getLong(4) / row.getLong(2),
                                row.getString(5).replace("|", "\\|")));
            }
        }
        return table.toString();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), PASSWORD);
    }

    /** Processor time of PostgreSQL's processes since it was started, in seconds; none of H2, which is part of the process that it serves. */
    double cpuSeconds() throws IOException {
        if (server == null) {
            return 0;
        }
        long postmaster = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        double all = 0;
        List<ProcessHandle> family = Stream.concat(
                        ProcessHandle.of(postmaster).stream(),
                        ProcessHandle.of(postmaster).stream().flatMap(ProcessHandle::children))
                .toList();
        for (ProcessHandle one : family) {
            String text;
            try {
                text = Files.readString(Path.of("/proc/" + one.pid() + "/stat"));
            } catch (IOException ended) {
                continue;
            }
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            // utime and stime; of the postmaster also those of its children that have ended
            for (int field = 11; field < (one.pid() == postmaster ? 15 : 13); field++) {
                all += Long.parseLong(fields[field]) / (double) TICKS;
            }
        }
        return all;
    }

    boolean needsPassword() {
        return server != null;
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
            BenchHome.delete(data);
        }
    }
}
