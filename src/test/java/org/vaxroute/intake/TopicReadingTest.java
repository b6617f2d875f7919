package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove.InTopic;
import org.vaxroute.ledger.PositionMove.InTopic.Behind;
import org.vaxroute.ledger.PositionMove.InTopic.Stretch;
import org.vaxroute.ledger.StoredFinding;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Severity;

/** Whose records a reading of a topic gives, and where it leaves the partitions. */
class TopicReadingTest {
    private static final KafkaSource NORTH = new KafkaSource("kafka", "north", Feed.ONGOING);
    private static final KafkaSource SOUTH = new KafkaSource("kafka", "south", Feed.ONGOING);
    private static final KafkaSource TESTS = new KafkaSource("tests", "south", Feed.TEST);
    private static final TopicRecords TRADE = new TopicRecords(List.of(NORTH, SOUTH, TESTS), NORTH, 2000);
    private static final Set<KafkaSource> ALL = Set.of(NORTH, SOUTH, TESTS);

    @Test
    void eachSourceIsAChunkAndTheLastOneMovesThePositions() {
        TopicReading reading = reading(List.of());
        reading.add(
                1,
                10,
                14,
                List.of(
                        of(1, 10, "north/1", null),
                        of(1, 11, "south/1", "kafka"),
                        of(1, 12, "north/2", null),
                        of(1, 13, "south/1", "tests")),
                TRADE,
                ALL);
        reading.add(0, 5, 6, List.of(of(0, 5, "north/3", null)), TRADE, ALL);

        List<Chunk> chunks = reading.chunks();
        assertThat(chunks)
                .extracting(chunk -> chunk.connection() + "." + chunk.source() + " "
                        + chunk.records().size())
                .containsExactly("north.kafka 3", "south.kafka 1", "south.tests 1");
        assertThat(chunks.get(0).records())
                .extracting(TakenRecord::controlId)
                .as("a partition's records in their order")
                .containsExactly("1-10", "1-12", "0-5");
        for (Chunk guarding : chunks.subList(0, 2)) {
            assertThat(((InTopic) guarding.move()).stretches())
                    .containsExactly(new Stretch(0, 5, 5), new Stretch(1, 10, 10));
        }
        assertThat(((InTopic) chunks.get(2).move()).stretches())
                .containsExactly(new Stretch(0, 5, 6), new Stretch(1, 10, 14));
        assertThat(chunks).extracting(Chunk::last).containsExactly(false, false, true);
        assertThat(reading.onlyMoves()).isFalse();
    }

    @Test
    void aPausedSourceIsPassedOverAndCaughtUpWithLater() {
        TopicReading paused = reading(List.of());
        paused.add(0, 0, 4, mixed(0, 4), TRADE, Set.of(NORTH, TESTS));
        assertThat(controlIds(paused)).containsExactly("0-0", "0-2");
        assertThat(paused.behind()).containsExactly(new Behind(0, "south", "kafka", 1));
        assertThat(paused.move().behind()).isEqualTo(paused.behind());

        TopicReading longer = reading(paused.behind());
        longer.add(0, 4, 8, mixed(4, 8), TRADE, Set.of(NORTH, TESTS));
        assertThat(controlIds(longer)).containsExactly("0-4", "0-6");
        assertThat(longer.move().behind())
                .as("its first record is on record already")
                .isEmpty();
        assertThat(longer.behind()).isEqualTo(paused.behind());

        // It goes on: the partition is read from 1 again, three records at a time.
        TopicReading back = reading(longer.behind());
        back.add(0, 8, 4, mixed(1, 4), TRADE, ALL);
        assertThat(controlIds(back)).as("the others' are stored").containsExactly("0-1", "0-3");
        assertThat(back.move().stretches()).containsExactly(new Stretch(0, 8, 8));
        assertThat(back.behind()).containsExactly(new Behind(0, "south", "kafka", 4));

        TopicReading through = reading(back.behind());
        through.add(0, 8, 10, mixed(4, 10), TRADE, ALL);
        assertThat(controlIds(through)).containsExactly("0-5", "0-7", "0-9", "0-8");
        assertThat(through.move().stretches()).containsExactly(new Stretch(0, 8, 10));
        assertThat(through.move().behind()).containsExactly(new Behind(0, "south", "kafka", Behind.TAKEN_UP));
        assertThat(through.behind()).isEmpty();
    }

    @Test
    void whereNothingIsToBeStoredPositionsMoveByThemselves() {
        TopicReading reading = reading(List.of());
        reading.add(0, 0, 1, List.of(of(0, 0, "north/1", null)), TRADE, Set.of(SOUTH));
        assertThat(reading.chunks()).isEmpty();
        assertThat(reading.onlyMoves()).isTrue();
        assertThat(reading(List.of()).onlyMoves()).isFalse();
    }

    @Test
    void whatWaitsOfASourceThatIsNotInUseAnyMoreIsKept() {
        TopicReading reading = reading(List.of(new Behind(0, "west", "kafka", 2)));
        reading.add(0, 5, 6, List.of(of(0, 5, "north/1", null)), TRADE, ALL);
        assertThat(reading.behind()).containsExactly(new Behind(0, "west", "kafka", 2));
    }

    @Test
    void whatBelongsToNobodyIsHeldAndSaysWhereItStands() {
        List<TopicRecord> strays = List.of(
                of(3, 7, null, null),
                of(3, 8, "north", null),
                of(3, 9, "west/1", null),
                of(3, 10, "south/1", null),
                of(3, 11, "north/1", "tests"));
        for (TopicRecord stray : strays) {
            assertThat(TRADE.source(stray)).isEqualTo(NORTH);
            assertHeld(TRADE.taken(stray, "id", 1), TopicRecords.STRAY, "offset " + stray.offset());
        }
    }

    @Test
    void whatIsNoMessageOrTooLongIsHeldWithItsText() {
        assertHeld(TRADE.taken(raw("north/1", new byte[0]), "id", 1), "UNREADABLE", "");
        assertHeld(TRADE.taken(raw("north/1", "{\"json\": 1}".getBytes()), "id", 1), "UNREADABLE", "");
        byte[] big = IntakeHouse.vxu("1", "A".repeat(2000)).getBytes(StandardCharsets.UTF_8);
        TakenRecord tooLong = TRADE.taken(raw("north/1", big), "id", 1);
        assertHeld(tooLong, TopicRecords.TOO_LONG, "intake.largest-message");
        assertThat(tooLong.received()).isEqualTo(big);
    }

    @Test
    void aRecheckMendsNeitherAWrongKeyNorALength() {
        assertThat(TopicRecords.staysHeld(List.of(stored(TopicRecords.STRAY)))).isPresent();
        assertThat(TopicRecords.staysHeld(List.of(stored(TopicRecords.TOO_LONG))))
                .isPresent();
        assertThat(TopicRecords.staysHeld(List.of(stored("UNREADABLE")))).isEmpty();
    }

    @Test
    void thePlaceInTheTopicIsTheReference() {
        TopicRecord record = of(1, 10, "north/1", null);
        assertThat(TRADE.taken(record, "id", 1).ref())
                .isEqualTo(TRADE.taken(record, "id", 9).ref())
                .isNotEqualTo(TRADE.taken(record, "another", 1).ref())
                .isNotEqualTo(TRADE.taken(of(1, 11, "north/1", null), "id", 1).ref());
    }

    private static StoredFinding stored(String rule) {
        return new StoredFinding(rule, Severity.ERROR, Effect.MESSAGE, "");
    }

    private static void assertHeld(TakenRecord record, String rule, String said) {
        assertThat(record.readable()).isFalse();
        assertThat(record.judgement().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.reason()).contains(said);
        });
    }

    private static List<String> controlIds(TopicReading reading) {
        return reading.chunks().stream()
                .flatMap(chunk -> chunk.records().stream())
                .map(TakenRecord::controlId)
                .toList();
    }

    private static TopicReading reading(List<Behind> behind) {
        return new TopicReading("records", "id", behind);
    }

    /** Even offsets are of the north, odd ones of the south. */
    private static List<TopicRecord> mixed(int from, int to) {
        List<TopicRecord> records = new ArrayList<>();
        for (int offset = from; offset < to; offset++) {
            records.add(offset % 2 == 0 ? of(0, offset, "north/1", null) : of(0, offset, "south/1", "kafka"));
        }
        return records;
    }

    private static TopicRecord raw(String key, byte[] text) {
        return new TopicRecord(0, 0, key.getBytes(StandardCharsets.UTF_8), null, text);
    }

    private static TopicRecord of(int partition, long offset, String key, String source) {
        return new TopicRecord(
                partition,
                offset,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                source,
                IntakeHouse.vxu(partition + "-" + offset, "Adams").getBytes(StandardCharsets.UTF_8));
    }
}
