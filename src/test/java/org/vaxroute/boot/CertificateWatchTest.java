package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Period;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.SettingCatalogue;
import org.vaxroute.boot.settings.SettingFile;
import org.vaxroute.boot.settings.SettingKey;
import org.vaxroute.feeds.DueDates;
import org.vaxroute.submit.TestCertificates;

class CertificateWatchTest {
    private static final String SETTINGS = "config/vaxroute.properties";

    @TempDir
    Path folder;

    @Test
    void everyFileOfCertificatesOfTheInstallationIsWatchedForItsEnd() throws Exception {
        ShippedHome home = new ShippedHome(folder);
        home.secret("config/secrets/store", TestCertificates.STORE_PASSWORD);
        TestCertificates made = new TestCertificates("any");
        made.server(folder.resolve("config/key.p12"), "localhost", Period.ofDays(20));
        made.trust(folder.resolve("config/ca.pem"));
        List<String> stores = SettingCatalogue.all().stream()
                .filter(key -> key.file() == SettingFile.VAXROUTE)
                .map(SettingKey::pattern)
                .filter(key -> key.endsWith(".key-store") || key.endsWith(".trust-store"))
                .toList();
        for (String store : stores) {
            boolean mail = store.startsWith("mail.");
            home.set(SETTINGS, store, mail ? "config/ca.pem" : "config/key.p12");
            if (!mail) {
                home.set(SETTINGS, store + "-password", "secret:file:config/secrets/store");
            }
        }

        List<DueDates.Ending> endings = new RoomSettings(home.settings()).endings();

        assertThat(stores).hasSizeGreaterThan(5);
        assertThat(endings)
                .hasSameSizeAs(stores)
                .extracting(DueDates.Ending::subject)
                .doesNotHaveDuplicates();
    }
}
