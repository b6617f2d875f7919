package org.vaxroute.operate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

        @Override
        public int getRings() {
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

    @BeforeEach
    void startServer() {
        mbeans = new MBeans("test");
        mbeans.register("Bell", "front", bell, BellMBean.class);
        users = new Users(folder.resolve("users"));
        users.put("vera", "vera's password".toCharArray(), Role.VIEWER);
        users.put("otto", "otto's password".toCharArray(), Role.OPERATOR);
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
        HttpResponse<String> login = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"vera\",\"password\":\"vera's password\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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
