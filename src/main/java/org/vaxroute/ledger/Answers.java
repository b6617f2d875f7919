package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What registries answered: the files that were fetched, what they say, and what that does to records, doses and submission files. */
public final class Answers {
    /** Raised while a file waits to leave although the registry has begun to answer the one that it replaces. */
    public static final String LATE = "answered-late";

    private static final int AT_ONCE = 1_000;

    private final Database database;
    private final AnswerMatching matching;
    private final AnswerLines lines;
    private final SubmissionFiles submissionFiles;
    private final Tasks tasks;
    private final Alarms alarms;
    private final RecordLog recordLog;
    private final Trail trail;
    private final Clock clock;

    Answers(
            Database database,
            AnswerMatching matching,
            SubmissionFiles submissionFiles,
            Tasks tasks,
            Alarms alarms,
            RecordLog recordLog,
            Trail trail,
            Clock clock) {
        this.database = database;
        this.matching = matching;
        this.lines = new AnswerLines(database);
        this.submissionFiles = submissionFiles;
        this.tasks = tasks;
        this.alarms = alarms;
        this.recordLog = recordLog;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Takes note of a file whose bytes are safe on the disk. The same content again, under whatever name, is the file that is known.
     *
     * @param name as the registry named it, made harmless
     * @param sha256 of its bytes, 32 bytes
     * @param keptAs name of our copy
     */
    public AnswerFile keep(String connection, String name, byte[] sha256, long size, String keptAs) {
        database.ensure(
                "insert into answer_file (connection, name, sha256, size_bytes, kept_as, state, messages, read_to, accepted,"
                        + " warned, rejected, undecided, unmatched, fetched_at) values (?, ?, ?, ?, ?, 'FETCHED', -1, 0, 0, 0, 0, 0, 0, ?)",
                connection,
                Texts.column(name, 255),
                sha256,
                size,
                Texts.column(keptAs, 300),
                Database.at(clock.instant()));
        return database.call(sql -> sql.sql("select * from answer_file where connection = ? and sha256 = ?")
                .params(connection, sha256)
                .query(Answers::file)
                .single());
    }

    /** Whether the content of an answer is known. */
    public boolean isKept(String connection, byte[] sha256) {
        return database.call(sql -> sql.sql("select count(*) from answer_file where connection = ? and sha256 = ?")
                        .params(connection, sha256)
                        .query(Long.class)
                        .single())
                > 0;
    }

    /** Whether a listing (a hash of name, size and time) was fetched before. */
    public boolean seen(String connection, byte[] listing) {
        return database.call(sql -> sql.sql("select count(*) from answer_seen where connection = ? and listing = ?")
                        .params(connection, listing)
                        .query(Long.class)
                        .single())
                > 0;
    }

    /** Remembers that a listing was fetched, so that it is not fetched again. */
    public void remember(String connection, byte[] listing) {
        database.ensure(
                "insert into answer_seen (connection, listing, seen_at) values (?, ?, ?)",
                connection,
                listing,
                Database.at(clock.instant()));
    }

    /** Files of these connections that were fetched and not read to their end, oldest first. */
    public List<AnswerFile> waiting(Collection<String> connections, int limit) {
        return database.call(
                // By connection H2 would read all files of all the years.
                sql -> sql.sql("select * from answer_file where state = 'FETCHED' and connection || '' = any(?)"
                                + " order by answer_file_id fetch first ? rows only")
                        .params(connections.toArray(String[]::new), limit)
                        .query(Answers::file)
                        .list());
    }

    /** The latest files, newest first. */
    public List<AnswerFile> recent(int limit) {
        return database.call(
                sql -> sql.sql("select * from answer_file order by answer_file_id desc fetch first ? rows only")
                        .param(limit)
                        .query(Answers::file)
                        .list());
    }

    /** Lines that speak of no record, or of several, and that nobody has put aside, oldest first. */
    public List<UnmatchedLine> unmatched(int limit) {
        return lines.unmatched(limit);
    }

    /** Those of one file, in its order. */
    public List<UnmatchedLine> unmatchedOf(AnswerFile file, int limit) {
        return lines.unmatchedOf(file, limit);
    }

    /** The files that a person must see to, oldest first: UNREADABLE ones and those with such lines, with the number of these lines. */
    public Map<AnswerFile, Integer> notUnderstood(int limit) {
        Map<AnswerFile, Integer> found = new LinkedHashMap<>();
        database.call(sql -> sql.sql(
                        "select f.*, w.loose from (select answer_file_id, count(distinct position) loose from answer"
                                + " where matched in " + AnswerLines.LOOSE + " group by answer_file_id union all"
                                + " select u.answer_file_id, 0 from answer_file u where u.state = 'UNREADABLE' and not exists (select 1"
                                + " from answer a where a.answer_file_id = u.answer_file_id and a.matched in "
                                + AnswerLines.LOOSE
                                + ")) w join answer_file f on f.answer_file_id = w.answer_file_id"
                                + " order by f.answer_file_id fetch first ? rows only")
                .param(limit)
                .query((row, n) -> found.put(file(row, n), row.getInt("loose")))
                .list());
        return found;
    }

    /** How many such lines there are. */
    public long unmatchedCount() {
        return lines.unmatchedCount();
    }

    /** Names of our copies of the files that have such lines. */
    public Set<String> withUnmatched() {
        return lines.unmatchedIn();
    }

    /**
     * Puts the unmatched lines of a file aside, and the file itself where it is UNREADABLE, because a person has read it.
     *
     * @return how many things were said in the lines
     * @throws WrongTransition when there is nothing to be put aside
     */
    public int dismiss(long id, String who, String why) {
        return database.transact(sql -> {
            int dismissed = lines.dismiss(id);
            int files = sql.sql("update answer_file set state = 'DISMISSED', read_at = ? where answer_file_id = ?"
                            + " and state = 'UNREADABLE'")
                    .params(Database.at(clock.instant()), id)
                    .update();
            if (dismissed + files == 0) {
                AnswerFile file = get(id);
                throw new WrongTransition("The answer " + file.keptAs() + " is " + file.state()
                        + " and has no unmatched line; there is nothing to put aside.");
            }
            trail.append(who, "answer-dismiss", "answer:" + get(id).keptAs(), why);
            return dismissed;
        });
    }

    /** The answer files whose copies have this name, newest first: several where connections were sent the same bytes. */
    public List<AnswerFile> keptAs(String name) {
        return database.call(sql -> sql.sql("select * from answer_file where kept_as = ? order by answer_file_id desc")
                .param(name)
                .query(Answers::file)
                .list());
    }

    /** Names of our copies of the files that have come so far. */
    public Set<String> keptIn(AnswerFile.State state) {
        return database.call(sql -> sql.sql("select distinct kept_as from answer_file where state = ?")
                .param(state.name())
                .query(String.class)
                .set());
    }

    /** Whether a line of a file speaks of no record, or of several, and nobody has put it aside. */
    public boolean anyUnmatched(AnswerFile file) {
        return lines.anyLoose(file);
    }

    public Optional<AnswerFile> find(long id) {
        return database.call(sql -> sql.sql("select * from answer_file where answer_file_id = ?")
                .param(id)
                .query(Answers::file)
                .optional());
    }

    /**
     * Says in which form the file is read, how many answers it holds, and which submission file it answers.
     *
     * @param byPlace whether its answers stand in the order of the messages that it answers
     * @param speaksFor messages of which it says everything; 0 when it does not say
     * @param submissionFile null when it does not say
     */
    public AnswerFile begin(long id, String format, int messages, boolean byPlace, int speaksFor, Long submissionFile) {
        database.call(sql -> sql.sql(
                        "update answer_file set format = ?, messages = ?, by_place = ?, speaks_for = ?, submission_file_id = ?"
                                + " where answer_file_id = ? and state = 'FETCHED'")
                .params(Arrays.asList(Texts.cut(format, 40), messages, byPlace, speaksFor, submissionFile, id))
                .update());
        return get(id);
    }

    /**
     * Applies the next answers of a file in one transaction: what is said is stored, records and doses move, and a submission file whose
     * messages are all answered is ANSWERED.
     *
     * @param answers in the order of the file, the first of them at {@code readTo + 1}
     * @param reportLag lines without control ids speak of what was sent at least this long before the file was fetched
     * @param zone in which the registry names days
     * @return the file with its new counts
     * @throws StalePosition when they were applied before: nothing was done, read on from the position on record
     */
    public AnswerFile apply(long id, List<Answer> answers, Duration reportLag, ZoneId zone) {
        Instant now = clock.instant();
        tasks.open(get(id).connection());
        return database.transact(sql -> {
            AnswerFile file = sql.sql("select * from answer_file where answer_file_id = ? for update")
                    .param(id)
                    .query(Answers::file)
                    .optional()
                    .orElseThrow(() -> new WrongTransition("There is no answer file " + id + "."));
            if (answers.isEmpty()) {
                return file;
            }
            if (file.state() != AnswerFile.State.FETCHED || answers.get(0).position() != file.readTo() + 1) {
                throw new StalePosition("Answer file " + file.keptAs() + " is " + file.state() + " and applied up to "
                        + file.readTo() + "; these answers begin at "
                        + answers.get(0).position() + ".");
            }
            AnswerFile.Counts counts =
                    database.jdbc(connection -> apply(connection, file, answers, reportLag, zone, now));
            AnswerFile.Counts sum = file.counts().plus(counts);
            sql.sql("update answer_file set read_to = ?, accepted = ?, warned = ?, rejected = ?, undecided = ?,"
                            + " unmatched = ? where answer_file_id = ?")
                    .params(
                            answers.get(answers.size() - 1).position(),
                            sum.accepted(),
                            sum.warned(),
                            sum.rejected(),
                            sum.unknown(),
                            sum.unmatched(),
                            id)
                    .update();
            return get(id);
        });
    }

    private AnswerFile.Counts apply(
            Connection sql, AnswerFile file, List<Answer> answers, Duration reportLag, ZoneId zone, Instant now)
            throws SQLException {
        database.byIndex(sql);
        Map<Integer, AnswerMatching.Match> matches = matching.match(sql, file, answers, reportLag, zone);
        AnswerEffects effects = new AnswerEffects(database.dialect());
        TaskBook book = new TaskBook();
        int[] outcomes = new int[Answer.Outcome.values().length];
        int unmatched = 0;
        try (AnswerLines.Writer written = new AnswerLines.Writer(sql, file)) {
            for (Answer received : answers) {
                AnswerMatching.Match match = matches.getOrDefault(received.position(), AnswerMatching.Match.NONE);
                SentRecord record = match.record();
                Answer answer = match.dose() == 0 ? received : received.about(match.dose());
                outcomes[answer.outcome().ordinal()]++;
                if (answer.speaksOfTheFile()) {
                    Long refused = record == null ? file.submissionFile() : Long.valueOf(record.file());
                    answer.said().forEach(item -> book.add(file, refused, answer.position(), item));
                } else if (record == null) {
                    unmatched++;
                } else {
                    effects.add(record, answer, file.byPlace());
                    answer.said().forEach(item -> book.add(record, answer.position(), item));
                }
                written.add(answer, match);
            }
            written.flush();
        }
        effects.write(sql, now);
        recordLog.answered(file, effects);
        // Whoever writes tasks, or may have accepted what closes one, sees what the other has done.
        TaskBook.lock(sql, file.connection());
        book.write(sql, file, now);
        Tasks.due(database.dialect(), sql, file, effects.patients(), book.files());
        // What was refused as a whole has arrived as well.
        book.files().stream().filter(id -> id > 0).forEach(this::arrived);
        effects.answeredByFile().forEach(this::answered);
        return new AnswerFile.Counts(outcomes[0], outcomes[1], outcomes[2], outcomes[3], unmatched);
    }

    private void answered(long submissionFile, int messages) {
        database.call(sql -> sql.sql("update submission_file set answered = answered + ? where submission_file_id = ?")
                .params(messages, submissionFile)
                .update());
        SubmissionFile file = submissionFiles.find(submissionFile).orElseThrow();
        if (file.state() == FileState.REFUSED) {
            answeredLate(file, messages);
            return;
        }
        arrived(submissionFile);
        if (isComplete(submissionFile)) {
            settled(submissionFile);
        }
    }

    /** The registry has a file after all whose records are to go again: they need not, as far as it has answered. */
    private void answeredLate(SubmissionFile file, int messages) {
        next(file).ifPresent(next -> {
            if (next.state() == FileState.SENDING) {
                database.call(sql -> sql.sql(
                                "update submission_file set answered = answered + ? where submission_file_id = ?")
                        .params(messages, next.id())
                        .update());
            } else if (next.state() == FileState.BUILT && isComplete(file.id())) {
                submissionFiles.withdrawn(
                        next.id(),
                        "VaxRoute",
                        "The registry has answered all of " + file.name() + ", which it replaces.");
                alarms.clear(LATE, "file:" + next.name());
                tasks.settleOf(file);
            } else if (submissionFiles.answeredBefore(next)) {
                alarms.raise(LATE, "file:" + next.name(), late(file, next));
            }
        });
    }

    /** The next generation of a file, locked, so that it has begun to leave or does not begin any more. */
    private Optional<SubmissionFile> next(SubmissionFile file) {
        return database.call(sql -> sql.sql(
                        "select * from submission_file where lane_id = ? and first_no = ? and generation = ? for update")
                .params(file.laneId(), file.firstNo(), file.generation() + 1)
                .query(SubmissionFiles::file)
                .optional());
    }

    private static String late(SubmissionFile file, SubmissionFile next) {
        return "File " + next.name() + " does not leave: the registry has begun to answer " + file.name()
                + ", which it replaces, so it has that after all. When all of that is answered, " + next.name()
                + " is withdrawn by itself. If the registry says that no more answers come: vaxroute files withdraw "
                + next.name()
                + " --why ... drops the records that it did not answer; then have the EHR hand over their patients again.";
    }

    private boolean isComplete(long submissionFile) {
        return database.call(sql -> sql.sql(
                                "select count(*) from submission_file where submission_file_id = ? and answered >= messages")
                        .param(submissionFile)
                        .query(Long.class)
                        .single())
                > 0;
    }

    /** Nobody answers what did not arrive: an answer settles what nobody could tell. */
    private void arrived(long submissionFile) {
        FileState state = state(submissionFile);
        if (state == FileState.SENDING || state == FileState.UPLOADED || state == FileState.UNSURE) {
            submissionFiles.sent(submissionFile);
            trail.append(
                    "VaxRoute",
                    "file-arrived",
                    "file:" + submissionFiles.find(submissionFile).orElseThrow().name(),
                    "The registry answered it; it was " + state + ".");
        }
    }

    private void settled(long submissionFile) {
        if (state(submissionFile).mayBecome(FileState.ANSWERED)) {
            tasks.settleOf(submissionFiles.answered(submissionFile));
        }
    }

    private FileState state(long submissionFile) {
        return submissionFiles
                .find(submissionFile)
                .map(SubmissionFile::state)
                .orElseThrow(() -> new WrongTransition("There is no submission file " + submissionFile + "."));
    }

    /**
     * Takes silence for consent, where a registry's profile says so: records without an answer of their own are ACCEPTED, and their file is
     * ANSWERED.
     *
     * @param sentBefore only files that left before this
     * @param onlyAnswered only files to which something was answered, as where a registry lists nothing but errors
     * @return the files that are settled by it
     */
    public List<SubmissionFile> settleSilent(String connection, Instant sentBefore, boolean onlyAnswered) {
        List<SubmissionFile> silent = database.call(sql -> sql.sql(
                        "select * from submission_file f where f.lane_id in (select lane_id from lane where connection = ?)"
                                + " and f.state = 'SENT' and f.sent_at < ?"
                                + (onlyAnswered
                                        ? " and exists (select 1 from answer_file a where a.submission_file_id = f.submission_file_id"
                                                + " and a.state = 'READ')"
                                        : "")
                                // What was not matched may speak of a record in it.
                                + " and not exists (select 1 from answer w join answer_file a on a.answer_file_id = w.answer_file_id"
                                + " where w.matched in " + AnswerLines.LOOSE
                                + " and a.connection = f.connection and a.fetched_at >= f.sent_at)"
                                // What nobody has read may say anything. By connection all files of all the years would
                                // be read.
                                + " and not exists (select 1 from answer_file a where a.connection || '' = f.connection"
                                + " and a.state in ('FETCHED', 'UNREADABLE') and a.fetched_at >= f.sent_at)"
                                // Silence after a refusal is no consent.
                                + " and not exists (select 1 from task t where t.subject = f.submission_file_id and t.about = 'FILE'"
                                + " and t.state <> 'CLOSED')"
                                + " order by f.submission_file_id")
                .params(connection, Database.at(sentBefore))
                .query(SubmissionFiles::file)
                .list());
        return silent.stream().map(this::settleSilent).toList();
    }

    private SubmissionFile settleSilent(SubmissionFile file) {
        tasks.open(file.connection());
        return database.transact(sql -> {
            SubmissionFile answered = submissionFiles.answered(file.id());
            acceptSilent(sql, answered);
            return answered;
        });
    }

    /** All of a file was spoken for: it has arrived, and what was not mentioned was taken. */
    private void settleSpokenFor(SubmissionFile file) {
        arrived(file.id());
        FileState state = state(file.id());
        if (state == FileState.SENT) {
            settleSilent(file);
        } else if (state == FileState.REFUSED
                && next(file).filter(next -> next.state() == FileState.BUILT).isPresent()) {
            database.transact(sql -> {
                acceptSilent(sql, file);
                answeredLate(file, 0);
                return null;
            });
        }
    }

    private void acceptSilent(JdbcClient sql, SubmissionFile file) {
        Instant now = clock.instant();
        String silent = "lane_id = ? and lane_no between ? and ? and state = 'READY' and answered_at is null";
        List<Map.Entry<Long, Integer>> records = sql.sql("select record_id, doses from record where " + silent)
                .params(file.laneId(), file.firstNo(), file.lastNo())
                .query((row, n) -> Map.entry(row.getLong(1), row.getInt(2)))
                .list();
        acceptDoses(sql, records);
        recordLog.unopposed(file, records);
        sql.sql("update record set state = 'ACCEPTED', answered_at = ? where " + silent)
                .params(Database.at(now), file.laneId(), file.firstNo(), file.lastNo())
                .update();
        sql.sql("update submission_file set answered = messages where submission_file_id = ?")
                .param(file.id())
                .update();
        tasks.settle(file);
    }

    /** Everything in the file has been applied: tasks whose corrected records it accepts are closed. */
    public AnswerFile finished(long id) {
        tasks.open(get(id).connection());
        return database.transact(sql -> {
            sql.sql("update answer_file set state = 'READ', read_at = ? where answer_file_id = ? and state = 'FETCHED'")
                    .params(Database.at(clock.instant()), id)
                    .update();
            AnswerFile read = get(id);
            if (!read.byPlace()) {
                acceptUnmentioned(sql, read);
            }
            if (read.speaksFor() > 0 && read.submissionFile() != null && !lines.anyLoose(read)) {
                submissionFiles
                        .find(read.submissionFile())
                        .filter(file -> file.messages() == read.speaksFor())
                        .ifPresent(this::settleSpokenFor);
            }
            if (read.submissionFile() != null) {
                submissionFiles
                        .find(read.submissionFile())
                        .filter(file -> file.messages() == 0)
                        .ifPresent(heartbeat -> answered(heartbeat.id(), 0));
            }
            tasks.settle(read);
            return read;
        });
    }

    /** A report is at its end: doses that it does not refuse, of records that it speaks of, were taken. */
    private void acceptUnmentioned(JdbcClient sql, AnswerFile file) {
        List<Map.Entry<Long, Integer>> records = sql.sql(
                        "select distinct r.record_id, r.doses from answer a join record r on r.record_id = a.record_id"
                                + " where a.answer_file_id = ? and r.state in ('ACCEPTED', 'WARNED', 'REJECTED') and not exists ("
                                + "select 1 from answer b where b.record_id = a.record_id and b.severity = 'ERROR'"
                                + " and b.settling <> 'BENIGN' and b.dose is null)")
                .param(file.id())
                .query((row, n) -> Map.entry(row.getLong(1), row.getInt(2)))
                .list();
        acceptDoses(sql, records);
    }

    private void acceptDoses(JdbcClient sql, List<Map.Entry<Long, Integer>> records) {
        for (int from = 0; from < records.size(); from += AT_ONCE) {
            List<Long> doses = DoseIds.all(records.subList(from, Math.min(records.size(), from + AT_ONCE)));
            for (Long[] some : database.dialect().portions(doses)) {
                sql.sql("update dose set state = 'ACCEPTED' where state = 'READY' and dose_id = any(?)")
                        .param(some)
                        .update();
            }
        }
    }

    /**
     * The file cannot be read.
     *
     * @param why for people; no patient data
     */
    public AnswerFile unreadable(long id, String why) {
        database.call(sql -> sql.sql("update answer_file set state = 'UNREADABLE', failed_why = ?, read_at = ?"
                        + " where answer_file_id = ? and state = 'FETCHED'")
                .params(Texts.cut(why, 1000), Database.at(clock.instant()), id)
                .update());
        return get(id);
    }

    /** Has a file that could not be read tried again, as after a new reader came; also one that was put aside since. */
    public AnswerFile again(long id) {
        database.call(sql -> sql.sql("update answer_file set state = 'FETCHED', failed_why = null, read_at = null"
                        + " where answer_file_id = ? and state in ('UNREADABLE', 'DISMISSED')")
                .param(id)
                .update());
        return get(id);
    }

    /** What was answered to the records of a submission file so far. */
    public AnswerTally tally(SubmissionFile file) {
        return database.call(sql -> {
            Map<RecordState, Integer> states = new LinkedHashMap<>();
            sql.sql("select state, count(*) from record where lane_id = ? and lane_no between ? and ? group by state")
                    .params(file.laneId(), file.firstNo(), file.lastNo())
                    .query(row -> {
                        states.put(RecordState.valueOf(row.getString(1)), row.getInt(2));
                    });
            Map<String, Integer> codes = sql
                    .sql("select a.code, count(*) from record r join answer a on a.record_id = r.record_id"
                            + " where r.lane_id = ? and r.lane_no between ? and ? and a.code <> ''"
                            + " group by a.code order by 2 desc, 1 fetch first 20 rows only")
                    .params(file.laneId(), file.firstNo(), file.lastNo())
                    .query((row, n) -> Map.entry(row.getString(1), row.getInt(2)))
                    .list()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
            return new AnswerTally(
                    file.messages(),
                    states.getOrDefault(RecordState.ACCEPTED, 0),
                    states.getOrDefault(RecordState.WARNED, 0),
                    states.getOrDefault(RecordState.REJECTED, 0),
                    states.getOrDefault(RecordState.READY, 0),
                    codes);
        });
    }

    /**
     * How the production messages of a connection fared, by the day on which they were sent, oldest first. It adds up what files and
     * answers say of themselves, so it costs little however many records there are.
     */
    public List<DayOfAnswers> byDay(String connection, Instant since, ZoneId zone) {
        Map<LocalDate, long[]> days = new TreeMap<>();
        database.call(sql -> {
            sql.sql("select f.sent_at, f.messages, f.answered, coalesce(sum(a.warned), 0) warned,"
                            + " coalesce(sum(a.rejected), 0) rejected from submission_file f"
                            + " left join answer_file a on a.submission_file_id = f.submission_file_id"
                            + " where f.lane_id in (select lane_id from lane where connection = ?) and f.stage = 'PRODUCTION' and f.sent_at >= ?"
                            + " group by f.submission_file_id, f.sent_at, f.messages, f.answered")
                    .params(connection, Database.at(since))
                    .query(row -> {
                        LocalDate day =
                                Database.instant(row, "sent_at").atZone(zone).toLocalDate();
                        long answered = row.getLong("answered");
                        // A report may speak of one message again; no more can be faulty than were answered.
                        long rejected = Math.min(answered, row.getLong("rejected"));
                        long warned = Math.min(answered - rejected, row.getLong("warned"));
                        long[] sums = days.computeIfAbsent(day, any -> new long[4]);
                        sums[0] += row.getLong("messages");
                        sums[1] += answered;
                        sums[2] += warned;
                        sums[3] += rejected;
                    });
            return null;
        });
        return days.entrySet().stream()
                .map(day -> new DayOfAnswers(
                        day.getKey(), day.getValue()[0], day.getValue()[1], day.getValue()[2], day.getValue()[3]))
                .toList();
    }

    /** How many records of a connection and stage stand in each state that an answer gives. */
    public Map<RecordState, Long> outcomes(String connection, Stage stage) {
        return database.patiently(() -> database.call(sql -> {
            Map<RecordState, Long> counts = new LinkedHashMap<>();
            sql.sql(
                            "select r.state, count(*) from record r join lane l on l.lane_id = r.lane_id where l.connection = ?"
                                    + " and l.stage = ? and r.state in ('ACCEPTED', 'WARNED', 'REJECTED') group by r.state order by r.state")
                    .params(connection, stage.name())
                    .query(row -> {
                        counts.put(RecordState.valueOf(row.getString(1)), row.getLong(2));
                    });
            return counts;
        }));
    }

    private AnswerFile get(long id) {
        return find(id).orElseThrow(() -> new WrongTransition("There is no answer file " + id + "."));
    }

    static AnswerFile file(ResultSet row, int n) throws SQLException {
        return new AnswerFile(
                row.getLong("answer_file_id"),
                row.getString("connection"),
                row.getString("name"),
                HexFormat.of().formatHex(row.getBytes("sha256")),
                row.getLong("size_bytes"),
                row.getString("kept_as"),
                AnswerFile.State.valueOf(row.getString("state")),
                row.getString("format"),
                row.getBoolean("by_place"),
                row.getInt("speaks_for"),
                TextPlace.nullable(row, "submission_file_id"),
                row.getInt("messages"),
                row.getInt("read_to"),
                new AnswerFile.Counts(
                        row.getInt("accepted"),
                        row.getInt("warned"),
                        row.getInt("rejected"),
                        row.getInt("undecided"),
                        row.getInt("unmatched")),
                row.getString("failed_why"),
                Database.instant(row, "fetched_at"),
                Database.instant(row, "read_at"));
    }
}
