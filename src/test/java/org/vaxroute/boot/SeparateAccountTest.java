package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.submit.Account;

/** Two logins, as settings give them: each carries its stage alone, and that of production is locked until the approval. */
class SeparateAccountTest {
    private static final String TWO_LOGINS =
            """
            registry = immtrac2
            file-code = ABC
            account = separate
            account.kind = sftp
            account.host = registry.example
            account.user = PROD
            account.password = secret:file:config/secrets/not-there-yet
            account.known-hosts = config/known_hosts
            account.drop-off = in
            test-account.user = TEST
            test-account.password = secret:file:config/secrets/test
            test-account.drop-off = in-test
            source.clinic.kind = file
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void home() throws IOException {
        Files.createDirectories(folder.resolve("config/connections"));
        for (String part : List.of("routes", "config/codes", "config/sources")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
        try (var files = Files.walk(Path.of("config/registries"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.toString()));
            }
        }
        Files.writeString(folder.resolve("config/vaxroute.properties"), "");
        Files.writeString(folder.resolve("config/known_hosts"), "registry.example ssh-rsa AAAA\n");
        Path secret = folder.resolve("config/secrets/test");
        Files.createDirectories(secret.getParent());
        Files.writeString(secret, "test password");
        Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void each_login_carries_its_stage_and_production_is_not_read_before_the_approval() throws IOException {
        try (Office office = office(TWO_LOGINS)) {
            assertThat(office.accounts()).extracting(Account::id).containsExactly("main", "main/test");
            Account production = office.accounts().get(0);
            Account test = office.accounts().get(1);
            assertThat(production.carries(Stage.TEST)).isFalse();
            assertThat(test.carries(Stage.PRODUCTION)).isFalse();
            assertThat(test.host()).isEqualTo("registry.example");
            assertThat(test.secret().get()).isEqualTo("test password");

            // The file is not there: reading it would say so.
            assertThatThrownBy(() -> production.secret().get()).hasMessageContaining("before the registry's approval");
            office.ledger().gates().move("main", GateState.REGISTERED, GateState.LIVE, "ada", "for the test");
            assertThatThrownBy(() -> production.secret().get()).hasMessageContaining("does not exist");

            var assembly = office.rooms().assembly("main");
            assertThat(assembly.destinations().get(Stage.TEST).account()).isEqualTo("main/test");
            assertThat(assembly.destinations().get(Stage.TEST).folder()).isEqualTo("in-test");
            assertThat(assembly.destinations().get(Stage.PRODUCTION).account()).isEqualTo("main");
            assertThat(office.gatekeeper().retest("main", "ada", "a new interface"))
                    .isNotNull();
            assertThat(office.gatekeeper().mayDeliver("main", Feed.TEST).open()).isTrue();
        }
    }

    @Test
    void each_trust_store_has_its_password_or_that_of_production() throws IOException {
        Path secret = Files.writeString(folder.resolve("config/secrets/store"), "changeit");
        Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        String both = TWO_LOGINS
                + """
                account.trust-store = config/ca.p12
                account.trust-store-password = secret:file:config/secrets/store
                test-account.trust-store = config/test-ca.p12
                """;
        try (Office office = office(both)) {
            assertThat(office.accounts().get(1).trust().trustStorePassword().get())
                    .isEqualTo("changeit");
        }
        try (Office office = office(both + "test-account.trust-store-password = secret:file:config/secrets/test\n")) {
            assertThat(office.accounts().get(0).trust().trustStorePassword().get())
                    .isEqualTo("changeit");
            assertThat(office.accounts().get(1).trust().trustStorePassword().get())
                    .isEqualTo("test password");
        }
    }

    @Test
    void the_same_login_under_both_names_is_a_fault() throws IOException {
        write(TWO_LOGINS.replace("test-account.user = TEST", "test-account.user = PROD"));
        assertThat(new StandaloneHouse().check(folder)).anySatisfy(fault -> assertThat(fault)
                .contains("config/connections/main.properties", "same login", "account = shared"));
    }

    @Test
    void each_login_without_a_known_server_is_a_fault_beside_others() throws IOException {
        write(TWO_LOGINS.replace("not-there-yet", "test") + "test-account.known-hosts = config/known_hosts.test\n");
        Files.delete(folder.resolve("config/known_hosts"));
        assertThat(new StandaloneHouse().check(folder))
                .anySatisfy(fault -> assertThat(fault).contains("Account main:", "ssh-keyscan", "config/known_hosts "))
                .anySatisfy(fault -> assertThat(fault).contains("Account main/test:", "config/known_hosts.test"));
    }

    @Test
    void a_gate_that_cannot_reach_the_server_does_not_open() throws IOException {
        String nobody =
                TWO_LOGINS.replace("account.host = registry.example", "account.host = 127.0.0.1\naccount.port = 1");
        Files.writeString(folder.resolve("config/known_hosts"), "[127.0.0.1]:1 ssh-rsa AAAA\n");
        try (Office office = office(nobody)) {
            assertThatThrownBy(() -> office.gatekeeper().startTesting("main", "ada"))
                    .hasMessageContaining("Account main/test, connection:")
                    .hasMessageContaining("vaxroute gate test main");
            assertThatThrownBy(() -> office.gatekeeper().adopt("main", "letter", Instant.EPOCH, false, "ada"))
                    .hasMessageContaining("Account main/test");
            assertThat(office.ledger().gates().state("main")).isEqualTo(GateState.REGISTERED);

            // Fetching answers at that very moment keeps nobody from a step: whoever has the account logs in by itself.
            office.ledger().leases().acquire("account:main/test", "answers at node", Duration.ofMinutes(1));
            assertThat(office.gatekeeper().startTesting("main", "ada").state()).isEqualTo(GateState.TESTING);
        }
    }

    private Office office(String connection) throws IOException {
        write(connection);
        return new Office(Settings.load(Home.of(folder)), Clock.systemUTC());
    }

    private void write(String connection) throws IOException {
        Files.writeString(folder.resolve("config/connections/main.properties"), connection);
    }
}
