package org.vaxroute.operate.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Period;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.feeds.Owed;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.NoticeState;
import org.vaxroute.practice.FreePort;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.TestCertificates;

/** The shipped route with the shipped texts, against a mail server that speaks TLS. */
class SendNoticesRouteTest extends FeedCase {
    private static final Path TEXTS = Path.of("config/registries/immtrac2/notices");
    private static final String REGISTRY = "ImmTracMU@dshs.texas.gov";
    private static final String VENDOR = "support@ehr.example";

    private final Map<String, NoticeSettings> connections = new HashMap<>(Map.of(MAIN, settings(VENDOR)));
    private static String authority;

    private CamelContext camel = new DefaultCamelContext();
    private GreenMail server;
    private String password = "open sesame";
    private NoticeDesk desk;

    @AfterEach
    void stop() {
        camel.stop();
        if (server != null) {
            server.stop();
        }
    }

    @Test
    void each_notice_leaves_once_with_its_words_and_never_again() throws Exception {
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTPS), MailSettings.Security.TLS);
        desk.notice(MAIN, Owed.Kind.REVIEW_REQUEST, "1", List.of("ABC26034.0.hl7", "ABC26034.1.hl7", "ABC26035.0.hl7"));
        desk.notice(MAIN, Owed.Kind.REVIEW_REQUEST, "1", List.of("ABC26034.0.hl7"));
        desk.notice(MAIN, Owed.Kind.GO_LIVE, Owed.ONCE, List.of("ABC26040.0.hl7"));
        start();

        settled(2);
        reopen();
        startAnew();
        assertThat(ledger.notices().owed()).isEmpty();
        assertThat(server.getReceivedMessages()).hasSize(2);
        MimeMessage review = to(REGISTRY);
        assertThat(review.getSubject()).isEqualTo("Request for review of HL7 test files, file code ABC");
        assertThat(review.getContent().toString().replace("\r\n", "\n"))
                .contains("Clinic of the Hill has sent 3 HL7")
                .contains("  ABC26034.0.hl7\n  ABC26034.1.hl7\n  ABC26035.0.hl7\n")
                .doesNotContain("{");
        assertThat(review.getFrom()[0].toString()).isEqualTo("it@clinic.example");
        assertThat(review.getHeader("Message-ID")[0])
                .isEqualTo("<notice.1." + ledger.controlIds().tag() + "@clinic.example>");
        assertThat(to(VENDOR).getContent().toString())
                .contains(REGISTRY + ", 800-348-9158, option 3", "800-348-9158, options 1, 2 and 4");
    }

    @Test
    void a_server_whose_certificate_is_not_trusted_gets_nothing() throws Exception {
        int port = mailServer(work, ServerSetup.PROTOCOL_SMTPS);
        Path other = Files.createDirectory(work.resolve("other"));
        desk(port, MailSettings.Security.TLS, pem(new TestCertificates("Somebody else"), other));
        assertStaysOwed("valid certification path");
    }

    @Test
    void a_server_that_does_not_offer_tls_gets_nothing() throws Exception {
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTP), MailSettings.Security.STARTTLS);
        assertStaysOwed("STARTTLS");
    }

    @Test
    void a_refused_login_is_no_mail_and_the_mended_password_counts_without_a_restart() throws Exception {
        int port = mailServer(work, ServerSetup.PROTOCOL_SMTPS);
        String right = password;
        password = "wrong";
        desk(port, MailSettings.Security.TLS);
        assertStaysOwed("");
        password = right;
        clock.advance(Duration.ofMinutes(10));
        settled(1);
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    @Test
    void what_did_not_leave_goes_to_the_address_that_was_mended() throws Exception {
        int port = mailServer(work, ServerSetup.PROTOCOL_SMTPS);
        String right = password;
        password = "wrong";
        connections.put(MAIN, settings("nobody@vendor.example"));
        desk(port, MailSettings.Security.TLS);
        desk.notice(MAIN, Owed.Kind.HISTORY_QUESTIONS, Owed.ONCE, List.of());
        start();
        await().until(() -> !only().lastError().isEmpty());

        connections.put(MAIN, settings(VENDOR));
        password = right;
        clock.advance(Duration.ofMinutes(10));

        settled(1);
        assertThat(to(VENDOR).getSubject()).contains("Clinic of the Hill");
    }

    @Test
    void a_server_that_is_away_is_tried_again() throws Exception {
        int port = FreePort.find();
        desk(port, MailSettings.Security.TLS, pem(new TestCertificates("Nobody"), work));
        assertStaysOwed("");
        assertThat(ledger.notices().owed().get(0).nextAttempt()).isAfter(clock.instant());
    }

    @Test
    void after_a_kill_between_the_servers_word_and_the_commit_it_is_repeated_once_with_the_same_id() throws Exception {
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTPS), MailSettings.Security.TLS);
        desk.notice(MAIN, Owed.Kind.REVIEW_REQUEST, "1", List.of("A.hl7"));
        // The dead process had claimed it, and the server had taken it.
        Notice claimed = desk.next().orElseThrow();
        start();
        settled(1);
        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(server.getReceivedMessages()[0].getHeader("Message-ID")[0]).isEqualTo(desk.messageId(claimed));
    }

    @Test
    void after_two_kills_a_person_has_to_look() throws Exception {
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTPS), MailSettings.Security.TLS);
        desk.notice(MAIN, Owed.Kind.REVIEW_REQUEST, "1", List.of("A.hl7"));
        desk.next().orElseThrow();
        desk.next().orElseThrow();
        start();
        await().until(() -> only().state() == NoticeState.DRAFTED);
        assertThat(only().lastError()).contains("look whether it arrived");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void without_a_mail_server_a_draft_lies_ready_and_stays_owed_until_a_person_says_so() throws Exception {
        desk = desk(MailSettings.NO_MAIL);
        desk.notice(MAIN, Owed.Kind.FIRST_PRODUCTION_FILE, Owed.ONCE, List.of("A.hl7"));
        start();
        await().until(() -> only().state() == NoticeState.DRAFTED);
        Path draft = desk.file(only());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(draft)))
                .isEqualTo("rw-------");
        MimeMessage mail = new MimeMessage(null, Files.newInputStream(draft));
        assertThat(mail.getSubject()).isEqualTo("First production file sent, file code ABC");
        assertThat(mail.getRecipients(Message.RecipientType.TO)[0].toString()).isEqualTo(REGISTRY);
        assertThat(mail.getHeader("X-Unsent")).containsExactly("1");
        assertThat(ledger.notices().owed()).hasSize(1);

        ledger.notices().sent(only().id(), "ada", "from my own mail");
        assertThat(ledger.notices().owed()).isEmpty();
        assertThat(ledger.trail().of("notice:" + only().id()))
                .extracting("who", "detail")
                .contains(org.assertj.core.api.Assertions.tuple("ada", "from my own mail"));
    }

    @Test
    void a_vendor_that_is_not_named_gets_a_draft_to_be_addressed() throws Exception {
        connections.put(MAIN, settings(""));
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTPS), MailSettings.Security.TLS);
        desk.notice(MAIN, Owed.Kind.HISTORY_QUESTIONS, Owed.ONCE, List.of());
        start();
        await().until(() -> only().state() == NoticeState.DRAFTED);
        assertThat(only().lastError()).contains("fill in the recipient");

        // Once it is named, the draft can be mailed after all.
        connections.put(MAIN, settings(VENDOR));
        ledger.notices().again(only().id(), "ada");
        settled(1);
        assertThat(to(VENDOR).getSubject()).contains("Clinic of the Hill");
    }

    @Test
    void an_alarm_is_mailed_once_until_it_clears() throws Exception {
        desk(mailServer(work, ServerSetup.PROTOCOL_SMTPS), MailSettings.Security.TLS);
        ledger.alarms().raise("login-refused", "account:main", "The server refuses the login. Correct the password.");
        ledger.alarms().raise("no-answer", "connection:main/A.hl7", "File A.hl7 has no answer.");
        start();
        settled(1);
        assertThat(server.getReceivedMessages()).hasSize(2);
        assertThat(server.getReceivedMessages()[0].getContent().toString())
                .contains("Correct the password.", "File A.hl7 has no answer.");

        ledger.alarms().raise("login-refused", "account:main", "The server refuses the login. Correct the password.");
        await().during(Duration.ofMillis(500))
                .until(() -> ledger.notices().recent(10).size() == 1);
        ledger.alarms().clear("login-refused", "account:main");
        ledger.alarms().raise("login-refused", "account:main", "The server refuses the login. Correct the password.");
        settled(2);
    }

    private void assertStaysOwed(String why) throws Exception {
        desk.notice(MAIN, Owed.Kind.REVIEW_REQUEST, "1", List.of("A.hl7"));
        start();
        await().until(() -> !only().lastError().isEmpty());
        assertThat(only().lastError()).contains(why);
        assertThat(only().state()).isEqualTo(NoticeState.OWED);
        assertThat(only().unsettled()).isZero();
        if (server != null) {
            assertThat(server.getReceivedMessages()).isEmpty();
        }
    }

    private Notice only() {
        List<Notice> all = ledger.notices().recent(10);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void settled(int notices) {
        await().until(() -> ledger.notices().recent(10).stream()
                        .filter(notice -> notice.state() == NoticeState.SENT)
                        .count()
                == notices);
    }

    private MimeMessage to(String address) throws Exception {
        for (MimeMessage mail : server.getReceivedMessages()) {
            if (mail.getRecipients(Message.RecipientType.TO)[0].toString().equals(address)) {
                return mail;
            }
        }
        throw new AssertionError("nothing for " + address);
    }

    /** The mail server reads its certificate once for all tests of the class. */
    @BeforeAll
    static void certify(@TempDir Path folder) throws Exception {
        TestCertificates certificates = new TestCertificates("Test authority");
        Path store = certificates.server(folder.resolve("mail.p12"), "localhost", Period.ofDays(30));
        authority = Files.readString(pem(certificates, folder));
        System.setProperty("greenmail.tls.keystore.file", store.toString());
        System.setProperty("greenmail.tls.keystore.password", TestCertificates.STORE_PASSWORD);
    }

    /** A mail server on a port of the system's choice; the authority of its certificate is in a file ca.pem. */
    private int mailServer(Path folder, String protocol) throws Exception {
        Files.writeString(folder.resolve("ca.pem"), authority);
        server = new GreenMail(new ServerSetup(0, "localhost", protocol));
        server.setUser("it@clinic.example", "it", password);
        server.start();
        return protocol.equals(ServerSetup.PROTOCOL_SMTP)
                ? server.getSmtp().getPort()
                : server.getSmtps().getPort();
    }

    private static Path pem(TestCertificates certificates, Path folder) throws Exception {
        return certificates.trust(folder.resolve("ca.pem"));
    }

    private void desk(int port, MailSettings.Security security) {
        desk(port, security, work.resolve("ca.pem"));
    }

    private void desk(int port, MailSettings.Security security, Path trust) {
        desk = desk(new MailSettings(
                "localhost",
                port,
                security,
                "it",
                () -> password,
                trust,
                "it@clinic.example",
                List.of("ops@clinic.example", "night@clinic.example"),
                Duration.ofSeconds(10)));
    }

    private NoticeDesk desk(MailSettings mail) {
        return new NoticeDesk(ledger, connections::get, mail, work.resolve("notices"), "node-1", clock);
    }

    private static NoticeSettings settings(String vendor) {
        Map<Owed.Kind, NoticeTemplate> texts = new EnumMap<>(Owed.Kind.class);
        for (Owed.Kind kind : Owed.Kind.values()) {
            texts.put(kind, NoticeTemplate.read(TEXTS.resolve(NoticeSettings.fileOf(kind)), NoticeSettings.NAMES));
        }
        return new NoticeSettings(
                texts,
                Map.of(
                        "organization", "Clinic of the Hill",
                        "contact", "Ada, 512-555-0100",
                        "vendor-mail", vendor,
                        "file-code", "ABC",
                        "registry-id", "0123456789",
                        "data-exchange-mail", REGISTRY,
                        "data-exchange-phone", "800-348-9158, option 3",
                        "support-mail", "ImmTrac2@dshs.texas.gov",
                        "support-phone", "800-348-9158, options 1, 2 and 4"));
    }

    private void startAnew() throws Exception {
        camel.stop();
        camel = new DefaultCamelContext();
        desk = desk(desk.mail());
        start();
        await().during(Duration.ofMillis(500)).until(() -> true);
    }

    private void start() throws Exception {
        MailSettings mail = desk.mail();
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
