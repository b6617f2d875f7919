package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/** {@code vaxroute run} as a process, whose PostgreSQL is away when it starts, or lets nobody in. */
@Tag("slower")
class StartWaitsIT {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String USER = "clinic";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final int postgresPort = FreePort.find();
    private final int port = FreePort.find();
    private EmbeddedPostgres postgres;
    private PracticeProcess running;

    @BeforeEach
    void set() throws Exception {
        startDatabase();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("create role " + USER + " login password 'right'");
            sql.execute("create database ledger owner " + USER);
        }
        try (PracticeRegistry registry = PracticeRegistry.start(
                folder.resolve("registry"),
                RegistryOptions.of(Clock.systemDefaultZone()).habits(RegistryHabits.plain()))) {
            new RunHome(folder)
                    .ledger(url(), USER)
                    .with("ledger.password", "secret:file:config/secrets/ledger")
                    .with("operate.http.enabled", "true")
                    .with("operate.http.port", port)
                    .write(registry, false);
        }
        Path secret = folder.resolve("config/secrets/ledger");
        Files.writeString(secret, "right");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void end() throws Exception {
        if (running != null) {
            running.end();
        }
        postgres.close();
    }

    @Test
    void aStartWaitsForADatabaseThatIsAwayWhileCommandsDoNot() throws Exception {
        postgres.close();
        running = run();
        awaitWaiting();
        assertThat(command("status").awaitEnd(LONGEST)).isEqualTo(3);
        assertThat(said()).doesNotContain("is starting; waiting");
        assertThat(running.lives()).isTrue();

        startDatabase();
        await().atMost(LONGEST).until(() -> said().contains("VaxRoute runs for"));
        await().atMost(LONGEST).until(() -> get("/health/ready").statusCode() == 200);
        assertThat(said().split("VaxRoute waits for it").length - 1)
                .as("told with what to look at, and not at every look")
                .isBetween(1, 3);
    }

    @Test
    void aWrongPasswordIsNothingToWaitFor() {
        LedgerSettings wrong = new LedgerSettings(url(), USER, "wrong", 1, true);

        for (ThrowingCallable opening :
                List.<ThrowingCallable>of(() -> Ledger.reach(wrong), () -> Ledger.open(wrong, Clock.systemUTC()))) {
            assertThatThrownBy(opening)
                    .isInstanceOf(LedgerException.class)
                    .isNotInstanceOf(LedgerUnavailable.class)
                    .hasMessageContaining("password authentication failed")
                    .hasMessageContaining("ledger.password");
        }
    }

    @Test
    void aWaitingStartEndsAtOnceWhenItIsToldTo() throws Exception {
        postgres.close();
        running = run();
        awaitWaiting();

        running.terminate(Duration.ofSeconds(10));

        assertThat(running.awaitEnd(LONGEST)).isEqualTo(128 + 15);
    }

    @Test
    void aStopInTheMiddleOfAStartIsToldToTheLedger() throws Exception {
        running = run();
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(20))
                .failFast(() -> assertThat(running.lives()).as(said()).isTrue())
                .ignoreExceptions()
                .until(() -> !states().isEmpty());

        running.terminate(Duration.ofSeconds(30));

        assertThat(states()).containsExactly("STOPPED");
    }

    private List<String> states() {
        return JdbcClient.create(postgres.getDatabase("postgres", "ledger"))
                .sql("select state from node")
                .query(String.class)
                .list();
    }

    private void awaitWaiting() {
        await().atMost(LONGEST)
                .failFast(() -> assertThat(running.lives()).as(said()).isTrue())
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(get("/health/live").statusCode()).isEqualTo(200);
                    HttpResponse<String> ready = get("/health/ready");
                    assertThat(ready.statusCode()).isEqualTo(503);
                    assertThat(ready.body()).contains("the start waits until it does");
                });
        assertThat(folder.resolve("work/run/starting")).doesNotExist();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private PracticeProcess run() {
        return command("run");
    }

    private PracticeProcess command(String word) {
        return PracticeProcess.command(folder, folder, List.of(word));
    }

    private String said() throws IOException {
        return Files.readString(PracticeProcess.said(folder));
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + postgresPort + "/ledger";
    }

    private void startDatabase() throws IOException {
        Path logins = folder.resolve("logins");
        Files.write(
                logins,
                List.of("host all " + USER + " 127.0.0.1/32 scram-sha-256", "host all postgres localhost trust"));
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setServerConfig("hba_file", logins.toString())
                .setPort(postgresPort)
                .start();
    }
}
