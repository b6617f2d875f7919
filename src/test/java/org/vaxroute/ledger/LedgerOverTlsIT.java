package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Period;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.practice.FreePort;
import org.vaxroute.submit.TestCertificates;

/** A PostgreSQL server with a certificate for {@code localhost}, and {@code sslmode=verify-full} as security.md asks for it. */
class LedgerOverTlsIT {
    @TempDir
    Path folder;

    private Path authority;
    private EmbeddedPostgres server;

    @BeforeEach
    void start() throws Exception {
        TestCertificates certificates = new TestCertificates("Test Authority");
        authority = certificates.trust(folder.resolve("authority.pem"));
        certificates.server(folder.resolve("server.p12"), "localhost", Period.ofDays(10));
        Path pem = folder.resolve("server.p12.pem");
        // The server wants its key closed to others.
        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-------"));
        server = EmbeddedPostgres.builder()
                .setPort(FreePort.find())
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", pem.toString())
                .setServerConfig("ssl_key_file", pem.toString())
                .start();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    private LedgerSettings settings(String host, Path trusted) {
        return settings(host, server.getPort(), trusted);
    }

    private static LedgerSettings settings(String host, int port, Path trusted) {
        return new LedgerSettings(
                "jdbc:postgresql://%s:%d/postgres?sslmode=verify-full&sslrootcert=%s".formatted(host, port, trusted),
                "postgres",
                "postgres",
                2,
                true);
    }

    @Test
    void theLedgerOpensOverTlsWhereCertificateAndNameAreRightAndNowhereElse() throws Exception {
        LedgerSettings right = settings("localhost", authority);
        try (Ledger ledger = Ledger.open(right, Clock.systemUTC())) {
            ledger.trail().append("somebody", "look", "subject", "");
            assertThat(sessions("ssl")).isPositive();
            assertThat(sessions("not ssl")).isZero();
        }

        assertThatThrownBy(() -> Ledger.open(settings("127.0.0.1", authority), Clock.systemUTC()))
                .as("the certificate is for another name")
                .isInstanceOf(LedgerException.class)
                .isNotInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining("127.0.0.1");
        Path stranger = new TestCertificates("Some Other Authority").trust(folder.resolve("stranger.pem"));
        assertThatThrownBy(() -> Ledger.open(settings("localhost", stranger), Clock.systemUTC()))
                .as("an authority that nobody trusts")
                .isInstanceOf(LedgerException.class)
                .isNotInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining("certificat");

        assertThatThrownBy(() -> Ledger.open(
                        settings("localhost", TestDatabase.server().getPort(), authority), Clock.systemUTC()))
                .as("a server without TLS")
                .isInstanceOf(LedgerException.class)
                .isNotInstanceOf(LedgerUnavailable.class)
                .hasMessageContaining("SSL");
    }

    /** Sessions of the ledger's pool; the one that asks is not among them. */
    private int sessions(String which) throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement();
                ResultSet row =
                        sql.executeQuery("select count(*) from pg_stat_ssl where pid <> pg_backend_pid() and pid in"
                                + " (select pid from pg_stat_activity where backend_type = 'client backend') and "
                                + which)) {
            row.next();
            return row.getInt(1);
        }
    }
}
