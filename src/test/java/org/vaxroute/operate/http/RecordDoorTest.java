package org.vaxroute.operate.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.intake.Check;
import org.vaxroute.intake.IntakeSettings;
import org.vaxroute.intake.NewerData;
import org.vaxroute.intake.Recheck;
import org.vaxroute.intake.Transform;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.ledger.TrailEntry;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.operate.held.RecordDoor;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleFileException;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;
import org.vaxroute.vxu.Referee;

/** The door to patient data: who gets in, what stands on the trail, and that nothing of it goes anywhere else. */
class RecordDoorTest {
    private static final String NAME = "Verytelling<b>";
    private static final String PAGE = "/vaxroute/records/1";

    // One server for all: hashing passwords is slow on purpose.
    @TempDir
    static Path folder;

    private static final Map<String, String> COOKIES = new HashMap<>();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private static Ledger ledger;
    private static Users users;
    private static HttpServer server;
    private static String mistake;
    private long before;

    @BeforeAll
    static void startServer() {
        ledger = Ledger.open(TestDatabase.H2.fresh(folder), CLOCK);
        store("C1", "P1", NAME, "20081215");
        store("C2", "P2", "=cmd()", "20001125");
        users = new Users(folder.resolve("users"));
        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);
        users.put("otto", "otto's password".toCharArray(), Role.OPERATOR);
        users.put("stella", "stella's password".toCharArray(), Role.STEWARD);
        server = served();
    }

    private static HttpServer served() {
        HttpServer fresh = new HttpServer(
                        new HttpSettings("127.0.0.1", 0, true, folder.resolve("run")),
                        List::of,
                        new Users(folder.resolve("users")))
                .serving(door(ledger));
        fresh.start();
        COOKIES.clear();
        return fresh;
    }

    @AfterAll
    static void stopServer() {
        server.stop();
        ledger.close();
    }

    @BeforeEach
    void lookAtTheTrail() {
        before = ledger.trail().recent(1).stream()
                .mapToLong(TrailEntry::id)
                .findFirst()
                .orElse(0);
    }

    private static RecordDoor door(Ledger ledger) {
        return new RecordDoor(
                ledger,
                new HeldWork(ledger, RecordDoorTest::recheck, "node"),
                RecordDoorTest::rules,
                Map.of("main", new RecordDoor.Consent(List.of("consent"), List.of(18, 26), ZoneOffset.UTC)),
                CLOCK);
    }

    private static Map<String, RuleSet> rules() {
        if (mistake != null) {
            throw new RuleFileException(mistake);
        }
        return Map.of();
    }

    /** By one rule, which holds everything. */
    private static Recheck recheck() {
        rules();
        try {
            Path file = Files.writeString(
                    folder.resolve("rules.yaml"),
                    """
                    about: rules of this test
                    rules:
                      - id: consent
                        path: PD1-12
                        check: required-always
                        severity: error
                        effect: message
                        reason: No consent.
                        remedy: Record it.
                        guide: test
                    """);
            CodeTables codes = CodeTables.load(Path.of("config/codes"));
            return new Recheck(
                    new Transform(Map.of("main", Transforms.load(List.of(), codes, ZoneOffset.UTC)), Map.of()),
                    new NewerData(ledger.knownDoses()),
                    new Check(
                            Map.of("main", RuleSet.load(List.of(file), codes)),
                            Map.of(),
                            new Referee(),
                            IntakeSettings.of(folder),
                            Map.of(),
                            CLOCK),
                    ledger.records());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void store(String controlId, String patient, String family, String birth) {
        byte[] text = ("MSH|^~\\&|EHR|CLINIC|IIS|TX|20261122||VXU^V04^VXU_V04|" + controlId + "|P|2.5.1\rPID|1||"
                        + patient
                        + "^^^CLINIC^MR||" + family + "^Ann||" + birth + "|F\rORC|RE||D" + controlId
                        + "^EHR\rRXA|0|1|20260111||100^X^CVX|0.5\r")
                .getBytes(StandardCharsets.UTF_8);
        TakenRecord record = TakenRecord.of(SourceRef.of("clinic", controlId, text), 1, text, Message.parse(text));
        record.judgement(new Judgement(
                Verdict.HELD,
                List.of(Verdict.HELD),
                List.of(new Finding("consent", Severity.ERROR, Effect.MESSAGE, "PD1-12", "", ""))));
        ledger.store(new Chunk("main", "clinic", Feed.ONGOING, List.of(record), new PositionMove.None(), true));
    }

    private static String login(String name) throws Exception {
        if (!COOKIES.containsKey(name)) {
            COOKIES.put(name, freshLogin(name));
        }
        return COOKIES.get(name);
    }

    private static String freshLogin(String name) throws Exception {
        HttpResponse<String> login = CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/auth/login"))
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"" + name + "\",\"password\":\"" + name + "'s password\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return login.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private static String token() throws Exception {
        return "Bearer "
                + new TokenFile(folder.resolve("run")).read().orElseThrow().token();
    }

    private static HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return ask("GET", path, headers);
    }

    private List<TrailEntry> trail() {
        return ledger.trail().recent(50).stream()
                .filter(entry -> entry.id() > before)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"vera, 403", "otto, 403", "stella, 200"})
    void inTheConsoleOnlyAStewardSeesARecord(String name, int status) throws Exception {
        HttpResponse<String> answer = get(PAGE, "Cookie", login(name), "Accept", "text/html");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        if (status == 200) {
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/html");
            assertThat(answer.body())
                    .contains("Verytelling&lt;b&gt;")
                    .doesNotContain("<b>")
                    .contains("consent");
            assertThat(trail()).singleElement().satisfies(entry -> {
                assertThat(entry.who()).isEqualTo("stella");
                assertThat(entry.action()).isEqualTo("view");
                assertThat(entry.subject()).isEqualTo("record:1");
            });
        } else {
            assertThat(answer.body()).doesNotContain("Verytelling");
            assertThat(trail()).isEmpty();
        }
    }

    @Test
    void nobodyElseSeesOne() throws Exception {
        assertThat(get(PAGE).statusCode()).isEqualTo(401);
        assertThat(get(PAGE, "Cookie", "JSESSIONID=0123456789ABCDEF").statusCode())
                .isEqualTo(401);
        assertThat(get(PAGE, "Authorization", "Bearer guess").statusCode()).isEqualTo(403);
        String basic = java.util.Base64.getEncoder().encodeToString("stella:stella's password".getBytes());
        assertThat(get(PAGE, "Authorization", "Basic " + basic).statusCode())
                .as("a password is for the login, which locks out guessers")
                .isEqualTo(403);
        String cookie = freshLogin("stella");
        assertThat(get("/vaxroute/records/1;jsessionid=" + cookie.replace("JSESSIONID=", ""))
                        .statusCode())
                .as("a session in an address is none")
                .isEqualTo(401);
        assertThat(get("/hawtio/auth/logout", "Cookie", cookie).statusCode()).isLessThan(400);
        assertThat(get(PAGE, "Cookie", cookie).statusCode())
                .as("after the logout")
                .isEqualTo(401);
        assertThat(trail()).isEmpty();
    }

    @Test
    void aStewardWhoIsTakenOutOfTheUsersSeesNoneFromThenOn() throws Exception {
        users.put("susan", "susan's password".toCharArray(), Role.STEWARD);
        String cookie = freshLogin("susan");
        assertThat(get(PAGE, "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(trail()).hasSize(1);

        users.remove("susan");

        assertThat(get(PAGE, "Cookie", cookie).statusCode()).isEqualTo(401);
        assertThat(trail()).hasSize(1);
    }

    @Test
    void theCommandLineSeesOneAsTheAccountThatTyped() throws Exception {
        HttpResponse<String> json = get(PAGE + "?why=mother+asks", "Authorization", token(), "X-VaxRoute-Who", "anna");

        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(json.body())
                .contains("\"received\":\"MSH")
                .contains("Verytelling")
                .contains("\"heldBy\":\"consent\"");
        assertThat(get(PAGE, "Authorization", token(), "Accept", "text/plain").body())
                .contains("PID|1||P1");
        assertThat(trail().get(1).who()).isEqualTo("anna (command line)");
        assertThat(trail().get(1).detail()).isEqualTo("mother asks");
        assertThat(get("/vaxroute/records/999", "Authorization", token()).statusCode())
                .isEqualTo(404);
    }

    /** The link of the console leads here. */
    @Test
    void aBrowserIsAskedWhichRecordOrListItWants() throws Exception {
        String[] steward = {"Cookie", login("stella"), "Accept", "text/html,*/*"};
        HttpResponse<String> entrance = get("/vaxroute/records/", steward);
        assertThat(entrance.statusCode()).isEqualTo(200);
        assertThat(entrance.body()).contains("name=\"record\"", "name=\"what\"").doesNotContain("Verytelling");
        assertThat(trail()).as("nothing was looked at").isEmpty();

        assertThat(get("/vaxroute/records/?record=1&why=mother+asks", steward).body())
                .contains("Verytelling&lt;b&gt;");
        assertThat(trail()).singleElement().satisfies(entry -> {
            assertThat(entry.subject()).isEqualTo("record:1");
            assertThat(entry.detail()).isEqualTo("mother asks");
        });
        assertThat(get("/vaxroute/records/?record=nobody", steward).statusCode())
                .isEqualTo(404);
        assertThat(get("/vaxroute/records/?what=held&why=", steward).body()).contains("Verytelling");
        assertThat(get("/vaxroute/records/", "Cookie", login("otto"), "Accept", "text/html")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void noOtherMethodIsAnsweredSoThatNothingIsSeenWithoutAnEntry() throws Exception {
        for (String method : List.of("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            HttpResponse<String> answer = ask(method, PAGE, "Authorization", token());
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.body()).doesNotContain("Verytelling");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        }
        assertThat(trail()).isEmpty();
    }

    private static String second() {
        return "/vaxroute/records/"
                + ledger.records().held(null, null, null, 1, 1).get(0).recordId();
    }

    private static HttpResponse<String> edit(String text, String why, String... headers) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.address() + second() + "?why=" + why))
                        .timeout(Duration.ofSeconds(60))
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(text))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aStewardEditsAHeldTextAndEachStepStandsOnTheTrail() throws Exception {
        String hl7 = "application/hl7-v2";
        HttpResponse<String> opened = get(second() + "?why=wrong+volume", "Cookie", login("stella"), "Accept", hl7);
        assertThat(opened.statusCode()).isEqualTo(200);
        String version = opened.headers().firstValue("ETag").orElseThrow();
        String corrected = opened.body().replace("CVX|0.5", "CVX|0.25");

        assertThat(edit(corrected, "x", "Cookie", login("otto"), "Content-Type", hl7)
                        .statusCode())
                .as("no steward")
                .isEqualTo(403);
        assertThat(edit(corrected, "x", "Cookie", login("stella"), "Content-Type", "text/plain")
                        .statusCode())
                .as("what a form of another site could send")
                .isEqualTo(415);
        assertThat(edit(corrected, "", "Cookie", login("stella"), "Content-Type", hl7)
                        .statusCode())
                .as("no reason")
                .isEqualTo(400);
        assertThat(edit("garbage", "x", "Authorization", token(), "Content-Type", hl7)
                        .statusCode())
                .isEqualTo(400);
        assertThat(edit(corrected, "x", "Authorization", token(), "Content-Type", hl7, "If-Match", "\"other\"")
                        .statusCode())
                .as("edited meanwhile")
                .isEqualTo(409);
        HttpResponse<String> edited =
                edit(corrected, "wrong+volume", "Cookie", login("stella"), "Content-Type", hl7, "If-Match", version);
        assertThat(edited.body())
                .isEqualTo("Record " + second().replaceFirst(".*/", "") + " is HELD still, by rule consent.\n");
        HttpResponse<String> json = get(second(), "Authorization", token());
        assertThat(json.body()).contains("CVX|0.5").contains("\"edited\":\"MSH").contains("CVX|0.25");

        assertThat(trail())
                .extracting(entry -> entry.who() + " " + entry.action() + " " + entry.detail())
                .contains("stella view to edit it. wrong volume", "stella edit wrong volume")
                .filteredOn(entry -> entry.contains("edit "))
                .hasSize(2);
    }

    @Test
    void aMistakeInARuleFileHidesNoRecordAndIsNamedToWhoeverEdits() throws Exception {
        server.stop();
        server = served();
        String hl7 = "application/hl7-v2";
        mistake = "config/registries/immtrac2/rules.yaml:3: \"eror\" is no severity.";
        try {
            assertThat(get(PAGE, "Authorization", token()).body()).contains("Verytelling");
            assertThat(get("/vaxroute/records?what=held", "Authorization", token())
                            .body())
                    .contains("Verytelling");
            String text = get(second(), "Authorization", token(), "Accept", hl7).body();
            assertThat(edit(text, "x", "Authorization", token(), "Content-Type", hl7)
                            .body())
                    .isEqualTo(mistake + "\n");
        } finally {
            mistake = null;
        }
    }

    @Test
    void otherWebSitesGetNothing() throws Exception {
        String cookie = login("stella");
        assertThat(get(PAGE, "Cookie", cookie, "Origin", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(get(PAGE, "Cookie", cookie, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(get(PAGE, "Cookie", cookie, "Origin", server.address()).statusCode())
                .isEqualTo(200);
        HttpResponse<String> page = get(PAGE, "Cookie", cookie, "Accept", "text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/vaxroute/records/1/",
                "/vaxroute/records/1/2",
                "/vaxroute/records/+1",
                "/vaxroute/records/1%00",
                "/vaxroute/records/%2e%2e/records/1x",
                "/vaxroute/records/1%2f..%2f2",
                "/vaxroute/records/99999999999999999999999",
                "/vaxroute/records/-1",
                "/vaxroute/Records/1",
                "/vaxroute/records?what=everything"
            })
    void oddPathsShowNothing(String path) throws Exception {
        String token = token();
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nAuthorization: "
                                    + token + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(Integer.parseInt(answer.split(" ")[1])).isBetween(400, 499);
            assertThat(answer).doesNotContain("Verytelling");
        }
        assertThat(trail()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/vaxroute/jolokia/../records/1",
                "/vaxroute//records/1",
                "/vaxroute/./records/1;x=y",
                "/hawtio/../vaxroute/records/1"
            })
    void aDetourNeedsTheSameKey(String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(Integer.parseInt(answer.split(" ")[1])).isBetween(400, 499);
            assertThat(answer).doesNotContain("Verytelling");
        }
    }

    @Test
    void listsForTheClinicAreAuditedByRecordAndHoldNoFormula() throws Exception {
        HttpResponse<String> held = get("/vaxroute/records?what=held", "Authorization", token());
        assertThat(held.headers().firstValue("X-VaxRoute-Rows")).contains("2");
        assertThat(held.body()).contains("Verytelling").contains(",'=cmd(),");
        HttpResponse<String> consent = get("/vaxroute/records?what=consent&why=clinic", "Authorization", token());
        assertThat(consent.body().lines()).hasSize(3);
        HttpResponse<String> birthdays = get("/vaxroute/records?what=birthdays&days=30", "Authorization", token());
        assertThat(birthdays.body().lines().skip(1).map(line -> line.substring(0, 13)))
                .containsExactly("26,2026-11-25", "18,2026-12-15");
        assertThat(get("/vaxroute/records?what=birthdays&days=5", "Authorization", token())
                        .body()
                        .lines())
                .hasSize(2);

        assertThat(trail()).hasSize(4).allSatisfy(entry -> {
            assertThat(entry.action()).isEqualTo("export");
            assertThat(entry.toString()).doesNotContain("Verytelling");
        });
        assertThat(trail().get(3).detail()).contains("2 records 1");
        assertThat(get("/vaxroute/records?what=held", "Cookie", login("otto")).statusCode())
                .isEqualTo(403);
        assertThat(trail()).hasSize(4);
    }

    @Test
    void nothingOfItIsLogged() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        log.setContext(context);
        log.start();
        List<Appender<ILoggingEvent>> others = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        try {
            get(PAGE, "Authorization", token());
            get(PAGE, "Cookie", login("stella"), "Accept", "text/html");
            get("/vaxroute/records?what=held", "Authorization", token());
            get("/vaxroute/records?what=birthdays", "Authorization", token());
            String text = get(PAGE, "Authorization", token(), "Accept", "application/hl7-v2")
                    .body();
            for (String sent : List.of(text, text.replace("MSH", "XSH"), text + text)) {
                CLIENT.send(
                        HttpRequest.newBuilder(URI.create(server.address() + PAGE + "?why=log"))
                                .headers("Authorization", token(), "Content-Type", "application/hl7-v2")
                                .POST(HttpRequest.BodyPublishers.ofString(sent))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
            others.forEach(root::addAppender);
        }
        assertThat(log.list).isNotEmpty().noneSatisfy(event -> assertThat(event.getFormattedMessage())
                .containsAnyOf("Verytelling", "PID|1", "20081215"));
    }

    @Test
    void whatCannotBeRecordedIsNotShown() throws Exception {
        Ledger gone =
                Ledger.open(LedgerSettings.of("jdbc:h2:file:" + folder.resolve("gone"), "vaxroute", "", folder), CLOCK);
        HttpServer other = new HttpServer(
                        new HttpSettings("127.0.0.1", 0, false, folder.resolve("other")),
                        List::of,
                        new Users(folder.resolve("nobody")))
                .serving(door(gone));
        other.start();
        try {
            gone.close();
            String key = "Bearer "
                    + new TokenFile(folder.resolve("other"))
                            .read()
                            .orElseThrow()
                            .token();
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(other.address() + PAGE))
                            .header("Authorization", key)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(answer.body()).doesNotContain("Verytelling");
        } finally {
            other.stop();
        }
    }
}
