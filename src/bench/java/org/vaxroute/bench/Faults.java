package org.vaxroute.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.vaxroute.kafka.KafkaBroker;
import org.vaxroute.ledger.Leases;
import org.vaxroute.submit.CuttingProxy;

/**
 * What befalls nodes, PostgreSQL and Kafka in a day, one thing after the other and each kind as often as the others. Every node reaches both by a line of its own, so that
 * it alone can be cut off.
 */
final class Faults implements AutoCloseable {
    private static final int LONGEST_CUT = 45_000;

    /** Longer than the broker waits for a member of a group. */
    private static final int LONGEST_TOPIC_CUT = 60_000;

    private static final int LONGEST_AWAY = 5_000;

    enum Fault {
        KILL,
        HALT,
        STOP,
        DRAIN,
        DATABASE_RESTART,
        DATABASE_CUT,
        BROKER_KILL,
        BROKER_CUT;

        boolean isOfTheBroker() {
            return this == BROKER_KILL || this == BROKER_CUT;
        }
    }

    private final BenchCluster cluster;
    private final KafkaBroker broker;
    private final List<CuttingProxy> toDatabase = new ArrayList<>();
    private final List<CuttingProxy> toBroker = new ArrayList<>();
    private final Random random;

    /** @param broker null for none */
    Faults(BenchCluster cluster, KafkaBroker broker, int nodes, long seed) throws IOException {
        this.cluster = cluster;
        this.broker = broker;
        this.random = new Random(seed);
        for (int node = 0; node < nodes; node++) {
            toDatabase.add(new CuttingProxy("127.0.0." + (2 + node), cluster.database().port()).manner(CuttingProxy.Manner.SILENCE));
            if (broker != null) {
                toBroker.add(new CuttingProxy(broker.host(node), broker.port(node)).manner(CuttingProxy.Manner.SILENCE));
            }
            cluster.way(toDatabase.get(node).host(), broker == null ? Map.of() : Map.of("VAXROUTE_KAFKA", broker.servers(node)));
        }
    }

    /** Lets so many befall the cluster, spread over a time, and says how often each. */
    Map<Fault, Integer> befall(int wanted, Duration time) {
        long begin = System.nanoTime();
        Map<Fault, Integer> done = new EnumMap<>(Fault.class);
        try {
            for (Fault fault : order(wanted)) {
                int before = done.values().stream().mapToInt(Integer::intValue).sum();
                long wait = begin + time.toNanos() * before / wanted + random.nextInt(1_000_000_000) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
                int node = random.nextInt(toDatabase.size());
                System.out.printf(Locale.ROOT, "%.1f s: node %d: %s%n", (System.nanoTime() - begin) / 1e9, node, fault);
                befall(fault, node);
                done.merge(fault, 1, Integer::sum);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return done;
    }

    private List<Fault> order(int wanted) {
        List<Fault> order = new ArrayList<>();
        while (order.size() < wanted) {
            List<Fault> each = new ArrayList<>(List.of(Fault.values()));
            each.removeIf(fault -> broker == null && fault.isOfTheBroker());
            Collections.shuffle(each, random);
            order.addAll(each);
        }
        return order.subList(0, wanted);
    }

    private void befall(Fault fault, int node) throws IOException, InterruptedException {
        switch (fault) {
            case KILL -> cluster.killNode(node);
            case HALT -> cluster.haltNode(node, Leases.HOLD.plusSeconds(5));
            case STOP -> cluster.restartNode(node);
            case DRAIN -> cluster.drainNode(node, random.nextBoolean());
            case DATABASE_RESTART -> cluster.restartDatabase(Duration.ofMillis(random.nextInt(LONGEST_AWAY)));
            case DATABASE_CUT -> cut(toDatabase.get(node), LONGEST_CUT);
            case BROKER_KILL -> {
                broker.kill();
                broker.start();
            }
            case BROKER_CUT -> cut(toBroker.get(node), LONGEST_TOPIC_CUT);
        }
    }

    private void cut(CuttingProxy line, int longest) throws InterruptedException {
        line.strike();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(longest));
        if (random.nextBoolean()) {
            line.mend();
        } else {
            line.forget();
        }
    }

    @Override
    public void close() throws IOException {
        for (CuttingProxy line : toDatabase) {
            line.close();
        }
        for (CuttingProxy line : toBroker) {
            line.close();
        }
    }
}
