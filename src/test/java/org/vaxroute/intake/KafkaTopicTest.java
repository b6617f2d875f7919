package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.PositionMove.InTopic;
import org.vaxroute.ledger.PositionMove.InTopic.Stretch;
import org.vaxroute.ledger.TakenRecord;

/** Where the consumer stands after each reading, by Kafka's own stand-in for its client. */
class KafkaTopicTest {
    private static final KafkaSource NORTH = new KafkaSource("kafka", "north", Feed.ONGOING);
    private static final KafkaSource SOUTH = new KafkaSource("kafka", "south", Feed.ONGOING);
    private static final String TOPIC = KafkaSettings.off().topic();
    private static final List<TopicPartition> PARTITIONS =
            List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));

    @TempDir
    Path home;

    private IntakeHouse house;
    private MockConsumer<byte[], byte[]> consumer;
    private KafkaTopic topic;

    @BeforeEach
    void open() throws Exception {
        house = new IntakeHouse(home);
        consumer = new MockConsumer<>("none");
        topic = new KafkaTopic(
                KafkaSettings.off(),
                List.of(NORTH, SOUTH),
                new TopicRecords(List.of(NORTH, SOUTH), NORTH, 2000),
                house.ledger.topics(),
                house.ledger.pauses(),
                new LedgerAlarms(house.ledger.alarms()),
                Duration.ZERO,
                consumer,
                () -> "id");
        kept(0, 0);
        for (TopicPartition partition : PARTITIONS) {
            consumer.updateEndOffsets(Map.of(partition, 100L));
        }
        consumer.rebalance(PARTITIONS);
    }

    @AfterEach
    void leave() {
        house.close();
    }

    private void kept(long fromOfFirst, long fromOfSecond) {
        consumer.updateBeginningOffsets(Map.of(PARTITIONS.get(0), fromOfFirst, PARTITIONS.get(1), fromOfSecond));
    }

    private void arrive(int partition, long first, long last, String connection) {
        for (long offset = first; offset <= last; offset++) {
            consumer.addRecord(new ConsumerRecord<>(
                    TOPIC,
                    partition,
                    offset,
                    (connection + "/1").getBytes(StandardCharsets.UTF_8),
                    IntakeHouse.vxu(partition + "-" + offset, "Adams").getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static List<String> controlIds(TopicReading reading) {
        List<String> all = new ArrayList<>();
        for (Chunk chunk : reading.chunks()) {
            chunk.records().stream().map(TakenRecord::controlId).forEach(all::add);
        }
        return all;
    }

    private void settled(TopicReading reading) {
        house.ledger.topics().move(reading.move());
        topic.stored(reading);
    }

    @Test
    void aReadingOfWhichNobodySaidThatItIsStoredIsReadAgain() {
        arrive(0, 0, 4, "north");
        assertThat(controlIds(topic.read().orElseThrow())).hasSize(5);
        // Whoever had it came to no end with it: not stored, and not said to have failed either.
        arrive(0, 0, 9, "north");

        TopicReading again = topic.read().orElseThrow();

        assertThat(controlIds(again)).hasSize(10).startsWith("0-0");
        assertThat(again.move().stretches()).containsExactly(new Stretch(0, 0, 10));
        settled(again);
        arrive(0, 10, 11, "north");
        assertThat(controlIds(topic.read().orElseThrow())).containsExactly("0-10", "0-11");
    }

    @Test
    void aSourceThatLostRecordsInOnePartitionDoesNotHoldUpAnother() {
        house.ledger.pauses().pause(Pausable.source("south", "kafka"), "ann", "its clinic asks for it");
        for (int partition : new int[] {0, 1}) {
            arrive(partition, 0, 1, "south");
        }
        TopicReading paused = topic.read().orElseThrow();
        assertThat(paused.onlyMoves()).isTrue();
        settled(paused);
        assertThat(paused.behind()).extracting(InTopic.Behind::next).containsExactly(0L, 0L);

        // Kafka has let go of what waited in the second partition, while the first one has it all.
        kept(0, 2);
        house.ledger.pauses().resume(Pausable.source("south", "kafka"), "ann", "they are ready");
        arrive(0, 2, 3, "north");
        arrive(1, 2, 3, "north");
        TopicReading others = topic.read().orElseThrow();

        assertThat(controlIds(others)).containsExactlyInAnyOrder("0-2", "0-3", "1-2", "1-3");
        settled(others);
        assertThat(consumer.position(PARTITIONS.get(0))).isEqualTo(4);
        topic.read();
        assertThat(consumer.position(PARTITIONS.get(0)))
                .as("it is not read from where the source waits, again and again")
                .isEqualTo(4);
    }
}
