package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;

class BackupTest {
    private static final String SECRET = "key to the registry";

    @TempDir
    Path folder;

    @Test
    void whoeverFindsItFindsNoKeyInItWhereverTheKeyLies() throws IOException {
        ShippedHome home = new ShippedHome(folder);
        home.set("config/connections/main.properties", "account.private-key", "config/registry-key");
        home.set("config/connections/main.properties", "account.password", "secret:file:config/phrase");
        for (String file : new String[] {"registry-key", "phrase", "secrets/other"}) {
            home.secret("config/" + file, SECRET);
        }
        try (Ledger ledger = Ledger.open(
                        LedgerSettings.of("jdbc:h2:file:./work/ledger", "vaxroute", "", folder), Clock.systemUTC());
                Stream<Path> made =
                        Files.walk(new Backup(home.settings(), ledger, Clock.systemUTC()).make(null, "test"))) {
            assertThat(made.filter(Files::isRegularFile))
                    .anySatisfy(file -> assertThat(file).endsWith(Path.of("home/config/connections/main.properties")))
                    .allSatisfy(file -> assertThat(Files.readAllBytes(file)).isNotEqualTo(SECRET.getBytes()));
        }
    }
}
