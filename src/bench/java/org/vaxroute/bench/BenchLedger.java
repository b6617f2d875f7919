package org.vaxroute.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;

/** The database that a run keeps its ledger in: an H2 file in its home, or a PostgreSQL server of its own, both forced to the disk. */
final class BenchLedger implements AutoCloseable {
    static final String PASSWORD = "postgres";

    private final EmbeddedPostgres server;

    private BenchLedger(EmbeddedPostgres server) {
        this.server = server;
    }

    /** @param name h2 or pg */
    static BenchLedger start(String name) throws IOException {
        return switch (name) {
            case "h2" -> new BenchLedger(null);
            case "pg" ->
                new BenchLedger(EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("shared_buffers", "256MB")
                        .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                        .start());
            default -> throw new IllegalArgumentException("The ledger is " + name + "; it must be h2 or pg.");
        };
    }

    String url() {
        return server == null ? "jdbc:h2:file:work/ledger" : server.getJdbcUrl("postgres", "postgres");
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
        }
    }
}
