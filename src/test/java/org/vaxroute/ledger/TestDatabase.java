package org.vaxroute.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;
import org.vaxroute.practice.FreePort;

/** The two databases that every test with a ledger runs on. */
public enum TestDatabase {
    H2 {
        @Override
        public LedgerSettings fresh(Path folder) {
            LedgerSettings settings = settings(folder);
            try {
                Path file = settings.file().orElseThrow();
                Files.createDirectories(file.getParent());
                Files.write(file, migrated(), StandardOpenOption.CREATE_NEW);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return settings;
        }

        private static LedgerSettings settings(Path folder) {
            return LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", folder);
        }

        // Making all tables takes longer than most tests.
        private static synchronized byte[] migrated() throws IOException {
            if (empty == null) {
                Path folder = Files.createTempDirectory("ledger");
                LedgerSettings settings = settings(folder);
                Database.open(settings).close();
                Path file = settings.file().orElseThrow();
                empty = Files.readAllBytes(file);
                FileSystemUtils.deleteRecursively(folder);
            }
            return empty;
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
    private static byte[] empty;

    /** An empty database of its own; on H2 the ledger of the home that the folder is, without a password. */
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
