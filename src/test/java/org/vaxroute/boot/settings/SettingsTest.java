package org.vaxroute.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String GOOD_CONNECTION =
            """
            file-code = ABCDEF
            account.kind = folder
            """;

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void emptyHome() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("config/connections"));
        Files.createDirectories(folder.resolve("config/registries/immtrac2"));
        home = Home.of(folder);
        write("config/vaxroute.properties", "");
        write("config/connections/main.properties", GOOD_CONNECTION);
    }

    @Test
    void anUntouchedInstallationHasSafeDefaults() {
        Settings settings = load();

        assertThat(settings.global().integer("intake.chunk")).isEqualTo(500);
        assertThat(settings.global().path("intake.file.directory")).isEqualTo(folder.resolve("work/in"));
        assertThat(settings.global().text("operate.http.host")).isEqualTo("127.0.0.1");
        assertThat(settings.global().flag("intake.mllp.enabled")).isFalse();
        assertThat(settings.connections().get("main").zone("zone")).isEqualTo(ZoneId.of("America/Chicago"));
    }

    @Test
    void valuesAreTypedAndPathsStartAtTheHomeFolder() throws IOException {
        write(
                "config/vaxroute.properties",
                """
                # the drop folder sits on its own disk
                intake.file.directory = drop
                intake.file.min-age = 1m30s
                intake.chunk : 250
                """);

        SettingScope global = load().global();

        assertThat(global.path("intake.file.directory")).isEqualTo(folder.resolve("drop"));
        assertThat(global.duration("intake.file.min-age")).isEqualTo(Duration.ofSeconds(90));
        assertThat(global.integer("intake.chunk")).isEqualTo(250);
    }

    @Test
    void placeholdersTakeOtherKeysAndTheEnvironment() throws IOException {
        write(
                "config/vaxroute.properties",
                """
                vaxroute.work = {{env:DISK}}/vax
                intake.file.directory = {{vaxroute.work}}/drop-{{env:SITE:a}}
                """);

        SettingScope global =
                Settings.load(home, Map.of(), Map.of("DISK", "/data")::get).global();

        assertThat(global.path("intake.file.directory")).isEqualTo(Path.of("/data/vax/drop-a"));
    }

    @Test
    void routesMayNameEveryGlobalKeyInTheFormThatCamelReadsButNoSecret() throws IOException {
        secretFile("config/secrets/ledger", "not-for-routes");
        write(
                "config/vaxroute.properties",
                """
                ledger.password = secret:file:config/secrets/ledger
                site.lab.host = lab.example.org
                """);

        Map<String, String> offered = load().forRoutes();

        assertThat(offered)
                .containsEntry("intake.file.min-age", "10000")
                .containsEntry(
                        "intake.file.directory", folder.resolve("work/in").toString())
                .containsEntry("site.lab.host", "lab.example.org")
                .containsEntry("vaxroute.home", folder.toString())
                .doesNotContainKey("ledger.password")
                .doesNotContainValue("not-for-routes");
    }

    @Test
    void everyFaultIsReportedAtOnceWithFileLineKeyAndRemedy() throws IOException {
        write(
                "config/vaxroute.properties",
                """
                # a comment
                intake.chunks = 500
                intake.file.min-age = soon

                operate.http.port = 99999
                intake.file.directory = {{vaxroute.wrok}}/in
                operate.http.host = a
                operate.http.host = b
                ledger.password = hunter2
                """);
        write(
                "config/connections/main.properties",
                """
                account.kind = sftp
                account.password = secret:file:config/secrets/absent
                zone = Texas
                source.clinic.kind = jdbc
                source.clinic.url = jdbc:postgresql://u:geheim@h/db
                """);

        SettingsException refused = catchThrowableOfType(SettingsException.class, this::load);

        assertThat(refused.faults())
                .extracting(fault -> fault.file() + ":" + fault.line() + " " + fault.key() + " " + fault.problem())
                .contains(
                        "config/vaxroute.properties:2 intake.chunks is not a known key",
                        "config/vaxroute.properties:3 intake.file.min-age \"soon\" is not a duration",
                        "config/vaxroute.properties:5 operate.http.port \"99999\" is not a port",
                        "config/vaxroute.properties:6 intake.file.directory placeholder {{vaxroute.wrok}} has no value",
                        "config/vaxroute.properties:8 operate.http.host is set twice, first on line 7",
                        "config/vaxroute.properties:9 ledger.password holds the secret itself",
                        "config/connections/main.properties:0 file-code is missing",
                        "config/connections/main.properties:0 account.host is missing, and account.kind = sftp needs it",
                        "config/connections/main.properties:0 account.user is missing, and account.kind = sftp needs it",
                        "config/connections/main.properties:0 account.known-hosts is missing, and account.kind = sftp needs it",
                        "config/connections/main.properties:2 account.password secret file "
                                + folder.resolve("config/secrets/absent") + " does not exist",
                        "config/connections/main.properties:3 zone \"Texas\" is not a time zone",
                        "config/connections/main.properties:5 source.clinic.url holds a password",
                        "config/connections/main.properties:0 source.clinic.ehr is missing, and source.clinic.kind = jdbc needs it",
                        "config/connections/main.properties:0 source.clinic.cron is missing, and source.clinic.kind = jdbc needs it");
        assertThat(refused.faults())
                .allSatisfy(fault -> assertThat(fault.remedy()).isNotBlank());
        assertThat(refused)
                .hasMessageContaining(refused.faults().size() + " faults in the settings")
                .hasMessageContaining("Did you mean intake.chunk?")
                .hasMessageContaining("Did you mean {{vaxroute.work}}?")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void placeholdersThatGoRoundAreRefused() throws IOException {
        write(
                "config/vaxroute.properties",
                """
                vaxroute.work = {{intake.file.directory}}
                intake.file.directory = {{vaxroute.work}}/in
                """);

        assertThatThrownBy(this::load).hasMessageContaining("lead round in a circle");
    }

    @Test
    void aSecretFileThatOthersMayReadIsRefusedUnlessTheSiteSaysSo() throws IOException {
        Path secret = secretFile("config/secrets/ledger", "word");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        write("config/vaxroute.properties", "ledger.password = secret:file:config/secrets/ledger\n");

        assertThatThrownBy(this::load)
                .hasMessageContaining("may be read by others")
                .hasMessageContaining("chmod 600");

        write(
                "config/vaxroute.properties",
                """
                ledger.password = secret:file:config/secrets/ledger
                secrets.allow-shared-files = true
                """);
        assertThat(load().global().secret("ledger.password")).hasValueSatisfying(found -> {
            assertThat(found.revealText()).isEqualTo("word");
            assertThat(found).hasToString("secret:file:config/secrets/ledger");
        });
    }

    @Test
    void aPrivateKeyIsRefusedAsASecretFileIs() throws IOException {
        String connection =
                """
                file-code = ABCDEF
                account.kind = sftp
                account.host = registry.example
                account.user = clinic
                account.known-hosts = config/known_hosts
                account.password = secret:file:config/secrets/phrase
                account.private-key = config/secrets/key
                """;
        secretFile("config/secrets/phrase", "word");
        write("config/connections/main.properties", connection);
        assertThatThrownBy(this::load)
                .hasMessageContaining("account.private-key")
                .hasMessageContaining("does not exist");

        Path key = secretFile("config/secrets/key", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        assertThat(load().connections().get("main").findPath("account.private-key"))
                .contains(key);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::load)
                .hasMessageContaining("account.private-key")
                .hasMessageContaining("chmod 600");

        write("config/vaxroute.properties", "secrets.allow-shared-files = true\n");
        assertThat(load().connections()).containsKey("main");

        write("config/vaxroute.properties", "");
        write(
                "config/connections/main.properties",
                connection + "account = separate\ntest-account.user = tests\n"
                        + "test-account.password = secret:file:config/secrets/phrase\n");
        assertThat(load().connections())
                .as("the production login of two is not looked at before the registry's approval")
                .containsKey("main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://ann:geheim@ehr.example/clinic",
                "jdbc:sqlserver://ehr.example;user=ann;password=geheim",
                "jdbc:oracle:thin:ann/geheim@//ehr.example:1521/clinic",
                "jdbc:oracle:oci8:ann/geheim@clinic"
            })
    void anAddressWithAPasswordInItIsRefusedAndNotRepeated(String url) throws IOException {
        write(
                "config/connections/main.properties",
                GOOD_CONNECTION
                        + "source.clinic.kind = jdbc\nsource.clinic.ehr = any\nsource.clinic.cron = 0 0 2 * * ?\n"
                        + "source.clinic.url = " + url + "\n");

        assertThatThrownBy(this::load)
                .hasMessageContaining("source.clinic.url")
                .hasMessageContaining("holds a password")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void aRotatedSecretCountsAtItsNextUse() throws IOException {
        secretFile("config/secrets/ledger", "old\n");
        write("config/vaxroute.properties", "ledger.password = secret:file:config/secrets/ledger\n");
        Secret secret = load().global().secret("ledger.password").orElseThrow();

        assertThat(secret.revealText()).isEqualTo("old");
        secretFile("config/secrets/ledger", "new\n");

        assertThat(secret.revealText()).isEqualTo("new");
    }

    @Test
    void theSourcesOfAConnectionAreFoundByTheirIds() throws IOException {
        write(
                "config/connections/main.properties",
                GOOD_CONNECTION + "source.clinic-a.kind = file\nsource.lab.kind = mllp\nsource.lab.feed = test\n");

        SettingScope main = load().connections().get("main");

        assertThat(main.ids("source")).containsExactly("clinic-a", "lab");
        assertThat(main.text("source.clinic-a.feed")).isEqualTo("ongoing");
        assertThat(main.text("source.lab.feed")).isEqualTo("test");
    }

    @Test
    void aRegistryWithoutAProfileIsRefused() throws IOException {
        write("config/connections/main.properties", GOOD_CONNECTION + "registry = imtrac\n");

        assertThatThrownBy(this::load).hasMessageContaining("there is no profile config/registries/imtrac");
    }

    @Test
    void aMarkInFrontOfUtf8IsNoPartOfTheFirstKey() throws IOException {
        write("config/vaxroute.properties", "\uFEFFintake.chunk = 7\r\nintake.ahead = 1\r\n");
        write("config/connections/main.properties", "\uFEFF# ours\n" + GOOD_CONNECTION);

        assertThat(load().global().integer("intake.chunk")).isEqualTo(7);
        assertThat(load().global().integer("intake.ahead")).isEqualTo(1);
    }

    @Test
    void aPathWithBackslashesIsToldByItsLine() throws IOException {
        write("config/vaxroute.properties", "intake.chunk = 7\nvaxroute.work = D:\\users\n");

        SettingsException refused = catchThrowableOfType(SettingsException.class, this::load);

        assertThat(refused.faults()).anySatisfy(fault -> {
            assertThat(fault.line()).isEqualTo(2);
            assertThat(fault.problem()).contains("broken");
        });
    }

    @Test
    void aDurationWithoutAUnitIsRefusedUnlessItIsNone() throws IOException {
        write("config/vaxroute.properties", "intake.file.min-age = 10\n");
        assertThatThrownBy(this::load).hasMessageContaining("\"10\" is not a duration");

        write("config/vaxroute.properties", "intake.file.min-age = 0\n");
        assertThat(load().global().duration("intake.file.min-age")).isZero();
    }

    @Test
    void aRegistryWhoseBaseIsNotThereIsRefused() throws IOException {
        registry("immtrac2", "natoinal");
        assertThatThrownBy(this::load)
                .hasMessageContaining("config/registries/immtrac2/registry.properties")
                .hasMessageContaining("there is no profile config/registries/natoinal");

        registry("immtrac2", "own");
        registry("own", "immtrac2");
        assertThatThrownBy(this::load).hasMessageContaining("round in a circle: immtrac2 -> own -> immtrac2");
    }

    private void registry(String id, String base) throws IOException {
        Files.createDirectories(folder.resolve("config/registries").resolve(id));
        write(
                "config/registries/" + id + "/registry.properties",
                "base = " + base + "\nreceiver.application = A\nreceiver.facility = F\n");
    }

    @Test
    void aConnectionFileIsNamedByAnId() throws IOException {
        write("config/connections/My Clinic.properties", GOOD_CONNECTION);

        SettingsException refused = catchThrowableOfType(SettingsException.class, this::load);

        assertThat(refused.faults())
                .extracting(SettingFault::file)
                .isEqualTo(List.of("config/connections/My Clinic.properties"));
    }

    private Settings load() {
        return Settings.load(home, Map.of(), name -> null);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private Path secretFile(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
}
