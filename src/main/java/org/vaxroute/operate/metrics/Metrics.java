package org.vaxroute.operate.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.HeldCount;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Node;
import org.vaxroute.ledger.Pause;
import org.vaxroute.ledger.PoolUse;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Figures of one home for Prometheus. The ledger is asked when somebody scrapes, so what is told is true at that moment and over restarts. Every label
 * is an id of the settings, a state, a rule or a kind of alarm: their number is bounded and none names a patient.
 */
public final class Metrics implements AutoCloseable {
    private final Ledger ledger;
    private final List<FeedSettings> connections;
    private final List<Certificates> certificates;
    private final Clock clock;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Map<String, Position> positions = new ConcurrentHashMap<>();
    private final Map<String, MultiGauge> gauges = new HashMap<>();
    private volatile boolean up;

    public Metrics(Ledger ledger, List<FeedSettings> connections, List<Certificates> certificates, Clock clock) {
        this.ledger = ledger;
        this.connections = connections;
        this.certificates = certificates;
        this.clock = clock;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        Gauge.builder("vaxroute.ledger.up", () -> up ? 1 : 0)
                .description("1 while the ledger answers")
                .register(registry);
    }

    /** For the routes' own timers. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Everything as of now, in Prometheus' text format. */
    public synchronized String scrape() {
        try {
            look();
            up = true;
        } catch (LedgerException away) {
            // Old figures would look like a quiet night.
            gauges.values().forEach(gauge -> gauge.register(List.of(), true));
            up = false;
        }
        ledger.poolUse().ifPresent(this::pool);
        show("vaxroute.certificate.days", "Days until a certificate ends", days());
        return registry.scrape();
    }

    private void pool(PoolUse pool) {
        show(
                "vaxroute.ledger.connections",
                "Database connections by use",
                List.of(
                        row(Tags.of("use", "active"), pool.active()),
                        row(Tags.of("use", "idle"), pool.idle()),
                        row(Tags.of("use", "awaited"), pool.awaited()),
                        row(Tags.of("use", "most"), pool.most())));
    }

    private void look() {
        Instant now = clock.instant();
        ledger.positions().all().forEach(this::remember);
        show(
                "vaxroute.source.last.record.age",
                "Seconds since a source's last record was stored",
                positions.values().stream()
                        .filter(position -> position.movedAt() != null)
                        .map(position -> row(tags(position), seconds(position.movedAt(), now)))
                        .toList());
        feeds(now);
        files();
        show(
                "vaxroute.held.records",
                "Records that are held, by rule",
                ledger.records().heldCounts().stream()
                        .collect(Collectors.groupingBy(
                                held -> Tags.of("connection", held.connection(), "rule", held.rule()),
                                Collectors.summingLong(HeldCount::records)))
                        .entrySet()
                        .stream()
                        .map(held -> row(held.getKey(), held.getValue()))
                        .toList());
        show(
                "vaxroute.alarms.open",
                "Open alarms by kind",
                ledger.alarms().open().stream()
                        .collect(Collectors.groupingBy(Alarm::kind, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(kind -> row(Tags.of("kind", kind.getKey()), kind.getValue()))
                        .toList());
        show(
                "vaxroute.paused",
                "1 for everything that a person has paused",
                ledger.pauses().standing().stream()
                        .map(Pause::what)
                        .map(what ->
                                row(Tags.of("kind", what.kind().name().toLowerCase(Locale.ROOT), "id", what.id()), 1))
                        .toList());
        nodes();
        show(
                "vaxroute.tasks.open",
                "Tasks that wait for a person",
                List.of(row(Tags.empty(), ledger.tasks().openBetween(Instant.EPOCH, now.plus(Duration.ofDays(1))))));
    }

    private void nodes() {
        List<Node> nodes = ledger.nodes().all();
        show(
                "vaxroute.node.up",
                "1 while a node is there, 0 when it ended or has not shown for 20 s",
                rows(nodes, node -> node.state() == Node.State.STOPPED || node.state() == Node.State.GONE ? 0 : 1));
        show(
                "vaxroute.node.drained",
                "1 while a node is to take no work",
                rows(nodes, node -> node.drain().isPresent() ? 1 : 0));
        show(
                "vaxroute.node.leases",
                "Leases that a node holds: sources, feeds and accounts that it is at work on",
                rows(nodes, node -> node.leases().size()));
    }

    private static List<MultiGauge.Row<?>> rows(List<Node> nodes, ToLongFunction<Node> figure) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        nodes.forEach(node -> rows.add(row(Tags.of("node", node.name()), figure.applyAsLong(node))));
        return rows;
    }

    private void remember(Position position) {
        String key = position.connection() + " " + position.source() + " " + position.feed();
        if (positions.put(key, position) == null) {
            count(key, position, "read", Position::recordsRead);
            count(key, position, "repeated", Position::repeated);
            count(key, position, "ready", found -> found.stored().ready());
            count(key, position, "held", found -> found.stored().held());
            count(key, position, "duplicate", found -> found.stored().duplicates());
            count(key, position, "dropped", found -> found.stored().dropped());
        }
    }

    private void count(String key, Position position, String outcome, ToLongFunction<Position> figure) {
        FunctionCounter.builder("vaxroute.source.records", positions, all -> figure.applyAsLong(all.get(key)))
                .description("Records taken from a source, by what became of them when they were stored")
                .tags(tags(position).and("outcome", outcome))
                .register(registry);
    }

    private void feeds(Instant now) {
        List<MultiGauge.Row<?>> backlog = new ArrayList<>();
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        List<MultiGauge.Row<?>> next = new ArrayList<>();
        for (FeedSettings connection : connections) {
            String id = connection.connection();
            for (Feed feed : Feed.values()) {
                Tags tags = Tags.of("connection", id, "feed", word(feed));
                backlog.add(row(tags, ledger.records().waiting(id, feed)));
                ledger.records().waitingSince(id, feed).ifPresent(since -> waiting.add(row(tags, seconds(since, now))));
            }
            connection
                    .ongoing()
                    .next(now)
                    .ifPresent(at ->
                            next.add(row(Tags.of("connection", id, "feed", word(Feed.ONGOING)), at.getEpochSecond())));
        }
        show("vaxroute.feed.backlog", "Records that are ready and in no file yet", backlog);
        show("vaxroute.feed.oldest.waiting.age", "Seconds for which the oldest of them has waited", waiting);
        show("vaxroute.feed.next.run.time", "When the feed runs next, in seconds since 1970", next);
    }

    private void files() {
        List<MultiGauge.Row<?>> states = new ArrayList<>();
        Map<String, Map<FileState, Long>> counts = ledger.submissionFiles().counts();
        List<MultiGauge.Row<?>> attempts = new ArrayList<>();
        List<MultiGauge.Row<?>> sent = new ArrayList<>();
        for (FeedSettings connection : connections) {
            String id = connection.connection();
            for (FileState state : FileState.values()) {
                long files = counts.getOrDefault(id, Map.of()).getOrDefault(state, 0L);
                states.add(row(Tags.of("connection", id, "state", state.name().toLowerCase(Locale.ROOT)), files));
            }
            Optional<SubmissionFile> first =
                    ledger.submissionFiles().outgoing(id, 1).stream().findFirst();
            first.map(SubmissionFile::nextAttempt)
                    .ifPresent(at -> attempts.add(row(Tags.of("connection", id), at.getEpochSecond())));
            ledger.submissionFiles()
                    .lastSent(id)
                    .ifPresent(at -> sent.add(row(Tags.of("connection", id), at.getEpochSecond())));
        }
        show("vaxroute.files", "Submission files by state", states);
        show("vaxroute.delivery.next.attempt.time", "When delivery tries again, in seconds since 1970", attempts);
        show("vaxroute.delivery.last.sent.time", "When the last file left, in seconds since 1970", sent);
    }

    private List<MultiGauge.Row<?>> days() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Certificates one : certificates) {
            one.end()
                    .ifPresent(end -> rows.add(row(
                            Tags.of("use", one.use()),
                            Duration.between(clock.instant(), end).toHours() / 24.0)));
        }
        if (up) {
            connections.forEach(connection -> ledger.seenCertificates()
                    .of(connection.connection())
                    .ifPresent(seen -> rows.add(row(
                            Tags.of("use", "server-" + connection.connection()),
                            Duration.between(clock.instant(), seen.ends()).toHours() / 24.0))));
        }
        return rows;
    }

    private void show(String name, String description, List<? extends MultiGauge.Row<?>> rows) {
        List<MultiGauge.Row<?>> all = List.copyOf(rows);
        gauges.computeIfAbsent(
                        name,
                        key -> MultiGauge.builder(key).description(description).register(registry))
                .register(all, true);
    }

    private static MultiGauge.Row<?> row(Tags tags, Number value) {
        return MultiGauge.Row.of(tags, value);
    }

    private static Tags tags(Position position) {
        return Tags.of("connection", position.connection(), "source", position.source(), "feed", word(position.feed()));
    }

    private static String word(Feed feed) {
        return feed.name().toLowerCase(Locale.ROOT);
    }

    private static long seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toSeconds());
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
