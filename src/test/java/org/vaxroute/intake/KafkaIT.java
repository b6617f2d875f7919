package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.kafka.KafkaBroker;
import org.vaxroute.kafka.KafkaPage;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.StoredRecord;
import org.vaxroute.practice.FreePort;

/** The real route between a real broker and a real ledger, each of which goes away and comes back. */
@Tag("slower")
class KafkaIT {
    private static final Path ROUTE = Path.of("routes/intake/intake-kafka.yaml");
    private static final KafkaSource CLINIC = new KafkaSource("kafka", "main", Feed.ONGOING);
    private static final KafkaSource OTHER = new KafkaSource("other", "main", Feed.ONGOING);

    @TempDir
    static Path place;

    private static KafkaBroker broker;

    @TempDir
    Path home;

    private String topic;
    private IntakeHouse house;

    @BeforeAll
    static void begin() throws Exception {
        broker = new KafkaBroker(place).start();
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void build(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        house = house(home, "here", CLINIC, OTHER);
    }

    private IntakeHouse house(Path folder, String node, KafkaSource... sources) throws Exception {
        IntakeHouse built = new IntakeHouse(folder);
        built.node = node;
        built.kafka = settings(broker.servers(), 20, false);
        built.topicSources.addAll(List.of(sources));
        return built;
    }

    private KafkaSettings settings(String servers, int most, boolean secure) {
        return new KafkaSettings(
                true,
                servers,
                topic,
                topic,
                most,
                "",
                secure,
                secure ? new KafkaSettings.Store(broker.trustStore(), broker.trustStorePassword()) : null,
                null,
                secure ? KafkaSettings.Login.SCRAM_SHA_512 : KafkaSettings.Login.NONE,
                secure ? KafkaBroker.USER : null,
                secure ? KafkaBroker.PASSWORD : null);
    }

    @AfterEach
    void leave() {
        house.close();
    }

    @Test
    void everyRecordIsStoredOnceAndInOrderOverARestart() throws Exception {
        broker.createTopic(topic, 3);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            for (int n = 1; n <= 90; n++) {
                sender.send("main/P" + n % 7, vxu("P" + n % 7, n), n % 3 == 0 ? "other" : "kafka");
            }
            house.start(Map.of(), ROUTE);
            await().until(() -> read(house) == 90);
            house.stop();
            for (int n = 91; n <= 100; n++) {
                sender.send("main/P" + n % 7, vxu("P" + n % 7, n), "kafka");
            }
            sender.flush();
            house.start(Map.of(), ROUTE);
            await().until(() -> read(house) == 100);
        }
        assertThat(repeated(house)).isZero();
        assertThat(broker.committed(topic)).as("offsets told to Kafka").isZero();
        assertInOrder(house, 100, 7);
        assertThat(open(house)).isEmpty();
        house.assertBalanced();
    }

    @Test
    void whatEndsBehindTheStoreIsRecognized() throws Exception {
        broker.createTopic(topic, 2);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            for (int n = 1; n <= 60; n++) {
                sender.send("main/P" + n % 5, vxu("P" + n % 5, n), n % 2 == 0 ? "other" : "kafka");
            }
            sender.flush();
        }
        AtomicInteger chunks = new AtomicInteger();
        StoreStep stumbling = new StoreStep(chunk -> {
            var stored = house.ledger.store(chunk);
            if (chunks.incrementAndGet() % 2 == 1 && chunks.get() < 8) {
                throw new IllegalStateException("the process ends behind the commit");
            }
            return stored;
        });
        house.start(Map.of("chunkStore", stumbling), ROUTE);
        await().until(() -> read(house) - repeated(house) == 60);
        await().until(() -> open(house).isEmpty());

        assertInOrder(house, 60, 5);
        house.assertBalanced();
    }

    @Test
    void poisonIsHeldAndWhatFollowsIsRead() throws Exception {
        broker.createTopic(topic, 1);
        house.settings = new IntakeSettings(
                house.in, house.settings.minAge(), false, 10, 2, 2, 5000, house.settings.away(), 1, 1, 100);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            sender.send("main/P1", vxu("P1", 1), "kafka");
            sender.send("main/P1", null, "kafka");
            sender.send("main/P1", new byte[0], "kafka");
            sender.send("main/P1", "no message".getBytes(StandardCharsets.UTF_8), "kafka");
            sender.send("main/P1", new byte[6000], "kafka");
            sender.send("elsewhere/P1", vxu("P1", 2), "kafka");
            sender.send(null, vxu("P1", 3), "kafka");
            sender.send("main/P1", vxu("P1", 4), "nobody");
            sender.send("main/P1", vxu("P1", 5), "kafka");
            sender.flush();
        }
        house.start(Map.of(), ROUTE);
        await().until(() -> read(house) == 9);
        house.stop();
        house.start(Map.of(), ROUTE);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            sender.send("main/P1", vxu("P1", 6), "kafka");
            sender.flush();
        }
        await().until(() -> read(house) >= 10);

        assertThat(read(house)).as("what was poison is not read again").isEqualTo(10);
        assertThat(house.ledger.records().heldCounts())
                .extracting(count -> count.rule() + " " + count.records())
                .containsExactlyInAnyOrder("UNREADABLE 3", "TOO-LONG 1", "KAFKA-STRAY 3");
        assertThat(house.ledger.records().heldCounts())
                .extracting(HeldCount::source)
                .containsOnly("kafka");
        assertThat(house.ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(3);
        house.assertBalanced();
    }

    @Test
    void twoNodesShareTheTopicAndALedgerThatGoesAwayIsWaitedForInTheGroup() throws Exception {
        broker.createTopic(topic, 4);
        int port = FreePort.find();
        EmbeddedPostgres database = postgres(port);
        house.ledger.close();
        house.ledger = Ledger.open(
                new LedgerSettings(
                        "jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres", 10, true),
                Clock.system(IntakeHouse.TEXAS));
        IntakeHouse there = house(home.resolve("there"), "there", CLINIC, OTHER);
        there.ledger.close();
        there.ledger = house.ledger;
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            house.start(Map.of(), ROUTE);
            send(sender, 1, 100);
            await().until(() -> read(house) > 0);
            there.start(Map.of(), ROUTE);
            send(sender, 101, 200);
            await().until(() -> broker.shares(topic).equals(List.of(2, 2)));
            send(sender, 201, 300);
            await().until(() -> read(house) == 300);

            database.close();
            send(sender, 301, 400);
            await().during(Duration.ofSeconds(2))
                    .until(() -> broker.shares(topic).equals(List.of(2, 2)));
            database = postgres(port);
            await().ignoreExceptions().until(() -> read(house) == 400);

            there.stop();
            send(sender, 401, 450);
            await().until(() -> read(house) == 450);
            assertThat(broker.shares(topic)).as("the other has left").isEqualTo(List.of(4));
            await().until(() -> open(house).isEmpty());
            assertThat(repeated(house)).isZero();
            assertInOrder(house, 450, 11);
            house.assertBalanced();
        } finally {
            there.stop();
            house.stop();
            database.close();
        }
    }

    @Test
    void recordsThatAreGoneStopTheirPartitionUntilAPersonSaysGoOn() throws Exception {
        broker.createTopic(topic, 2);
        house.start(Map.of(), ROUTE);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            send(sender, 1, 40);
            await().until(() -> read(house) == 40);
            house.stop();
            send(sender, 41, 80);
            long next = house.ledger.topics().places(topic).get(0).next();
            broker.forget(topic, 0, next + 3);
            house.start(Map.of(), ROUTE);
            await().until(() ->
                    alarm(house, "kafka." + topic + "-0").contains("has lost the records from offset " + next));
            assertThat(alarm(house, "kafka." + topic + "-0"))
                    .contains("to " + (next + 2))
                    .contains("vaxroute kafka begin-again 0");
            await().until(() -> read(house) > 40);
            assertThat(house.ledger.topics().places(topic).get(0).next()).isEqualTo(next);

            house.ledger.topics().beginAgain(topic, 0, "ann", "the sender sends them again");
            await().until(() -> read(house) == 77);
            await().until(() -> open(house).isEmpty());
        }
        house.assertBalanced();
    }

    @Test
    void aTopicThatWasMadeAnewIsAnotherTopic() throws Exception {
        broker.createTopic(topic, 1);
        house.start(Map.of(), ROUTE);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            send(sender, 1, 10);
            await().until(() -> read(house) == 10);
        }
        house.stop();
        broker.deleteTopic(topic);
        broker.createTopic(topic, 1);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            send(sender, 11, 40);
            house.start(Map.of(), ROUTE);
            await().until(() -> alarm(house, "kafka." + topic + "-0").contains("made anew under the same name"));
            assertThat(read(house)).isEqualTo(10);
            house.ledger.topics().beginAgain(topic, null, "ann", "as agreed with the sender");
            await().until(() -> read(house) == 40);
        }
        assertThat(repeated(house)).isZero();
        house.assertBalanced();
    }

    @Test
    void aPausedSourceWaitsAndTheOthersGoOn() throws Exception {
        broker.createTopic(topic, 2);
        house.ledger.pauses().pause(Pausable.source("main", "other"), "ann", "its clinic asks for it");
        house.start(Map.of(), ROUTE);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            for (int n = 1; n <= 60; n++) {
                sender.send("main/P" + n % 5, vxu("P" + n % 5, n), n % 2 == 0 ? "other" : "kafka");
            }
            sender.flush();
            await().until(() -> house.read("kafka") == 30);
            house.stop();
            house.start(Map.of(), ROUTE);
            sender.send("main/P1", vxu("P1", 61), "kafka");
            await().until(() -> house.read("kafka") == 31);
            assertThat(house.read("other")).isZero();
            house.ledger.pauses().resume(Pausable.source("main", "other"), "ann", "they are ready");
            await().until(() -> house.read("other") == 30);
            await().until(() -> house.ledger.topics().behind(topic).isEmpty());
        }
        assertThat(repeated(house)).isZero();
        assertInOrder(house, 61, 5);
        house.assertBalanced();
    }

    @Test
    void aBrokerThatAsksWhoIsThereIsReachedByTls() throws Exception {
        broker.createTopic(topic, 1);
        house.kafka = settings(broker.secureServers(), 20, true);
        house.start(Map.of(), ROUTE);
        try (KafkaBroker.Sender sender = broker.sender(topic)) {
            send(sender, 1, 3);
            await().until(() -> read(house) == 3);
        }
        house.stop();
        house.kafka = new KafkaSettings(
                true,
                broker.secureServers(),
                topic,
                topic,
                20,
                "",
                true,
                house.kafka.trust(),
                null,
                KafkaSettings.Login.SCRAM_SHA_512,
                KafkaBroker.USER,
                "wrong");
        house.start(Map.of(), ROUTE);
        await().until(() -> alarm(house, "source.intake-kafka").contains("intake.kafka.login"));
        assertThat(alarm(house, "source.intake-kafka")).doesNotContain("wrong");
    }

    @Test
    void theProgramThatTheDocumentShowsSendsARecord() throws Exception {
        broker.createTopic(topic, 1);
        house.topicSources.remove(OTHER);
        house.start(Map.of(), ROUTE);
        Path message = home.resolve("message.hl7");
        Files.write(message, vxu("P1", 1));
        String[] arguments = {broker.servers(), topic, "main", "P1", message.toString()};
        KafkaPage.program(home).getMethod("main", String[].class).invoke(null, (Object) arguments);

        await().until(() -> house.ledger.records().waiting("main", Feed.ONGOING) == 1);
        assertThat(house.read("kafka")).isOne();
    }

    private void send(KafkaBroker.Sender sender, int first, int last) throws Exception {
        for (int n = first; n <= last; n++) {
            sender.send("main/P" + n % 11, vxu("P" + n % 11, n), "kafka");
        }
        sender.flush();
    }

    private static byte[] vxu(String patient, int n) {
        return IntakeHouse.vxu("C" + n, "Adams")
                .replace("PID|1||C" + n, "PID|1||" + patient)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long read(IntakeHouse house) {
        return positions(house).stream().mapToLong(Position::recordsRead).sum();
    }

    private static long repeated(IntakeHouse house) {
        return positions(house).stream().mapToLong(Position::repeated).sum();
    }

    private static List<Position> positions(IntakeHouse house) {
        return house.ledger.positions().all();
    }

    private static List<String> open(IntakeHouse house) {
        return house.ledger.alarms().open().stream()
                .filter(alarm -> alarm.kind().equals("intake"))
                .map(alarm -> alarm.subject() + ": " + alarm.detail())
                .toList();
    }

    private static String alarm(IntakeHouse house, String subject) {
        return house.ledger.alarms().open().stream()
                .filter(alarm -> alarm.subject().equals(subject))
                .map(Alarm::detail)
                .findFirst()
                .orElse("");
    }

    /** Each of so many records once, and those of one patient and source in the order in which they were sent. */
    private static void assertInOrder(IntakeHouse house, int records, int patients) {
        Map<String, List<Integer>> numbers = new TreeMap<>();
        int found = 0;
        for (long id = 1; found < records && id < 1_000_000; id++) {
            Optional<StoredRecord> one = house.ledger.records().find(id);
            if (one.isPresent()) {
                int n = Integer.parseInt(one.get().controlId().substring(1));
                numbers.computeIfAbsent(one.get().source() + " " + n % patients, patient -> new ArrayList<>())
                        .add(n);
                found++;
            }
        }
        assertThat(numbers.values().stream().flatMap(List::stream).distinct()).hasSize(records);
        assertThat(numbers.values()).allSatisfy(ofOne -> assertThat(ofOne).isSorted());
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(home.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }
}
