package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;

/** What a backup holds, and what it must not. */
class BackupTest {
    @TempDir
    Path folder;

    @Test
    void itHoldsSettingsAndTablesButNoSecretAndNoKey() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        List<String> secrets = List.of(
                "config/secrets/anything",
                "config/the registry",
                "config/keys/id_ed25519",
                "config/keys/test",
                "config/console.p12");
        for (String secret : secrets) {
            home.write(secret, "x");
            Files.setPosixFilePermissions(folder.resolve(secret), PosixFilePermissions.fromString("rw-------"));
        }
        home.write("config/trusted.p12", "x");
        home.set("config/connections/main.properties", "account.password", "secret:file:config/the registry");
        home.set("config/connections/main.properties", "account.private-key", "config/keys/id_ed25519");
        home.write(
                "config/connections/main.properties",
                home.read("config/connections/main.properties") + "test-account.private-key : config/keys/test \n");
        home.set("config/vaxroute.properties", "operate.http.key-store", "config/console.p12");
        Settings settings = home.settings();
        Path made;
        try (Ledger ledger = Ledger.open(
                LedgerSettings.of("jdbc:h2:file:" + folder.resolve("work/ledger"), "vaxroute", "", folder),
                Clock.systemUTC())) {
            made = new Backup(settings, ledger, Clock.systemUTC()).make(null, "ann");
        }

        try (Stream<Path> all = Files.walk(made.resolve("home"))) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(file -> made.resolve("home").relativize(file).toString()))
                    .contains("config/vaxroute.properties", "config/trusted.p12", "config/sites.csv")
                    .doesNotContainAnyElementsOf(secrets);
        }
    }
}
