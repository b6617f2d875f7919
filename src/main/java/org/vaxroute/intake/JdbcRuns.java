package org.vaxroute.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HistoricalLoads;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pauses;
import org.vaxroute.ledger.Position;
import org.vaxroute.ledger.Positions;
import org.vaxroute.ledger.Run;
import org.vaxroute.ledger.Runs;

/**
 * Knows which JDBC sources are due. A run is claimed in the ledger by its scheduled time, so it happens once whatever the
 * number of nodes; one that failed, or that a node left unfinished, is taken up again.
 *
 * <p>What is due is asked by one thread, the tick's; the readings go on in others.
 */
public final class JdbcRuns {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcRuns.class);

    /** One source to be read now. */
    record Due(JdbcSource source, Instant scheduledFor, KeptLease lease) {
        String subject() {
            return JdbcRuns.subject(source);
        }
    }

    private final List<JdbcSource> sources;
    private final Runs runs;
    private final Positions positions;
    private final HistoricalLoads loads;
    private final Pauses pauses;
    private final Leases leases;
    private final EhrTurns turns;
    private final IntakeSettings settings;
    private final SourceAlarms alarms;
    private final Clock clock;
    private final String node;
    private final Instant started;
    private final Places places;
    private final Map<String, Instant> rests = new ConcurrentHashMap<>();
    private final EhrLogins logins = new EhrLogins();

    /** Sources that are taken up as soon as their database is free. */
    private final Set<String> inTurn = ConcurrentHashMap.newKeySet();

    /** Sources that were seen paused; who resumes one may have had its account unlocked. */
    private final Set<String> seenPaused = ConcurrentHashMap.newKeySet();

    /** @param node names this process, for people to read */
    public JdbcRuns(
            Collection<JdbcSource> sources,
            Runs runs,
            Positions positions,
            HistoricalLoads loads,
            Pauses pauses,
            Leases leases,
            IntakeSettings settings,
            SourceAlarms alarms,
            Clock clock,
            String node) {
        // History goes behind what is new.
        this.sources = sources.stream()
                .sorted(Comparator.comparing(source -> source.feed() == Feed.HISTORICAL))
                .toList();
        this.runs = runs;
        this.positions = positions;
        this.loads = loads;
        this.pauses = pauses;
        this.leases = leases;
        this.turns = new EhrTurns(leases, "reading" + Leases.at(node));
        this.settings = settings;
        this.places = new Places(settings.readers());
        this.alarms = alarms;
        this.clock = clock;
        this.node = node;
        this.started = clock.instant();
    }

    /** The sources to be read now, their runs claimed. */
    List<Due> due() {
        List<Due> due = new ArrayList<>();
        try {
            for (JdbcSource source : sources) {
                due(source).ifPresent(due::add);
            }
            if (!sources.isEmpty()) {
                alarms.clear("ledger.jdbc");
            }
        } catch (LedgerException e) {
            alarms.raiseWithoutLedger("ledger.jdbc", "The ledger does not answer; JDBC sources wait until it is back.");
        }
        return due;
    }

    private Optional<Due> due(JdbcSource source) {
        if (!places.isFree(source.feed()) || !mayRead(source)) {
            return Optional.empty();
        }
        if (inTurn.contains(source.id()) && turns.busy(source.url())) {
            return Optional.empty();
        }
        Optional<Due> due = next(source);
        try {
            if (due.isPresent() && turns.busy(source.url())) {
                waits(due.get());
                return Optional.empty();
            }
            return due;
        } catch (LedgerException e) {
            due.ifPresent(JdbcRuns::letGo);
            throw e;
        }
    }

    private Optional<Due> next(JdbcSource source) {
        Instant now = clock.instant();
        if (rests(source, now)
                || logins.rest(source, now)
                || scheduled(source, now).isEmpty()) {
            return Optional.empty();
        }
        // Of several nodes one reads a source; the run of one that died is taken up by whoever comes next.
        return leases.keep("source:" + source.connection() + "/" + source.id(), "intake" + Leases.at(node))
                .flatMap(lease -> {
                    lease.patient(source.queryTimeout());
                    return claimed(source, now, lease);
                });
    }

    private boolean rests(JdbcSource source, Instant now) {
        Instant until = rests.getOrDefault(source.id(), Instant.MIN);
        // One that lies further ahead than any was named by a clock that has been set back since.
        return until.isAfter(now) && !until.isAfter(now.plus(settings.away()));
    }

    private Optional<Due> claimed(JdbcSource source, Instant now, KeptLease lease) {
        Optional<Due> due = Optional.empty();
        try {
            // Asked again: the run may have been somebody else's, and at its end, before the lease was ours.
            due = unfinished(source)
                    .or(() -> scheduled(source, now)
                            .filter(moment -> runs.claim(source.connection(), subject(source), moment, node)))
                    .map(moment -> new Due(source, moment, lease));
            due.ifPresent(found -> places.take(lease, source.feed()));
            return due;
        } finally {
            if (due.isEmpty()) {
                lease.close();
            }
        }
    }

    private Optional<Instant> scheduled(JdbcSource source, Instant now) {
        return unfinished(source).or(() -> source.timetable()
                .due(runs.since(source.connection(), subject(source), now, () -> started), now));
    }

    private Optional<Instant> unfinished(JdbcSource source) {
        return runs.last(source.connection(), subject(source))
                .filter(run -> run.endedAt() == null)
                .map(Run::scheduledFor);
    }

    private static String subject(JdbcSource source) {
        return "source:" + source.id();
    }

    private boolean mayGoOn(Due due) {
        return due.lease().mayGoOn() && mayRead(due.source());
    }

    /** A paused source waits, and one that has given all that was asked for; history waits until its load runs, and while sending is behind. */
    private boolean mayRead(JdbcSource source) {
        return !paused(source)
                && taken(source) < source.most()
                && (source.feed() != Feed.HISTORICAL
                        || loads.mayRead(source.connection(), source.id())
                                && loads.cutOff(source.connection(), source.id())
                                        .isPresent());
    }

    private long taken(JdbcSource source) {
        return source.most() == JdbcSource.ALL
                ? 0
                : positions
                        .get(source.connection(), source.id(), source.feed())
                        .map(position -> position.recordsRead() - position.repeated())
                        .orElse(0L);
    }

    private boolean paused(JdbcSource source) {
        boolean paused =
                pauses.of(Pausable.source(source.connection(), source.id())).isPresent();
        if (paused) {
            seenPaused.add(source.id());
        } else if (seenPaused.remove(source.id())) {
            logins.forget(source);
        }
        return paused;
    }

    /** Another reading has this run's database: no fault, so it stands on the run and raises no alarm, and the next tick looks again. */
    void waits(Due due) {
        String id = due.source().id();
        letGo(due);
        if (inTurn.add(id)) {
            runs.note(due.source().connection(), due.subject(), due.scheduledFor(), DatabaseInUse.WAITS);
            LOG.info("Source {} is due and {}", id, DatabaseInUse.WAITS);
        }
    }

    /**
     * The records of a due source, from its position.
     *
     * @throws DatabaseInUse when somebody else has begun to read its database since it was found due
     * @throws EhrLoginRefused when the database does not let the source's account in; it is left alone for a while
     */
    JdbcChunks chunks(Due due) {
        JdbcSource source = due.source();
        String mark = positions
                .get(source.connection(), source.id(), source.feed())
                .map(Position::value)
                .orElse(null);
        String beginning = loads.begin(source.connection(), source.id(), source.feed(), source.start());
        String until = source.feed() == Feed.HISTORICAL
                ? loads.cutOff(source.connection(), source.id()).orElse(beginning)
                : null;
        try {
            JdbcChunks chunks = new JdbcChunks(
                    source, beginning, mark, until, turns, Duration.ZERO, () -> mayGoOn(due), settings, clock);
            logins.forget(source);
            inTurn.remove(source.id());
            return chunks;
        } catch (EhrLoginRefused e) {
            logins.refused(source, clock.instant());
            throw e;
        }
    }

    /**
     * Says that everything the query gave is stored.
     *
     * @param toTheEnd whether nothing was left to be read
     * @param ahead whether rows had a stamp that lies ahead
     */
    void done(Due due, boolean toTheEnd, boolean ahead) {
        try {
            JdbcSource source = due.source();
            if (!toTheEnd && (paused(source) || !due.lease().mayGoOn())) {
                // Not ended: the same run goes on when the pause ends, also after a restart, or at another node.
                stopped(due);
                return;
            }
            if (source.feed() == Feed.HISTORICAL && toTheEnd) {
                historyRead(source);
            }
            runs.ended(due.source().connection(), due.subject(), due.scheduledFor(), "read");
        } catch (LedgerException e) {
            alarms.raiseWithoutLedger("ledger.jdbc", "The ledger does not answer; JDBC sources wait until it is back.");
        } finally {
            letGo(due);
        }
        alarms.clear("source." + due.source().id());
        tellOfStamps(due.source(), toTheEnd, ahead);
    }

    private void tellOfStamps(JdbcSource source, boolean toTheEnd, boolean ahead) {
        String subject = "source." + source.id() + ".stamps";
        if (ahead) {
            alarms.raise(
                    subject,
                    "Source " + source.id() + " has rows whose change stamp (column "
                            + source.columns().stampColumn()
                            + ") lies more than a day ahead. Look for stamps after tomorrow and have the EHR's clock or the rows mended. "
                            + (source.feed() == Feed.HISTORICAL
                                    ? "Such rows are no history and are left out."
                                    : "They were taken and are read again with each run until then."));
        } else if (toTheEnd) {
            alarms.clear(subject);
        }
    }

    // A row that was written before the cut-off may be committed after it: as long as the overlap reaches, it is waited
    // for.
    private void historyRead(JdbcSource source) {
        boolean settled = loads.cutOff(source.connection(), source.id())
                .map(cutOff -> Marks.passed(cutOff, source.overlap(), source.zone(), clock.instant()))
                .orElse(false);
        if (settled) {
            loads.read(source.connection(), source.id());
        }
    }

    /** Says that the reading stopped; it goes on from the last stored chunk after a while. */
    void stopped(Due due) {
        rests.put(due.source().id(), clock.instant().plus(settings.away()));
        letGo(due);
    }

    private static void letGo(Due due) {
        due.lease().close();
    }
}
