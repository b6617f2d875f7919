package org.vaxroute.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;
import org.vaxroute.practice.FreePort;

/** A real Kafka broker, alone and its own controller, as a process that can be killed and started again on the same ports. */
public final class KafkaBroker implements AutoCloseable {
    /** Who may log in at the second listener, which speaks TLS. */
    public static final String USER = "vaxroute";

    public static final String PASSWORD = "practice-7";
    private static final String STORE_PASSWORD = "practice";
    private static final Path JARS = Path.of("target/kafka-broker").toAbsolutePath();
    private static final Path SOURCE = Path.of(".ci/kafka/pom.xml");

    private final Path folder;
    private final int port;
    private final int secure;
    private final List<Integer> lines = new ArrayList<>();
    private Process process;

    /** @param folder for its data */
    public KafkaBroker(Path folder) throws Exception {
        this(folder, 0);
    }

    /**
     * @param folder for its data
     * @param ways how many listeners in plain text it has besides, each known to its clients by an address of its own, from 127.0.0.2 on: something
     *     may stand there and spoil one client's line
     */
    public KafkaBroker(Path folder, int ways) throws Exception {
        this.folder = folder;
        requireJars();
        assertThat(JARS.resolve("kafka-clients-" + AppInfoParser.getVersion() + ".jar"))
                .as("the broker is of our client's version; change .ci/kafka/pom.xml and remove %s", JARS)
                .exists();
        Files.createDirectories(folder);
        port = FreePort.find();
        secure = FreePort.find();
        certificate();
        int controller = FreePort.find();
        StringBuilder listeners = new StringBuilder();
        StringBuilder advertised = new StringBuilder();
        StringBuilder protocols = new StringBuilder();
        for (int way = 0; way < ways; way++) {
            lines.add(FreePort.find());
            listeners.append(",WAY").append(way).append("://127.0.0.1:").append(lines.get(way));
            advertised.append(",WAY").append(way).append("://").append(servers(way));
            protocols.append(",WAY").append(way).append(":PLAINTEXT");
        }
        Files.writeString(
                folder.resolve("server.properties"),
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAIN
                listeners=PLAIN://127.0.0.1:%1$d,SECURE://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%2$d%7$s
                advertised.listeners=PLAIN://127.0.0.1:%1$d,SECURE://localhost:%3$d%8$s
                listener.security.protocol.map=PLAIN:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT%9$s
                sasl.enabled.mechanisms=SCRAM-SHA-512
                listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
                ssl.keystore.type=PKCS12
                ssl.keystore.location=%5$s/server.p12
                ssl.keystore.password=%6$s
                ssl.key.password=%6$s
                log.dirs=%4$s
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                auto.create.topics.enable=false
                log.cleaner.enable=false
                """
                        .formatted(
                                port,
                                controller,
                                secure,
                                folder.resolve("data"),
                                folder,
                                STORE_PASSWORD,
                                listeners,
                                advertised,
                                protocols));
        int formatted = run(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c",
                        "server.properties",
                        "--add-scram",
                        "SCRAM-SHA-512=[name=" + USER + ",password=" + PASSWORD + "]")
                .waitFor();
        assertThat(formatted)
                .as("formatting; see %s", folder.resolve("said.txt"))
                .isZero();
    }

    // A test class of its own, so that a clone without them still says what is missing.
    private static void requireJars() throws Exception {
        if (Files.isDirectory(JARS)) {
            return;
        }
        Path fresh = Files.createTempDirectory(Files.createDirectories(JARS.getParent()), "kafka-broker");
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-q",
                        "-f",
                        SOURCE.toString(),
                        "dependency:copy-dependencies",
                        "-DoutputDirectory=" + fresh)
                .redirectErrorStream(true)
                .redirectOutput(fresh.resolve("said.txt").toFile())
                .start();
        boolean resolved = maven.waitFor(5, TimeUnit.MINUTES) && maven.exitValue() == 0;
        assumeThat(resolved)
                .as("Kafka's broker cannot be resolved from Maven Central: %s", fresh.resolve("said.txt"))
                .isTrue();
        try {
            Files.move(fresh, JARS, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The other JVM of the suite was quicker.
            assertThat(JARS).isDirectory();
        }
    }

    private void certificate() throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "30",
                "-keystore",
                "server.p12");
        keytool("-exportcert", "-alias", "broker", "-keystore", "server.p12", "-file", "broker.crt");
        keytool("-importcert", "-noprompt", "-alias", "broker", "-file", "broker.crt", "-keystore", "trust.p12");
    }

    private void keytool(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        assertThat(started(line).waitFor()).as("keytool").isZero();
    }

    private Process run(String program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                JARS + "/*",
                program));
        line.addAll(List.of(arguments));
        return started(line);
    }

    private Process started(List<String> line) throws IOException {
        return new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("said.txt").toFile()))
                .start();
    }

    /** Starts it, on the data that it has. */
    public KafkaBroker start() throws IOException {
        process = run("kafka.Kafka", "server.properties");
        try (Admin admin = admin()) {
            await().atMost(Duration.ofMinutes(2))
                    .failFast("the broker ended; see " + folder.resolve("said.txt"), () -> !process.isAlive())
                    .ignoreExceptions()
                    .until(() -> !admin.describeCluster()
                            .nodes()
                            .get(5, TimeUnit.SECONDS)
                            .isEmpty());
        }
        return this;
    }

    /** Kills it with -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Where it takes connections in plain text. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    /** The address by which clients of a way of their own know it. */
    public String host(int way) {
        return "127.0.0." + (2 + way);
    }

    /** The port of a way, at its address and at 127.0.0.1. */
    public int port(int way) {
        return lines.get(way);
    }

    /** Where clients of a way of their own take it to be. */
    public String servers(int way) {
        return host(way) + ":" + port(way);
    }

    /** Where it speaks TLS and asks who is there. */
    public String secureServers() {
        return "localhost:" + secure;
    }

    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    public String trustStorePassword() {
        return STORE_PASSWORD;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    public void createTopic(String topic, int partitions) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
    }

    public void deleteTopic(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get(1, TimeUnit.MINUTES);
            await().until(() -> !admin.listTopics().names().get().contains(topic));
        }
    }

    /** Has it forget all records before an offset, as its retention does. */
    public void forget(String topic, int partition, long before) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
    }

    /** How many offsets of a consumer group it knows. */
    public int committed(String group) throws Exception {
        try (Admin admin = admin()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(1, TimeUnit.MINUTES)
                    .size();
        }
    }

    /** How many partitions each member of a consumer group has. */
    public List<Integer> shares(String group) throws Exception {
        try (Admin admin = admin()) {
            return admin
                    .describeConsumerGroups(List.of(group))
                    .all()
                    .get(1, TimeUnit.MINUTES)
                    .get(group)
                    .members()
                    .stream()
                    .map(member -> member.assignment().topicPartitions().size())
                    .sorted()
                    .toList();
        }
    }

    /** A producer set as docs/kafka.md asks for. */
    public Sender sender(String topic) {
        return new Sender(
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                servers(),
                                "acks",
                                "all",
                                "enable.idempotence",
                                true,
                                "linger.ms",
                                5),
                        new StringSerializer(),
                        new ByteArraySerializer()),
                topic,
                new ConcurrentLinkedQueue<>());
    }

    /** Sends records and waits until the broker has them. */
    public record Sender(KafkaProducer<String, byte[]> producer, String topic, Queue<Future<RecordMetadata>> under)
            implements AutoCloseable {
        public void send(String key, String text) {
            send(key, text == null ? null : text.getBytes(StandardCharsets.UTF_8), null);
        }

        /** @param source for the header; null for none */
        public void send(String key, byte[] text, String source) {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, text);
            if (source != null) {
                record.headers().add("vaxroute-source", source.getBytes(StandardCharsets.UTF_8));
            }
            under.add(producer.send(record));
        }

        /** @throws ExecutionException when the broker has not taken one of them */
        public void flush() throws ExecutionException, InterruptedException {
            producer.flush();
            for (Future<RecordMetadata> one = under.poll(); one != null; one = under.poll()) {
                one.get();
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
