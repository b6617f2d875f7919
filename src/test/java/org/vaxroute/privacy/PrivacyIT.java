package org.vaxroute.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryOptions;

/**
 * A server with every log switch open takes marked patients in through files, a database and MLLP, sends them and reads answers;
 * faulty and broken messages among them. Afterwards one record is followed by the JSON log alone; and no log, console line, metric, MBean,
 * file of reasons, report or temporary file may hold a mark, and nobody else may read what has to hold them.
 */
class PrivacyIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofSeconds(120);

    /**
     * Where patients' data have to be: what came, what was sent, what was answered, and the other side's own folders. The ledger is not
     * among them, because its file is encrypted here.
     */
    private static final Set<String> KEEPS =
            Set.of("work/in", "work/out", "work/answers", "config/secrets", "ehr", "registry");

    private static final String LEDGER_KEY = "zqkey0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static final String USER = "stella";
    private static final String PASSWORD = "stella's password";

    @TempDir
    Path home;

    private Process server;

    @AfterEach
    void endServer() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void noPatientIsSeenOutsideTheFoldersThatHaveToHoldThem() throws Exception {
        try (PracticeRegistry registry = PracticeRegistry.start(
                home.resolve("registry"),
                RegistryOptions.of(Clock.systemDefaultZone()).stableFor(Duration.ofMillis(300)))) {
            int mllp = FreePort.find();
            settings(registry, mllp);
            files();
            assertThat(command("gate", "adopt", "main", "--reference", "test", "--cut-off", "2026-01-01T00:00:00Z"))
                    .contains("LIVE");

            server = start("run");
            await().atMost(LONGEST).until(() -> !server.isAlive() || Files.exists(home.resolve("work/run/token")));
            assertThat(server.isAlive()).as(said()).isTrue();
            List<String> acknowledgments = send(mllp);
            assertThat(acknowledgments).anyMatch(ack -> ack.contains("MSA|AA|M-good-1"));
            String arguments = Files.readString(Path.of("/proc", Long.toString(server.pid()), "cmdline"));
            await().atMost(LONGEST).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                            jolokia("org.vaxroute:type=Files,*"))
                    .contains("\"BUILT\":0", "\"SENDING\":0", "\"UPLOADED\":0", "\"SENT\":0")
                    .doesNotContain("\"ANSWERED\":0"));
            await().atMost(LONGEST)
                    .until(() -> putAside().size() >= MarkedPatients.broken().size() - 1);

            Map<String, String> seen = whatPeopleSee();
            assertThat(seen).containsKey("work/ledger.mv.db");
            seen.put("arguments of the process", arguments);
            assertThat(seen.get("log").contains("\"level\":\"DEBUG\"")).isTrue();
            aRecordIsFollowedByTheLogAlone(seen.get("log"));
            assertThat(seen.keySet()).anyMatch(name -> name.endsWith(".reason.txt"));
            assertThat(marksIn(seen)).isEmpty();
            assertThat(seen.entrySet())
                    .filteredOn(one -> one.getValue().contains(LEDGER_KEY)
                            || one.getValue().contains(registry.password()))
                    .extracting(Map.Entry::getKey)
                    .as("places that show a secret")
                    .isEmpty();
            assertThat(marksIn(Map.of("what came", text(home.resolve("work/in/clinic-files/.failed/letter.hl7")))))
                    .as("the search finds what is there")
                    .isNotEmpty();
            assertThat(openToOthers()).isEmpty();
        }
    }

    /** From the registry's side only the control id is known: that of the first message of the first file. */
    private void aRecordIsFollowedByTheLogAlone(String log) throws IOException {
        Path sent = sentFiles().get(0);
        String record = Files.readAllLines(sent, StandardCharsets.UTF_8).stream()
                .flatMap(line -> line.lines())
                .filter(line -> line.startsWith("MSH|"))
                .findFirst()
                .orElseThrow()
                .split("\\|")[9];
        List<JsonNode> lines = new ArrayList<>();
        for (String line : log.lines().toList()) {
            JsonNode read = JSON.readTree(line);
            if (record.equals(read.path("mdc").path("record").asText())) {
                lines.add(read);
            }
        }
        assertThat(lines)
                .extracting(line -> line.path("mdc").path("step").asText())
                .containsExactly("stored", "filed", "sent", "answered");
        assertThat(lines).extracting(line -> line.path("loggerName").asText()).containsOnly("org.vaxroute.record");
        assertThat(lines.get(0).path("mdc").path("source").asText()).startsWith("clinic-");
        assertThat(lines.get(2).path("mdc").path("file").asText())
                .isEqualTo(lines.get(1).path("mdc").path("file").asText())
                .isEqualTo(sent.getFileName().toString());
        assertThat(home.resolve("work/answers/main")
                        .resolve(lines.get(3).path("mdc").path("answer").asText()))
                .isRegularFile();
    }

    private List<Path> sentFiles() throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("work/out/main"))) {
            return all.filter(file -> file.toString().endsWith(".hl7")).sorted().toList();
        }
    }

    private Map<String, String> whatPeopleSee() throws Exception {
        Map<String, String> seen = new TreeMap<>();
        for (String words :
                List.of("status --json", "files --json", "held", "audit", "gate show main", "doctor", "check")) {
            seen.put("vaxroute " + words, command(words.split(" ")));
        }
        seen.put("health", http("/health/ready", ""));
        seen.put("metrics", http("/metrics", ""));
        for (String domain : List.of("org.vaxroute", "org.apache.camel", "java.lang")) {
            seen.put("MBeans of " + domain, console(domain));
        }
        assertThat(seen.get("MBeans of org.apache.camel")).contains("EndpointUri", "ExchangesTotal");
        server.destroy();
        assertThat(server.waitFor(40, TimeUnit.SECONDS)).isTrue();
        seen.put("console", said());
        try (Stream<Path> all = Files.walk(home)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = home.relativize(file).toString().replace('\\', '/');
                boolean reason = name.endsWith(".reason.txt");
                if (reason || name.startsWith("work/log/") || KEEPS.stream().noneMatch(name::startsWith)) {
                    seen.put(name.startsWith("work/log/vaxroute.log") ? "log" : name, text(file));
                }
                assertThat(marksIn(Map.of(name, name))).isEmpty();
            }
        }
        return seen;
    }

    private static List<String> marksIn(Map<String, String> seen) {
        List<String> found = new ArrayList<>();
        seen.forEach((place, text) -> {
            for (String mark : MarkedPatients.MARKS) {
                int at = text.toLowerCase().indexOf(mark.toLowerCase());
                if (at >= 0) {
                    found.add(
                            place + ": ..." + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 60)));
                }
            }
        });
        return found;
    }

    /** Places with patients' data or the token that another account could open. */
    private List<String> openToOthers() throws IOException {
        List<String> open = new ArrayList<>();
        for (String name : List.of("work/out", "work/answers", "work/run", "work/log")) {
            Path place = home.resolve(name);
            if (isOpen(place)) {
                open.add(name);
            }
        }
        if (isOpen(home.resolve("work/ledger.mv.db"))) {
            open.add("work/ledger.mv.db");
        }
        return open;
    }

    private static boolean isOpen(Path place) throws IOException {
        Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(place);
        return allowed.contains(PosixFilePermission.OTHERS_READ)
                || allowed.contains(PosixFilePermission.OTHERS_EXECUTE)
                || allowed.contains(PosixFilePermission.GROUP_READ)
                || allowed.contains(PosixFilePermission.GROUP_EXECUTE);
    }

    private List<Path> putAside() throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("work/in"))) {
            return all.filter(file -> file.toString().endsWith(".reason.txt")).toList();
        }
    }

    private void settings(PracticeRegistry registry, int mllp) throws Exception {
        for (String part :
                List.of("routes", "config/registries", "config/codes", "config/sources", "config/transform")) {
            copy(Path.of(part), home.resolve(part));
        }
        for (String optional : List.of("config/sites.csv", "config/prescribers.csv")) {
            copy(Path.of(optional), home.resolve(optional));
        }
        String database = ehr();
        new Users(home.resolve("config/users")).put(USER, PASSWORD.toCharArray(), Role.STEWARD);
        secret("registry", registry.password());
        secret("ledger-file", LEDGER_KEY);
        Files.createDirectories(home.resolve("config/connections"));
        Files.writeString(
                home.resolve("config/vaxroute.properties"),
                String.join(
                        "\n",
                        "log.level = TRACE",
                        "operate.log.format = json",
                        "ledger.file-key = secret:file:config/secrets/ledger-file",
                        "intake.file.min-age = 100ms",
                        "intake.file.poll = 200ms",
                        "intake.jdbc.poll = 500ms",
                        "intake.mllp.enabled = true",
                        "intake.mllp.port = " + mllp,
                        "intake.mllp.held-answer = AE",
                        "feed.tick = 500ms",
                        "watch.tick = 1s",
                        "deliver.poll = 500ms",
                        "answers.collect = 500ms",
                        "answers.process = 500ms",
                        "operate.http.port = " + FreePort.find()));
        Files.writeString(
                home.resolve("config/connections/main.properties"),
                String.join(
                        "\n",
                        "registry = immtrac2",
                        "file-code = PRIVATE",
                        "sender.application = EHR",
                        "sender.facility = 0042170005",
                        "account.kind = sftp",
                        "account.host = localhost",
                        "account.port = " + registry.sftpPort(),
                        "account.user = " + registry.user(),
                        "account.password = secret:file:config/secrets/registry",
                        "account.known-hosts = " + registry.knownHosts(),
                        "account.drop-off = drop-off",
                        "account.results = results",
                        "account.answers-min-age = 1s",
                        "feed.ongoing.every = 1s",
                        "source.clinic-files.kind = file",
                        "source.clinic-messages.kind = mllp",
                        "source.clinic-database.kind = jdbc",
                        "source.clinic-database.ehr = practice",
                        "source.clinic-database.url = " + database,
                        "source.clinic-database.user = " + user,
                        "source.clinic-database.cron = 0/2 * * * * ?"));
    }

    private String user;

    private String ehr() throws Exception {
        try (PracticeEhr ehr = PracticeEhr.create(home.resolve("ehr"), 7, 60, Clock.systemDefaultZone())) {
            user = ehr.databaseUser();
            String url = ehr.databaseUrl();
            try (Connection connection = DriverManager.getConnection(url, user, "");
                    Statement sql = connection.createStatement()) {
                sql.execute(
                        "update patient set family_name = 'Zqfamily', given_name = 'Zqgiven', street = '1 Zqstreet',"
                                + " guardian_family = 'Zqguardian', mother_maiden = 'Zqmother', email = 'zqmail@mail.example'");
                // Rows that cannot become a message say why; the value must not be in it.
                sql.execute("update patient set sex = 'Q', race = 'Zqwrong', city = 'Zqcity'"
                        + " where mrn in (select mrn from patient order by mrn limit 10)");
                sql.execute("update dose set cvx = 'Zqwrong', site = 'Zq', amount = 'Zqwrong'"
                        + " where dose_id in (select dose_id from dose order by dose_id limit 10)");
            }
            return url;
        }
    }

    private void files() throws IOException {
        Path drop = Files.createDirectories(home.resolve("work/in/clinic-files"));
        Files.writeString(
                drop.resolve("good.hl7"),
                MarkedPatients.batch(IntStream.rangeClosed(1, 20)
                        .mapToObj(i -> MarkedPatients.good("F-good-" + i))
                        .toList()));
        Files.writeString(
                drop.resolve("wrong.hl7"),
                MarkedPatients.batch(MarkedPatients.wrong().values()));
        for (Map.Entry<String, String> file : MarkedPatients.broken().entrySet()) {
            Files.writeString(drop.resolve(file.getKey()), file.getValue());
        }
    }

    private List<String> send(int port) throws IOException {
        List<String> messages = new ArrayList<>();
        messages.add(MarkedPatients.good("M-good-1"));
        MarkedPatients.wrong().values().stream()
                .map(text -> text.replace("|W-", "|M-"))
                .forEach(messages::add);
        List<String> answers = new ArrayList<>();
        await().atMost(LONGEST).ignoreExceptions().until(() -> {
            new Socket("127.0.0.1", port).close();
            return true;
        });
        Socket socket = new Socket("127.0.0.1", port);
        for (String message : messages) {
            if (socket.isClosed()) {
                socket = new Socket("127.0.0.1", port);
            }
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("\u000b" + message + "\u001c\r").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String answer = answer(socket.getInputStream());
            if (answer.isEmpty()) {
                socket.close();
            }
            answers.add(answer);
        }
        // Garbage in place of a frame, and a frame that never ends.
        socket.getOutputStream().write("Zqfamily Zqgiven\u000bMSH|^~\\&|Zqwrong".getBytes(StandardCharsets.UTF_8));
        socket.close();
        return answers;
    }

    private static String answer(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != 0x1c; b = in.read()) {
            text.append((char) b);
        }
        in.read();
        return text.toString();
    }

    private String jolokia(String pattern) throws Exception {
        return http("/vaxroute/jolokia", "{\"type\":\"read\",\"mbean\":\"" + pattern + "\"}");
    }

    /** All that a person in the console may read of a domain, which is more than the command line may. */
    private String console(String domain) throws Exception {
        return http(
                "/hawtio/jolokia/",
                "{\"type\":\"read\",\"mbean\":\"" + domain + ":*\",\"config\":{\"ignoreErrors\":\"true\"}}",
                "Basic "
                        + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    }

    private String http(String path, String body) throws Exception {
        return http(
                path,
                body,
                "Bearer " + Files.readString(home.resolve("work/run/token")).strip());
    }

    private String http(String path, String body, String authorization) throws Exception {
        String address = Files.readString(home.resolve("work/run/address")).strip();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path)).header("Authorization", authorization);
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String command(String... words) throws Exception {
        Path out = Files.createTempFile(home, "said", ".txt");
        Process process = process(out, words);
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        Files.delete(out);
        return said;
    }

    private Process start(String... words) throws IOException {
        return process(home.resolve("said.txt"), words);
    }

    private Process process(Path out, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Duser.timezone=UTC",
                "-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("tmp")),
                "-classpath",
                Arrays.stream(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                        .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                        .collect(Collectors.joining(System.getProperty("path.separator"))),
                "org.vaxroute.cli.Main"));
        line.addAll(List.of(words));
        if (!List.of(words).contains("--help")) {
            line.addAll(List.of("--home", home.toString()));
        }
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
    }

    private String said() throws IOException {
        Path said = home.resolve("said.txt");
        return Files.exists(said) ? Files.readString(said) : "";
    }

    private void secret(String name, String text) throws IOException {
        Path file = Files.createDirectories(home.resolve("config/secrets")).resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, Set.of(PosixFilePermission.OWNER_READ));
    }

    private static String text(Path file) throws IOException {
        byte[] bytes;
        if (file.toString().endsWith(".gz")) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                bytes = in.readAllBytes();
            }
        } else {
            bytes = Files.readAllBytes(file);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path place = to.resolve(from.relativize(file));
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
    }
}
