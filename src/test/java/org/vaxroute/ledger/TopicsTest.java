package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.PositionMove.InTopic;
import org.vaxroute.ledger.PositionMove.InTopic.Behind;
import org.vaxroute.ledger.PositionMove.InTopic.Stretch;

/** Where partitions stand moves with the records, or neither does. */
class TopicsTest extends LedgerCase {
    private static final String TOPIC = "records";

    @Test
    void positionsMoveWithTheChunkThatTheyCover() {
        ledger.topics().begin(TOPIC, "id", Map.of(0, 5L, 1, 0L));
        ledger.topics().begin(TOPIC, "id", Map.of(0, 99L));
        ledger.store(chunk(move(new Stretch(0, 5, 7), new Stretch(1, 0, 3))));
        reopen();

        assertThat(next(0)).isEqualTo(7);
        assertThat(next(1)).isEqualTo(3);
        assertThat(ask("select count(*) from record")).isOne();
    }

    @Test
    void whatSomebodyElseHasReadIsNotStoredAgain() {
        ledger.topics().begin(TOPIC, "id", Map.of(0, 0L, 1, 0L));
        ledger.store(chunk(move(new Stretch(0, 0, 2))));

        assertThatThrownBy(() -> ledger.store(chunk(move(new Stretch(1, 0, 4), new Stretch(0, 0, 3)))))
                .isInstanceOf(StalePosition.class)
                .hasMessageContaining("Partition 0")
                .hasMessageContaining("offset 0");
        assertThatThrownBy(() ->
                        ledger.store(chunk(new InTopic(TOPIC, "another", List.of(new Stretch(0, 2, 3)), List.of()))))
                .isInstanceOf(StalePosition.class);
        assertThat(next(0)).isEqualTo(2);
        assertThat(next(1)).as("moved by the chunk that was refused").isZero();
        assertThat(ask("select count(*) from record")).isOne();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aStretchThatGoesNowhereGuardsAlone() {
        ledger.topics().begin(TOPIC, "id", Map.of(0, 4L));
        ledger.store(chunk(move(new Stretch(0, 4, 4))));

        assertThat(next(0)).isEqualTo(4);
        assertThatThrownBy(() -> ledger.store(chunk(move(new Stretch(0, 3, 3)))))
                .isInstanceOf(StalePosition.class);
    }

    @Test
    void whatPausedSourcesLeaveStaysOnRecordUntilItIsTakenUp() {
        ledger.topics().begin(TOPIC, "id", Map.of(0, 0L));
        ledger.topics().move(new InTopic(TOPIC, "id", List.of(new Stretch(0, 0, 9)), List.of(behind(3))));
        assertThat(ledger.topics().behind(TOPIC)).containsExactly(behind(3));
        ledger.topics().move(new InTopic(TOPIC, "id", List.of(new Stretch(0, 9, 9)), List.of(behind(6))));
        assertThat(ledger.topics().behind(TOPIC)).containsExactly(behind(6));
        ledger.topics().move(new InTopic(TOPIC, "id", List.of(new Stretch(0, 9, 9)), List.of(behind(Behind.TAKEN_UP))));
        assertThat(ledger.topics().behind(TOPIC)).isEmpty();
    }

    @Test
    void aPersonHasPartitionsBeginAgainAndIsNamed() {
        assertThatThrownBy(() -> ledger.topics().beginAgain(TOPIC, null, "ann", "lost"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("Nothing was read");
        ledger.topics().begin(TOPIC, "old", Map.of(0, 7L, 1, 8L));
        ledger.topics().move(new InTopic(TOPIC, "old", List.of(new Stretch(1, 8, 8)), List.of(behind(3))));

        assertThat(ledger.topics().beginAgain(TOPIC, 1, "ann", "the disk was lost"))
                .isOne();
        assertThat(place(0).beginsAgain()).isFalse();
        assertThat(place(1).beginsAgain()).isTrue();
        assertThat(ledger.topics().behind(TOPIC)).as("of another partition").containsExactly(behind(3));
        assertThatThrownBy(
                        () -> ledger.store(chunk(new InTopic(TOPIC, "old", List.of(new Stretch(1, 8, 9)), List.of()))))
                .isInstanceOf(StalePosition.class);

        assertThat(ledger.topics().beginAgain(TOPIC, null, "ann", "the topic was made anew"))
                .isEqualTo(2);
        assertThat(ledger.topics().behind(TOPIC)).isEmpty();
        ledger.topics().begin(TOPIC, "new", Map.of(0, 0L, 1, 2L));
        assertThat(place(1)).isEqualTo(new Topics.Place("new", 2, false));
        assertThat(ledger.trail().of("kafka:" + TOPIC))
                .extracting(entry -> entry.who() + " " + entry.action() + " " + entry.detail())
                .containsExactly("ann begin again the topic was made anew");
    }

    @Test
    void aNewPartitionThatLostItsFirstRecordsCanBeBegun() {
        ledger.topics().begin(TOPIC, "id", Map.of(0, 0L));

        assertThat(ledger.topics().beginAgain(TOPIC, 4, "ann", "they were tests"))
                .isOne();
        assertThat(place(4).beginsAgain()).isTrue();
        ledger.topics().begin(TOPIC, "id", Map.of(4, 12L));
        assertThat(next(4)).isEqualTo(12);
    }

    private long next(int partition) {
        return place(partition).next();
    }

    private Topics.Place place(int partition) {
        return ledger.topics().places(TOPIC).get(partition);
    }

    private static Behind behind(long next) {
        return new Behind(0, CONNECTION, SOURCE, next);
    }

    private static InTopic move(Stretch... stretches) {
        return new InTopic(TOPIC, "id", List.of(stretches), List.of());
    }

    private Chunk chunk(InTopic move) {
        TakenRecord record = record("P" + ask("select count(*) from record"), "Adams", "2024-05-01 03");
        return new Chunk(CONNECTION, SOURCE, Feed.ONGOING, List.of(record), move, true);
    }
}
