package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Settings;

/** What a backup holds besides the ledger; that it can be restored is shown elsewhere. */
class BackupTest {
    private static final String MAIN = "config/connections/main.properties";

    @TempDir
    Path folder;

    @Test
    void noSecretIsCopiedHoweverItIsNamed() throws IOException {
        ShippedHome home = new ShippedHome(folder);
        home.secret("config/secrets/of-nothing", "swordfish-0");
        home.secret("config/keys/registry", "-----BEGIN OPENSSH PRIVATE KEY-----\nswordfish-1\n");
        home.secret("config/keys/pass phrase", "swordfish-2");
        home.secret("config/keys/ledger", "swordfish-3");
        home.write("config/known_hosts", "registry.example ssh-ed25519 AAAA\n");
        home.set(MAIN, "account.kind", "sftp");
        home.set(MAIN, "account.host", "registry.example");
        home.set(MAIN, "account.user", "clinic");
        home.set(MAIN, "account.known-hosts", "config/known_hosts");
        home.set(MAIN, "account.private-key", "config/keys/registry");
        home.set(MAIN, "account.password", "secret:file:config/keys/pass phrase");
        home.set("config/vaxroute.properties", "site.keys", "config/keys");
        home.set("config/vaxroute.properties", "ledger.password", "secret:file:{{site.keys}}/ledger");
        Settings settings = home.settings();

        Path backup;
        try (Office office = new Office(settings, Clock.systemUTC())) {
            backup = new Backup(settings, office.ledger(), Clock.systemUTC()).make(null, "test");
        }

        List<Path> copied;
        try (Stream<Path> all = Files.walk(backup.resolve("home"))) {
            copied = all.filter(Files::isRegularFile).toList();
        }
        assertThat(copied).anyMatch(file -> file.endsWith(MAIN)).noneSatisfy(file -> assertThat(
                        Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains("swordfish"));
    }
}
