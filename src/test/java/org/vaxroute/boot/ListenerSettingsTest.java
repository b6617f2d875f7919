package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What would keep the console or the MLLP listener from starting is found by the check, before the server is stopped for a new start. */
class ListenerSettingsTest {
    private static final String SETTINGS = "config/vaxroute.properties";

    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() {
        home = new ShippedHome(folder);
        home.set(SETTINGS, "operate.http.enabled", "true");
    }

    private List<String> faults() {
        return new StandaloneHouse().check(folder);
    }

    @Test
    void plainTextBeyondLoopback() {
        home.set(SETTINGS, "operate.http.host", "0.0.0.0");

        assertThat(faults()).singleElement().asString().contains("beyond loopback, without TLS");
    }

    @Test
    void aKeyStoreThatCannotBeRead() throws Exception {
        home.set(SETTINGS, "operate.http.key-store", "config/console.p12");
        home.set(SETTINGS, "operate.http.key-store-password", "secret:file:config/secrets/console");
        home.secret("config/secrets/console", "s3cret");
        Files.writeString(folder.resolve("config/console.p12"), "no key store");

        assertThat(faults())
                .singleElement()
                .asString()
                .contains("operate.http.key-store " + folder.resolve("config/console.p12") + " cannot be read");
    }

    @Test
    void aLineThatIsNoUser() {
        home.write("config/users", "anna, operator\n");

        assertThat(faults()).singleElement().asString().contains("users:1: is no user");
    }

    @Test
    void aKeyStoreOfMllpThatIsNotThere() {
        home.set(SETTINGS, "intake.mllp.enabled", "true");
        home.set(SETTINGS, "intake.mllp.key-store", "config/mllp.p12");
        home.set(SETTINGS, "intake.mllp.key-store-password", "secret:file:config/secrets/mllp");
        home.secret("config/secrets/mllp", "s3cret");

        assertThat(faults())
                .singleElement()
                .asString()
                .contains("intake.mllp.key-store " + folder.resolve("config/mllp.p12") + " cannot be read")
                .contains("intake.mllp.key-store-password");
    }

    @Test
    void aPortThatIsTakenIsToldWithItsSetting() throws Exception {
        home.set(SETTINGS, "operate.http.enabled", "false");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            home.set(SETTINGS, "intake.mllp.enabled", "true");
            home.set(SETTINGS, "intake.mllp.port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(() -> VaxRoute.start(home.settings(), Clock.systemUTC()))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("nothing can listen where a route says (Address already in use)")
                    .hasMessageContaining("intake.mllp.port");
        }
    }
}
