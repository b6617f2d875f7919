package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/** Records and their doses: storing them, and the steps that a person takes with those that are held. */
public final class Records {
    // Asked every second: two numbers looked up first lead into the index of the lane. A join let PostgreSQL read the
    // whole table.
    private static final String NOT_IN_A_FILE =
            " where r.lane_id = (select lane_id from lane where connection = ? and feed = ?)"
                    + " and r.lane_no > (select filed_no from lane where connection = ? and feed = ?)";

    private final Database database;
    private final Store store;
    private final HeldSettling settling;
    private final Payloads payloads;
    private final ControlIds controlIds;
    private final RecordLog recordLog;
    private final Trail trail;
    private final Clock clock;

    Records(
            Database database,
            Store store,
            HeldSettling settling,
            Payloads payloads,
            ControlIds controlIds,
            RecordLog recordLog,
            Trail trail,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.settling = settling;
        this.payloads = payloads;
        this.controlIds = controlIds;
        this.recordLog = recordLog;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Stores a chunk: its records with their doses and texts, and the source's new position, in one transaction. After it returned the
     * source may be told that all is well.
     *
     * @throws LedgerUnavailable when the database cannot serve: nothing was stored, or all of it where the line was cut at its commit; stop taking and come
     *     back with the same chunk, of which nothing is stored twice
     * @throws StalePosition when somebody else moved the position: nothing was stored, read on from the position on record
     * @throws IllegalStateException when a record was not checked, or in the middle of another transaction
     */
    public Stored store(Chunk chunk) {
        return store.store(chunk);
    }

    /**
     * As {@link #store}, for chunks that are prepared side by side and stored one after the other.
     *
     * @param turn run when the chunk is hashed and compressed, before its transaction begins; may wait
     * @return empty when a person has paused the chunk's source: nothing was stored
     */
    public Optional<Stored> storeUnlessPaused(Chunk chunk, Runnable turn) {
        return store.store(chunk, turn, true);
    }

    /** A record without its text; empty when there is none of that id. */
    public Optional<StoredRecord> find(long id) {
        return database.call(sql -> sql.sql("select r.*, s.connection, s.source, s.feed from record r"
                        + " join source_position s on s.source_id = r.source_id where r.record_id = ?")
                .param(id)
                .query((row, n) -> record(sql, row))
                .optional());
    }

    /**
     * The texts of a record: patient data.
     *
     * @throws LedgerException when there is no such record
     */
    public RecordText text(long id) {
        TextPlace place = database.call(sql -> sql.sql(
                                "select payload_id, text_at, text_length, out_at, out_length from record where record_id = ?")
                        .param(id)
                        .query(TextPlace::of)
                        .optional())
                .orElseThrow(() -> new LedgerException("There is no record " + id + "."));
        return database.jdbc(connection -> {
            Long edit = EditedTexts.payloads(connection, List.of(id)).get(id);
            Map<Long, byte[]> blocks =
                    payloads.read(connection, edit == null ? Set.of(place.payload()) : Set.of(place.payload(), edit));
            byte[] block = blocks.get(place.payload());
            if (block == null) {
                throw Retention.missing(id, place);
            }
            byte[] received = place.received(block);
            return new RecordText(
                    received,
                    edit == null ? null : blocks.get(edit),
                    place.hasOut() ? place.outgoing(block) : received);
        });
    }

    /** The day on which the texts of a record were taken out after their time; empty when they are there. */
    public Optional<LocalDate> takenOut(long id) {
        return database.call(sql -> sql.sql(
                                "select payload_id, text_at, text_length, out_at, out_length from record where record_id = ?")
                        .param(id)
                        .query(TextPlace::of)
                        .optional())
                .flatMap(TextPlace::takenOut);
    }

    /** Where a record came from, and what was answered to it. */
    public RecordPast past(long id) {
        return database.call(sql -> {
            List<RecordPast.Said> answers = sql.sql(
                            "select f.name, a.outcome, a.code, a.severity, a.location, coalesce(a.dose, 0) dose,"
                                    + " a.words from answer a join answer_file f on f.answer_file_id = a.answer_file_id where a.record_id = ?"
                                    + " order by a.answer_file_id, a.position, a.item")
                    .param(id)
                    .query((row, n) -> new RecordPast.Said(
                            row.getString("name"),
                            row.getString("outcome"),
                            row.getString("code"),
                            row.getString("severity"),
                            row.getString("location"),
                            row.getInt("dose"),
                            row.getString("words")))
                    .list();
            return sql.sql(
                            "select f.name, o.ref_lo from record r join record o on o.record_id = coalesce(r.part_of, r.made_for, r.record_id)"
                                    + " join source_file f on f.source_file_id = o.ref_hi and o.ref_hi > 0 where r.record_id = ?")
                    .param(id)
                    .query((row, n) -> new RecordPast(row.getString(1), row.getLong(2), answers))
                    .optional()
                    .orElse(new RecordPast(null, 0, answers));
        });
    }

    /**
     * Gives the newest text of every patient of a connection's production, newest first. Reads all texts, a page at a time; in memory are
     * only the keys of the patients that were given.
     */
    public void eachPatient(String connection, java.util.function.Consumer<List<PatientText>> pages) {
        record Place(long id, long patient, String site, TextPlace text) {}
        Set<Long> given = new java.util.HashSet<>();
        long below = Long.MAX_VALUE;
        while (true) {
            long from = below;
            List<Place> page = database.call(
                    sql -> sql.sql("select r.record_id, r.patient_key, r.site, r.payload_id, r.text_at, r.text_length,"
                                    + " r.out_at, r.out_length from record r join lane l on l.lane_id = r.lane_id where r.record_id < ?"
                                    + " and l.connection = ? and l.stage = 'PRODUCTION' and r.patient_key is not null and r.made_for is null"
                                    + " and r.payload_id > 0 and r.state in ('READY', 'HELD', 'ACCEPTED', 'WARNED', 'REJECTED')"
                                    + " order by r.record_id desc fetch first 500 rows only")
                            .params(from, connection)
                            .query((row, n) -> new Place(
                                    row.getLong("record_id"),
                                    row.getLong("patient_key"),
                                    row.getString("site"),
                                    TextPlace.of(row, n)))
                            .list());
            if (page.isEmpty()) {
                return;
            }
            List<Place> fresh =
                    page.stream().filter(place -> given.add(place.patient)).toList();
            Set<Long> blocks = new java.util.LinkedHashSet<>();
            fresh.forEach(place -> blocks.add(place.text.payload()));
            java.util.Map<Long, byte[]> texts = blocks.isEmpty()
                    ? java.util.Map.of()
                    : database.jdbc(connected -> payloads.read(connected, blocks));
            pages.accept(fresh.stream()
                    .map(place ->
                            new PatientText(place.id, place.site, place.text.outgoing(texts.get(place.text.payload()))))
                    .toList());
            below = page.get(page.size() - 1).id;
        }
    }

    /** How many records each rule holds, by connection, source and rule. */
    public List<HeldCount> heldCounts() {
        return heldCounts("");
    }

    /** As {@link #heldCounts()}, of one connection. */
    public List<HeldCount> heldCountsOf(String connection) {
        return heldCounts(" where connection = ?", connection);
    }

    private List<HeldCount> heldCounts(String condition, Object... params) {
        return database.call(
                sql -> sql.sql("select connection, source, rule, count(*) records, sum(doses) doses, min(since) oldest"
                                + " from held" + condition
                                + " group by connection, source, rule order by connection, source, rule")
                        .params(params)
                        .query((row, n) -> new HeldCount(
                                row.getString("connection"),
                                row.getString("source"),
                                row.getString("rule"),
                                row.getLong("records"),
                                row.getLong("doses"),
                                Database.instant(row, "oldest")))
                        .list());
    }

    /**
     * Held records by rising id.
     *
     * @param after only ids above this; 0 to begin
     */
    public List<HeldRecord> held(HeldFilter filter, long after, int limit) {
        List<Object> values = new java.util.ArrayList<>(List.of(after));
        String condition = filter.condition(values);
        values.add(limit);
        return database.call(sql -> sql.sql("select * from held where record_id > ?" + condition
                        + " order by record_id fetch first ? rows only")
                .params(values)
                .query((row, n) -> new HeldRecord(
                        row.getLong("record_id"),
                        row.getString("connection"),
                        Stage.valueOf(row.getString("stage")),
                        row.getString("source"),
                        row.getString("rule"),
                        row.getInt("doses"),
                        Database.instant(row, "since")))
                .list());
    }

    /** As {@link #held(HeldFilter, long, int)}; null stands for all. */
    public List<HeldRecord> held(String connection, String source, String rule, long after, int limit) {
        return held(new HeldFilter(connection, source, rule), after, limit);
    }

    /** How many records are held at each site by each rule. */
    public List<HeldAtSite> heldBySite(HeldFilter filter) {
        List<Object> values = new java.util.ArrayList<>();
        String condition = filter.condition(values);
        return database.call(sql -> sql.sql(
                        "select h.connection, r.site, h.rule, count(*) records, count(distinct r.patient_key) patients,"
                                + " min(h.since) oldest from (select * from held where record_id > 0" + condition
                                + ") h join record r on r.record_id = h.record_id"
                                + " group by h.connection, r.site, h.rule order by h.connection, r.site, h.rule")
                .params(values)
                .query((row, n) -> new HeldAtSite(
                        row.getString("connection"),
                        row.getString("site"),
                        row.getString("rule"),
                        row.getLong("records"),
                        row.getLong("patients"),
                        Database.instant(row, "oldest")))
                .list());
    }

    /**
     * Lets a held record go as it is, whatever the rules say: it becomes READY and takes its place at the end of its lane. What newer records
     * of its patient say is not reverted: doses that they speak of stay behind, and the patient is who he is now.
     *
     * @return where it stands now: READY, or DUPLICATE or SUPERSEDED when it says nothing that the registry has not been told
     * @throws WrongTransition when it is not held any more, or is no HL7 message
     */
    public RecordState release(long id, String who, String why) {
        while (true) {
            Settlement settlement = release(List.of(id), who, why);
            if (settlement.gone() > 0) {
                throw notHeld(id, RecordState.READY);
            }
            if (settlement.again() == 0) {
                return find(id).orElseThrow().state();
            }
        }
    }

    /**
     * As {@link #release(long, String, String)} for records of one connection and stage in one transaction; those not held any more, and
     * what is no message, are passed over.
     */
    public Settlement release(List<Long> ids, String who, String why) {
        List<HeldText> held = settling.texts(ids);
        if (ids.size() == 1 && !held.isEmpty() && held.get(0).verdict() == Verdict.UNREADABLE) {
            throw new WrongTransition("Record " + ids.get(0)
                    + " cannot become READY: it is HELD, and it is no HL7 message; drop it and ask for it again.");
        }
        List<Settled> settled = held.stream()
                .filter(one -> one.verdict() != Verdict.UNREADABLE)
                .map(Records::asItIs)
                .toList();
        Settlement gone = new Settlement(0, held.size() - settled.size(), 0, ids.size() - held.size(), 0);
        return settling.settle(settled, who, "release", why).plus(gone);
    }

    private static Settled asItIs(HeldText held) {
        SourceRef ref = SourceRef.ofFile(0, 1);
        Message outgoing = Message.parse(held.outgoing());
        TakenRecord record = TakenRecord.of(ref, 1, held.received(), outgoing);
        if (held.newest() != null) {
            Message current = MadeTexts.withPatientOf(Message.parse(held.newest()), outgoing);
            if (current != null && current != outgoing) {
                record.message(current, List.of());
            }
        }
        record.judgement(new Judgement(
                Verdict.HELD,
                java.util.Collections.nCopies(outgoing.doses(), Verdict.HELD),
                held.findings().stream()
                        .map(found ->
                                new Finding(found.rule(), found.severity(), found.effect(), found.location(), "", ""))
                        .toList()));
        return new Settled(held, record, true);
    }

    /**
     * The texts of those of these records that are held, for looking at them again; in the order of their ids. Patient data.
     *
     * @param ids not too many: they are all in memory
     */
    public List<HeldText> heldTexts(List<Long> ids) {
        return settling.texts(ids);
    }

    /**
     * Settles held records by what transforms and rules say of them now, in one transaction. Records of one connection and stage; one that
     * is not held any more is passed over, one that is held still keeps its place on the list.
     */
    public Settlement recheck(List<Settled> settled, String who, String why) {
        return settling.settle(settled, who, "recheck", why);
    }

    /**
     * The text of a held record, with no doses but its own, for a person who corrects it: as received, or as it was edited last. Patient data.
     *
     * @throws WrongTransition when it is not held, or is no HL7 message
     */
    public EditableText editable(long id) {
        return EditableText.of(heldText(id).own());
    }

    /**
     * Keeps what a person made of a held record's text; the text as received stays as it is. From now on the record is judged from it: recheck
     * it in the same transaction.
     *
     * @param text what {@link #editable} gave, corrected
     * @param version of what {@link #editable} gave; null for a text that began with the one as received
     * @param why without patient data
     * @throws WrongTransition when the record is not held, is no HL7 message, or was edited since by anybody
     * @throws IllegalArgumentException when the text cannot be read, or has another number of doses
     */
    public void edit(long id, byte[] text, String version, String who, String why) {
        database.transact(sql -> {
            lock(sql, id);
            HeldText held = heldText(id);
            if (version == null
                    ? held.edited() != null
                    : !version.equals(EditableText.of(held.own()).version())) {
                throw overtaken(id);
            }
            byte[] corrected = held.corrected(text);
            database.jdbc(connection -> {
                EditedTexts.add(connection, payloads, id, corrected, who, why, clock.instant());
                return null;
            });
            trail.append(who, "edit", "record:" + id, why);
            return null;
        });
    }

    private WrongTransition overtaken(long id) {
        return new WrongTransition(
                database.jdbc(connection -> EditedTexts.newest(connection, id))
                                .map(edit -> "Record " + id + " was edited by " + edit.who() + " at "
                                        + edit.at().truncatedTo(ChronoUnit.SECONDS)
                                        + ", and your text does not begin with what it says since then")
                                .orElse("Record " + id
                                        + " does not say what your text began with; doses of it went meanwhile,"
                                        + " or the version is another record's")
                        + ". Nothing was changed. Look at it again with \"vaxroute held show " + id
                        + " --hl7\", which also says its version, bring your correction into that text, and hand it in with --began-with VERSION.");
    }

    private HeldText heldText(long id) {
        HeldText held = settling.texts(List.of(id)).stream().findFirst().orElseThrow(() -> find(id).map(
                        record -> new WrongTransition("Record " + id + " cannot be edited: it is " + record.state()
                                + ", and only what is held is edited."))
                .orElseGet(() -> new WrongTransition("There is no record " + id + ".")));
        if (held.verdict() == Verdict.UNREADABLE) {
            throw new WrongTransition(
                    "Record " + id
                            + " cannot be edited: it is no HL7 message, so nobody knows its doses; drop it and ask for it again.");
        }
        return held;
    }

    private WrongTransition notHeld(long id, RecordState to) {
        return find(id).map(record -> new WrongTransition(
                        "Record " + id + " cannot become " + to + ": it is " + record.state() + " now."))
                .orElseGet(() -> new WrongTransition("There is no record " + id + "."));
    }

    /**
     * Leaves a held record out for good.
     *
     * @param why without patient data
     * @throws WrongTransition when it is not held any more
     */
    public void drop(long id, String who, String why) {
        if (drop(List.of(id), who, why) == 0) {
            throw notHeld(id, RecordState.DROPPED);
        }
    }

    /** As {@link #drop(long, String, String)} for several in one transaction; gives how many were held and are dropped now. */
    public int drop(List<Long> ids, String who, String why) {
        return database.transact(sql -> {
            int dropped = 0;
            for (long id : ids) {
                if (find(id).isEmpty()) {
                    continue;
                }
                lock(sql, id);
                int moved = sql.sql(
                                "update record set state = 'DROPPED', dropped_why = ? where record_id = ? and state = 'HELD'")
                        .params(Texts.cut(why, 200), id)
                        .update();
                if (moved == 1) {
                    database.jdbc(connection -> {
                        HeldRows.settle(connection, id, RecordState.DROPPED);
                        return null;
                    });
                    trail.append(who, "drop", "record:" + id, why);
                    recordLog.settled(id, "drop", RecordState.DROPPED);
                    dropped++;
                }
            }
            return dropped;
        });
    }

    /**
     * Connections where something of a feed may have to be put into a file, or a file be written: of all others it is certain that nothing has to. One
     * question for all of them.
     */
    public Set<String> mayWait(Feed feed) {
        return database.call(sql -> sql.sql(
                        "select l.connection from lane l where l.feed = ? and (l.last_no > l.filed_no or exists"
                                + " (select 1 from submission_file f where f.state = 'BUILT' and f.lane_id = l.lane_id and f.sha256 is null))")
                .param(feed.name())
                .query(String.class)
                .set());
    }

    /** How many READY records of a feed are in no file yet. */
    public long waiting(String connection, Feed feed) {
        return database.patiently(() -> database.call(sql -> sql.sql("select count(*) from record r" + NOT_IN_A_FILE)
                .params(connection, feed.name(), connection, feed.name())
                .query(Long.class)
                .single()));
    }

    /** As {@link #waiting(String, Feed)}, but counts no further than this: for ticks, which need not know of each of millions. */
    public long waiting(String connection, Feed feed, int most) {
        return database.call(sql -> sql.sql("select count(*) from (select r.record_id from record r" + NOT_IN_A_FILE
                        + " fetch first ? rows only) counted")
                .params(connection, feed.name(), connection, feed.name(), most)
                .query(Long.class)
                .single());
    }

    /** The connections that ever had a record for production, also of those that are in use no more. */
    public List<String> connections() {
        return database.call(sql -> sql.sql(
                        "select distinct connection from lane where stage = 'PRODUCTION' and last_no > 0 order by connection")
                .query(String.class)
                .list());
    }

    /** When the oldest READY record of a feed that is in no file was stored; empty when none waits. */
    public Optional<Instant> waitingSince(String connection, Feed feed) {
        return database.call(sql -> sql.sql("select r.stored_at from record r" + NOT_IN_A_FILE
                        + " order by r.lane_no fetch first 1 rows only")
                .params(connection, feed.name(), connection, feed.name())
                .query((row, n) -> Database.instant(row, "stored_at"))
                .optional());
    }

    /** Locks what storing locks first, so that people and chunks never wait for each other in a circle. */
    private static void lock(JdbcClient sql, long id) {
        int standing = sql.sql("select s.standing_id from record r join lane l on l.lane_id = r.lane_id"
                        + " join standing s on s.connection = l.connection and s.stage = l.stage where r.record_id = ?")
                .param(id)
                .query(Integer.class)
                .optional()
                .orElseThrow(() -> new WrongTransition("There is no record " + id + "."));
        sql.sql("select standing_id from standing where standing_id = ? for update")
                .param(standing)
                .query(Integer.class)
                .single();
    }

    private StoredRecord record(JdbcClient sql, ResultSet row) throws SQLException {
        long id = row.getLong("record_id");
        List<StoredDose> doses = sql.sql("select * from dose where dose_id between ? and ? order by dose_id")
                .params(DoseIds.floor(id), DoseIds.ceiling(id))
                .query((dose, n) -> new StoredDose(
                        dose.getInt("position"),
                        dose.getInt("origin"),
                        RecordState.valueOf(dose.getString("state")),
                        dose.getObject("dose_date", java.time.LocalDate.class),
                        dose.getString("cvx"),
                        DoseKind.valueOf(dose.getString("kind")),
                        dose.getString("action")))
                .list();
        return new StoredRecord(
                id,
                row.getString("connection"),
                Feed.valueOf(row.getString("feed")),
                row.getString("source"),
                TextPlace.nullable(row, "lane_no"),
                TextPlace.nullable(row, "part_of"),
                RecordState.valueOf(row.getString("state")),
                Verdict.valueOf(row.getString("verdict")),
                row.getString("hold_rule"),
                row.getString("dropped_why"),
                row.getString("control_id"),
                controlIds.of(id),
                row.getString("site"),
                doses,
                CompactFindings.read(row.getBytes("findings")),
                CompactFindings.readChanges(row.getBytes("changes")),
                Database.instant(row, "stored_at"));
    }
}
