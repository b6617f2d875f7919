package org.vaxroute.operate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.mbean.Action;
import org.vaxroute.operate.mbean.Description;
import org.vaxroute.operate.mbean.MBeans;

class HttpServerTest {
    private static final String BELL = "org.vaxroute:home=test,type=Bell,name=front";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> problems = new ArrayList<>();
    private final Bell bell = new Bell();
    private MBeans mbeans;
    private HttpServer server;
    private Users users;

    /** Something to look at and to act on. */
    @Description("A bell")
    public interface BellMBean {
        @Description("How often it rang")
        int getRings();

        @Description("Tells its colour")
        String colour();

        @Action
        @Description("Rings it")
        String ring(@Description("Why") String why);
    }

    private static final class Bell implements BellMBean {
        private int rings;
        private boolean isCracked;

        @Override
        public int getRings() {
            if (isCracked) {
                throw new IllegalStateException("The bell is cracked.");
            }
            return rings;
        }

        @Override
        public String colour() {
            return "brass";
        }

        @Override
        public String ring(String why) {
            rings++;
            return Caller.who() + " rang: " + why;
        }
    }

    @TempDir
    static Path once;

    private static Path known;

    /** Once for all: hashing a password takes long on purpose. */
    @BeforeAll
    static void makeUsers() {
        known = once.resolve("users");
        Users made = new Users(known);
        made.put("vera", "vera's password".toCharArray(), Role.VIEWER);
        made.put("otto", "otto's password".toCharArray(), Role.OPERATOR);
        made.put("stella", "stella's password".toCharArray(), Role.STEWARD);
    }

    @BeforeEach
    void startServer() throws IOException {
        mbeans = new MBeans("test");
        mbeans.register("Bell", "front", bell, BellMBean.class);
        Files.copy(known, folder.resolve("users"));
        users = new Users(folder.resolve("users"));
        server = new HttpServer(new HttpSettings("127.0.0.1", 0, true, folder.resolve("run")), () -> problems, users);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop();
        mbeans.close();
    }

    @Test
    void healthTellsLifeAndReadinessApart() throws Exception {
        problems.add("The ledger does not answer");

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("\"DOWN\"").contains("The ledger does not answer");

        problems.clear();
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(get("/health/other").statusCode()).isEqualTo(404);
    }

    @Test
    void aStartThatWaitsBesideARunningServerLeavesItsToken() throws Exception {
        HttpServer waiting = HttpServer.healthAlone(
                new HttpSettings("127.0.0.1", 0, true, folder.resolve("run")), () -> List.of("The ledger is away"));
        waiting.start();
        waiting.stop();

        assertThat(new TokenFile(folder.resolve("run")).read()).isPresent();
    }

    @Test
    void theTokenOpensTheCommandLinesDoorAndNothingElseDoes() throws Exception {
        assertThat(get("/vaxroute/jolokia/version").statusCode()).isEqualTo(403);
        assertThat(get("/vaxroute/jolokia/version", "Authorization", "Bearer guess")
                        .statusCode())
                .isEqualTo(403);
        assertThat(get("/vaxroute/jolokia/version", "Authorization", basic("otto", "otto's password"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(command(read(BELL, "Rings"))).contains("\"value\":0");
    }

    @Test
    void theTokenIsForTheServersAccountOnlyAndGoesWithTheServer() throws Exception {
        Path token = folder.resolve("run/token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        String first = Files.readString(token);

        server.stop();
        assertThat(token).doesNotExist();
        server.start();

        assertThat(Files.readString(token)).isNotEqualTo(first);
    }

    @Test
    void aCommandIsPutDownToTheAccountThatTypedIt() throws Exception {
        assertThat(command(exec(BELL, "ring", "\"test\""), "X-VaxRoute-Who", "anna"))
                .contains("anna (command line) rang: test");
    }

    @Test
    void theCommandLinesDoorShowsOurBeansAndALittleOfThePlatform() throws Exception {
        assertThat(command(read("java.lang:type=Runtime", "Uptime"))).contains("\"status\":200");
        assertThat(command(read("java.lang:type=Runtime", "SystemProperties"))).contains("\"status\":403");
        assertThat(command(read("java.util.logging:type=Logging", "LoggerNames")))
                .contains("\"status\":403");
        assertThat(command(exec("java.lang:type=Memory", "gc", ""))).contains("\"status\":403");
    }

    @ParameterizedTest
    @CsvSource({"vera, vera's password, 200, 403", "otto, otto's password, 200, 200"})
    void inTheConsoleViewersLookAndOperatorsAct(String name, String password, int look, int act) throws Exception {
        String login = basic(name, password);

        assertThat(console(read(BELL, "Rings"), login)).contains("\"status\":" + look);
        assertThat(console(exec(BELL, "colour", ""), login)).contains("\"status\":" + look);
        assertThat(console(exec(BELL, "ring", "\"x\""), login)).contains("\"status\":" + act);
        assertThat(console(exec(BELL, "ring(java.lang.String)", "\"x\""), login))
                .contains("\"status\":" + act);
        assertThat(console("[" + exec(BELL, "ring", "\"x\"") + "," + read(BELL, "Rings") + "]", login))
                .contains("\"status\":" + act)
                .contains("\"status\":200");
        assertThat(bell.getRings()).isEqualTo(act == 200 ? 3 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}",
                "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}",
                "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=DiagnosticCommand\",\"operation\":\"gcClassHistogram\"}",
                "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=HotSpotDiagnostic\",\"operation\":\"dumpHeap\",\"arguments\":[\"/tmp/x.hprof\",true]}",
                "{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}",
                "{\"type\":\"exec\",\"mbean\":\"java.util.logging:type=Logging\",\"operation\":\"getLoggerLevel\",\"arguments\":[\"\"]}"
            })
    void nobodyReachesIntoThePlatformFromTheConsole(String request) throws Exception {
        assertThat(console(request, basic("otto", "otto's password"))).contains("\"status\":403");
    }

    /** What would show or move messages, change routes, or reach into the platform; with and without signatures. */
    private static final List<String> FORBIDDEN = List.of(
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|sendBody",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|sendBody(java.lang.String,java.lang.Object)",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|requestBody",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|stop",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|dumpRoutesAsXml(boolean)",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|dumpRoutesAsXml(boolean,boolean)",
            "org.apache.camel:context=c,type=context,name=\\\"c\\\"|dumpRoutesAsYaml(boolean,boolean,boolean)",
            "org.apache.camel:context=c,type=routes,name=\\\"r\\\"|stop",
            "org.apache.camel:context=c,type=routes,name=\\\"r\\\"|start()",
            "org.apache.camel:context=c,type=routes,name=\\\"r\\\"|dumpRouteAsXml(boolean)",
            "org.apache.camel:context=c,type=routes,name=\\\"r\\\"|updateRouteFromXml",
            "org.apache.camel:context=c,type=endpoints,name=\\\"e\\\"|browseAllMessagesAsXml",
            "org.apache.camel:context=c,type=endpoints,name=\\\"e\\\"|browseMessageAsXml(java.lang.Integer,java.lang.Boolean)",
            "org.apache.camel:context=c,type=tracer,name=\\\"BacklogTracer\\\"|dumpAllTracedMessagesAsXml",
            "org.apache.camel:context=c,type=tracer,name=\\\"BacklogDebugger\\\"|enableDebugger",
            "org.apache.camel:context=c,type=services,name=\\\"InflightRepository\\\"|browse",
            "java.lang:type=Threading|dumpAllThreads(boolean,boolean)",
            "com.sun.management:type=HotSpotDiagnostic|setVMOption",
            "com.sun.management:type=DiagnosticCommand|vmSystemProperties",
            "com.zaxxer.hikari:type=Pool (ledger)|suspendPool",
            "JMImplementation:type=MBeanServerDelegate|toString",
            "hawtio:type=plugin,name=vaxroute|toString");

    @Test
    void noRoleReachesMessagesRoutesOrThePlatform() throws Exception {
        for (String name : List.of("vera", "otto", "stella")) {
            String session = session(name);
            for (String operation : FORBIDDEN) {
                String[] part = operation.split("\\|");
                String request = exec(part[0], part[1], "");
                assertThat(inSession(request, session))
                        .as("%s %s", name, operation)
                        .contains("\"status\":403");
                assertThat(inSession("[" + read(BELL, "Rings") + "," + request + "]", session))
                        .as("%s %s in bulk", name, operation)
                        .contains("\"status\":200")
                        .contains("\"status\":403");
            }
        }
        for (String operation : FORBIDDEN) {
            String[] part = operation.split("\\|");
            assertThat(command(exec(part[0], part[1], ""))).as(operation).contains("\"status\":403");
            assertThat(inSession(exec(part[0], part[1], ""), "JSESSIONID=none")).doesNotContain("\"status\":200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vera", "otto", "stella"})
    void theDiagramIsDrawnWithoutResolvingPlaceholders(String name) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getCamelContextExtension().setName("drawn");
            camel.getPropertiesComponent().addOverrideProperty("site.password", "swordfish");
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("in").to("log:out?marker={{site.password}}");
                }
            });
            camel.start();
            String bean = "org.apache.camel:context=drawn,type=context,name=\\\"drawn\\\"";
            String session = session(name);

            assertThat(inSession(exec(bean, "dumpRoutesAsXml()", ""), session))
                    .contains("\"status\":200")
                    .contains("direct:in")
                    .doesNotContain("swordfish");
            assertThat(inSession(exec(bean, "dumpRoutesStatsAsXml(boolean,boolean)", "true,true"), session))
                    .contains("\"status\":200")
                    .doesNotContain("swordfish");
            assertThat(inSession(exec(bean, "dumpRoutesAsXml(boolean)", "true"), session))
                    .contains("\"status\":403");
        }
    }

    @Test
    void nothingIsWrittenAndNoOtherServerIsAsked() throws Exception {
        String session = session("stella");
        assertThat(inSession(
                        "{\"type\":\"write\",\"mbean\":\"" + BELL + "\",\"attribute\":\"Rings\",\"value\":7}", session))
                .contains("\"status\":403");
        assertThat(inSession(
                        "{\"type\":\"read\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"HeapMemoryUsage\","
                                + "\"target\":{\"url\":\"service:jmx:rmi:///jndi/rmi://127.0.0.1:1/jmxrmi\"}}",
                        session))
                .doesNotContain("127.0.0.1:1")
                .doesNotContain("Connection refused");
        for (String path : List.of("/hawtio/proxy/http/127.0.0.1/1/", "/hawtio/proxy?url=http://127.0.0.1:1")) {
            assertThat(get(path, "Cookie", session).statusCode()).as(path).isIn(400, 404);
        }
        assertThat(inSession("{\"type\":\"notification\",\"command\":\"register\"}", session))
                .as("there is no way on which notifications could go out")
                .contains("\"backend\":{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec/org.vaxroute:home=test,type=Bell,name=front/ring/x",
                "/exec/org.vaxroute:home=test,type=Bell,name=front/ring/x",
                "EXEC/org.vaxroute:home=test,type=Bell,name=front/ring/x",
                "?p=exec/org.vaxroute:home=test,type=Bell,name=front/ring/x",
                "?p=/exec/org.vaxroute:home=test,type=Bell,name=front/ring/x",
                "write/java.lang:type=Memory/Verbose/true"
            })
    void aLinkCanLookButNotAct(String path) throws Exception {
        HttpResponse<String> answer = get("/hawtio/jolokia/" + path, "Cookie", session("otto"));

        assertThat(answer.body()).doesNotContain("\"status\":200");
        assertThat(bell.getRings()).isZero();
    }

    @Test
    void aLinkCanLook() throws Exception {
        assertThat(get(
                                "/hawtio/jolokia/read/org.vaxroute:home=test,type=Bell,name=front/Rings",
                                "Cookie",
                                session("vera"))
                        .body())
                .contains("\"value\":0");
    }

    @Test
    void aForeignOriginGetsNowhereWithARightLogin() throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/jolokia/"))
                        .header("Cookie", session("otto"))
                        .header("Origin", "https://evil.example")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(exec(BELL, "ring", "\"x\"")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(bell.getRings()).isZero();
    }

    @Test
    void aNameRestsAfterFiveWrongPasswordsAndTheOthersDoNot() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(get("/hawtio/jolokia/version", "Authorization", basic("vera", "guess " + i))
                            .statusCode())
                    .as("by our own rule, not by one of Hawtio's that would last for up to a day")
                    .isEqualTo(403);
        }

        assertThat(get("/hawtio/jolokia/version", "Authorization", basic("vera", "vera's password"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(login("otto", "otto's password").statusCode()).isEqualTo(200);
    }

    @Test
    void aLoginBeginsANewSessionAndTheLogoutEndsIt() throws Exception {
        String planted = "JSESSIONID=0123456789ABCDEF0123456789ABCDEF";
        HttpResponse<String> login = login("otto", "otto's password", "Cookie", planted);
        String session = login.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");

        assertThat(session).isNotEqualTo(planted);
        assertThat(get("/hawtio/jolokia/version", "Cookie", session).statusCode())
                .isEqualTo(200);

        get("/hawtio/auth/logout", "Cookie", session);

        assertThat(get("/hawtio/jolokia/version", "Cookie", session).statusCode())
                .isEqualTo(403);
    }

    @Test
    void theLogSaysWhoLogsInAndFromWhereAndNothingThatWasTyped() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(LoginLogFilter.class);
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            login("otto", "otto's password");
            login("vera", "not hers");
            login("vera's password", "");
            // The answer may be here before the line is.
            await().until(() -> log.list.size() >= 3);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "otto (operator) logged in to the console from 127.0.0.1",
                        "A login to the console from 127.0.0.1 was refused",
                        "A login to the console from 127.0.0.1 was refused");
    }

    @Test
    void whoIsTakenOutOfTheUsersOrChangedThereIsOutAtOnce() throws Exception {
        users.put("adam", "adam's password".toCharArray(), Role.VIEWER);
        String adam = session("adam");
        List<String> changed = List.of(session("vera"), session("otto"), session("stella"));

        users.remove("vera");
        users.put("otto", "otto's password".toCharArray(), Role.VIEWER);
        users.put("stella", "a new password".toCharArray(), Role.STEWARD);

        for (String session : changed) {
            assertThat(get("/hawtio/jolokia/version", "Cookie", session).statusCode())
                    .isEqualTo(403);
        }
        assertThat(get("/hawtio/jolokia/version", "Cookie", adam).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/hawtio/auth/login, 10000", "/hawtio/jolokia/, 1000000", "/hawtio/keycloak/, 1000000"})
    void aBodyThatWouldFillTheMemoryIsRefusedUnread(String path, int most) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.address() + path)).header("Content-Type", "application/json");
        byte[] body = "{\"username\":\"vera\",\"password\":\"%s\"}"
                .formatted("x".repeat(most))
                .getBytes(StandardCharsets.UTF_8);

        assertThat(client.send(
                                request.POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(413);
        assertThat(client.send(
                                request.POST(HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(body)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .as("in pieces without an announced end")
                .isEqualTo(411);
    }

    @Test
    void anErrorShowsAStrangerNeitherAVersionNorOurCode() throws Exception {
        HttpResponse<String> fault = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"username\":[7],\"password\":{}}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(fault.statusCode()).isEqualTo(500);
        assertThat(fault.body()).doesNotContain("Exception").doesNotContain("io.hawt");
        HttpResponse<String> refusal = get("/vaxroute/jolokia/version");
        assertThat(refusal.body()).contains("This door is for the command line").doesNotContain("Tomcat");
    }

    @Test
    void pagesCannotBeFramedGuessedOrSentOn() throws Exception {
        for (String path : List.of("/hawtio/", "/hawtio/jolokia/version", "/health/live")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.headers().map().keySet())
                    .as(path)
                    .contains(
                            "x-frame-options",
                            "x-content-type-options",
                            "referrer-policy",
                            "cross-origin-opener-policy",
                            "cross-origin-resource-policy");
        }
        assertThat(get("/hawtio/")
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElse(""))
                .contains("script-src 'self'")
                .contains("frame-ancestors");
    }

    @Test
    void withoutAnyUserTheConsoleIsClosedAndTheFirstUserOpensIt() throws Exception {
        server.stop();
        users = new Users(folder.resolve("nobody"));
        server = new HttpServer(new HttpSettings("127.0.0.1", 0, true, folder.resolve("run")), () -> problems, users);
        server.start();

        for (String path : List.of("/hawtio/", "/hawtio/jolokia/version", "/hawtio/auth/login")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(503);
            assertThat(get(path).body()).contains("vaxroute user add NAME");
        }
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);

        assertThat(get("/hawtio/index.html").statusCode()).isEqualTo(200);
    }

    @Test
    void beyondLoopbackItWantsTlsOrAWordThatAProxyHasIt() {
        HttpServer open =
                new HttpServer(new HttpSettings("0.0.0.0", 0, false, folder.resolve("open")), () -> problems, users);

        assertThatThrownBy(open::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("operate.http.key-store")
                .hasMessageContaining("operate.http.plain-text");
    }

    @Test
    void theConsoleIsBehindALogin() throws Exception {
        assertThat(get("/hawtio/jolokia/version").statusCode()).isEqualTo(403);
        assertThat(get("/hawtio/jolokia/version", "Authorization", basic("otto", "wrong"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get("/hawtio/index.html").body()).contains("<base href=\"/hawtio/\"");
        assertThat(get("/hawtio/hawtconfig.json").body()).contains("VaxRoute");
        assertThat(get("/hawtio/").headers().firstValue("X-Frame-Options")).isPresent();
    }

    @Test
    void aLoginOpensASessionWhoseCookieStaysWithThisSite() throws Exception {
        HttpResponse<String> login = login("vera", "vera's password");
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();

        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/;");
        assertThat(get("/hawtio/jolokia/version", "Cookie", cookie.replaceFirst(";.*", ""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/hawtio/proxy/enabled").statusCode()).isEqualTo(404);
    }

    @Test
    void requestsOfOtherWebSitesAreRefused() throws Exception {
        assertThat(get("/health/live", "Origin", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(get("/health/live", "Origin", server.address()).statusCode()).isEqualTo(200);
        assertThat(get("/health/live", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(statusForHost("evil.example:" + server.port())).isEqualTo(403);
        assertThat(statusForHost("localhost:" + server.port())).isEqualTo(200);
    }

    @Test
    void aTakenPortStopsTheStartAndSaysSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            HttpServer second = new HttpServer(
                    new HttpSettings("127.0.0.1", taken.getLocalPort(), false, folder.resolve("second")),
                    List::of,
                    users);

            assertThatThrownBy(second::start)
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining("operate.http.port")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            assertThat(folder.resolve("second/token")).doesNotExist();
        }
    }

    /** The page of the operators knows by this form what could not be read; it would show nothing in its place. */
    @Test
    void aFigureThatFailsIsToldAsThePageReadsIt() throws Exception {
        bell.isCracked = true;

        assertThat(console(
                        "{\"type\":\"read\",\"mbean\":\"org.vaxroute:home=test,type=Bell,*\",\"config\":{\"ignoreErrors\":true}}",
                        basic("otto", "otto's password")))
                .contains(
                        "\"Rings\":{\"error_type\":",
                        "\"error\":\"java.lang.IllegalStateException: The bell is cracked.\"");
    }

    private String session(String name) throws Exception {
        return login(name, name + "'s password")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceFirst(";.*", "");
    }

    private String inSession(String body, String session) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/jolokia/"))
                                .header("Cookie", session)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> login(String name, String password, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/auth/login"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String command(String body, String... headers) throws Exception {
        String token = new TokenFile(folder.resolve("run")).read().orElseThrow().token();
        return post("/vaxroute/jolokia/", body, "Bearer " + token, headers);
    }

    private String console(String body, String login) throws Exception {
        return post("/hawtio/jolokia/", body, login);
    }

    private String post(String path, String body, String authorization, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private int statusForHost(String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }

    private static String read(String mbean, String attribute) {
        return "{\"type\":\"read\",\"mbean\":\"" + mbean + "\",\"attribute\":\"" + attribute + "\"}";
    }

    private static String exec(String mbean, String operation, String arguments) {
        return "{\"type\":\"exec\",\"mbean\":\"" + mbean + "\",\"operation\":\"" + operation + "\",\"arguments\":["
                + arguments + "]}";
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
