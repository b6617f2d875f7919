package org.vaxroute.operate.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.NoticeState;
import org.vaxroute.ledger.Notices;
import org.vaxroute.submit.FeedCase;

/** A mail server that ends a session early: whether the mail may have left says whether it is tried for as long as it takes. */
class MailServerInTroubleTest extends FeedCase {
    private final CamelContext camel = new DefaultCamelContext();
    private final AtomicInteger met = new AtomicInteger();
    private ServerSocket server;
    private NoticeDesk desk;

    /** What the server says to one who comes; when it has said it, it hangs up. */
    private interface Talk {
        void to(Peer peer) throws IOException;
    }

    private record Peer(Socket line, BufferedReader in) {
        void say(String text) throws IOException {
            line.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        void hear(String command) throws IOException {
            String heard = in.readLine();
            while (heard != null && !heard.startsWith(command)) {
                heard = in.readLine();
            }
        }

        void after(String command, String text) throws IOException {
            hear(command);
            say(text);
        }

        void takeAllBut(String last) throws IOException {
            say("220 here");
            after("EHLO", "250 here");
            for (String command : List.of("MAIL", "RCPT", "DATA", ".")) {
                if (command.equals(last)) {
                    return;
                }
                after(command, command.equals("DATA") ? "354 go on" : "250 well");
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        camel.stop();
        server.close();
    }

    @Test
    void a_server_that_takes_nobody_now_is_asked_until_it_does() throws Exception {
        start(peer -> peer.say("421 4.3.2 Service not available"), MailSettings.Security.NONE);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_balancer_before_a_server_that_is_down_is_asked_on_and_on() throws Exception {
        start(peer -> {}, MailSettings.Security.NONE);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_server_without_tls_for_a_while_is_asked_on_and_on() throws Exception {
        start(
                peer -> {
                    peer.say("220 here");
                    peer.after("EHLO", "250-here\r\n250 STARTTLS");
                    peer.after("STARTTLS", "454 4.7.0 TLS not available due to temporary reason");
                },
                MailSettings.Security.STARTTLS);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_line_that_breaks_before_the_text_is_asked_for_is_tried_on_and_on() throws Exception {
        start(peer -> peer.takeAllBut("RCPT"), MailSettings.Security.NONE);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_server_that_hangs_up_in_place_of_the_text_is_tried_on_and_on() throws Exception {
        start(peer -> peer.takeAllBut("DATA"), MailSettings.Security.NONE);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_text_that_is_refused_is_tried_on_and_on() throws Exception {
        start(
                peer -> {
                    peer.takeAllBut(".");
                    peer.after(".", "451 4.7.1 Come back later");
                },
                MailSettings.Security.NONE);
        assertIsTriedOnAndOn();
    }

    @Test
    void a_line_that_breaks_behind_the_text_may_have_let_it_through() throws Exception {
        start(
                peer -> {
                    peer.takeAllBut(".");
                    peer.hear(".");
                },
                MailSettings.Security.NONE);
        await().until(() -> only().unsettled() == 1);
        clock.advance(Duration.ofMinutes(5));
        await().until(() -> only().unsettled() == 2);
        clock.advance(Duration.ofHours(5));
        await().until(() -> only().state() == NoticeState.DRAFTED);
        assertThat(met.get()).isEqualTo(2);
    }

    @Test
    void a_server_that_does_not_say_goodbye_has_taken_it() throws Exception {
        start(
                peer -> {
                    peer.takeAllBut(".");
                    peer.after(".", "250 taken");
                },
                MailSettings.Security.NONE);
        await().until(() -> only().state() == NoticeState.SENT);
    }

    private void assertIsTriedOnAndOn() {
        for (int times = 1; times <= 4; times++) {
            int before = times;
            await().until(() -> met.get() >= before && only().state() == NoticeState.OWED);
            assertThat(only().unsettled()).isZero();
            assertThat(only().lastError()).isNotEmpty();
            assertThat(isStuck()).isEqualTo(before > 1);
            clock.advance(Duration.ofHours(5));
            await().until(this::isStuck);
        }
        // No mail tells of it, and it ends when nothing waits any more.
        await().until(() -> only().state() == NoticeState.OWED);
        ledger.notices().sent(only().id(), "ann", "told by telephone");
        await().until(() -> !isStuck());
    }

    private boolean isStuck() {
        return ledger.alarms().open().stream().anyMatch(alarm -> alarm.kind().equals(Notices.STUCK));
    }

    private Notice only() {
        await().until(() -> ledger.notices().recent(10).size() == 1);
        return ledger.notices().recent(10).get(0);
    }

    private void serve(Talk talk) throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getByName("localhost"));
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket line = server.accept()) {
                    met.incrementAndGet();
                    talk.to(new Peer(
                            line,
                            new BufferedReader(
                                    new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII))));
                } catch (IOException gone) {
                    // The next one.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void start(Talk talk, MailSettings.Security security) throws Exception {
        serve(talk);
        MailSettings mail = new MailSettings(
                "localhost",
                server.getLocalPort(),
                security,
                "",
                () -> "",
                null,
                "it@clinic.example",
                List.of("ops@clinic.example"),
                Duration.ofSeconds(10));
        desk = new NoticeDesk(ledger, connection -> null, mail, work.resolve("notices"), "node-1", clock);
        ledger.alarms().raise("login-refused", "account:main", "The server refuses the login. Correct the password.");
        camel.getRegistry().bind("notices", new NoticeStep(desk));
        camel.getRegistry().bind("mailSession", MailEndpoint.session(mail));
        camel.getRegistry().bind("mailLogin", MailEndpoint.login(mail));
        camel.getPropertiesComponent().addInitialProperty("notice.tick", "100");
        camel.getPropertiesComponent().addInitialProperty("mail.host", mail.host());
        camel.getPropertiesComponent().addInitialProperty("mail.port", Integer.toString(mail.port()));
        for (String file : List.of("failures/on-notice-failure", "watch/send-notices")) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/" + file + ".yaml"));
        }
        camel.start();
    }
}
