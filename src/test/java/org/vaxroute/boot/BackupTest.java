package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a home is in its backup. */
class BackupTest {
    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() {
        home = new ShippedHome(folder.resolve("home"));
    }

    private List<String> kept() throws IOException {
        Path backup;
        try (Office office = new Office(home.settings(), Clock.systemUTC())) {
            backup = new Backup(home.settings(), office.ledger(), Clock.systemUTC()).make(null, "test");
        }
        Path made = backup.resolve("home");
        try (Stream<Path> all = Files.walk(made)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> made.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void settingsAndRoutesBehindLinksAreInItToo() throws IOException {
        for (String part : List.of("config/connections", "config", "routes")) {
            Path place = home.folder.resolve(part);
            Path elsewhere = folder.resolve(part.replace('/', '-'));
            Files.move(place, elsewhere);
            Files.createSymbolicLink(place, elsewhere);
        }

        assertThat(kept())
                .contains(
                        "config/vaxroute.properties",
                        "config/connections/main.properties",
                        "routes/intake/intake-file.yaml");
    }

    @Test
    void noSecretIsInItHoweverItIsNamed() throws IOException {
        String main = "config/connections/main.properties";
        Path outside = Files.createDirectories(folder.resolve("outside"));
        home.secret("config/keys/registry", "s3cret");
        home.secret("config/keys/of the test", "s3cret");
        home.secret("config/keys/mail", "s3cret");
        home.secret("config/keys/id_ed25519", "s3cret");
        home.secret("config/secrets/one", "s3cret");
        Files.move(home.folder.resolve("config/keys/registry"), outside.resolve("registry"));
        Files.createSymbolicLink(home.folder.resolve("config/keys/registry"), outside.resolve("registry"));
        home.set(main, "account.password", "secret:file:" + outside.resolve("registry"));
        home.set(main, "test-account.password", "secret:file:config/keys/of the test");
        home.set(main, "account.private-key", "config/keys/id_ed25519");
        home.set("config/vaxroute.properties", "mail.password", "secret:file:{{vaxroute.home}}/config/keys/mail");

        assertThat(kept())
                .contains(main)
                .noneMatch(file -> file.startsWith("config/keys") || file.startsWith("config/secrets"));
    }
}
