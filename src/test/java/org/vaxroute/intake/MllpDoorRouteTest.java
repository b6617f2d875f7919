package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Period;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.practice.FreePort;
import org.vaxroute.submit.TestCertificates;

/** Who may talk to the MLLP listener, and what the settings change about its answers. */
class MllpDoorRouteTest {
    private static final char[] PASSWORD = TestCertificates.STORE_PASSWORD.toCharArray();

    @TempDir
    Path home;

    private IntakeHouse house;
    private int port;

    @BeforeEach
    void build() throws Exception {
        house = new IntakeHouse(home);
        port = FreePort.find();
        house.properties.setProperty("intake.mllp.port", Integer.toString(port));
        house.senders.add(new MllpSource("ehr", "main", Feed.ONGOING, IntakeHouse.TEXAS, "", ""));
    }

    @AfterEach
    void leave() {
        house.close();
    }

    private void start(MllpSettings settings) throws Exception {
        house.mllp = settings;
        house.properties.setProperty("intake.mllp.host", settings.host());
        house.start(Map.of(), Path.of("routes/intake/intake-mllp.yaml"), Path.of("routes/intake/mllp-chunk.yaml"));
    }

    private static MllpSettings settings(String host, boolean plainText, int connections, Set<InetAddress> peers) {
        return new MllpSettings(
                host,
                plainText,
                500,
                100,
                connections,
                peers,
                MllpSettings.HeldAnswer.AA,
                MllpSettings.OtherMessages.REFUSE,
                null,
                null,
                null,
                null);
    }

    private static MllpSettings answering(MllpSettings.HeldAnswer held, MllpSettings.OtherMessages others) {
        return new MllpSettings("127.0.0.1", false, 500, 100, 500, Set.of(), held, others, null, null, null, null);
    }

    private long waiting() {
        return house.ledger.records().waiting("main", Feed.ONGOING);
    }

    private void awaitAlarm(String text) {
        await().untilAsserted(() -> assertThat(house.ledger.alarms().open())
                .extracting(Alarm::detail)
                .anyMatch(detail -> detail.contains(text)));
    }

    @Test
    void overTlsOnlyASenderWithACertificateOfOurAuthorityIsHeard() throws Exception {
        var ours = new TestCertificates("clinic");
        var strangers = new TestCertificates("stranger");
        house.properties.setProperty("intake.mllp.tls", "true");
        house.properties.setProperty("intake.mllp.client-certificates", "true");
        start(new MllpSettings(
                "127.0.0.1",
                false,
                500,
                100,
                500,
                Set.of(),
                MllpSettings.HeldAnswer.AA,
                MllpSettings.OtherMessages.REFUSE,
                ours.server(home.resolve("listener.p12"), "localhost", Period.ofDays(30)),
                TestCertificates.STORE_PASSWORD,
                ours.trustStore(home.resolve("trust.p12")),
                TestCertificates.STORE_PASSWORD));
        Path known = ours.server(home.resolve("sender.p12"), "sender", Period.ofDays(30));
        Path unknown = strangers.server(home.resolve("stranger.p12"), "sender", Period.ofDays(30));

        try (MllpClient sender = tls(known)) {
            assertThat(sender.code(IntakeHouse.vxu("T1", "Adams"))).isEqualTo("AA T1");
        }
        for (Path certificate : new Path[] {null, unknown}) {
            assertThatThrownBy(() -> {
                        try (MllpClient sender = tls(certificate)) {
                            sender.say(IntakeHouse.vxu("T2", "Adams"));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        try (MllpClient plain = MllpClient.to(port)) {
            assertThatThrownBy(() -> plain.say(IntakeHouse.vxu("T3", "Adams"))).isInstanceOf(IOException.class);
        }
        assertThat(waiting()).isEqualTo(1);
        house.assertBalanced();
    }

    private MllpClient tls(Path certificate) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate == null ? null : store(certificate), PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store(home.resolve("trust.p12")));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new MllpClient(context.getSocketFactory().createSocket("127.0.0.1", port));
    }

    private static KeyStore store(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    @Test
    void aPeerThatIsNotOnTheListIsClosedOutAndAnAlarmNamesItsAddress() throws Exception {
        start(settings("127.0.0.1", false, 500, Set.of(InetAddress.getByName("192.0.2.7"))));

        try (MllpClient stranger = MllpClient.to(port)) {
            assertThat(stranger.isClosed()).isTrue();
        }
        awaitAlarm("127.0.0.1 was closed: the address is not in intake.mllp.peers");
        assertThat(waiting()).isZero();
    }

    @Test
    void aPeerOnTheListIsHeard() throws Exception {
        start(settings("127.0.0.1", false, 500, Set.of(InetAddress.getByName("127.0.0.1"))));

        try (MllpClient known = MllpClient.to(port)) {
            assertThat(known.code(IntakeHouse.vxu("P1", "Adams"))).isEqualTo("AA P1");
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndThereIsRoomAgainWhenAnotherLeaves() throws Exception {
        start(settings("127.0.0.1", false, 2, Set.of()));

        try (MllpClient first = MllpClient.to(port)) {
            assertThat(first.code(IntakeHouse.vxu("C1", "Adams"))).isEqualTo("AA C1");
            try (MllpClient second = MllpClient.to(port)) {
                assertThat(second.code(IntakeHouse.vxu("C2", "Adams"))).isEqualTo("AA C2");
                try (MllpClient third = MllpClient.to(port)) {
                    assertThat(third.isClosed()).isTrue();
                }
                assertThat(first.code(IntakeHouse.vxu("C3", "Adams"))).isEqualTo("AA C3");
            }
            awaitAlarm("2 are open already");
            await().ignoreExceptions().until(() -> {
                try (MllpClient later = MllpClient.to(port)) {
                    return later.code(IntakeHouse.vxu("C4", "Adams")).equals("AA C4");
                }
            });
        }
        house.assertBalanced();
    }

    @Test
    void plainTextBeyondLoopbackIsRefusedAtTheStart() {
        assertThatThrownBy(() -> start(settings("0.0.0.0", false, 500, Set.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("intake.mllp.host is 0.0.0.0")
                .hasMessageContaining("intake.mllp.plain-text");
    }

    @Test
    void plainTextBeyondLoopbackOnDemandWorksUnderAStandingAlarm() throws Exception {
        start(settings("0.0.0.0", true, 500, Set.of()));

        try (MllpClient sender = MllpClient.to(port)) {
            assertThat(sender.code(IntakeHouse.vxu("N1", "Adams"))).isEqualTo("AA N1");
        }
        awaitAlarm("speaks plain text to the network");
    }

    @Test
    void aHeldRecordIsAnsweredWithAeWhereTheSettingSaysSoAndIsStoredOnceAllTheSame() throws Exception {
        start(answering(MllpSettings.HeldAnswer.AE, MllpSettings.OtherMessages.REFUSE));

        try (MllpClient sender = MllpClient.to(port)) {
            Message ack = sender.say(IntakeHouse.vxu("H1", ""));
            assertThat(ack.get("MSA-1")).isEqualTo("AE");
            assertThat(ack.get("ERR-2.1")).isEqualTo("PID");
            assertThat(sender.code(IntakeHouse.vxu("H1", ""))).isEqualTo("AE H1");
            assertThat(sender.code(IntakeHouse.vxu("H2", "Adams"))).isEqualTo("AA H2");
        }
        assertThat(house.ledger.records().held(null, null, null, 0, 10)).hasSize(1);
        house.assertBalanced();
    }

    @Test
    void otherMessagesAreAcceptedCountedAndNotStoredWhereTheSettingSaysSo() throws Exception {
        start(answering(MllpSettings.HeldAnswer.AA, MllpSettings.OtherMessages.IGNORE));

        try (MllpClient sender = MllpClient.to(port)) {
            String other = IntakeHouse.vxu("O1", "Adams").replace("VXU^V04^VXU_V04", "ADT^A08^ADT_A01");
            assertThat(sender.code(other)).isEqualTo("AA O1");
            assertThat(sender.code("this is no HL7")).startsWith("AR");
        }
        assertThat(house.beans.mllpCounts()).isEqualTo(new MllpIntake.Counts(0, 0, 1, 1));
        assertThat(waiting()).isZero();
    }

    @Test
    void aRecordThatHapiCannotReadIsHeldAlthoughTheRulesLetItPass() throws Exception {
        start(MllpSettings.loopback());

        try (MllpClient sender = MllpClient.to(port)) {
            Message ack = sender.say(IntakeHouse.vxu("R1", "Adams").replace("|20261101|", "|soon|"));
            assertThat(ack.get("MSA-1")).isEqualTo("AA");
            assertThat(ack.get("ERR-5.1")).isEqualTo(Check.REFEREE);
            assertThat(ack.text()).doesNotContain("soon");
        }
        assertThat(house.ledger.records().held(null, null, null, 0, 10))
                .extracting(HeldRecord::rule)
                .containsExactly(Check.REFEREE);
        assertThat(waiting()).isZero();
        house.assertBalanced();
    }
}
