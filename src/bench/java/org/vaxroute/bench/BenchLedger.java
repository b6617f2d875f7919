package org.vaxroute.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The database that a run keeps its ledger in: an H2 file in its home, or a PostgreSQL server of its own, both forced to the disk. */
final class BenchLedger implements AutoCloseable {
    static final String PASSWORD = "postgres";

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
