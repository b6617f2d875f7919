package org.vaxroute.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.vaxroute.practice.FreePort;

/** The two databases that every test with a ledger runs on. */
public enum TestDatabase {
    H2 {
        @Override
        public LedgerSettings fresh(Path folder) {
            return LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "secret", folder);
        }
    },
    POSTGRESQL {
        @Override
        public LedgerSettings fresh(Path folder) {
            String name = "ledger_" + NEXT.incrementAndGet();
            try (Connection connection =
                            server().getDatabase("postgres", LEDGERS).getConnection();
                    Statement statement = connection.createStatement()) {
                // A schema of its own is as good as a database of its own, and a tenth of the files.
                statement.execute("create schema " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            String url = server().getJdbcUrl("postgres", LEDGERS);
            return new LedgerSettings(
                    url + (url.contains("?") ? "&" : "?") + "currentSchema=" + name, "postgres", "postgres", 10, true);
        }
    };

    private static final String LEDGERS = "ledgers";
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static EmbeddedPostgres server;

    /** An empty database of its own. */
    public abstract LedgerSettings fresh(Path folder);

    /** One server for all tests of this JVM; it ends with it. */
    static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder().setPort(FreePort.find()).start();
                try (Connection connection = server.getPostgresDatabase().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("create database " + LEDGERS);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return server;
    }
}
