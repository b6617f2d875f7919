package org.vaxroute.ledger;

import java.io.Closeable;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The way into the ledger. One object serves the whole process, and all of it may be used by several threads. */
public final class Ledger implements Closeable {
    private final Database database;
    private final ControlIds controlIds;
    private final Records records;
    private final SourceFiles sourceFiles;
    private final Positions positions;
    private final Topics topics;
    private final SubmissionFiles submissionFiles;
    private final Leases leases;
    private final Nodes nodes;
    private final Runs runs;
    private final Gates gates;
    private final Trail trail;
    private final Alarms alarms;
    private final Pauses pauses;
    private final Notices notices;
    private final Conservation conservation;
    private final Answers answers;
    private final Tasks tasks;
    private final Quality quality;
    private final UnsentDoses unsentDoses;
    private final HistoricalLoads historicalLoads;
    private final HistoricalCounts historicalCounts;
    private final KnownDoses knownDoses;
    private final RealPeople realPeople;
    private final Jobs jobs;
    private final WaitingCheck waitingCheck;
    private final SeenCertificates seenCertificates;
    private final SourceDays sourceDays;
    private final Replays replays;
    private final SecondReadings secondReadings;
    private final UnknownFiles unknownFiles;
    private final LedgerCopy copy;
    private final Retention retention;

    private Ledger(Database database, Identity identity, Function<String, ResendRules> resend, Clock clock) {
        this.database = database;
        Directory directory = new Directory(database);
        Payloads payloads = new TablePayloads();
        Authorities authorities = new Authorities(database);
        this.controlIds = new ControlIds(identity.tag());
        RecordLog recordLog = new RecordLog(database, controlIds);
        this.trail = new Trail(database, clock);
        Restored restored = new Restored(database, clock);
        this.records = new Records(
                database,
                new Store(database, directory, payloads, identity, resend, authorities, restored, recordLog, clock),
                new HeldSettling(database, payloads, identity, resend, recordLog, clock),
                payloads,
                controlIds,
                recordLog,
                trail,
                clock);
        this.sourceFiles = new SourceFiles(database, directory, clock);
        this.positions = new Positions(database, directory);
        this.topics = new Topics(database, trail, clock);
        this.alarms = new Alarms(database, clock);
        this.submissionFiles =
                new SubmissionFiles(database, directory, payloads, controlIds, recordLog, trail, alarms, clock);
        this.leases = new Leases(database);
        this.runs = new Runs(database, clock);
        this.gates = new Gates(database, clock, trail);
        this.nodes = new Nodes(database, trail, alarms);
        this.pauses = new Pauses(database, clock, trail, alarms);
        this.notices = new Notices(database, clock, trail);
        this.conservation = new Conservation(database);
        this.quality = new Quality(database);
        this.tasks = new Tasks(database, trail, clock);
        this.answers = new Answers(
                database,
                new AnswerMatching(controlIds, identity, authorities, payloads),
                submissionFiles,
                tasks,
                alarms,
                recordLog,
                trail,
                clock);
        this.unsentDoses = new UnsentDoses(database);
        this.historicalLoads = new HistoricalLoads(database, gates, trail, clock);
        this.historicalCounts = new HistoricalCounts(database);
        this.knownDoses = new KnownDoses(database, identity, payloads);
        this.realPeople = new RealPeople(database, identity, trail, clock);
        this.waitingCheck = new WaitingCheck(database, directory, payloads, identity, recordLog, clock);
        this.jobs = new Jobs(database, trail, clock);
        this.seenCertificates = new SeenCertificates(database, clock);
        this.sourceDays = new SourceDays(database);
        this.copy = new LedgerCopy(database);
        this.retention = new Retention(database, payloads, clock);
        this.replays = new Replays(database, directory, payloads, restored, alarms, clock);
        this.secondReadings = new SecondReadings(database, directory);
        this.unknownFiles = new UnknownFiles(database, restored, trail, clock);
    }

    /**
     * Opens the ledger, and makes or updates its schema.
     *
     * @param clock for every time that is written down; leases alone go by the database's clock
     * @throws LedgerUnavailable when the database cannot be reached or goes away meanwhile, saying what to look at
     * @throws LedgerException when it lets nobody in by these settings, or the schema is not one that this version can work with
     */
    public static Ledger open(LedgerSettings settings, Clock clock) {
        return open(settings, connection -> ResendRules.DEFAULT, clock);
    }

    /**
     * As {@link #open(LedgerSettings, Clock)}.
     *
     * @param resend what the registry of each connection wants to be told again
     */
    public static Ledger open(LedgerSettings settings, Function<String, ResendRules> resend, Clock clock) {
        return over(Database.open(settings), resend, clock);
    }

    /**
     * Opens the ledger over the connections of a server that keeps them itself, and makes or updates its schema.
     *
     * @param source of a PostgreSQL database; it is not closed with the ledger
     * @param resend what the registry of each connection wants to be told again
     * @throws LedgerUnavailable when it gives no connection
     * @throws LedgerException when it leads to another database, or the schema is not one that this version can work with
     */
    public static Ledger open(DataSource source, Function<String, ResendRules> resend, Clock clock) {
        return over(Database.over(source), resend, clock);
    }

    /**
     * A ledger without a database, for beans that routes only name while they are tried. Whatever asks it for something gets a
     * {@link LedgerException}.
     */
    public static Ledger none(Clock clock) {
        return new Ledger(Database.none(), Identity.random(), connection -> ResendRules.DEFAULT, clock);
    }

    /**
     * Looks whether the ledger's database lets us in, without opening the ledger.
     *
     * @throws LedgerUnavailable when it does not, and may do so later though nobody changes a setting
     * @throws LedgerException when it will not by these settings: unknown user or database, wrong password, a certificate that is not trusted
     */
    public static void reach(LedgerSettings settings) {
        Database.reach(settings);
    }

    private static Ledger over(Database database, Function<String, ResendRules> resend, Clock clock) {
        try {
            return new Ledger(database, Identity.of(database, clock), resend, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    public Records records() {
        return records;
    }

    public SourceFiles sourceFiles() {
        return sourceFiles;
    }

    public Positions positions() {
        return positions;
    }

    public Topics topics() {
        return topics;
    }

    public SubmissionFiles submissionFiles() {
        return submissionFiles;
    }

    public Leases leases() {
        return leases;
    }

    public Nodes nodes() {
        return nodes;
    }

    public Runs runs() {
        return runs;
    }

    public Gates gates() {
        return gates;
    }

    public Trail trail() {
        return trail;
    }

    public Alarms alarms() {
        return alarms;
    }

    public Pauses pauses() {
        return pauses;
    }

    public Notices notices() {
        return notices;
    }

    public Conservation conservation() {
        return conservation;
    }

    public UnsentDoses unsentDoses() {
        return unsentDoses;
    }

    public HistoricalLoads historicalLoads() {
        return historicalLoads;
    }

    public HistoricalCounts historicalCounts() {
        return historicalCounts;
    }

    public KnownDoses knownDoses() {
        return knownDoses;
    }

    public RealPeople realPeople() {
        return realPeople;
    }

    public WaitingCheck waitingCheck() {
        return waitingCheck;
    }

    public SeenCertificates seenCertificates() {
        return seenCertificates;
    }

    public SourceDays sourceDays() {
        return sourceDays;
    }

    public Jobs jobs() {
        return jobs;
    }

    public Replays replays() {
        return replays;
    }

    /** Files of EHRs that are read for a second time after a restore. */
    public SecondReadings secondReadings() {
        return secondReadings;
    }

    /** Files of which a registry knows and this ledger does not, after a restore. */
    public UnknownFiles unknownFiles() {
        return unknownFiles;
    }

    public Retention retention() {
        return retention;
    }

    public LedgerCopy copy() {
        return copy;
    }

    /** Runs work in one transaction: every step that it takes with this ledger on this thread is kept, or none when it throws. */
    public <T> T transact(Supplier<T> work) {
        return database.transact(sql -> work.get());
    }

    public Answers answers() {
        return answers;
    }

    public Quality quality() {
        return quality;
    }

    public Tasks tasks() {
        return tasks;
    }

    public ControlIds controlIds() {
        return controlIds;
    }

    /** How its database connections are used at this moment, where the pool is our own; asks no database. */
    public Optional<PoolUse> poolUse() {
        return database.poolUse();
    }

    /** As {@link Records#store}, for the route's store step. */
    public Stored store(Chunk chunk) {
        return records.store(chunk);
    }

    /**
     * Asks the database for an answer.
     *
     * @throws LedgerUnavailable when none comes
     */
    public void check() {
        database.call(sql -> sql.sql("select count(*) from ledger_identity")
                .query(Long.class)
                .single());
    }

    /**
     * For a stop: from now on nobody waits long for a database that says nothing. What is not done within seconds is rolled back, and
     * whoever waits for it is told that the ledger is away.
     */
    public void hurry() {
        database.hurry();
    }

    @Override
    public void close() {
        leases.close();
        database.close();
    }
}
