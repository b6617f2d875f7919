package org.vaxroute.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pause;
import org.vaxroute.ledger.Pauses;
import org.vaxroute.ledger.PositionMove.InTopic.Behind;
import org.vaxroute.ledger.Topics;

/**
 * Our consumer of a topic. It begins each partition where the ledger says and commits nothing to Kafka. A partition of which the ledger
 * has not said where to go on is not read: while the ledger is away the consumer stays in its group and waits, and one that cannot be gone
 * on with (its records are gone, the topic is another one) stands still under an alarm until a person has said what to do.
 *
 * <p>For one thread at a time.
 */
final class KafkaTopic implements AutoCloseable {
    /** How long one look for records may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** The same while no partition may be read, so that one that is given to us, or may go on, does not wait long. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(10);

    /** As long as the leases of a node that died. */
    private static final int DEAD_AFTER_MS = 20_000;

    private final KafkaSettings settings;
    private final List<KafkaSource> sources;
    private final TopicRecords trade;
    private final Topics ledger;
    private final Pauses pauses;
    private final SourceAlarms alarms;
    private final Duration away;
    private final Consumer<byte[], byte[]> consumer;
    private final Supplier<String> topicIds;
    private final Map<Integer, Long> places = new TreeMap<>();
    private final Set<Integer> unsettled = new HashSet<>();
    private List<Behind> behind = List.of();
    private String topicId;

    /** Whether a reading was given out that nobody has called stored. */
    private boolean open;

    private long lookAgain = System.nanoTime();
    private long settleAgain = System.nanoTime();

    /**
     * @param topicIds asks Kafka for the topic's id
     * @param away how long the ledger is left alone after it did not answer
     */
    KafkaTopic(
            KafkaSettings settings,
            List<KafkaSource> sources,
            TopicRecords trade,
            Topics ledger,
            Pauses pauses,
            SourceAlarms alarms,
            Duration away,
            Consumer<byte[], byte[]> consumer,
            Supplier<String> topicIds) {
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.trade = trade;
        this.ledger = ledger;
        this.pauses = pauses;
        this.alarms = alarms;
        this.away = away;
        this.consumer = consumer;
        this.topicIds = topicIds;
        consumer.subscribe(List.of(settings.topic()), new Assigned());
    }

    /**
     * A consumer of the brokers in the settings.
     *
     * @throws SourceFaultException when it cannot be made of these settings
     */
    static KafkaTopic open(
            KafkaSettings settings,
            List<KafkaSource> sources,
            TopicRecords trade,
            Topics ledger,
            Pauses pauses,
            SourceAlarms alarms,
            Duration away,
            String node) {
        // Kafka finds its own classes by the thread's loader, which inside a server may be another one's.
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(KafkaConsumer.class.getClassLoader());
        try {
            Map<String, Object> common = common(settings);
            Map<String, Object> reading = new HashMap<>(common);
            reading.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
            reading.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, node.replaceAll("[^A-Za-z0-9._-]", "_"));
            reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.most());
            reading.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, DEAD_AFTER_MS);
            reading.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, DEAD_AFTER_MS / 5);
            reading.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class));
            reading.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            reading.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            return new KafkaTopic(
                    settings,
                    sources,
                    trade,
                    ledger,
                    pauses,
                    alarms,
                    away,
                    new KafkaConsumer<>(reading),
                    () -> topicId(common, settings.topic()));
        } catch (KafkaException e) {
            throw new SourceFaultException(
                    "intake-kafka",
                    "The client for Kafka cannot be made ("
                            + rootOf(e).getClass().getSimpleName()
                            + "). Check that the hosts of intake.kafka.servers are known here, and the trust and key stores with their passwords.",
                    e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static Throwable rootOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static Map<String, Object> common(KafkaSettings settings) {
        Map<String, Object> common = new HashMap<>();
        common.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
        boolean login = settings.login() != KafkaSettings.Login.NONE;
        common.put(
                AdminClientConfig.SECURITY_PROTOCOL_CONFIG,
                (login ? "SASL_" : "") + (settings.tls() ? "SSL" : "PLAINTEXT"));
        if (settings.trust() != null) {
            common.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PKCS12");
            common.put(
                    SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                    settings.trust().file().toString());
            common.put(
                    SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, settings.trust().password());
        }
        if (settings.own() != null) {
            common.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PKCS12");
            common.put(
                    SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                    settings.own().file().toString());
            common.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, settings.own().password());
            common.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, settings.own().password());
        }
        if (login) {
            common.put(SaslConfigs.SASL_MECHANISM, settings.login().mechanism);
            common.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    settings.login().module + " required username=" + quoted(settings.user()) + " password="
                            + quoted(settings.password()) + ";");
        }
        return common;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String topicId(Map<String, Object> common, String topic) {
        try (Admin admin = Admin.create(common)) {
            return admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs((int) ANSWER.toMillis()))
                    .topicNameValues()
                    .get(topic)
                    .get(ANSWER.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                    .topicId()
                    .toString();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IntakeStoppedException("the intake was stopped while it asked Kafka for its topic");
        }
    }

    /**
     * The next records, waited for a while; none when there are none, or none may be read.
     *
     * @throws LedgerException when the ledger does not say where to go on; we stay in the group
     * @throws SourceFaultException when Kafka refuses us
     */
    Optional<TopicReading> read() {
        RuntimeException refused = null;
        Set<KafkaSource> running = Set.of();
        if (open) {
            // It failed, or came to no end at all: what of it is stored only the ledger knows.
            again();
        }
        try {
            look();
            if (mayAskLedger()) {
                running = running();
                settle();
                catchUp(running);
            } else {
                again();
            }
        } catch (LedgerException e) {
            settleAgain = System.nanoTime() + away.toNanos();
            again();
            refused = e;
        } catch (AuthenticationException | AuthorizationException e) {
            again();
            refused = denied(e);
        } catch (KafkaException e) {
            again();
            refused = unread(e);
        }
        ConsumerRecords<byte[], byte[]> came = poll();
        open = !came.isEmpty();
        if (refused != null) {
            throw refused;
        }
        return came.isEmpty() ? Optional.empty() : Optional.of(reading(came, running));
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(places.isEmpty() ? SHORT : PATIENCE);
        } catch (OffsetOutOfRangeException e) {
            // Looked at more closely where it is settled.
            again();
            return ConsumerRecords.empty();
        } catch (FencedInstanceIdException e) {
            throw new SourceFaultException(
                    "intake-kafka",
                    "Another process reads the Kafka topic " + settings.topic()
                            + " under the name of this node. Give each node a cluster.node of its own, then restart both.",
                    e);
        } catch (AuthenticationException | AuthorizationException e) {
            throw denied(e);
        } catch (KafkaException e) {
            again();
            throw unread(e);
        }
    }

    private SourceFaultException unread(KafkaException e) {
        return new SourceFaultException(
                "intake-kafka",
                "The Kafka topic " + settings.topic() + " cannot be read on ("
                        + e.getClass().getSimpleName()
                        + "). It is tried again; where it stays so, look at the brokers' logs (docs/kafka.md).",
                e);
    }

    private SourceFaultException denied(KafkaException e) {
        return new SourceFaultException(
                "intake-kafka",
                "Kafka refuses us the topic " + settings.topic() + " or the group " + settings.group() + " ("
                        + e.getClass().getSimpleName()
                        + "). Check intake.kafka.login, its user and password, the trust store, and that the user may describe and read both.",
                e);
    }

    private boolean mayAskLedger() {
        return System.nanoTime() - settleAgain >= 0;
    }

    /** Looks now and then whether the topic is still the one that we read. */
    private void look() {
        if (System.nanoTime() - lookAgain < 0) {
            return;
        }
        lookAgain = System.nanoTime() + LOOK.toNanos();
        try {
            String now = topicIds.get();
            alarms.clear("kafka.servers");
            if (!now.equals(topicId)) {
                topicId = now;
                again();
            }
        } catch (UnknownTopicOrPartitionException e) {
            topicId = null;
            again();
            alarms.raise(
                    "kafka.servers",
                    "There is no Kafka topic " + settings.topic() + " at " + settings.servers()
                            + ". Create it (docs/kafka.md), or correct intake.kafka.topic.");
        } catch (AuthenticationException | AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            alarms.raise(
                    "kafka.servers",
                    "No Kafka broker of " + settings.servers() + " answers ("
                            + e.getClass().getSimpleName() + "). Records wait there; they are read when one answers.");
        }
    }

    private Set<KafkaSource> running() {
        Set<Pausable> paused = pauses.standing().stream().map(Pause::what).collect(Collectors.toSet());
        Set<KafkaSource> running = new LinkedHashSet<>(sources);
        running.removeIf(source -> paused.contains(Pausable.source(source.connection(), source.id())));
        return running;
    }

    /** Has partitions go on where the ledger says; those for which that is not possible stand still under an alarm. */
    private void settle() {
        if (unsettled.isEmpty() || topicId == null) {
            return;
        }
        Set<TopicPartition> partitions = unsettled.stream().map(this::partition).collect(Collectors.toSet());
        Map<TopicPartition, Long> first;
        Map<TopicPartition, Long> end;
        try {
            first = consumer.beginningOffsets(partitions, ANSWER);
            end = consumer.endOffsets(partitions, ANSWER);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            // The look for the topic says so.
            return;
        }
        Map<Integer, Topics.Place> known = ledger.places(settings.topic());
        Map<Integer, Long> beginnings = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            Topics.Place place = known.get(partition.partition());
            long oldest = first.get(partition);
            if (place == null ? known.isEmpty() || oldest == 0 : place.beginsAgain()) {
                beginnings.put(partition.partition(), oldest);
            } else {
                fault(place, oldest, end.get(partition))
                        .ifPresentOrElse(
                                fault -> stopped(partition.partition(), fault),
                                () -> goOn(partition.partition(), place.next()));
            }
        }
        if (!beginnings.isEmpty()) {
            ledger.begin(settings.topic(), topicId, beginnings);
            beginnings.forEach(this::goOn);
            sources.forEach(source -> alarms.clear(subject(source)));
        }
        behind = ledger.behind(settings.topic());
    }

    private Optional<String> fault(Topics.Place place, long oldest, long end) {
        if (place == null) {
            return Optional.of("is new, and the records before offset " + oldest
                    + " are gone already: Kafka kept them for too short a time");
        }
        if (!place.topicId().equals(topicId)) {
            return Optional.of(
                    "belongs to a topic that was made anew under the same name; the one before was read to offset "
                            + place.next() + ", and what it held behind is gone");
        }
        if (place.next() < oldest) {
            return Optional.of("has lost the records from offset " + place.next() + " to " + (oldest - 1)
                    + " before they were read: Kafka kept them for too short a time");
        }
        if (place.next() > end) {
            return Optional.of(
                    "ends at offset " + end + ", but was read to offset " + place.next()
                            + ": brokers have lost records that were taken here already, and others may follow in their places");
        }
        return Optional.empty();
    }

    private void stopped(int partition, String fault) {
        alarms.raise(
                subject(partition),
                "Partition " + partition + " of the Kafka topic " + settings.topic() + " " + fault
                        + ". It stands still. Have the sender send again what is missing, then: vaxroute kafka begin-again "
                        + partition + " --why ....");
    }

    private void goOn(int partition, long offset) {
        places.put(partition, offset);
        unsettled.remove(partition);
        alarms.clear(subject(partition));
        consumer.seek(partition(partition), offset);
        consumer.resume(List.of(partition(partition)));
    }

    private String subject(int partition) {
        return "kafka." + settings.topic() + "-" + partition;
    }

    private static String subject(KafkaSource source) {
        return "kafka." + source.name();
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(settings.topic(), number);
    }

    /** Goes back for what waits of sources that run again. What Kafka has no more stays on record, under an alarm. */
    private void catchUp(Set<KafkaSource> running) {
        Map<String, KafkaSource> names = running.stream().collect(Collectors.toMap(KafkaSource::name, one -> one));
        List<Behind> waiting = behind.stream()
                .filter(one -> names.containsKey(one.connection() + "." + one.source()))
                .filter(one -> places.containsKey(one.partition()))
                .toList();
        for (Behind one : waiting) {
            KafkaSource source = names.get(one.connection() + "." + one.source());
            TopicPartition partition = partition(one.partition());
            long oldest = consumer.beginningOffsets(Set.of(partition), ANSWER).get(partition);
            if (oldest > one.next()) {
                running.remove(source);
                alarms.raise(
                        subject(source),
                        "Source " + source.name()
                                + " was paused for longer than Kafka kept its records: those from offset "
                                + one.next() + " to " + (oldest - 1) + " of partition " + one.partition()
                                + " are gone. Nothing of it is read from Kafka. Have the sender send again what is missing, then: vaxroute kafka"
                                + " begin-again "
                                + one.partition() + " --why ....");
            }
        }
        for (Behind one : waiting) {
            TopicPartition partition = partition(one.partition());
            // A source that lost records in any partition is read in none, and nobody goes back for it.
            if (running.contains(names.get(one.connection() + "." + one.source()))
                    && consumer.position(partition, ANSWER) > one.next()) {
                consumer.seek(partition, one.next());
            }
        }
    }

    private TopicReading reading(ConsumerRecords<byte[], byte[]> came, Set<KafkaSource> running) {
        TopicReading reading = new TopicReading(settings.topic(), topicId, behind);
        for (TopicPartition partition : came.partitions()) {
            Long place = places.get(partition.partition());
            if (place == null) {
                continue;
            }
            List<TopicRecord> records = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : came.records(partition)) {
                Header source = record.headers().lastHeader(TopicRecord.SOURCE);
                records.add(new TopicRecord(
                        partition.partition(),
                        record.offset(),
                        record.key(),
                        source == null || source.value() == null
                                ? null
                                : new String(source.value(), java.nio.charset.StandardCharsets.UTF_8),
                        record.value() == null ? new byte[0] : record.value()));
            }
            if (records.isEmpty()) {
                continue;
            }
            long next = records.get(records.size() - 1).offset() + 1;
            reading.add(partition.partition(), place, next, records, trade, running);
        }
        return reading;
    }

    /** Says that all of a reading is stored. */
    void stored(TopicReading reading) {
        reading.move().stretches().forEach(one -> places.replace(one.partition(), one.to()));
        behind = reading.behind();
        open = false;
    }

    /** Has every partition go on where the ledger says, as after a reading of which it is not known what was stored. */
    private void again() {
        unsettled.addAll(places.keySet());
        places.clear();
        consumer.pause(consumer.assignment());
    }

    /** Leaves the group, so that others may read on at once. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(ANSWER)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private final class Assigned implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                unsettled.add(partition.partition());
                // Anywhere: Kafka has no offset of ours, and would complain; nothing is fetched while it is paused.
                consumer.seek(partition, 0);
            }
            consumer.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                places.remove(partition.partition());
                unsettled.remove(partition.partition());
            }
        }
    }
}
