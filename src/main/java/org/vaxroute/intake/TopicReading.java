package org.vaxroute.intake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.PositionMove.InTopic.Behind;
import org.vaxroute.ledger.PositionMove.InTopic.Stretch;
import org.vaxroute.ledger.TakenRecord;

/**
 * One reading of a topic: what came of some partitions, as one chunk for each source in it, and where each partition then stands.
 *
 * <p>Every chunk is guarded by where the partitions stood; the last one moves them. Whatever ends between two chunks has the records
 * of the first read once more, and these are recognized. A paused source is passed over: the first of its records is noted, and once it goes
 * on the partition is read from there again, for this source alone.
 */
final class TopicReading {
    private record Whose(int partition, String connection, String source) {
        String name() {
            return connection + "." + source;
        }

        static Whose of(Behind behind) {
            return new Whose(behind.partition(), behind.connection(), behind.source());
        }
    }

    private final String topic;
    private final String topicId;
    private final Map<Integer, Stretch> stretches = new TreeMap<>();
    private final Map<Whose, Long> behind = new LinkedHashMap<>();
    private final Map<Whose, Long> changed = new LinkedHashMap<>();
    private final Map<KafkaSource, List<TakenRecord>> bySource = new LinkedHashMap<>();

    /** @param behind what waits of sources that are or were paused */
    TopicReading(String topic, String topicId, List<Behind> behind) {
        this.topic = topic;
        this.topicId = topicId;
        behind.forEach(one -> this.behind.put(Whose.of(one), one.next()));
    }

    /**
     * Adds what came of a partition.
     *
     * @param place where the partition stands in the ledger
     * @param next the first offset that did not come
     * @param records in the order of their offsets; they may begin before the place, where a source is to catch up
     * @param running the sources that are not passed over
     */
    void add(
            int partition,
            long place,
            long next,
            List<TopicRecord> records,
            TopicRecords trade,
            Set<KafkaSource> running) {
        long to = Math.max(place, next);
        stretches.put(partition, new Stretch(partition, place, to));
        for (TopicRecord record : records) {
            KafkaSource source = trade.source(record);
            Whose whose = new Whose(partition, source.connection(), source.id());
            Long waits = behind.get(whose);
            if (record.offset() < (waits == null ? place : waits)) {
                continue;
            }
            if (running.contains(source)) {
                List<TakenRecord> own = bySource.computeIfAbsent(source, s -> new ArrayList<>());
                own.add(trade.taken(record, topicId, own.size() + 1));
            } else if (waits == null) {
                behind.put(whose, record.offset());
                changed.put(whose, record.offset());
            }
        }
        Set<String> names = running.stream().map(KafkaSource::name).collect(Collectors.toUnmodifiableSet());
        behind.replaceAll((whose, waits) -> {
            if (whose.partition != partition || waits == Behind.TAKEN_UP || !names.contains(whose.name())) {
                return waits;
            }
            long goesOn = next >= to ? Behind.TAKEN_UP : Math.max(waits, next);
            changed.put(whose, goesOn);
            return goesOn;
        });
    }

    /** The chunks, of which the last one moves the positions. */
    List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>(bySource.size());
        bySource.forEach((source, records) -> {
            boolean last = chunks.size() == bySource.size() - 1;
            chunks.add(
                    new Chunk(source.connection(), source.id(), source.feed(), records, last ? move() : guard(), last));
        });
        return chunks;
    }

    private PositionMove.InTopic guard() {
        return new PositionMove.InTopic(
                topic,
                topicId,
                stretches.values().stream()
                        .map(one -> new Stretch(one.partition(), one.from(), one.from()))
                        .toList(),
                List.of());
    }

    /** Where the partitions stand once all of it is stored. */
    PositionMove.InTopic move() {
        return new PositionMove.InTopic(
                topic,
                topicId,
                List.copyOf(stretches.values()),
                changed.entrySet().stream()
                        .map(one -> new Behind(
                                one.getKey().partition, one.getKey().connection, one.getKey().source, one.getValue()))
                        .toList());
    }

    /** Whether there is nothing to store, but positions to move. */
    boolean onlyMoves() {
        return bySource.isEmpty()
                && (!changed.isEmpty() || stretches.values().stream().anyMatch(one -> one.to() > one.from()));
    }

    /** What waits of sources once all of it is stored. */
    List<Behind> behind() {
        List<Behind> left = new ArrayList<>();
        behind.forEach((whose, waits) -> {
            if (waits != Behind.TAKEN_UP) {
                left.add(new Behind(whose.partition, whose.connection, whose.source, waits));
            }
        });
        return left;
    }
}
