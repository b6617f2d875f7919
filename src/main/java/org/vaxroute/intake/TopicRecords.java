package org.vaxroute.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.StoredFinding;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Says whose each record of a topic is, and makes of it what the other intakes make of a message. What is nobody's, or no message, or too
 * long becomes a held record with its text: a topic cannot be asked to take a record back, and one that is read again and again would
 * keep all behind it waiting.
 */
final class TopicRecords {
    /** Rule id of the finding on a record whose key or header names no source. */
    static final String STRAY = "KAFKA-STRAY";

    /** Rule id of the finding on a record that is longer than a message may be. */
    static final String TOO_LONG = "TOO-LONG";

    private static final byte[] NOTHING = new byte[0];

    private final Map<String, List<KafkaSource>> byConnection = new TreeMap<>();
    private final KafkaSource strays;
    private final int longest;

    /**
     * @param strays holds what belongs to no source
     * @param longest message that is taken, in bytes
     */
    TopicRecords(Collection<KafkaSource> sources, KafkaSource strays, int longest) {
        for (KafkaSource source : sources) {
            byConnection
                    .computeIfAbsent(source.connection(), connection -> new ArrayList<>())
                    .add(source);
        }
        this.strays = strays;
        this.longest = longest;
    }

    /** The source that a record belongs to; that of strays when it belongs to none. */
    KafkaSource source(TopicRecord record) {
        return named(record).orElse(strays);
    }

    private Optional<KafkaSource> named(TopicRecord record) {
        if (record.key() == null) {
            return Optional.empty();
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        int slash = key.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        List<KafkaSource> sources = byConnection.getOrDefault(key.substring(0, slash), List.of());
        if (record.source() == null) {
            return sources.size() == 1 ? Optional.of(sources.get(0)) : Optional.empty();
        }
        return sources.stream()
                .filter(source -> source.id().equals(record.source()))
                .findFirst();
    }

    /**
     * A record as it goes into a chunk.
     *
     * @param topicId Kafka's id of the topic, so that the same place in a new topic is another place
     * @param ordinal number within the chunk, from 1
     */
    TakenRecord taken(TopicRecord record, String topicId, int ordinal) {
        SourceRef ref = SourceRef.of("kafka", topicId + '/' + record.partition() + '/' + record.offset(), NOTHING);
        if (named(record).isEmpty()) {
            return TakenRecord.unreadable(ref, ordinal, record.text(), stray(place(record)));
        }
        if (record.text().length > longest) {
            return TakenRecord.unreadable(ref, ordinal, record.text(), tooLong(place(record)));
        }
        return Hl7Records.record(ref, ordinal, record.text());
    }

    private static String place(TopicRecord record) {
        return " (partition " + record.partition() + ", offset " + record.offset() + ")";
    }

    private static Finding stray(String place) {
        return finding(
                STRAY,
                "The key or header of this Kafka record" + place + " names no source of kind kafka.",
                "Have the sender send it again with the key CONNECTION/PATIENT and, where the connection has several such sources, the header "
                        + TopicRecord.SOURCE + "; then drop this one.");
    }

    private static Finding tooLong(String place) {
        return finding(
                TOO_LONG,
                "This Kafka record" + place + " is longer than intake.largest-message.",
                "Have the sender send one message in each record, or raise the setting and have it sent again; then drop this one.");
    }

    private static Finding finding(String rule, String reason, String remedy) {
        return new Finding(rule, Severity.ERROR, Effect.MESSAGE, "", reason, remedy);
    }

    /** What is to be said of a held record again, whatever its text may be; empty for what a look at the text can mend. */
    static Optional<Finding> staysHeld(Collection<StoredFinding> findings) {
        return findings.stream()
                .map(StoredFinding::rule)
                .filter(rule -> rule.equals(STRAY) || rule.equals(TOO_LONG))
                .findFirst()
                .map(rule -> rule.equals(STRAY) ? stray("") : tooLong(""));
    }
}
