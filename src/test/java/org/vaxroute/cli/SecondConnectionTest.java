package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.Samples;
import org.vaxroute.boot.ShippedHome;
import org.vaxroute.boot.VaxRoute;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryOptions;
import org.vaxroute.practice.TakenFile;
import picocli.CommandLine;

/** An administrator adds a second connection, to a registry of another kind, with nothing but the command and its file. */
class SecondConnectionTest {
    private static final String MAIN = "config/connections/main.properties";
    private static final String COUNTY = "config/connections/county.properties";

    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() {
        home = new ShippedHome(folder.resolve("home"));
    }

    @Test
    void theFileIsCompleteAndTheServerStaysAsItWasUntilItIsSwitchedOn() {
        assertThat(vaxroute("connection", "add", "county", "--registry", "generic-wir"))
                .isZero();

        assertThat(home.read(COUNTY))
                .contains("enabled = false", "registry = generic-wir", "source.county-files.kind = file")
                .doesNotContain("clinic-");
        assertThat(home.read(COUNTY).lines().count())
                .isEqualTo(home.read(MAIN).lines().count());
        assertThat(vaxroute("connection", "add", "county")).isEqualTo(ExitCodes.REFUSED);
        assertThat(vaxroute("connection", "add", "County")).isEqualTo(ExitCodes.REFUSED);
        assertThat(vaxroute("connection", "add", "other", "--registry", "nowhere"))
                .isEqualTo(ExitCodes.REFUSED);
        assertThat(home.settings().connections()).containsOnlyKeys("county", "main");
    }

    @Test
    void aSourceIsNamedOnceOverAllConnections() {
        vaxroute("connection", "add", "county", "--registry", "generic-wir");
        home.replace(COUNTY, "source.county-files.kind = file", "source.clinic-files.kind = file");

        assertThat(org.assertj.core.api.Assertions.catchThrowable(home::settings))
                .hasMessageContaining("is the name of a source in config/connections/county.properties too");
    }

    @Test
    void bothDeliverEachToItsOwnRegistryWithItsOwnGatePaceFoldersAndAlarms() throws Exception {
        RegistryOptions options = RegistryOptions.of(Clock.systemUTC()).stableFor(Duration.ofMillis(100));
        try (PracticeRegistry texas = PracticeRegistry.start(folder.resolve("texas"), options);
                PracticeRegistry county = PracticeRegistry.start(folder.resolve("county"), options)) {
            vaxroute("connection", "add", "county", "--registry", "generic-wir");
            login(MAIN, "main", texas);
            login(COUNTY, "county", county);
            home.set(COUNTY, "account.pace-files", "1");
            try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
                server.gatekeeper().adopt("main", "test", Instant.EPOCH, false, "test");
                drop("clinic-files", "1", "Adams");
                drop("county-files", "2", "Baker");

                await().until(() -> texas.taken().size() == 1);
                assertThat(server.ledger().gates().state("county")).isEqualTo(GateState.REGISTERED);
                assertThat(county.taken()).as("its gate is not open yet").isEmpty();

                server.gatekeeper().adopt("county", "test", Instant.EPOCH, false, "test");
                await().until(() -> county.taken().size() == 1);
                drop("clinic-files", "3", "Clark");
                drop("county-files", "4", "Davis");
                await().until(() -> texas.taken().size() == 2);
                await().until(() -> files(server, "county").size() == 2);
                assertThat(files(server, "county").stream().filter(file -> file.state() == FileState.BUILT))
                        .as("the county takes one file in ten minutes")
                        .hasSize(1);

                assertThat(names(texas)).allSatisfy(name -> assertThat(name).startsWith("MAIN"));
                assertThat(names(county)).allSatisfy(name -> assertThat(name).startsWith("COUNTY"));
                assertThat(first(county)).startsWith("FHS|^~\\&|VAXROUTE||IIS|IIS|");
                assertThat(first(texas)).contains("|TXImmTrac|TxDSHS|");
                assertThat(server.ledger().alarms().open()).isEmpty();
                assertThat(server.ledger().conservation().balance().differences())
                        .isEmpty();
            }
        }
    }

    @Test
    void aFaultOfOneAccountIsNoneOfTheOther() throws Exception {
        RegistryOptions options = RegistryOptions.of(Clock.systemUTC()).stableFor(Duration.ofMillis(100));
        try (PracticeRegistry texas = PracticeRegistry.start(folder.resolve("texas"), options);
                PracticeRegistry county = PracticeRegistry.start(folder.resolve("county"), options)) {
            vaxroute("connection", "add", "county", "--registry", "generic-wir");
            login(MAIN, "main", texas);
            login(COUNTY, "county", county);
            try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
                server.gatekeeper().adopt("main", "test", Instant.EPOCH, false, "test");
                server.gatekeeper().adopt("county", "test", Instant.EPOCH, false, "test");
                Files.writeString(home.folder.resolve("config/secrets/county"), "not the password");
                drop("county-files", "2", "Baker");
                await().until(() -> !server.ledger().alarms().open().isEmpty());
                drop("clinic-files", "1", "Adams");

                await().until(() -> texas.taken().size() == 1);
                assertThat(county.taken()).isEmpty();
                assertThat(server.ledger().alarms().open())
                        .extracting(Alarm::subject)
                        .containsOnly("account:county");
            }
        }
    }

    private void login(String file, String id, PracticeRegistry registry) {
        home.secret("config/secrets/" + id, registry.password());
        Map.of(
                        "enabled",
                        "true",
                        "file-code",
                        id.toUpperCase(java.util.Locale.ROOT),
                        "account.kind",
                        "sftp",
                        "account.host",
                        "localhost",
                        "account.port",
                        Integer.toString(registry.sftpPort()),
                        "account.user",
                        registry.user(),
                        "account.password",
                        "secret:file:config/secrets/" + id,
                        "account.known-hosts",
                        registry.knownHosts().toString(),
                        "account.drop-off",
                        "drop-off",
                        "feed.ongoing.every",
                        "1s")
                .forEach((key, value) -> home.set(file, key, value));
    }

    private void drop(String source, String controlId, String name) throws IOException {
        Path in = home.folder.resolve("work/in").resolve(source);
        Files.createDirectories(in);
        Files.writeString(in.resolve(controlId + ".hl7"), Samples.vxu(controlId, name, "CLINIC"));
    }

    private static List<SubmissionFile> files(VaxRoute server, String connection) {
        return server.ledger().submissionFiles().recent(100).stream()
                .filter(file -> file.connection().equals(connection))
                .toList();
    }

    private static List<String> names(PracticeRegistry registry) {
        return registry.taken().stream().map(TakenFile::name).toList();
    }

    private String first(PracticeRegistry registry) throws IOException {
        Path out = home.folder.resolve("work/out");
        try (var all = Files.walk(out)) {
            Path sent = all.filter(file ->
                            file.getFileName().toString().equals(names(registry).get(0)))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(sent);
        }
    }

    private int vaxroute(String... arguments) {
        CommandLine line = Main.commandLine(House.find());
        StringWriter said = new StringWriter();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--home";
        all[arguments.length + 1] = home.folder.toString();
        return line.execute(all);
    }
}
