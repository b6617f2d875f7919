package org.vaxroute.ledger;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Submission files: which records each holds, and every step on its way. A step is one update that names the state it starts from; when the
 * file is not there any more, or the lease is lost, it throws {@link WrongTransition} and changes nothing.
 */
public final class SubmissionFiles {
    /** What an outgoing message may grow by when its control id, processing id and segment ends are set. */
    private static final int GROWTH = 64;

    /** Records, and bytes of text, that are read ahead. */
    private static final int PAGE = 1000;

    /** The ids of accounts that carry test files alone end like this; the schema holds them to it. */
    public static final String TEST_ACCOUNT = "/test";

    /** Raised while a file is UNSURE. */
    static final String UNSURE = "file-unsure";

    private static final String UPLOADED_AS = "file-uploaded-as";

    /** Steps of a file that tell what became of its records. */
    private static final Set<FileState> FOLLOWED =
            Set.of(FileState.SENT, FileState.UNSURE, FileState.REFUSED, FileState.WITHDRAWN);

    // A lane is a connection's feed, and files are found by theirs.
    private static final String OF_A_FEED = " lane_id = (select lane_id from lane where connection = ? and feed = ?)";

    private static final long PAGE_BYTES = 8L * 1024 * 1024;

    private final Database database;
    private final Directory directory;
    private final Payloads payloads;
    private final ControlIds controlIds;
    private final RecordLog recordLog;
    private final Trail trail;
    private final Alarms alarms;
    private final Clock clock;
    private final Lease lease;
    private final AtomicReference<FileWitness> witness;
    private final FileSeries series;
    private final Overtaken overtaken;

    SubmissionFiles(
            Database database,
            Directory directory,
            Payloads payloads,
            ControlIds controlIds,
            RecordLog recordLog,
            Trail trail,
            Alarms alarms,
            Clock clock) {
        this(
                database,
                directory,
                payloads,
                controlIds,
                recordLog,
                trail,
                alarms,
                clock,
                null,
                new AtomicReference<>((file, state) -> {}));
    }

    private SubmissionFiles(
            Database database,
            Directory directory,
            Payloads payloads,
            ControlIds controlIds,
            RecordLog recordLog,
            Trail trail,
            Alarms alarms,
            Clock clock,
            Lease lease,
            AtomicReference<FileWitness> witness) {
        this.database = database;
        this.directory = directory;
        this.payloads = payloads;
        this.controlIds = controlIds;
        this.recordLog = recordLog;
        this.trail = trail;
        this.alarms = alarms;
        this.clock = clock;
        this.lease = lease;
        this.witness = witness;
        this.series = new FileSeries(database);
        this.overtaken = new Overtaken(database);
    }

    /** Has every step from now on, whoever takes it, told to this witness. */
    public void tell(FileWitness told) {
        witness.set(told);
    }

    /** The same files, where every step also needs this lease to be held still. */
    public SubmissionFiles under(Lease lease) {
        return new SubmissionFiles(
                database, directory, payloads, controlIds, recordLog, trail, alarms, clock, lease, witness);
    }

    /** Takes in the members of a file, one after the other. */
    @FunctionalInterface
    public interface Sink {
        void take(OutgoingRecord record) throws IOException;
    }

    /**
     * Decides the next file of a feed in one transaction: the READY records that are in no file yet, in their order, up to the limits.
     *
     * @return empty when none waits
     * @throws LedgerException when the naming has no number and gives a name that this connection has used before
     */
    public Optional<SubmissionFile> assemble(Assembly order) {
        int lane = directory.lane(order.connection(), order.feed());
        Instant now = clock.instant();
        series.ensure(FileSeries.Series.of(order, now), order.naming().start());
        return database.transact(sql -> {
            checkLease(sql);
            long filedNo = lockLane(sql, lane);
            Range range = nextRange(lane, filedNo, order.maxMessages(), order.maxBytes());
            if (range.messages == 0) {
                return Optional.empty();
            }
            sql.sql("update lane set filed_no = ? where lane_id = ?")
                    .params(range.last, lane)
                    .update();
            return Optional.of(first(sql, order, lane, filedNo + 1, range, now));
        });
    }

    /**
     * Decides a file without a message, as a sign of life for the registry, when none waits. It takes the lane's next number, to which no
     * record belongs, so that every file stays a range of its lane.
     *
     * @return empty when a record waits
     */
    public Optional<SubmissionFile> heartbeat(Assembly order) {
        int lane = directory.lane(order.connection(), order.feed());
        Instant now = clock.instant();
        series.ensure(FileSeries.Series.of(order, now), order.naming().start());
        return database.transact(sql -> {
            checkLease(sql);
            long filedNo = lockLane(sql, lane);
            if (nextRange(lane, filedNo, 1, 1).messages > 0) {
                return Optional.empty();
            }
            long number = database.jdbc(connection -> Lanes.take(connection, lane, 1));
            sql.sql("update lane set filed_no = last_no where lane_id = ?")
                    .param(lane)
                    .update();
            return Optional.of(first(sql, order, lane, filedNo + 1, new Range(number, 0, 0), now));
        });
    }

    /**
     * Lets a record with few doses go first in the test feed, where the order of records means nothing. Call it in the transaction that
     * decides the file.
     *
     * @param most doses that it may have
     */
    public void smallFirst(String connection, long most) {
        int lane = directory.lane(connection, Feed.TEST);
        database.transact(sql -> {
            long first = lockLane(sql, lane) + 1;
            Optional<Long> small = sql.sql("select lane_no from record where lane_id = ? and lane_no >= ?"
                            + " and doses between 1 and ? order by lane_no fetch first 1 rows only")
                    .params(lane, first, most)
                    .query(Long.class)
                    .optional();
            if (small.filter(no -> no > first).isPresent()) {
                swap(sql, lane, first, small.get());
            }
            return null;
        });
    }

    private static void swap(JdbcClient sql, int lane, long one, long other) {
        String move = "update record set lane_no = ? where lane_id = ? and lane_no = ?";
        // No lane has a number below 1.
        sql.sql(move).params(-one, lane, one).update();
        sql.sql(move).params(one, lane, other).update();
        sql.sql(move).params(other, lane, -one).update();
    }

    /** The first generation of a file over a range of its lane. */
    private SubmissionFile first(JdbcClient sql, Assembly order, int lane, long firstNo, Range range, Instant now) {
        FileSeries.Named named = FileSeries.next(sql, FileSeries.Series.of(order, now), order.naming(), now);
        long id = insert(
                sql,
                new NewFile(
                        order.connection(),
                        order.feed(),
                        lane,
                        firstNo,
                        range.last,
                        1,
                        null,
                        order.account(),
                        order.folder(),
                        named,
                        order.envelope(),
                        range.messages,
                        range.doses),
                now);
        SubmissionFile decided = find(id).orElseThrow();
        recordLog.file(decided, FileState.BUILT);
        return decided;
    }

    /** Gives the members of a file in their order to the sink. Needs little memory, whatever the size of the file. */
    public long read(SubmissionFile file, Sink sink) throws IOException {
        long count = 0;
        long after = file.firstNo() - 1;
        while (after < file.lastNo()) {
            List<Member> page = page(file, after);
            if (page.isEmpty()) {
                break;
            }
            Map<Long, byte[]> blocks = blocks(page);
            Map<Long, RecordTrace> traces = database.jdbc(connection ->
                    Traces.of(connection, page.stream().map(Member::row).toList()));
            for (Member member : page) {
                byte[] block = blocks.get(member.place.payload());
                if (block == null) {
                    throw Retention.missing(member.row.id(), member.place);
                }
                long id = member.row.id();
                sink.take(new OutgoingRecord(
                        id, controlIds.of(id), member.place.outgoing(block), member.row.doses(), traces.get(id)));
                count++;
            }
            after = page.get(page.size() - 1).row.place();
        }
        return count;
    }

    /**
     * Says that the file's bytes are written. Said again after a restart it must be the same bytes.
     *
     * @param sha256 of the bytes, 32 bytes
     * @throws LedgerException when the counts are not those that were decided, or the bytes are others than before
     */
    public SubmissionFile built(long id, byte[] sha256, long size, int messages, long doses) {
        return database.transact(sql -> {
            SubmissionFile file = lock(sql, id);
            String hash = HexFormat.of().formatHex(sha256);
            if (file.messages() != messages || file.doses() != doses) {
                throw new LedgerException(
                        "Submission file " + file.name() + " should hold " + file.messages() + " messages and "
                                + file.doses() + " doses, but " + messages + " and " + doses
                                + " were written. It must not be sent; report this as an error of the program.");
            }
            if (file.sha256() != null && !(file.sha256().equals(hash) && file.size() == size)) {
                throw new LedgerException(
                        "Submission file " + file.name()
                                + " was written again with other bytes than before. It must not be sent; report this as an error of the program.");
            }
            if (file.sha256() == null) {
                step(sql, id, "sha256 = ?, size_bytes = ?, built_at = ?", Set.of(FileState.BUILT), sha256, size, now());
            }
            return find(id).orElseThrow();
        });
    }

    /**
     * An upload begins, or begins anew. Its bytes must be written, and the gate must stand where a file of this stage may leave: a test file
     * never leaves after approval with a shared account, a production file never before it, whoever asks. A connection of which the gate
     * knows nothing has earned nothing.
     */
    public SubmissionFile sending(long id) {
        return database.transact(sql -> {
            SubmissionFile file = get(id);
            // A step of the gate waits until this is committed, and sees that the file leaves.
            GateState gate = sql.sql("select state from gate where connection = ? for update")
                    .param(file.connection())
                    .query(String.class)
                    .optional()
                    .map(GateState::valueOf)
                    .orElse(GateState.REGISTERED);
            if (!leaves(file, gate)) {
                throw new WrongTransition("Submission file " + file.name() + " is a "
                        + file.stage().name().toLowerCase(Locale.ROOT) + " file, and connection "
                        + file.connection() + " is " + gate + "; it must not leave.");
            }
            if (answeredBefore(file)) {
                throw new WrongTransition("Submission file " + file.name()
                        + " must not leave: the registry has answered the file that it replaces.");
            }
            return transition(
                    id, FileState.SENDING, "attempts = attempts + 1, sending_at = ?, next_attempt = null", now());
        });
    }

    private static boolean leaves(SubmissionFile file, GateState gate) {
        boolean approved = gate == GateState.APPROVED || gate == GateState.LIVE;
        return file.stage() == Stage.PRODUCTION
                ? approved
                : gate == GateState.TESTING
                        || gate == GateState.SUSPENDED
                        || approved && file.account().endsWith(TEST_ACCOUNT);
    }

    /** Whether the registry has answered the file that this one replaces since this one was decided, which has not begun to leave. */
    public boolean answeredBefore(SubmissionFile file) {
        return file.replaces() != null
                && file.state() == FileState.BUILT
                && database.call(sql -> sql.sql(
                                        "select count(*) from submission_file f join submission_file before"
                                                + " on before.submission_file_id = f.replaces"
                                                + " where f.submission_file_id = ? and f.state = 'BUILT' and before.answered > f.answered")
                                .param(file.id())
                                .query(Long.class)
                                .single())
                        > 0;
    }

    /** An upload was refused, and nothing of it is left at the registry; the next attempt begins at the beginning. */
    public SubmissionFile nothingArrived(long id) {
        return transition(id, FileState.BUILT, "sending_at = ?", null);
    }

    /** All bytes are at the registry under the temporary name, and their number was proved. */
    public SubmissionFile uploaded(long id) {
        return transition(id, FileState.UPLOADED, "uploaded_at = ?", now());
    }

    /** As {@link #uploaded(long)}, at a place that {@link #laidAt} gives back whatever the settings say by then. */
    public SubmissionFile uploaded(long id, String place) {
        return database.transact(sql -> {
            SubmissionFile file = uploaded(id);
            trail.append("delivery", UPLOADED_AS, subject(file), place);
            return file;
        });
    }

    /** Where the file was uploaded under its temporary name; empty where a version that did not write it down did so. */
    public Optional<String> laidAt(SubmissionFile file) {
        return trail.of(subject(file)).stream()
                .filter(entry -> entry.action().equals(UPLOADED_AS))
                .reduce((earlier, later) -> later)
                .map(TrailEntry::detail);
    }

    /** The file has its final name at the registry, or was seen to be picked up. */
    public SubmissionFile sent(long id) {
        return transition(id, FileState.SENT, "sent_at = ?, next_attempt = null, last_error = null", now());
    }

    /** As {@link #sent(long)}, on the word of a person who uploaded it or found it at the registry. */
    public SubmissionFile sent(long id, Instant when, String who, String why) {
        return database.transact(sql -> {
            SubmissionFile file = lock(sql, id);
            trail.append(who, "file-sent", "file:" + file.name(), why);
            return transition(
                    id, FileState.SENT, "sent_at = ?, next_attempt = null, last_error = null", Database.at(when));
        });
    }

    /** Nobody can tell whether it arrived; an alarm says so until somebody or an answer can. */
    public SubmissionFile unsure(long id, String reason) {
        return database.transact(sql -> {
            SubmissionFile file =
                    transition(id, FileState.UNSURE, "last_error = ?, next_attempt = null", Texts.cut(reason, 1000));
            alarms.raise(UNSURE, subject(file), reason);
            return file;
        });
    }

    /** The registry answered it. */
    public SubmissionFile answered(long id) {
        return transition(id, FileState.ANSWERED, "answered_at = ?", now());
    }

    /** The attempt failed; the state stays, and the next attempt waits. */
    public SubmissionFile attemptFailed(long id, Instant nextAttempt, String reason) {
        return database.transact(sql -> {
            step(
                    sql,
                    id,
                    "next_attempt = ?, last_error = ?",
                    Set.of(FileState.BUILT, FileState.SENDING, FileState.UPLOADED),
                    Database.at(nextAttempt),
                    Texts.cut(reason, 1000));
            return find(id).orElseThrow();
        });
    }

    /**
     * The registry refused the file as a whole, or lost it. In the same transaction the next generation is decided over the same records,
     * under a new name. Of these the next generation counts as answered what was answered already.
     *
     * @param envelope of the next generation; null for that of the refused file
     * @return the next generation
     * @throws WrongTransition when it would undo something newer at the registry, saying of which records and what to do
     */
    public SubmissionFile refused(long id, FileNaming naming, String envelope, String who, String why) {
        Instant now = clock.instant();
        SubmissionFile known = get(id);
        FileSeries.Series counted =
                new FileSeries.Series(known.connection(), known.account(), known.folder(), naming.series(now));
        series.ensure(counted, naming.start());
        return database.transact(sql -> {
            // Whatever is filed from here on leaves after the next generation.
            long filedNo = lockLane(sql, known.laneId());
            SubmissionFile file = transition(id, FileState.REFUSED, "closed_why = ?", Texts.cut(why, 1000));
            overtaken.why(sql, file, filedNo).ifPresent(not -> {
                throw new WrongTransition(not);
            });
            FileSeries.Named named = FileSeries.next(sql, counted, naming, now);
            long next = insert(
                    sql,
                    new NewFile(
                            file.connection(),
                            file.feed(),
                            file.laneId(),
                            file.firstNo(),
                            file.lastNo(),
                            file.generation() + 1,
                            file.id(),
                            file.account(),
                            file.folder(),
                            named,
                            envelope == null ? file.envelope() : envelope,
                            file.messages(),
                            file.doses()),
                    now);
            sql.sql("update submission_file set answered = (select count(*) from record where lane_id = ?"
                            + " and lane_no between ? and ? and answered_at is not null) where submission_file_id = ?")
                    .params(file.laneId(), file.firstNo(), file.lastNo(), next)
                    .update();
            trail.append(who, "file-refused", "file:" + file.name(), why + " Next generation: " + named.name());
            SubmissionFile decided = find(next).orElseThrow();
            recordLog.file(decided, FileState.BUILT);
            return decided;
        });
    }

    /**
     * Why {@link #refused} would not send a file again, saying of which records the registry was told something newer and what to do; empty
     * when nothing newer stands in the way. It locks nothing: what is filed meanwhile shows in {@code refused} alone.
     */
    public Optional<String> overtaken(long id) {
        return database.transact(sql -> {
            SubmissionFile file = get(id);
            long filedNo = sql.sql("select filed_no from lane where lane_id = ?")
                    .param(file.laneId())
                    .query(Long.class)
                    .single();
            return overtaken.why(sql, file, filedNo);
        });
    }

    /** How many messages of a file the registry has answered. */
    public int answeredOf(long id) {
        return database.call(sql -> sql.sql("select answered from submission_file where submission_file_id = ?")
                .param(id)
                .query(Integer.class)
                .single());
    }

    /**
     * Takes back a file that did not arrive; its records are DROPPED in the same transaction, but for those that were answered. One that is
     * SENT is taken back only where {@link #refused} cannot send it again.
     */
    public SubmissionFile withdrawn(long id, String who, String why) {
        return database.transact(sql -> {
            SubmissionFile known = get(id);
            if (known.state() == FileState.SENT
                    && overtaken.of(sql, known, lockLane(sql, known.laneId())).isEmpty()) {
                throw new WrongTransition("Submission file " + known.name()
                        + " is SENT. If the registry lost it, its records can go again: vaxroute files resend "
                        + known.name() + " --why ...");
            }
            SubmissionFile file = transition(id, FileState.WITHDRAWN, "closed_why = ?", Texts.cut(why, 1000));
            dropMembers(file, Texts.cut("file " + file.name() + " withdrawn: " + why, 200));
            trail.append(who, "file-withdrawn", "file:" + file.name(), why);
            return file;
        });
    }

    /** Files of an account that may be worked on now, oldest first: UPLOADED ones first, since only a rename is owed. */
    public List<SubmissionFile> due(String account, int limit) {
        return database.call(sql -> sql.sql(
                        "select * from submission_file where account = ? and state in ('BUILT', 'SENDING', 'UPLOADED')"
                                + " and (next_attempt is null or next_attempt <= ?)"
                                + " order by case state when 'UPLOADED' then 0 when 'SENDING' then 1 else 2 end, submission_file_id"
                                + " fetch first ? rows only")
                .params(account, now(), limit)
                .query(SubmissionFiles::file)
                .list());
    }

    /** Those of these accounts that have a file that did not leave yet. */
    public Set<String> withOutgoing(Set<String> accounts) {
        if (accounts.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(database.call(sql -> sql.sql(
                        "select a.account from unnest(cast(? as varchar array)) as a (account) where exists"
                                + " (select 1 from submission_file f where f.account = a.account and f.state in ('BUILT', 'SENDING', 'UPLOADED'))")
                .param(accounts.toArray(String[]::new))
                .query(String.class)
                .list()));
    }

    /** Files of an account that did not leave yet, oldest first, whether they wait for a next attempt or not. */
    public List<SubmissionFile> outgoing(String account, int limit) {
        return database.call(sql -> sql.sql(
                        "select * from submission_file where account = ? and state in ('BUILT', 'SENDING', 'UPLOADED')"
                                + " order by submission_file_id fetch first ? rows only")
                .params(account, limit)
                .query(SubmissionFiles::file)
                .list());
    }

    /** When this account sent files since that moment, in order: for the pace. */
    public List<Instant> sentTimes(String account, Instant since) {
        return database.call(sql -> sql.sql(
                        "select sent_at from submission_file where account = ? and sent_at >= ? order by sent_at")
                .params(account, Database.at(since))
                .query((row, n) -> Database.instant(row, "sent_at"))
                .list());
    }

    /** When the last file of this account left; empty before the first. */
    public Optional<Instant> lastSent(String account) {
        return database.call(sql -> sql.sql("select max(sent_at) sent_at from submission_file where account = ?")
                .param(account)
                .query((row, n) -> Optional.ofNullable(Database.instant(row, "sent_at")))
                .single());
    }

    /** Files of each connection by state. */
    public Map<String, Map<FileState, Long>> counts() {
        return database.call(sql -> {
            Map<String, Map<FileState, Long>> counts = new TreeMap<>();
            sql.sql("select connection, state, count(*) from submission_file group by connection, state")
                    .query(row -> {
                        counts.computeIfAbsent(row.getString(1), any -> new EnumMap<>(FileState.class))
                                .put(FileState.valueOf(row.getString(2)), row.getLong(3));
                    });
            return counts;
        });
    }

    /** Files in these states, oldest first. */
    public List<SubmissionFile> in(Set<FileState> states, int limit) {
        return database.call(sql -> sql.sql("select * from submission_file where state in (" + list(states)
                        + ") order by submission_file_id fetch first ? rows only")
                .param(limit)
                .query(SubmissionFiles::file)
                .list());
    }

    /** The latest files, newest first. */
    public List<SubmissionFile> recent(int limit) {
        return database.call(
                sql -> sql.sql("select * from submission_file order by submission_file_id desc fetch first ? rows only")
                        .param(limit)
                        .query(SubmissionFiles::file)
                        .list());
    }

    /** Files of a connection and feed, oldest first: after years they are thousands. */
    public List<SubmissionFile> of(String connection, Feed feed) {
        return database.call(
                sql -> sql.sql("select * from submission_file where" + OF_A_FEED + " order by submission_file_id")
                        .params(connection, feed.name())
                        .query(SubmissionFiles::file)
                        .list());
    }

    /** As {@link #of(String, Feed)}, of those in one of these states alone. */
    public List<SubmissionFile> of(String connection, Feed feed, Set<FileState> states) {
        return database.call(sql -> sql.sql("select * from submission_file where" + OF_A_FEED + " and state in ("
                        + list(states) + ") order by submission_file_id")
                .params(connection, feed.name())
                .query(SubmissionFiles::file)
                .list());
    }

    /** How many files of a connection and feed were decided after that moment. */
    public long decidedAfter(String connection, Feed feed, Instant moment) {
        return database.call(
                sql -> sql.sql("select count(*) from submission_file where" + OF_A_FEED + " and decided_at > ?")
                        .params(connection, feed.name(), Database.at(moment))
                        .query(Long.class)
                        .single());
    }

    /** When the last file of a connection and feed left; empty before the first. */
    public Optional<Instant> lastSent(String connection, Feed feed) {
        return database.call(sql -> sql.sql("select max(sent_at) sent_at from submission_file where" + OF_A_FEED)
                .params(connection, feed.name())
                .query((row, n) -> Optional.ofNullable(Database.instant(row, "sent_at")))
                .single());
    }

    private static String list(Set<FileState> states) {
        return states.stream().map(state -> "'" + state.name() + "'").collect(Collectors.joining(", "));
    }

    /** How many files this account sent since that moment: for the pace. */
    public long sentSince(String account, Instant since) {
        return database.call(sql -> sql.sql("select count(*) from submission_file where account = ? and sent_at >= ?")
                .params(account, Database.at(since))
                .query(Long.class)
                .single());
    }

    public Optional<SubmissionFile> find(long id) {
        return database.call(sql -> sql.sql("select * from submission_file where submission_file_id = ?")
                .param(id)
                .query(SubmissionFiles::file)
                .optional());
    }

    /** Files of this name, capitals or not, newest first; names are unique only per account and folder. */
    public List<SubmissionFile> named(String name) {
        return database.call(
                sql -> sql.sql("select * from submission_file where name_folded = ? order by submission_file_id desc")
                        .param(fold(name))
                        .query(SubmissionFiles::file)
                        .list());
    }

    /**
     * The file that a person means.
     *
     * @param name of the file, or {@code CONNECTION/NAME}
     * @param fit whether to a file may be done what the person wants
     * @return the newest that fits
     * @throws IllegalArgumentException when files of several connections fit
     */
    public Optional<SubmissionFile> meant(String name, Predicate<SubmissionFile> fit) {
        List<SubmissionFile> fitting = meant(name).stream().filter(fit).toList();
        List<String> connections = fitting.stream()
                .map(SubmissionFile::connection)
                .distinct()
                .sorted()
                .toList();
        if (connections.size() > 1) {
            throw new IllegalArgumentException("The connections " + String.join(" and ", connections)
                    + " have a file of this name. Say which is meant, as in " + connections.get(0) + "/" + name + ".");
        }
        return fitting.stream().findFirst();
    }

    /** All files that a person may mean by a name or by {@code CONNECTION/NAME}, newest first. */
    public List<SubmissionFile> meant(String name) {
        int slash = name.indexOf('/');
        return named(name.substring(slash + 1)).stream()
                .filter(file -> slash < 0 || file.connection().equals(name.substring(0, slash)))
                .toList();
    }

    /** As {@link #named(String)}, of those that go with this account. */
    public List<SubmissionFile> named(String account, String name) {
        return database.call(sql -> sql.sql("select * from submission_file where account = ? and name_folded = ?"
                        + " order by submission_file_id desc")
                .params(account, fold(name))
                .query(SubmissionFiles::file)
                .list());
    }

    /** The file that a record travels in, of the latest generation; empty when it is in none. */
    public Optional<SubmissionFile> holding(long recordId) {
        return database.call(sql -> sql.sql("select f.* from record r join submission_file f on f.lane_id = r.lane_id"
                        + " and r.lane_no between f.first_no and f.last_no where r.record_id = ?"
                        + " order by f.generation desc fetch first 1 rows only")
                .param(recordId)
                .query(SubmissionFiles::file)
                .optional());
    }

    private void dropMembers(SubmissionFile file, String why) {
        database.jdbc(connection -> {
            drop(connection, file.laneId(), file.firstNo(), file.lastNo(), why);
            return null;
        });
    }

    /** Drops the waiting records of a lane between two numbers, but for those that the registry has answered. */
    static void drop(Connection connection, int lane, long first, long last, String why) throws SQLException {
        try (var members = connection.prepareStatement(
                        "select record_id from record where lane_id = ? and lane_no between ? and ? and state = 'READY'"
                                + " and answered_at is null");
                var record = connection.prepareStatement(
                        "update record set state = 'DROPPED', dropped_why = ? where record_id = ? and state = 'READY'");
                var doses = connection.prepareStatement(
                        "update dose set state = 'DROPPED' where dose_id between ? and ? and state = 'READY'")) {
            members.setInt(1, lane);
            members.setLong(2, first);
            members.setLong(3, last);
            try (ResultSet row = members.executeQuery()) {
                while (row.next()) {
                    record.setString(1, why);
                    record.setLong(2, row.getLong(1));
                    record.addBatch();
                    doses.setLong(1, DoseIds.floor(row.getLong(1)));
                    doses.setLong(2, DoseIds.ceiling(row.getLong(1)));
                    doses.addBatch();
                }
            }
            record.executeBatch();
            doses.executeBatch();
        }
    }

    private record Range(long last, int messages, long doses) {}

    private record NewFile(
            String connection,
            Feed feed,
            int lane,
            long firstNo,
            long lastNo,
            int generation,
            Long replaces,
            String account,
            String folder,
            FileSeries.Named named,
            String envelope,
            int messages,
            long doses) {}

    private record Member(Traces.Row row, TextPlace place) {}

    /** What was made to go before a record leaves in one file with it, unless the two are more than the limits allow. */
    private Range nextRange(int lane, long after, int maxMessages, long maxBytes) {
        return database.jdbc(connection -> {
            try (var select =
                    connection.prepareStatement("select r.lane_no, r.doses, coalesce(r.out_length, r.text_length),"
                            + " (select m.lane_no from record m where m.record_id = r.made_for and m.lane_id = r.lane_id) from record r"
                            + " where r.lane_id = ? and r.lane_no > ? order by r.lane_no fetch first ? rows only")) {
                select.setFetchSize(1000);
                select.setInt(1, lane);
                select.setLong(2, after);
                select.setInt(3, maxMessages);
                long last = after;
                int messages = 0;
                long doses = 0;
                long bytes = 0;
                long behind = 0;
                Range together = null;
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        bytes += row.getLong(3) + GROWTH;
                        if (messages > 0 && bytes > maxBytes) {
                            break;
                        }
                        last = row.getLong(1);
                        messages++;
                        doses += row.getInt(2);
                        behind = Math.max(behind, row.getLong(4));
                        if (behind <= last) {
                            together = new Range(last, messages, doses);
                        }
                    }
                }
                return together != null ? together : new Range(last, messages, doses);
            }
        });
    }

    private List<Member> page(SubmissionFile file, long after) {
        List<Member> rows = database.call(sql -> sql.sql(
                        "select lane_no, record_id, doses, payload_id, text_at, text_length, out_at, out_length, "
                                + Traces.COLUMNS
                                + " from record where lane_id = ? and lane_no > ? and lane_no <= ? order by lane_no"
                                + " fetch first ? rows only")
                .params(file.laneId(), after, file.lastNo(), PAGE)
                .query((row, n) -> new Member(Traces.Row.of(row), TextPlace.of(row, n)))
                .list());
        long bytes = 0;
        int count = 0;
        while (count < rows.size() && (count == 0 || bytes < PAGE_BYTES)) {
            TextPlace place = rows.get(count++).place;
            bytes += place.textLength() + (place.hasOut() ? place.outLength() : 0);
        }
        return new ArrayList<>(rows.subList(0, count));
    }

    private Map<Long, byte[]> blocks(List<Member> page) {
        Set<Long> ids = new LinkedHashSet<>();
        for (Member member : page) {
            ids.add(member.place.payload());
        }
        return database.jdbc(connection -> payloads.read(connection, ids));
    }

    private long insert(JdbcClient sql, NewFile file, Instant now) {
        sql.sql(
                        "insert into submission_file (connection, stage, feed, lane_id, first_no, last_no, generation, replaces, account,"
                                + " folder, name, name_folded, series, sequence_no, envelope, state, messages, doses, attempts, decided_at)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'BUILT', ?, ?, 0, ?)")
                .params(Arrays.asList(
                        file.connection,
                        file.feed.stage().name(),
                        file.feed.name(),
                        file.lane,
                        file.firstNo,
                        file.lastNo,
                        file.generation,
                        file.replaces,
                        file.account,
                        file.folder,
                        file.named.name(),
                        fold(file.named.name()),
                        file.named.series(),
                        file.named.sequence(),
                        file.envelope,
                        file.messages,
                        file.doses,
                        Database.at(now)))
                .update();
        return sql.sql(
                        "select submission_file_id from submission_file where account = ? and folder = ? and name_folded = ?")
                .params(file.account, file.folder, fold(file.named.name()))
                .query(Long.class)
                .single();
    }

    private SubmissionFile transition(long id, FileState to, String also, Object value) {
        Set<FileState> from = Arrays.stream(FileState.values())
                .filter(state -> state.mayBecome(to))
                .collect(Collectors.toSet());
        return database.transact(sql -> {
            String written = to == FileState.SENDING ? " and sha256 is not null" : "";
            SubmissionFile before = get(id);
            step(sql, id, "state = '" + to.name() + "', " + also, from, written, to, value);
            witness.get().step(before, to);
            if (before.state() == FileState.UNSURE) {
                alarms.clear(UNSURE, subject(before));
            }
            if (FOLLOWED.contains(to)) {
                recordLog.file(before, to);
            }
            return find(id).orElseThrow();
        });
    }

    private void step(JdbcClient sql, long id, String set, Set<FileState> from, Object... values) {
        step(sql, id, set, from, "", null, values);
    }

    /** The one place where a file changes. */
    private void step(
            JdbcClient sql, long id, String set, Set<FileState> from, String guard, FileState to, Object... values) {
        checkLease(sql);
        List<Object> params = new ArrayList<>(Arrays.asList(values));
        params.add(id);
        int changed = sql.sql("update submission_file set " + set + " where submission_file_id = ? and state in ("
                        + from.stream().map(s -> "'" + s.name() + "'").sorted().collect(Collectors.joining(", ")) + ")"
                        + guard)
                .params(params)
                .update();
        if (changed == 0) {
            SubmissionFile file = get(id);
            throw new WrongTransition("Submission file " + file.name() + " is " + file.state()
                    + (to == FileState.SENDING && file.sha256() == null ? " and its bytes are not written" : "")
                    + (to == null ? "; this step is not possible there." : "; it cannot become " + to + "."));
        }
    }

    private void checkLease(JdbcClient sql) {
        if (lease == null) {
            return;
        }
        boolean held = sql.sql("select fence from lease where name = ? and fence = ? and held_until > "
                        + database.dialect().now + " for update")
                .params(lease.name(), lease.fence())
                .query(Long.class)
                .optional()
                .isPresent();
        if (!held) {
            throw new WrongTransition(
                    "The lease " + lease.name() + " is lost to another holder; this node must stop its work on it.");
        }
    }

    private SubmissionFile lock(JdbcClient sql, long id) {
        return sql.sql("select * from submission_file where submission_file_id = ? for update")
                .param(id)
                .query(SubmissionFiles::file)
                .optional()
                .orElseThrow(() -> new WrongTransition("There is no submission file " + id + "."));
    }

    private SubmissionFile get(long id) {
        return find(id).orElseThrow(() -> new WrongTransition("There is no submission file " + id + "."));
    }

    private static long lockLane(JdbcClient sql, int lane) {
        return sql.sql("select filed_no from lane where lane_id = ? for update")
                .param(lane)
                .query(Long.class)
                .single();
    }

    private java.time.OffsetDateTime now() {
        return Database.at(clock.instant());
    }

    static String subject(SubmissionFile file) {
        return "file:" + file.name();
    }

    /** Servers on Windows do not tell capitals. */
    static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static SubmissionFile file(ResultSet row, int n) throws SQLException {
        byte[] sha256 = row.getBytes("sha256");
        Long size = TextPlace.nullable(row, "size_bytes");
        return new SubmissionFile(
                row.getLong("submission_file_id"),
                row.getString("connection"),
                Stage.valueOf(row.getString("stage")),
                Feed.valueOf(row.getString("feed")),
                row.getInt("lane_id"),
                row.getLong("first_no"),
                row.getLong("last_no"),
                row.getInt("generation"),
                TextPlace.nullable(row, "replaces"),
                row.getString("account"),
                row.getString("folder"),
                row.getString("name"),
                row.getString("series"),
                row.getLong("sequence_no"),
                row.getString("envelope"),
                FileState.valueOf(row.getString("state")),
                row.getInt("messages"),
                row.getLong("doses"),
                sha256 == null ? null : HexFormat.of().formatHex(sha256),
                size == null ? -1 : size,
                row.getInt("attempts"),
                Database.instant(row, "next_attempt"),
                row.getString("last_error"),
                Database.instant(row, "decided_at"),
                Database.instant(row, "built_at"),
                Database.instant(row, "sent_at"),
                Database.instant(row, "answered_at"));
    }
}
