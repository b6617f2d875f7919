package org.vaxroute.intake;

import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;
import org.vaxroute.vxu.Referee;

/** The beans that the intake routes name, built from settings and the other rooms. */
public final class IntakeBeans {
    private final Map<String, Object> beans = new HashMap<>();
    private final MllpIntake mllpIntake;
    private final MllpDoor mllpDoor = new MllpDoor();
    private final LongAdder discarded = new LongAdder();

    /**
     * @param rules by connection
     * @param transforms by connection
     * @param sites by connection
     * @param zones by connection
     * @throws IllegalArgumentException when the MLLP listener would speak plain text beyond loopback unasked
     */
    public IntakeBeans(
            IntakeSettings settings,
            List<FileSource> files,
            List<JdbcSource> queries,
            List<MllpSource> senders,
            List<MadeUpSource> madeUp,
            MllpSettings mllp,
            KafkaSettings kafka,
            List<KafkaSource> topicSources,
            Ledger ledger,
            Map<String, RuleSet> rules,
            Map<String, Transforms> transforms,
            Map<String, Sites> sites,
            Referee referee,
            Map<String, ZoneId> zones,
            String node,
            Clock clock) {
        var alarms = new LedgerAlarms(ledger.alarms());
        var store = new StoreStep(ledger.records());
        var transform = new Transform(transforms, sites);
        var newer = new NewerData(ledger.knownDoses());
        beans.put("transforms", transform);
        beans.put("newerData", newer);
        beans.put("rules", new Check(rules, sites, referee, settings, zones, clock));
        beans.put("chunkStore", store);
        beans.put("exclude", new ExcludeStep());
        beans.put("sameChunk", new SameChunkStep());
        beans.put("eachForItself", new EachForItselfStep());
        beans.put("sourceAlarm", new SourceAlarmStep(alarms));

        beans.put(
                "sourceFiles",
                new FileTakeStep(new FileDrop(
                        settings,
                        files,
                        ledger.sourceFiles(),
                        ledger.historicalLoads(),
                        ledger.pauses(),
                        ledger.leases(),
                        node,
                        alarms,
                        clock)));
        beans.put("readers", readers());
        beans.put("fileReader", new FileReader(settings, store, clock));

        var runs = new JdbcRuns(
                queries,
                ledger.runs(),
                ledger.positions(),
                ledger.historicalLoads(),
                ledger.pauses(),
                ledger.leases(),
                settings,
                alarms,
                clock,
                node);
        beans.put("jdbcReader", new JdbcReader(runs, store, settings));
        beans.put("madeUpReader", new MadeUpReader(madeUp, ledger.positions(), ledger.pauses(), settings));

        beans.put("kafkaReader", new KafkaReader(kafka, topicSources, ledger, alarms, settings, node));

        if (!senders.isEmpty()) {
            MllpEndpoint.requireSafe(mllp, alarms);
        }
        mllpIntake = new MllpIntake(mllp, senders, alarms, clock);
        beans.put("groupCommit", new GroupCommitStep(mllpIntake, mllp));
        beans.put("mllpTrouble", new MllpTroubleStep(alarms));
        beans.putAll(MllpEndpoint.beans(mllp, settings, alarms, discarded, mllpDoor));
    }

    // Camel interrupts the threads of its own pools when a route is stopped, and an interrupted thread closes an H2
    // file. How many
    // read at once is limited by the places; idle ones end by themselves.
    private static ExecutorService readers() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "vaxroute-reader-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The beans by the names that the routes use. */
    public Map<String, Object> beans() {
        return Map.copyOf(beans);
    }

    /** The connections of the MLLP listener. */
    public MllpDoor mllpDoor() {
        return mllpDoor;
    }

    /** What the MLLP listener counted since the start. */
    public MllpIntake.Counts mllpCounts() {
        return mllpIntake.counts();
    }

    /** Bytes outside of complete MLLP frames that were dropped since the start. */
    public long mllpBytesDiscarded() {
        return discarded.sum();
    }
}
