package org.vaxroute.feeds;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Run;
import org.vaxroute.ledger.Runs;

/**
 * Finds the connections whose ongoing feed is due. A run is claimed in the ledger by its scheduled time: of those missed during a
 * standstill one is made up, none happens twice, and one that was cut short by a crash or a full disk goes on at the next tick.
 */
public final class OngoingFeed {
    /** The ledger's name of these runs. */
    public static final String SUBJECT = "feed:ongoing";

    private static final Logger LOG = LoggerFactory.getLogger(OngoingFeed.class);

    private final Ledger ledger;
    private final Gatekeeper gate;
    private final List<FeedSettings> connections;
    private final String owner;
    private final Clock clock;
    private final Map<String, KeptLease> held = new ConcurrentHashMap<>();

    /** @param owner names this node */
    public OngoingFeed(Ledger ledger, Gatekeeper gate, List<FeedSettings> connections, String owner, Clock clock) {
        this.ledger = ledger;
        this.gate = gate;
        this.connections = List.copyOf(connections);
        this.owner = owner;
        this.clock = clock;
    }

    /** The runs that are due; whoever {@linkplain #begin begins} one has it. */
    public List<DueFeed> due() {
        List<DueFeed> due = new ArrayList<>();
        Instant now = clock.instant();
        Map<String, Runs.Standing> standing = ledger.runs().standing(SUBJECT, now);
        EachConnection.look(
                ledger,
                EachConnection.of(connections, standing::containsKey),
                connection -> due(connection, standing.get(connection.connection()), now)
                        .ifPresent(due::add),
                (connection, e) -> LOG.error(
                        "The ongoing feed of {} could not be looked at; the next tick tries again.",
                        connection.connection(),
                        e));
        // Nodes that begin at the same end would wait for each other at every connection.
        Collections.shuffle(due);
        return due;
    }

    /** Asks for a run at the next tick, whatever the schedule says. */
    public void runNow(String connection, String who) {
        Permission leave = gate.mayDeliver(connection, Feed.ONGOING);
        if (!leave.open()) {
            throw new GateRefused(connection, "run", leave.missing(), leave.remedy());
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ledger.runs().claim(connection, SUBJECT, now, who);
        ledger.trail().append(who, "feed-run", "connection:" + connection, "ongoing feed asked for by hand");
    }

    /**
     * Says that a run came to its end. One that does not, because the disk is full, goes on at the next tick.
     *
     * @param outcome empty when another node still works on what it began of this run
     */
    public void ended(DueFeed due, String outcome) {
        if (!outcome.isEmpty()) {
            ledger.runs().ended(due.getConnection(), SUBJECT, due.getScheduledFor(), outcome);
        }
        letGo(due);
    }

    /** Says that this node does no more of a run, whatever became of it: another may go on with it at once. */
    public void letGo(DueFeed due) {
        KeptLease lease = held.remove(due.getConnection());
        if (lease != null) {
            lease.close();
        }
    }

    /**
     * Begins a due run, if no other node has begun it or is through with it. It is not taken before its turn, so that another node may do it
     * while this one is at work on those before it.
     */
    public boolean begin(DueFeed due) {
        String connection = due.getConnection();
        // Left over where a site's own route does not let go of a run that did not come to its end.
        letGo(due);
        if (isThrough(ledger.runs().last(connection, SUBJECT), due)) {
            return false;
        }
        Optional<KeptLease> lease = ledger.leases().keep(SUBJECT + ":" + connection, "feed" + Leases.at(owner));
        if (lease.isEmpty()) {
            return false;
        }
        held.put(connection, lease.get());
        boolean ours = false;
        try {
            Optional<Run> open = ledger.runs().last(connection, SUBJECT).filter(run -> run.endedAt() == null);
            ours = open.isPresent()
                    ? open.get().scheduledFor().equals(due.getScheduledFor())
                    : ledger.runs().claim(connection, SUBJECT, due.getScheduledFor(), owner);
        } finally {
            if (!ours) {
                letGo(due);
            }
        }
        return ours;
    }

    // Asked before the lease, which costs two commits.
    private static boolean isThrough(Optional<Run> last, DueFeed due) {
        return last.filter(run -> run.endedAt() != null && run.scheduledFor().equals(due.getScheduledFor()))
                .isPresent();
    }

    // The gate last: it costs more than the time.
    private Optional<DueFeed> due(FeedSettings settings, Runs.Standing standing, Instant now) {
        String connection = settings.connection();
        Optional<Instant> time = standing.owed() != null
                ? Optional.of(standing.owed())
                : settings.ongoing().due(standing.since(), now);
        return time.filter(at -> gate.mayDeliver(connection, Feed.ONGOING).open())
                .map(at -> new DueFeed(connection, Feed.ONGOING, at));
    }
}
