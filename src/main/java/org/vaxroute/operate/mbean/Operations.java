package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vaxroute.answers.AnswerCatalogue;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.FeedSettings;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.operate.held.HeldWork;
import org.vaxroute.operate.notice.NoticeDesk;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.submit.Resending;

/** All MBeans of one home, from the moment they are registered until they are closed. */
public final class Operations implements AutoCloseable {
    private final MBeans mbeans;
    private final JobOperations jobs;
    private final Rates rates;
    private ConfigurationOperations shownConfiguration;

    /**
     * A source that is to be shown.
     *
     * @param kind file, jdbc, mllp, kafka or made-up
     * @param feed the feed that its records go to
     */
    public record Source(String connection, String id, String kind, Feed feed) {}

    /**
     * What a home is set to.
     *
     * @param mode production or practice
     */
    public record Configuration(String version, String home, String mode, List<Setting> settings) {}

    /**
     * One setting that has a value.
     *
     * @param file that it stands in or would stand in, from the home folder
     * @param value never a secret
     * @param set whether the site set it; otherwise it is the default
     */
    public record Setting(String file, String key, String value, boolean set, String comment) {}

    /**
     * An account that delivers for a connection.
     *
     * @param kind sftp, ftps or folder
     * @param server host and port; empty for a folder
     */
    public record Delivery(String connection, String kind, String server) {}

    /**
     * What the operations work on.
     *
     * @param home name of the home
     * @param feeds one for each connection in use
     * @param sources all sources of these connections
     * @param handedOver takes a person's word that a file was uploaded
     * @param news tells JMX listeners of alarms
     * @param node name of this node, the same after a restart
     */
    public record Parts(
            String home,
            Ledger ledger,
            Gatekeeper gate,
            OngoingFeed ongoing,
            List<FeedSettings> feeds,
            List<Source> sources,
            HandedOver handedOver,
            AlarmNews news,
            String node,
            Clock clock) {}

    private Operations(MBeans mbeans, JobOperations jobs, Rates rates) {
        this.mbeans = mbeans;
        this.jobs = jobs;
        this.rates = rates;
    }

    /**
     * Registers everything.
     *
     * @throws IllegalStateException when another VaxRoute of this home runs in this process
     */
    public static Operations register(Parts parts) {
        Operations operations = new Operations(
                new MBeans(parts.home()),
                new JobOperations(parts.ledger(), parts.node()),
                new Rates(parts.ledger().positions()::all, parts.clock()));
        try {
            operations.registerAll(parts);
            return operations;
        } catch (RuntimeException e) {
            operations.close();
            throw e;
        }
    }

    private void registerAll(Parts parts) {
        Ledger ledger = parts.ledger();
        for (FeedSettings settings : parts.feeds()) {
            String id = settings.connection();
            mbeans.register(
                    "Connection",
                    id,
                    new ConnectionOperations(settings, parts.gate(), ledger, parts.clock()),
                    ConnectionMBean.class);
            for (Feed feed : Feed.values()) {
                FeedOperations bean =
                        new FeedOperations(settings, feed, ledger, parts.gate(), parts.ongoing(), parts.clock());
                mbeans.register(
                        "Feed", id + "." + feed.name().toLowerCase(java.util.Locale.ROOT), bean, FeedMBean.class);
            }
        }
        for (Source source : parts.sources()) {
            SourceOperations bean = new SourceOperations(source, ledger, rates);
            mbeans.register("Source", source.connection() + "." + source.id(), bean, SourceMBean.class);
        }
        mbeans.register(
                "Files", "all", new FileOperations(ledger, parts.handedOver(), parts.clock()), FilesMBean.class);
        mbeans.register("Jobs", "all", jobs, JobsMBean.class);
        mbeans.register("Nodes", "all", new NodeOperations(ledger, parts.node()), NodesMBean.class);
        mbeans.register("Pauses", "all", new PauseOperations(ledger), PausesMBean.class);
        mbeans.register("Alarms", "all", new AlarmOperations(ledger), parts.news());
        mbeans.register("Ledger", "all", new LedgerOperations(ledger, parts.clock()), LedgerMBean.class);
    }

    /** Registers what this home is set to. */
    public Operations configuration(Configuration configuration) {
        shownConfiguration = new ConfigurationOperations(configuration);
        mbeans.register("Configuration", "all", shownConfiguration, ConfigurationMBean.class);
        mbeans.register("Access", "caller", new AccessOperations(configuration.mode()), AccessMBean.class);
        return this;
    }

    /** Shows the lists that a running server reads anew. */
    public Operations lists(Supplier<List<KeptList>> kept) {
        shownConfiguration.lists(kept);
        return this;
    }

    /** Begins to look how fast records come. For a process that stays; a command ends too soon to say anything. */
    public Operations watchRates() {
        rates.start();
        return this;
    }

    /** Registers delivery with these accounts. */
    public Operations deliveries(List<Delivery> deliveries, Ledger ledger) {
        for (Delivery delivery : deliveries) {
            mbeans.register(
                    "Delivery", delivery.connection(), new DeliveryOperations(delivery, ledger), DeliveryMBean.class);
        }
        return this;
    }

    /** Registers the historical loads of these connections. */
    public Operations history(List<FeedSettings> feeds, Backfill backfill, Ledger ledger) {
        for (FeedSettings settings : feeds) {
            String id = settings.connection();
            mbeans.register(
                    "HistoricalLoad",
                    id,
                    new HistoricalLoadOperations(id, backfill, ledger.historicalLoads(), jobs),
                    HistoricalLoadMBean.class);
        }
        return this;
    }

    /** Registers the route files of a running server. */
    public Operations routes(RouteFiles files) {
        mbeans.register("Routes", "all", new RouteOperations(files), RoutesMBean.class);
        return this;
    }

    /** Registers the notices of all connections. */
    public Operations notices(NoticeDesk desk, Ledger ledger) {
        mbeans.register("Notices", "all", new NoticeOperations(desk, ledger.notices()), NoticesMBean.class);
        return this;
    }

    /**
     * Registers the answers, the tasks that they make, and how well what was sent was taken.
     *
     * @param catalogues what codes mean, by connection
     * @param zones of the connections
     */
    public Operations answers(
            Map<String, AnswerCatalogue> catalogues,
            Map<String, ZoneId> zones,
            Resending resending,
            Ledger ledger,
            Clock clock) {
        mbeans.register("Answers", "all", new AnswerOperations(ledger, resending, clock), AnswersMBean.class);
        mbeans.register("Tasks", "all", new TaskOperations(ledger, catalogues, clock), TasksMBean.class);
        mbeans.register("Quality", "all", new QualityOperations(ledger, catalogues, zones, clock), QualityMBean.class);
        return this;
    }

    /**
     * Registers what can be done with held records.
     *
     * @param consentRules ids of the rules about consent, by connection
     * @param rules of each connection, asked for when a rule is first explained
     */
    public Operations held(
            HeldWork work,
            Map<String, List<String>> consentRules,
            Supplier<Map<String, RuleSet>> rules,
            Ledger ledger) {
        mbeans.register("Held", "all", new HeldOperations(ledger, work, consentRules, rules), HeldMBean.class);
        return this;
    }

    /** Registers backups of this home. */
    public Operations backups(Backups backups, Ledger ledger) {
        mbeans.register("Backup", "all", new BackupOperations(backups, ledger), BackupMBean.class);
        return this;
    }

    /** Registers the Kafka topic that records come through. */
    public Operations topic(String name, Ledger ledger) {
        mbeans.register("Topic", name, new TopicOperations(name, ledger.topics()), TopicMBean.class);
        return this;
    }

    /** Takes all of them away. */
    @Override
    public void close() {
        rates.close();
        jobs.close();
        mbeans.close();
    }
}
