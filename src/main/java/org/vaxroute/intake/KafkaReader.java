package org.vaxroute.intake;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Ledger;

/**
 * The read step of the Kafka intake: what came of the partitions that this node has, a chunk for each source in it. As the policy of its
 * route it leaves Kafka's group when the route stops, so that another node goes on at once.
 *
 * <p>Kafka's own classes are touched only by {@link KafkaTopic}: without {@code lib/kafka} this one is loaded all the same.
 */
public final class KafkaReader extends RoutePolicySupport {
    private static final String SUBJECT = "source.intake-kafka";

    private final KafkaSettings settings;
    private final List<KafkaSource> sources;
    private final Ledger ledger;
    private final SourceAlarms alarms;
    private final IntakeSettings intake;
    private final String node;
    private KafkaTopic topic;

    public KafkaReader(
            KafkaSettings settings,
            List<KafkaSource> sources,
            Ledger ledger,
            SourceAlarms alarms,
            IntakeSettings intake,
            String node) {
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.ledger = ledger;
        this.alarms = alarms;
        this.intake = intake;
        this.node = node;
    }

    /** The chunks of the next reading; none when nothing came in a while. */
    public synchronized List<Chunk> chunks(Exchange exchange) {
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, false);
        if (ledger.leases().isResting()) {
            // Drained: the other nodes have the partitions from now on.
            leave();
            return List.of();
        }
        KafkaTopic read = topic == null ? open() : topic;
        Optional<TopicReading> came = read.read();
        if (came.isEmpty()) {
            alarms.clear(SUBJECT);
            return List.of();
        }
        TopicReading reading = came.get();
        List<Chunk> chunks = reading.chunks();
        if (reading.onlyMoves()) {
            ledger.topics().move(reading.move());
        }
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, true);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange ended) {
                ended(read, reading, chunks);
            }

            @Override
            public void onFailure(Exchange ended) {
                // Not at once: what fails would fail again.
                ended.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, false);
            }
        });
        return chunks;
    }

    private synchronized void ended(KafkaTopic read, TopicReading reading, List<Chunk> chunks) {
        if (read == topic) {
            topic.stored(reading);
        }
        Set<String> told = new LinkedHashSet<>(List.of(SUBJECT));
        chunks.forEach(chunk -> told.add("source." + chunk.source()));
        told.forEach(alarms::clear);
    }

    private KafkaTopic open() {
        TopicRecords trade = new TopicRecords(sources, settings.strays(sources), intake.largestMessage());
        topic = KafkaTopic.open(
                settings, sources, trade, ledger.topics(), ledger.pauses(), alarms, intake.away(), node);
        return topic;
    }

    private synchronized void leave() {
        if (topic != null) {
            KafkaTopic left = topic;
            topic = null;
            left.close();
        }
    }

    @Override
    public void onStop(Route route) {
        leave();
    }

    @Override
    public void onSuspend(Route route) {
        leave();
    }
}
