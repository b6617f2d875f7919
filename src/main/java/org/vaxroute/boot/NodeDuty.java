package org.vaxroute.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.netty.NettyEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.intake.MllpDoor;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Node;

/**
 * This process as one of the nodes of its ledger: takes its name, shows that it lives, and takes no work while it is drained or when another
 * process has taken its name. docs/decisions/0301, 0302.
 */
final class NodeDuty implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDuty.class);

    /** Several times within a lease, so that one that is late does no harm. */
    private static final Duration BEAT = Leases.HOLD.dividedBy(8);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int STOP_SECONDS = 10;
    private static final Duration TELL = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final String name;
    private final NodeLock lock;
    private final long session;
    private final Runnable alike;
    private final Set<String> stopped = new TreeSet<>();

    // Apart, because a route that ends its work may take longer than a lease.
    private final ScheduledExecutorService heart = thread("vaxroute-node");
    private final ScheduledExecutorService hands = thread("vaxroute-drain");

    private volatile Rest rest;
    private volatile boolean drained;
    private volatile List<String> inHand = List.of();
    private volatile long told;
    private CamelContext context;
    private MllpDoor door;

    /**
     * Why this node takes no work.
     *
     * @param why for those who run it
     * @param forAnybody the same without anybody's name or words, for whoever asks
     */
    private record Rest(String why, String forAnybody) {}

    private NodeDuty(Ledger ledger, String name, NodeLock lock, long session, Runnable alike) {
        this.ledger = ledger;
        this.name = name;
        this.lock = lock;
        this.session = session;
        this.alike = alike;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes the node's name, and gives back whatever an earlier process of it held when it died.
     *
     * @param run the folder that is this node's own
     * @throws StartFailed when another process has the name
     */
    static NodeDuty begin(Ledger ledger, String name, Path run, String version) {
        return begin(ledger, name, NodeLock.take(run, name), version, () -> {});
    }

    /**
     * As {@link #begin(Ledger, String, Path, String)}.
     *
     * @param lock is closed with this, also when the name is refused
     * @param alike is done now and then, for what all nodes should have alike
     */
    static NodeDuty begin(Ledger ledger, String name, NodeLock lock, String version, Runnable alike) {
        try {
            long session = enter(ledger, name, version, lock.ended());
            lock.note(session);
            // Otherwise what it was doing with an account when it died would keep everybody from doing anything there.
            ledger.leases().releaseLeftBy(name);
            NodeDuty duty = new NodeDuty(ledger, name, lock, session, alike);
            duty.heed(ledger.nodes().find(name).flatMap(Node::drain));
            return duty;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static long enter(Ledger ledger, String name, String version, long ended) {
        String place =
                RoomSettings.host() + ", process " + ProcessHandle.current().pid();
        Instant before = null;
        for (; ; ) {
            Optional<Long> session = ledger.nodes().enter(name, place, version, ended);
            if (session.isPresent()) {
                return session.get();
            }
            Optional<Node> other = ledger.nodes().find(name);
            if (other.isPresent()) {
                if (before == null) {
                    before = other.get().seenAt();
                    LOG.info(
                            "A process of node {} ({}) showed a moment ago; waiting for up to {} s to see whether it lives",
                            name,
                            other.get().place(),
                            Leases.HOLD.toSeconds());
                } else if (other.get().seenAt().isAfter(before)) {
                    throw new StartFailed(
                            "Another process works on this ledger as node " + name + ": "
                                    + other.get().place()
                                    + ". Give each node a name of its own (cluster.node in config/vaxroute.properties; without it"
                                    + " the machine's name is taken), or stop the other process first.",
                            null);
                }
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new StartFailed("The start was interrupted.", null);
            }
        }
    }

    /** From now on it is these routes that take no work while the node is drained. To be called before they start. */
    void over(CamelContext routes, MllpDoor listener) {
        context = routes;
        door = listener;
        if (rests()) {
            door.finish();
        }
    }

    /** Begins to show that this process lives: before its routes start, which may take longer than a lease. */
    void live() {
        heart.scheduleWithFixedDelay(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins to stop the routes while it is drained, and to start them again. */
    void start() {
        hands.scheduleWithFixedDelay(this::adjust, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why this node takes no work; empty while it does. Anybody may ask for it, so it names no person and no source. */
    Optional<String> problem() {
        int busy = inHand.size();
        return Optional.ofNullable(rest)
                .map(Rest::forAnybody)
                .map(why -> busy == 0 ? why : why + " Still in hand: " + busy + "; the log names it.");
    }

    private boolean rests() {
        return rest != null;
    }

    void beat() {
        try {
            alike.run();
            Node.State state = !rests() ? Node.State.RUNNING : drained ? Node.State.DRAINED : Node.State.DRAINING;
            if (ledger.nodes().seen(name, session, state)) {
                heed(ledger.nodes().find(name).flatMap(Node::drain));
            } else if (ledger.nodes().find(name).isPresent()) {
                String why = "Another process has started as node " + name
                        + " and goes on with its work. This one takes no more; stop it, and give each node a cluster.node of its own.";
                rest(new Rest(why, why));
            }
        } catch (LedgerException e) {
            LOG.debug("The ledger does not hear that node {} lives: {}", name, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Node {} could not be looked at; it is tried again", name, e);
        }
    }

    private void heed(Optional<Node.Drain> drain) {
        if (drain.isPresent()) {
            rest(new Rest(
                    "This node is " + drain.get().text() + ". It takes no work before vaxroute nodes undrain " + name
                            + ".",
                    "This node is drained and takes no work. vaxroute nodes says by whom and why; vaxroute nodes undrain "
                            + name + " ends it."));
        } else if (rests()) {
            LOG.info("Node {} takes work again", name);
            rest = null;
            drained = false;
            ledger.leases().rest(false);
        }
    }

    private void rest(Rest now) {
        if (!now.equals(rest)) {
            LOG.warn("{}", now.why());
            drained = false;
            told = System.nanoTime();
            rest = now;
            ledger.leases().rest(true);
        }
    }

    private synchronized void adjust() {
        try {
            if (rests()) {
                inHand = standStill();
                drained = inHand.isEmpty();
                tell();
            } else {
                goOn();
            }
        } catch (Exception e) {
            LOG.warn(
                    "The routes of node {} could not be {}; it is tried again",
                    name,
                    rests() ? "stopped" : "started",
                    e);
        }
    }

    /** Stops what has nothing in hand, and gives the rest by name. */
    private List<String> standStill() throws Exception {
        door.finish();
        for (Route route : context.getRoutes()) {
            String id = route.getRouteId();
            boolean idle = context.getInflightRepository().size(id) == 0
                    && (door.isEmpty() || !(route.getEndpoint() instanceof NettyEndpoint));
            // What others call begins nothing by itself.
            if (idle
                    && !(route.getEndpoint() instanceof DirectEndpoint)
                    && context.getRouteController().getRouteStatus(id).isStarted()
                    && context.getRouteController().stopRoute(id, STOP_SECONDS, TimeUnit.SECONDS, true)) {
                stopped.add(id);
            }
        }
        List<String> busy = new ArrayList<>();
        for (Route route : context.getRoutes()) {
            String id = route.getRouteId();
            if (!(route.getEndpoint() instanceof DirectEndpoint)
                    && context.getRouteController().getRouteStatus(id).isStarted()) {
                busy.add("route " + id);
            }
        }
        if (context.getInflightRepository().size() > 0) {
            busy.add(context.getInflightRepository().size() + " exchanges on their way");
        }
        ledger.leases().held().forEach(lease -> busy.add("lease " + lease));
        if (busy.isEmpty()) {
            // What was given back while the ledger was away stands there in our name until it runs out.
            ledger.nodes()
                    .find(name)
                    .map(Node::leases)
                    .orElse(List.of())
                    .forEach(lease -> busy.add("lease " + lease + " in the ledger"));
        }
        return busy;
    }

    /** Now and then, because somebody may wait for it. */
    private void tell() {
        if (!inHand.isEmpty() && System.nanoTime() - told > TELL.toNanos()) {
            told = System.nanoTime();
            LOG.info("Node {} is not drained yet; still in hand: {}", name, String.join(", ", inHand));
        }
    }

    private void goOn() throws Exception {
        door.open();
        for (String id : Set.copyOf(stopped)) {
            if (context.getRoute(id) != null) {
                context.getRouteController().startRoute(id);
            }
            stopped.remove(id);
        }
    }

    /** Takes nothing more, so that what is in hand comes to its end before the routes are stopped. */
    void lastWork() {
        hands.shutdown();
        ledger.leases().rest(true);
        if (door != null) {
            door.finish();
        }
    }

    /** Says that this process ends in good order. */
    @Override
    public void close() {
        hands.shutdownNow();
        heart.shutdownNow();
        try {
            if (heart.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                ledger.nodes().seen(name, session, Node.State.STOPPED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (LedgerException e) {
            LOG.debug("The ledger does not hear that node {} ends: {}", name, e.getMessage());
        } finally {
            lock.close();
        }
    }
}
