package org.vaxroute.operate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Period;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.Users;
import org.vaxroute.submit.TestCertificates;

/** What a browser is told, and what it is refused, where the console speaks TLS: by itself, or by a proxy before it. */
class ConsoleOverTlsTest {
    @TempDir
    static Path once;

    private static HttpSettings.Tls tls;
    private static HttpClient trusting;

    private final HttpClient plain = HttpClient.newHttpClient();
    private HttpServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeCertificateAndUser() throws Exception {
        TestCertificates authority = new TestCertificates("Test Authority");
        tls = new HttpSettings.Tls(
                authority.server(once.resolve("console.p12"), "127.0.0.1", Period.ofDays(30)),
                TestCertificates.STORE_PASSWORD);
        trusting = HttpClient.newBuilder()
                .sslContext(trusting(authority.trustStore(once.resolve("trust.p12"))))
                .build();
        new Users(once.resolve("users")).put("otto", "otto's password".toCharArray(), Role.OPERATOR);
    }

    private static SSLContext trusting(Path store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            trusted.load(in, TestCertificates.STORE_PASSWORD.toCharArray());
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private void start(HttpSettings.Tls with, boolean plainText) {
        server = new HttpServer(
                new HttpSettings("127.0.0.1", 0, true, folder.resolve("run"), with, plainText),
                List::of,
                new Users(once.resolve("users")));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void aLoginGivesACookieThatTravelsByTlsOnly() throws Exception {
        start(tls, false);
        HttpResponse<String> login = login(trusting, server.address());

        assertThat(server.address()).startsWith("https://");
        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(cookie(login)).contains("; Secure").contains("; HttpOnly").contains("; SameSite=Strict");
        HttpResponse<String> looked = trusting.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/hawtio/jolokia/version"))
                        .header("Cookie", cookie(login).replaceFirst(";.*", ""))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(looked.statusCode()).isEqualTo(200);
    }

    @Test
    void theBrowserIsToldToComeByTlsFromNowOn() throws Exception {
        start(tls, false);
        for (String path :
                List.of("/hawtio/", "/hawtio/jolokia/version", "/vaxroute-ui/remoteEntry.js", "/health/live")) {
            HttpResponse<String> answer = trusting.send(
                    HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Strict-Transport-Security"))
                    .as(path)
                    .hasValueSatisfying(said -> assertThat(said).contains("max-age=31536000"));
        }
    }

    @Test
    void whoComesWithoutTlsIsSentAwayAndReadsNothing() throws Exception {
        start(tls, false);
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET /hawtio/ HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 400")
                    .doesNotContain("Set-Cookie")
                    .doesNotContain("<base");
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsNotTrusted() {
        start(tls, false);
        assertThatThrownBy(() -> login(plain, server.address())).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void oldProtocolsAreRefused() throws Exception {
        start(tls, false);
        SSLParameters old = new SSLParameters();
        old.setProtocols(new String[] {"TLSv1.1"});
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting.sslContext())
                .sslParameters(old)
                .build();
        assertThatThrownBy(() -> login(client, server.address()))
                .isInstanceOfAny(SSLException.class, ConnectException.class);
    }

    @Test
    void behindAProxyWithTlsTheCookieIsForTlsToo() throws Exception {
        start(null, true);
        HttpResponse<String> login = login(plain, server.address(), "X-Forwarded-Proto", "https");

        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(cookie(login)).contains("; Secure").contains("; HttpOnly").contains("; SameSite=Strict");
        assertThat(login.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(cookie(login(plain, server.address()))).doesNotContain("Secure");
    }

    @Test
    void aProxysNameIsTakenWhereOneIsToldOfAndNowhereElse() throws Exception {
        start(null, true);
        assertThat(statusFor("vaxroute.clinic.example")).startsWith("HTTP/1.1 200");
        server.stop();
        start(null, false);
        assertThat(statusFor("vaxroute.clinic.example")).startsWith("HTTP/1.1 403");
    }

    private String statusFor(String host) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String cookie(HttpResponse<String> login) {
        return login.headers().firstValue("Set-Cookie").orElseThrow();
    }

    private static HttpResponse<String> login(HttpClient client, String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/hawtio/auth/login"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"username\":\"otto\",\"password\":\"otto's password\"}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
