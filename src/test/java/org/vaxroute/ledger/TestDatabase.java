package org.vaxroute.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
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
                statement.execute("create schema " + name + "; set search_path to " + name + "; " + migrations());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return settings(name);
        }

        private static LedgerSettings settings(String name) {
            String url = server().getJdbcUrl("postgres", LEDGERS);
            return new LedgerSettings(
                    url + (url.contains("?") ? "&" : "?") + "currentSchema=" + name, "postgres", "postgres", 10, true);
        }

        // Flyway, a statement at a time, takes twice as long as the tables.
        private static synchronized String migrations() throws SQLException {
            if (migrations == null) {
                try (Connection connection =
                                server().getDatabase("postgres", LEDGERS).getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("create schema first");
                }
                Database.open(settings("first")).close();
                Flyway flyway = Database.configured(Dialect.POSTGRESQL)
                        .dataSource(settings("first").url(), "postgres", "postgres")
                        .load();
                String history = "flyway_schema_history";
                migrations = Arrays.stream(flyway.info().applied())
                                .map(MigrationInfo::getScript)
                                .map(TestDatabase::filled)
                                .collect(Collectors.joining("\n"))
                        + "; create table " + history + " (like first." + history + " including all)"
                        + "; insert into " + history + " select * from first." + history;
            }
            return migrations;
        }
    };

    private static final String LEDGERS = "ledgers";
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static EmbeddedPostgres server;
    private static byte[] empty;
    private static String migrations;

    private static String filled(String script) {
        try (InputStream in = Database.class.getResourceAsStream("/db/migration/" + script)) {
            String filled = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> each : Dialect.POSTGRESQL.placeholders.entrySet()) {
                filled = filled.replace("${" + each.getKey() + "}", each.getValue());
            }
            return filled;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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
