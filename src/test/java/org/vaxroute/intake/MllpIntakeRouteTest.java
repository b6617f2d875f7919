package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.practice.FreePort;

class MllpIntakeRouteTest {
    private static final Path[] ROUTES = {
        Path.of("routes/intake/intake-mllp.yaml"), Path.of("routes/intake/mllp-chunk.yaml")
    };

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

    private void start() throws Exception {
        house.start(Map.of(), ROUTES);
    }

    private static byte[] frame(String message) {
        var out = new ByteArrayOutputStream();
        out.write(0x0b);
        out.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        out.write(0x1c);
        out.write(0x0d);
        return out.toByteArray();
    }

    private Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(15_000);
        return socket;
    }

    private static void send(Socket socket, byte[]... frames) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] one : frames) {
            all.writeBytes(one);
        }
        socket.getOutputStream().write(all.toByteArray());
        socket.getOutputStream().flush();
    }

    private static Message answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        var out = new ByteArrayOutputStream();
        int b = in.read();
        assertThat(b).isEqualTo(0x0b);
        while ((b = in.read()) != 0x1c) {
            assertThat(b).isNotNegative();
            out.write(b);
        }
        assertThat(in.read()).isEqualTo(0x0d);
        return Message.parse(out.toByteArray());
    }

    private static String said(Message ack) {
        return ack.get("MSA-1") + " " + ack.get("MSA-2");
    }

    private long waiting() {
        return house.ledger.records().waiting("main", Feed.ONGOING);
    }

    @Test
    void anAcceptedMessageIsStoredBeforeItsAnswer() throws Exception {
        start();
        try (Socket socket = connect()) {
            send(socket, frame(IntakeHouse.vxu("A1", "Adams")));
            Message ack = answer(socket);
            assertThat(said(ack)).isEqualTo("AA A1");
            assertThat(waiting()).isEqualTo(1);
            assertThat(ack.get("MSH-9.1")).isEqualTo("ACK");
            assertThat(ack.get("MSH-21.1")).isEqualTo("Z23");
            assertThat(ack.get("MSH-5.1")).isEqualTo("EHR");
            assertThat(ack.get("MSH-6.1")).isEqualTo("CLINIC");
        }
        house.assertBalanced();
    }

    @Test
    void thePausedSourcesSendersKeepTheirMessagesAndTheOthersGoOn() throws Exception {
        house.senders.clear();
        house.senders.add(new MllpSource("ehr", "main", Feed.ONGOING, IntakeHouse.TEXAS, "", ""));
        house.senders.add(new MllpSource("west", "main", Feed.ONGOING, IntakeHouse.TEXAS, "WEST", ""));
        house.ledger.pauses().pause(Pausable.source("main", "ehr"), "ann", "the wrong codes");
        start();
        try (Socket socket = connect()) {
            send(
                    socket,
                    frame(IntakeHouse.vxu("P1", "Adams")),
                    frame(IntakeHouse.vxu("P2", "Baker").replace("MSH|^~\\&|EHR|", "MSH|^~\\&|WEST|")));
            Message paused = answer(socket);
            assertThat(said(paused)).isEqualTo("AE P1");
            assertThat(paused.get("ERR-8"))
                    .isEqualTo("This source is paused. The message was not stored. Send it again later.");
            assertThat(said(answer(socket))).isEqualTo("AA P2");
            assertThat(waiting()).isEqualTo(1);

            house.ledger.pauses().resume(Pausable.source("main", "ehr"), "ann", "they are right");
            send(socket, frame(IntakeHouse.vxu("P1", "Adams")));
            assertThat(said(answer(socket))).isEqualTo("AA P1");
        }
        assertThat(waiting()).isEqualTo(2);
        house.assertBalanced();
    }

    @Test
    void twoFramesInOneWriteAndOneFrameOverSeveralAreAllAnsweredInOrder() throws Exception {
        start();
        try (Socket socket = connect()) {
            send(socket, frame(IntakeHouse.vxu("T1", "Adams")), frame(IntakeHouse.vxu("T2", "Adams")));
            byte[] third = frame(IntakeHouse.vxu("T3", "Adams"));
            for (byte b : third) {
                socket.getOutputStream().write(b);
            }
            assertThat(List.of(said(answer(socket)), said(answer(socket)), said(answer(socket))))
                    .containsExactly("AA T1", "AA T2", "AA T3");
        }
        assertThat(waiting()).isEqualTo(3);
    }

    @Test
    void messagesOfSeveralClinicsAreReportedClinicByClinic() throws Exception {
        house.withSites();
        start();
        try (Socket socket = connect()) {
            send(
                    socket,
                    frame(IntakeHouse.vxu("S1", "Adams")),
                    frame(IntakeHouse.vxu("S2", "Baker").replace("|CLINIC|", "|SOUTH|")),
                    frame(IntakeHouse.vxu("S3", "Clark").replace("|CLINIC|", "|NOWHERE|")));
            assertThat(List.of(said(answer(socket)), said(answer(socket)), said(answer(socket))))
                    .containsExactly("AA S1", "AA S2", "AA S3");
        }
        assertThat(house.sitesAndStates()).isEqualTo(Map.of("north READY", 1L, "south READY", 1L, "NOWHERE HELD", 1L));
    }

    @Test
    void aCutFrameIsDroppedAndTheNextOneTaken() throws Exception {
        start();
        try (Socket socket = connect()) {
            byte[] cut = frame(IntakeHouse.vxu("C1", "Adams"));
            send(socket, java.util.Arrays.copyOf(cut, 120), frame(IntakeHouse.vxu("C2", "Baker")));
            assertThat(said(answer(socket))).isEqualTo("AA C2");
        }
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void garbageIsSkippedAndAnOversizeFrameClosesItsConnectionOnly() throws Exception {
        house.settings =
                new IntakeSettings(house.in, Duration.ZERO, false, 10, 2, 4, 20_000, Duration.ofMillis(200), 1, 1, 100);
        start();
        try (Socket socket = connect();
                Socket huge = connect()) {
            send(huge, frame("MSH|" + "x".repeat(400_000)));
            send(
                    socket,
                    "GET / HTTP/1.1\r\n\r\n\u001c\r".getBytes(StandardCharsets.US_ASCII),
                    frame(IntakeHouse.vxu("G1", "Adams")));
            assertThat(said(answer(socket))).isEqualTo("AA G1");
            assertThat(closed(huge)).isTrue();
        }
        assertThat(house.beans.mllpBytesDiscarded()).isPositive();
    }

    private static boolean closed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return !(e instanceof java.net.SocketTimeoutException);
        }
    }

    @Test
    void aHeldRecordIsStoredAndAnsweredWithItsFindingsButNoPatientData() throws Exception {
        start();
        try (Socket socket = connect()) {
            send(socket, frame(IntakeHouse.vxu("H1", "")));
            Message ack = answer(socket);
            assertThat(said(ack)).isEqualTo("AA H1");
            assertThat(ack.get("ERR-4")).isEqualTo("W");
            assertThat(ack.get("ERR-2.1")).isEqualTo("PID");
            assertThat(ack.text()).doesNotContain("Ana").doesNotContain("20190309");
        }
        assertThat(house.ledger.records().held(null, null, null, 0, 10)).hasSize(1);
        house.assertBalanced();
    }

    @Test
    void whatIsNoVxuIsRefusedAndNotStored() throws Exception {
        start();
        try (Socket socket = connect()) {
            send(
                    socket,
                    frame(IntakeHouse.vxu("R1", "Adams").replace("VXU^V04^VXU_V04", "ADT^A01")),
                    frame("this is no HL7"),
                    frame(IntakeHouse.vxu("R2", "Adams").replace("^Ana|", "^Ana\rof Austin|")),
                    frame(IntakeHouse.vxu("R3", "Adams")));
            assertThat(said(answer(socket))).isEqualTo("AR R1");
            assertThat(said(answer(socket))).isEqualTo("AR ");
            Message refused = answer(socket);
            assertThat(said(refused)).isEqualTo("AR ");
            assertThat(refused.get("ERR-8")).contains("segment 3", "does not begin with a segment name");
            assertThat(refused.text()).doesNotContain("Austin").doesNotContain("Ana");
            assertThat(said(answer(socket))).isEqualTo("AA R3");
        }
        assertThat(house.beans.mllpCounts()).isEqualTo(new MllpIntake.Counts(1, 0, 3, 0));
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void aMessageSentAgainAfterALostAnswerIsStoredOnce() throws Exception {
        start();
        try (Socket socket = connect()) {
            send(socket, frame(IntakeHouse.vxu("S1", "Adams")));
            await().until(() -> waiting() == 1);
        }
        try (Socket socket = connect()) {
            byte[] same = frame(IntakeHouse.vxu("S1", "Adams"));
            send(socket, same, same);
            assertThat(said(answer(socket))).isEqualTo("AA S1");
            assertThat(said(answer(socket))).isEqualTo("AA S1");
        }
        assertThat(waiting()).isEqualTo(1);
        house.assertBalanced();
    }

    @Test
    void theLedgerBeingAwayIsAnsweredWithAe() throws Exception {
        var away = new AtomicBoolean(true);
        house.start(
                Map.of("chunkStore", new StoreStep(chunk -> {
                    if (away.get()) {
                        throw new LedgerUnavailable("away", null);
                    }
                    return house.ledger.store(chunk);
                })),
                ROUTES);
        try (Socket socket = connect()) {
            send(socket, frame(IntakeHouse.vxu("E1", "Adams")));
            assertThat(said(answer(socket))).isEqualTo("AE E1");
            away.set(false);
            send(socket, frame(IntakeHouse.vxu("E1", "Adams")));
            assertThat(said(answer(socket))).isEqualTo("AA E1");
        }
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void fiftyConnectionsAreAllAnsweredAndEachInItsOrder() throws Exception {
        start();
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<Callable<List<String>>> talks = new ArrayList<>();
            for (int c = 0; c < 50; c++) {
                int client = c;
                talks.add(() -> talk(client));
            }
            List<Future<List<String>>> said = clients.invokeAll(talks, 60, TimeUnit.SECONDS);
            for (int c = 0; c < 50; c++) {
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    expected.add("AA P" + c + "-" + i);
                }
                assertThat(said.get(c).get()).isEqualTo(expected);
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(waiting()).isEqualTo(2_000);
        house.assertBalanced();
    }

    private List<String> talk(int client) throws IOException {
        List<String> said = new ArrayList<>();
        try (Socket socket = connect()) {
            for (int i = 0; i < 40; i++) {
                send(socket, frame(IntakeHouse.vxu("P" + client + "-" + i, "Adams")));
            }
            for (int i = 0; i < 40; i++) {
                said.add(said(answer(socket)));
            }
        }
        return said;
    }
}
