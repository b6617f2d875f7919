package org.vaxroute.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rights to be the only one who does something for a while, over all nodes. The database's clock decides, never a node's. */
public final class Leases implements AutoCloseable {
    /** How long after its death a node's work is free for others. */
    public static final Duration HOLD = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /** After so long without a word from the database a sign of life is tried over another connection, while there is time. */
    static final Duration SILENCE = HOLD.dividedBy(4);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Database database;
    private final Set<KeptLease> kept = ConcurrentHashMap.newKeySet();
    private volatile boolean resting;
    private ScheduledExecutorService keeper;

    Leases(Database database) {
        this.database = database;
    }

    /** How an owner's name ends: with the node that it works at. */
    public static String at(String node) {
        return " at " + node;
    }

    /**
     * Takes the lease if nobody holds it, and keeps it until it is closed or this process ends.
     *
     * @param owner names the work and, as {@link #at} says, the node
     * @return empty when somebody holds it, in this process too, and while this process takes no work
     */
    public Optional<KeptLease> keep(String name, String owner) {
        if (resting || isOurs(name)) {
            return Optional.empty();
        }
        long asked = System.nanoTime();
        Optional<KeptLease> taken = acquire(name, owner, HOLD).map(lease -> new KeptLease(this, lease, asked));
        taken.ifPresent(lease -> {
            kept.add(lease);
            startKeeping();
        });
        return taken;
    }

    /**
     * Whether this process takes no lease any more. What it holds it keeps until it has finished; holders ask
     * {@link KeptLease#mayGoOn()} before they begin the next piece.
     */
    public void rest(boolean none) {
        resting = none;
    }

    /** Whether this process takes none any more. */
    public boolean isResting() {
        return resting;
    }

    /** Whether this process holds it; the ledger is not asked. */
    public boolean isOurs(String name) {
        return kept.stream().anyMatch(lease -> lease.lease().name().equals(name));
    }

    /** Whether anybody holds it. */
    public boolean isHeld(String name) {
        return database.call(sql -> sql.sql("select count(*) from lease where name = ? and held_until > " + now())
                        .param(name)
                        .query(Long.class)
                        .single())
                == 1;
    }

    /** Names of those that this process holds; the ledger is not asked. */
    public List<String> held() {
        return kept.stream().map(lease -> lease.lease().name()).sorted().toList();
    }

    private synchronized void startKeeping() {
        if (keeper == null) {
            // Two: what is looked at without the ledger must not wait for what it has to say.
            keeper = Executors.newScheduledThreadPool(2, work -> {
                Thread thread = new Thread(work, "vaxroute-leases");
                thread.setDaemon(true);
                return thread;
            });
            keeper.scheduleWithFixedDelay(
                    this::keepAll, HOLD.toMillis() / 4, HOLD.toMillis() / 4, TimeUnit.MILLISECONDS);
            keeper.scheduleWithFixedDelay(this::watchAll, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void watchAll() {
        for (KeptLease lease : kept) {
            try {
                lease.watch();
            } catch (RuntimeException e) {
                LOG.warn(
                        "What is done under the lease {} could not be ended: {}",
                        lease.lease().name(),
                        e.toString());
            }
        }
    }

    private void keepAll() {
        kept.removeIf(KeptLease::forgotten);
        for (KeptLease lease : kept) {
            try {
                lease.renew();
            } catch (RuntimeException e) {
                // The holder hears of it at its own next step; until the time is up it may be mended.
                LOG.warn("The lease {} could not be renewed: {}", lease.lease().name(), e.getMessage());
            }
        }
    }

    boolean isKept(KeptLease lease) {
        return kept.contains(lease);
    }

    void letGo(KeptLease lease) {
        if (!kept.contains(lease)) {
            return;
        }
        try {
            release(lease.lease());
        } catch (LedgerException e) {
            LOG.debug(
                    "The lease {} was not given back and runs out by itself: {}",
                    lease.lease().name(),
                    e.getMessage());
        } finally {
            // Not before it is given back: who waits for it here looks into this set, and takes it from the ledger
            // then.
            kept.remove(lease);
        }
    }

    /** Renews nothing any more. What is held runs out by itself. */
    @Override
    public synchronized void close() {
        if (keeper != null) {
            keeper.shutdownNow();
            keeper = null;
        }
    }

    /**
     * Takes the lease if nobody holds it.
     *
     * @param owner names the work and, as {@link #at} says, the node
     * @param hold how long it lasts unless renewed
     * @return empty when somebody holds it
     */
    public Optional<Lease> acquire(String name, String owner, Duration hold) {
        Optional<Lease> taken = take(name, owner, hold);
        if (taken.isPresent() || find(name).isPresent()) {
            return taken;
        }
        database.ensure(
                "insert into lease (name, owner, fence, held_until) select ?, '', 0, " + now()
                        + " where not exists (select 1 from lease where name = ?)",
                name,
                name);
        return take(name, owner, hold);
    }

    private Optional<Lease> take(String name, String owner, Duration hold) {
        return database.transact(sql -> {
            int taken = sql.sql("update lease set owner = ?, fence = fence + 1, held_until = " + until(hold)
                            + " where name = ? and held_until <= " + now())
                    .params(owner, name)
                    .update();
            return taken == 0 ? Optional.empty() : find(name);
        });
    }

    /**
     * Holds the lease for longer, counted from now; also one that ran out, for example while the ledger was away, if nobody took it.
     *
     * @return false when it was given back or somebody else has taken it: stop the work at once
     */
    public boolean renew(Lease lease, Duration hold) {
        return database.update(
                        SILENCE,
                        "update lease set held_until = " + until(hold) + " where name = ? and fence = ?",
                        lease.name(),
                        lease.fence())
                == 1;
    }

    /** Gives the lease back; harmless when it was lost meanwhile. */
    public void release(Lease lease) {
        database.call(sql -> sql.sql(
                        "update lease set fence = fence + 1, held_until = " + now() + " where name = ? and fence = ?")
                .params(lease.name(), lease.fence())
                .update());
    }

    /**
     * Gives back every lease that this node held when it died, whatever it did with it. For a node's start, when it has its name
     * ({@link Nodes#enter}) and before it works.
     *
     * @return how many there were
     */
    public int releaseLeftBy(String node) {
        String at = at(node);
        return database.call(sql -> sql.sql("update lease set fence = fence + 1, held_until = " + now()
                        + " where held_until > " + now() + " and right(owner, ?) = ?")
                .params(at.length(), at)
                .update());
    }

    /** Whether it is still held under this fence. */
    public boolean holds(Lease lease) {
        return database.call(sql -> sql.sql(
                                "select count(*) from lease where name = ? and fence = ? and held_until > " + now())
                        .params(lease.name(), lease.fence())
                        .query(Long.class)
                        .single())
                == 1;
    }

    /** The lease of this name as it stands, held or run out; empty when it was never taken. */
    public Optional<Lease> find(String name) {
        return database.call(sql -> sql.sql("select name, owner, fence, held_until from lease where name = ?")
                .param(name)
                .query((row, n) -> new Lease(
                        row.getString("name"),
                        row.getString("owner"),
                        row.getLong("fence"),
                        Database.instant(row, "held_until")))
                .optional());
    }

    private String now() {
        return database.dialect().now;
    }

    private String until(Duration hold) {
        return now() + " + interval '" + hold.toSeconds() + "."
                + String.format(Locale.ROOT, "%03d", hold.toMillisPart()) + "' second";
    }
}
