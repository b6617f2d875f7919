package org.vaxroute.feeds;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.SubmissionFile;

/**
 * The historical load of each connection: planned, started once, read and sent at its own pace behind the ongoing feed, and ended with a
 * report that balances.
 *
 * <p>The registry agrees to a historical load beforehand; it is a load of its own after production has begun (registry's onboarding
 * steps, "historical load").
 */
public final class Backfill {
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
    private static final Duration DAY = Duration.ofHours(24);
    // An EHR that does not answer is not asked for millions of rows at every tick.
    private static final Duration REST = Duration.ofMinutes(15);
    private static final String ALARM = "historical-load";

    private final Ledger ledger;
    private final Gatekeeper gate;
    private final HistorySurvey survey;
    private final Function<String, HistorySettings> settings;
    private final List<String> connections;
    private final Clock clock;
    private final Map<String, Instant> rests = new ConcurrentHashMap<>();

    public Backfill(
            Ledger ledger,
            Gatekeeper gate,
            HistorySurvey survey,
            Function<String, HistorySettings> settings,
            List<String> connections,
            Clock clock) {
        this.ledger = ledger;
        this.gate = gate;
        this.survey = survey;
        this.settings = settings;
        this.connections = List.copyOf(connections);
        this.clock = clock;
    }

    /**
     * A plan, and where it can be read.
     *
     * @param page the page for people; a CSV of the same name lies beside it
     */
    public record Planned(HistoricalLoad load, Path page, List<String> facts) {}

    /**
     * Counts everything that a load would read, and stores nothing of it.
     *
     * @param sites the sites whose history is to be loaded; none for all
     * @param progress hears now and then how many records were counted
     * @throws GateRefused when the connection has no source of history, or an ongoing source carries the history already
     */
    public Planned plan(String connection, Set<String> sites, String who, LongConsumer progress) {
        List<HistorySurvey.Source> found = survey.sources(connection);
        if (found.isEmpty()) {
            throw new GateRefused(
                    connection,
                    "backfill plan",
                    "It has no source with feed = historical.",
                    "Add one (a query, or a file source with a drop folder), or waive history: vaxroute backfill waive "
                            + connection + " --why ....");
        }
        HistorySettings pace = settings.apply(connection);
        HistoryTally tally = new HistoryTally(HistoricalLoad.sites(sites));
        List<HistoricalLoad.Source> sources = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (HistorySurvey.Source source : found) {
            String cutOff = cutOff(connection, source);
            HistorySurvey.Outcome outcome = survey.plan(connection, source.id(), cutOff, chunk -> {
                tally.plan(chunk);
                progress.accept(tally.records());
            });
            outcome.faults().forEach(fault -> faults.add(source.id() + ": " + fault));
            if (source.query() && cutOff == null && outcome.newest() == null) {
                faults.add(source.id() + ": the query gives no row");
                continue;
            }
            String end = !source.query() ? "" : cutOff == null ? outcome.newest() : cutOff;
            sources.add(new HistoricalLoad.Source(
                    source.id(), source.query(), end, source.ongoing() == null ? "" : source.ongoing(), null));
        }
        if (tally.records() == 0) {
            if (!tally.otherSites().isEmpty()) {
                throw new GateRefused(
                        connection,
                        "backfill plan",
                        "The sources hold no record of " + HistoricalLoad.sites(sites) + ".",
                        "They name these sites: " + String.join(", ", tally.otherSites()) + ". Plan one of them.");
            }
            throw new GateRefused(
                    connection,
                    "backfill plan",
                    "There is nothing to load" + (faults.isEmpty() ? "." : ": " + String.join("; ", faults) + "."),
                    "If an ongoing source was begun with the first row it carries the history itself; then waive it: "
                            + "vaxroute backfill waive " + connection + " --why .... Otherwise mend the source.");
        }
        long files = Math.max(up(tally.messages(), pace.maxMessages()), up(tally.bytes(), pace.maxBytes()));
        HistoricalLoad load = ledger.historicalLoads()
                .plan(
                        connection,
                        HistoricalLoad.sites(sites),
                        new HistoricalLoad.Figures(
                                tally.records(),
                                tally.doses(),
                                tally.held(),
                                (int) files,
                                tally.bytes(),
                                (int) up(files, pace.filesPerDay()),
                                pace.messagesPerDay()),
                        sources,
                        tally.counts(),
                        who);
        List<String> facts = facts(load, tally, pace, faults);
        List<List<Object>> rows = new ArrayList<>();
        rows.add(List.of("year", "site", "records", "doses"));
        tally.counts().forEach(count -> rows.add(List.of(count.year(), count.site(), count.records(), count.doses())));
        Path page = new HistoryPages(pace.reports())
                .write(
                        "backfill-" + connection + "-plan-" + load.id(),
                        "Plan " + load.id() + " of the historical load of " + load.of(),
                        facts,
                        rows);
        return new Planned(load, page, facts);
    }

    private static List<String> facts(
            HistoricalLoad load, HistoryTally tally, HistorySettings pace, List<String> faults) {
        List<String> facts = new ArrayList<>();
        facts.add(tally.records() + " records, " + tally.doses() + " doses; " + tally.withoutDose()
                + " records have no dose that can be read");
        facts.add(tally.held() + " records would be held for one of their doses or whole; by rule: "
                + (tally.heldByRule().isEmpty() ? "none" : tally.heldByRule().toString()));
        if (tally.ofOtherSites() > 0) {
            facts.add("for " + load.site() + "; " + tally.ofOtherSites()
                    + " records of other sites stay where they are: " + String.join(", ", tally.otherSites()));
        }
        facts.add(tally.leftOut() + " records would be left out: the ongoing feed has sent them");
        facts.add(load.figures().files() + " files, " + load.figures().bytes() + " bytes, "
                + load.figures().days() + " days at " + pace.filesPerDay() + " files a day");
        for (HistoricalLoad.Source source : load.sources()) {
            facts.add("source " + source.id() + ": "
                    + (source.query()
                            ? "up to " + source.cutOff()
                                    + (source.ongoing().isEmpty()
                                            ? "; no ongoing source of the same database goes on behind it"
                                            : "; behind it " + source.ongoing() + " goes on")
                            : "the files in its drop folder"));
        }
        facts.addAll(faults);
        return facts;
    }

    // History ends where the ongoing feed was begun, or is set to; if it never was, where the plan's reading ends.
    private String cutOff(String connection, HistorySurvey.Source source) {
        if (!source.query()) {
            return null;
        }
        Optional<String> begun = source.ongoing() == null
                ? Optional.empty()
                : ledger.historicalLoads().beginning(connection, source.ongoing(), Feed.ONGOING);
        return begun.orElse(source.ongoingStart());
    }

    private static long up(long amount, long of) {
        return (amount + of - 1) / of;
    }

    /**
     * Starts a plan.
     *
     * @throws GateRefused when the connection is not LIVE or the registry's agreement is not on record
     * @throws org.vaxroute.ledger.WrongTransition when a load was started or waived before, with what to do
     */
    public HistoricalLoad start(long plan, String who) {
        HistoricalLoad load = ledger.historicalLoads()
                .find(plan)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no plan " + plan + ". Make one: vaxroute backfill plan CONNECTION."));
        earned(load.connection(), "backfill start");
        if (load.sources().isEmpty()) {
            throw new GateRefused(
                    load.connection(),
                    "backfill start",
                    "Plan " + plan + " names no source.",
                    "Make a new one: vaxroute backfill plan " + load.connection() + ".");
        }
        return ledger.historicalLoads().start(plan, who);
    }

    /** Stops reading and sending history, from now on. */
    public HistoricalLoad pause(String connection, String who, String why) {
        reason(connection, "backfill pause", why);
        return ledger.historicalLoads().pause(connection, who, why);
    }

    /** Goes on after a pause. */
    public HistoricalLoad resume(String connection, String who, String why) {
        reason(connection, "backfill resume", why);
        earned(connection, "backfill resume");
        return ledger.historicalLoads().resume(connection, who, why);
    }

    /** Decides that no history is sent. */
    public HistoricalLoad waive(String connection, String who, String why) {
        reason(connection, "backfill waive", why);
        return ledger.historicalLoads().waive(connection, who, why);
    }

    /** Opens a load that had ended before another one, of other sites. */
    public HistoricalLoad reopen(String connection, long plan, String who, String why) {
        ledger.historicalLoads()
                .find(plan)
                .filter(load -> load.connection().equals(connection))
                .orElseThrow(() -> new GateRefused(
                        connection,
                        "backfill reopen",
                        "It has no plan " + plan + ".",
                        "Look which it has: vaxroute backfill status " + connection + "."));
        reason(connection, "backfill reopen", why);
        earned(connection, "backfill reopen");
        return ledger.historicalLoads().reopen(plan, who, why);
    }

    /** Opens the load that had ended last. */
    public HistoricalLoad reopen(String connection, String who, String why) {
        reason(connection, "backfill reopen", why);
        earned(connection, "backfill reopen");
        return ledger.historicalLoads().reopen(connection, who, why);
    }

    private void earned(String connection, String step) {
        Permission permission = gate.mayLoadHistory(connection);
        if (!permission.open()) {
            throw new GateRefused(connection, step, permission.missing(), permission.remedy());
        }
    }

    private static void reason(String connection, String step, String why) {
        if (why == null || why.isBlank()) {
            throw new GateRefused(connection, step, "It needs a reason.", "Give it with --why.");
        }
    }

    /** How the load of a connection goes and what comes next, line by line. */
    public List<String> status(String connection) {
        Optional<HistoricalLoad> current = ledger.historicalLoads().current(connection);
        if (current.isEmpty()) {
            Optional<HistoricalLoad> plan =
                    ledger.historicalLoads().of(connection).stream().findFirst();
            return List.of(plan.map(made ->
                            "Plan " + made.id() + " of " + made.plannedAt().truncatedTo(ChronoUnit.SECONDS)
                                    + " was never started: vaxroute backfill start " + made.id() + ".")
                    .orElse("There is no plan: vaxroute backfill plan " + connection + "."));
        }
        HistoricalLoad load = current.get();
        List<String> lines = new ArrayList<>();
        lines.add(load.state() + ", plan " + load.id()
                + (load.site().equals(HistoricalLoad.ALL_SITES) ? "" : " for " + load.site())
                + (load.why().isEmpty() ? "" : ": " + load.why()));
        lines.add("planned: " + load.figures().records() + " records in "
                + load.figures().files() + " files, " + load.figures().days() + " days");
        for (HistoricalLoad.Source source : load.sources()) {
            long read = ledger.positions()
                    .get(connection, source.id(), Feed.HISTORICAL)
                    .map(position -> position.recordsRead() - position.repeated())
                    .orElse(0L);
            lines.add("source " + source.id() + ": " + read + " records read, "
                    + (source.query()
                            ? source.readAt() == null ? "goes to " + source.cutOff() : "read to " + source.cutOff()
                            : survey.filesWaiting(source.id()) + " files wait"));
            if (!source.query()) {
                lines.addAll(survey.filesUnread(source.id()));
            }
        }
        List<SubmissionFile> files = ledger.submissionFiles().of(connection, Feed.HISTORICAL);
        lines.add("files: " + files.size() + ", delivered: "
                + files.stream().filter(file -> file.state().delivered()).count());
        lines.add("waiting for a file: " + ledger.records().waiting(connection, Feed.HISTORICAL) + " records");
        if (load.state() == LoadState.RUNNING) {
            lines.add(next(load));
        }
        ledger.historicalLoads().of(connection).stream()
                .filter(other -> other.id() != load.id() && other.state() != LoadState.PLANNED)
                .forEach(other -> lines.add("plan " + other.id() + " for " + other.site() + ": " + other.state()
                        + (other.why().isEmpty() ? "" : ", " + other.why())));
        return lines;
    }

    /**
     * The report as of now, also written as a page and CSV. Reads the sources again, whole.
     *
     * @param progress hears now and then how many records were counted
     */
    public HistoryReport report(String connection, LongConsumer progress) {
        HistoricalLoad load = ledger.historicalLoads()
                .current(connection)
                .orElseThrow(() -> new GateRefused(
                        connection,
                        "backfill report",
                        "There is no historical load.",
                        "Make a plan: vaxroute backfill plan " + connection + "."));
        HistoryTally now = new HistoryTally(load.site());
        List<String> faults = new ArrayList<>();
        for (HistoricalLoad.Source source : load.sources()) {
            HistorySurvey.Outcome outcome =
                    survey.again(connection, source.id(), source.query() ? source.cutOff() : null, chunk -> {
                        now.again(chunk, ledger.knownDoses().of(chunk, false));
                        progress.accept(now.records());
                    });
            faults.addAll(outcome.faults());
        }
        HistoryReport report = HistoryReport.of(
                load,
                ledger.historicalLoads().counts(load.id()),
                now,
                ledger.historicalCounts().lines(connection),
                ledger.historicalCounts().files(connection),
                faults);
        List<List<Object>> rows = new ArrayList<>();
        rows.add(List.of(
                "year",
                "site",
                "planned doses",
                "in the sources now",
                "in the ledger",
                "in historical files",
                "with the ongoing feed",
                "held, duplicate, superseded, dropped",
                "explanation"));
        report.lines()
                .forEach(line -> rows.add(List.of(
                        line.year(),
                        line.site(),
                        line.planned(),
                        line.source(),
                        line.ledger(),
                        line.filed(),
                        line.ahead(),
                        line.other(),
                        line.words())));
        new HistoryPages(settings.apply(connection).reports())
                .write(
                        "backfill-" + connection + "-report-" + load.id(),
                        "Historical load of " + load.of() + ", plan " + load.id() + ": "
                                + (report.balanced() ? "balances" : "DOES NOT BALANCE"),
                        List.of(report.summary()),
                        rows);
        return report;
    }

    /** The connections whose next historical file is due, and ends loads that are through. */
    public List<DueFeed> due() {
        List<DueFeed> due = new ArrayList<>();
        Set<String> running = ledger.historicalLoads().running();
        Set<String> mayWait = ledger.records().mayWait(Feed.HISTORICAL);
        EachConnection.look(
                ledger,
                connections.stream()
                        .filter(connection -> running.contains(connection) || mayWait.contains(connection))
                        .toList(),
                connection -> {
                    Optional<HistoricalLoad> load = ledger.historicalLoads()
                            .current(connection)
                            .filter(current ->
                                    current.state() == LoadState.RUNNING || current.state() == LoadState.DONE);
                    if (load.isPresent() && due(load.get())) {
                        due.add(new DueFeed(connection, Feed.HISTORICAL, clock.instant()));
                    }
                },
                (connection, e) -> {
                    // What was the ledger's trouble passes by itself.
                    Duration rest = e instanceof LedgerUnavailable ? Duration.ZERO : REST;
                    rests.put(connection, clock.instant().plus(rest));
                    LOG.error(
                            "The historical load of {} could not be looked at; it is tried again at the first tick after {} minutes.",
                            connection,
                            rest.toMinutes(),
                            e);
                });
        return due;
    }

    private boolean due(HistoricalLoad load) {
        String connection = load.connection();
        Instant now = clock.instant();
        Instant rest = rests.getOrDefault(connection, Instant.MIN);
        // A rest that would last longer was begun before the clock was set back.
        if (now.isBefore(rest) && !rest.isAfter(now.plus(REST))) {
            return false;
        }
        if (onTheWay(connection, Feed.HISTORICAL).stream().anyMatch(file -> file.sha256() == null)) {
            return true;
        }
        if (ledger.records().waiting(connection, Feed.HISTORICAL, 1) == 0) {
            endWhenThrough(load);
            return false;
        }
        return obstacle(load).isEmpty();
    }

    private void endWhenThrough(HistoricalLoad load) {
        String connection = load.connection();
        boolean through = load.state() == LoadState.RUNNING
                && allRead(load)
                && ledger.submissionFiles()
                        .of(connection, Feed.HISTORICAL, FileState.NOT_AWAY)
                        .isEmpty();
        if (!through) {
            return;
        }
        HistoryReport report = report(connection, records -> {});
        ledger.historicalLoads().done(load.id(), report.summary());
        if (report.balanced()) {
            ledger.alarms().clear(ALARM, connection);
        } else {
            ledger.alarms().raise(ALARM, connection, report.summary());
        }
        LOG.info("The historical load of {} is done: {}", connection, report.summary());
    }

    /** Why no historical file is decided now; empty when one may be. */
    private Optional<String> obstacle(HistoricalLoad load) {
        String connection = load.connection();
        HistorySettings pace = settings.apply(connection);
        Permission permission = gate.maySend(connection, Feed.HISTORICAL);
        if (!permission.open()) {
            return Optional.of(permission.why());
        }
        if (!onTheWay(connection, Feed.ONGOING).isEmpty()) {
            return Optional.of("Files of the ongoing feed go first.");
        }
        Optional<String> paced = pacedOut(connection);
        if (paced.isPresent()) {
            return paced;
        }
        long waiting = ledger.records().waiting(connection, Feed.HISTORICAL, pace.maxMessages());
        if (waiting < pace.maxMessages()
                && !allRead(load)
                && ledger.historicalLoads().mayReadAhead(load)) {
            return Optional.of("Records are being read until a file is full.");
        }
        return Optional.empty();
    }

    /** Why the agreed pace lets no historical file of a connection be decided now; empty when it does. */
    public Optional<String> pacedOut(String connection) {
        HistorySettings pace = settings.apply(connection);
        Instant now = clock.instant();
        if (!pace.open().test(now)) {
            return Optional.of("It is outside of feed.historical.windows.");
        }
        long today = ledger.submissionFiles().decidedAfter(connection, Feed.HISTORICAL, now.minus(DAY));
        return today >= pace.filesPerDay()
                ? Optional.of("The " + pace.filesPerDay() + " files of the last 24 hours are used up.")
                : Optional.empty();
    }

    private String next(HistoricalLoad load) {
        boolean waits = ledger.records().waiting(load.connection(), Feed.HISTORICAL, 1) > 0;
        return "next: "
                + (waits
                        ? obstacle(load).orElse("A file is built within moments.")
                        : allRead(load)
                                ? "It ends when every file has left."
                                : "Records are read when their source is due.");
    }

    private boolean allRead(HistoricalLoad load) {
        return load.sources().stream()
                .allMatch(source -> source.query() ? source.readAt() != null : survey.filesWaiting(source.id()) == 0);
    }

    private List<SubmissionFile> onTheWay(String connection, Feed feed) {
        return ledger.submissionFiles().of(connection, feed, FileState.ON_THE_WAY);
    }
}
