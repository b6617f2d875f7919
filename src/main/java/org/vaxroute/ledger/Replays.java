package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vaxroute.hl7.Message;

/**
 * Tells a ledger that was restored from a backup what happened since: which files were decided and how far they came, and which EHR files are
 * read for a second time. Works on a ledger that nothing else uses. docs/decisions/0230.
 */
public final class Replays {
    /** Numbers of records are moved beyond the next multiple of this, so that none that the lost ledger gave is given again. */
    private static final long GAP = 1_000_000_000L;

    private static final HexFormat HEX = HexFormat.of();

    private final Database database;
    private final Directory directory;
    private final Payloads payloads;
    private final Restored restored;
    private final Trail trail;
    private final Clock clock;

    Replays(Database database, Directory directory, Payloads payloads, Restored restored, Trail trail, Clock clock) {
        this.database = database;
        this.directory = directory;
        this.payloads = payloads;
        this.restored = restored;
        this.trail = trail;
        this.clock = clock;
    }

    /** How far a restore came. */
    public enum State {
        /** What happened since the backup is being entered. */
        REPLAYING,
        /** All that is known is entered; files of EHRs are to be moved back. */
        REPLAYED,
        /** Over: a server may start. */
        DONE
    }

    /** Where the newest restore stands; empty for a ledger that never was restored. */
    public Optional<State> state() {
        return database.call(
                sql -> sql.sql("select state from ledger_restore order by restore_id desc fetch first 1 rows only")
                        .query(String.class)
                        .optional()
                        .map(State::valueOf));
    }

    /** Begins a restore in the ledger of a backup: at, now, who. */
    static final String BEGIN = "insert into ledger_restore (backup_at, begun_at, state, known, newest, who)"
            + " select cast(? as timestamp with time zone), cast(? as timestamp with time zone), 'REPLAYING',"
            + " greatest(coalesce(max(record_id), 0), coalesce(max(version_no), 0)), 0, ? from record";

    /** Says that this ledger is being restored, before anything else is done with it. */
    public void begin(Instant backupAt, String who) {
        database.transact(sql -> sql.sql(BEGIN)
                .params(Database.at(backupAt), Database.at(clock.instant()), Texts.cut(who, 200))
                .update());
        restored.forget();
    }

    /** Keeps the numbers of a lane up to this one, and a file's name, from being given again. */
    public void reserve(ReplayedFile file) {
        int lane = directory.lane(file.connection(), file.feed());
        database.call(sql -> sql.sql("update lane set last_no = ? where lane_id = ? and last_no < ?")
                .params(file.lastNo(), lane, file.lastNo())
                .update());
        reserve(file.account(), file.folder(), file.series(), file.sequence());
    }

    /** Keeps the numbers of a series of names up to this one from being given again. */
    public void reserve(String account, String folder, String series, long sequence) {
        database.ensure(
                "insert into file_series (account, folder, series, last_no) values (?, ?, ?, ?)",
                account,
                folder,
                series,
                sequence);
        database.call(sql -> sql.sql(
                        "update file_series set last_no = ? where account = ? and folder = ? and series = ? and last_no < ?")
                .params(sequence, account, folder, series, sequence)
                .update());
    }

    /**
     * Enters a file: all of it, or nothing. Files are entered in the order of their numbers, after every one was reserved.
     *
     * @return whether it was new to this ledger, or stood elsewhere than it says now
     */
    public boolean enter(ReplayedFile file) {
        int lane = directory.lane(file.connection(), file.feed());
        directory.standing(file.connection(), file.feed().stage());
        for (ReplayedFile.Member member : file.members()) {
            directory.source(
                    file.connection(), member.trace().source(), member.trace().sourceFeed());
        }
        return database.transact(sql -> {
            Optional<SubmissionFile> known = sql.sql(
                            "select * from submission_file where account = ? and folder = ? and name_folded = ?")
                    .params(file.account(), file.folder(), file.name().toLowerCase(java.util.Locale.ROOT))
                    .query(SubmissionFiles::file)
                    .optional();
            if (known.isPresent()) {
                return stand(sql, file, known.get());
            }
            database.jdbc(connection -> {
                members(connection, file, lane);
                return null;
            });
            insert(sql, file, lane);
            sql.sql("update lane set filed_no = ? where lane_id = ? and filed_no < ?")
                    .params(file.lastNo(), lane, file.lastNo())
                    .update();
            settle(sql, file);
            return true;
        });
    }

    /** Brings a file that the backup knows to where it came since. */
    private boolean stand(JdbcClient sql, ReplayedFile file, SubmissionFile known) {
        if (known.sha256() != null && !known.sha256().equals(HEX.formatHex(file.sha256()))) {
            throw new LedgerException("The manifest of " + file.name()
                    + " speaks of other bytes than the ledger of the backup; it belongs to another ledger.");
        }
        boolean built = known.sha256() == null;
        if (built) {
            sql.sql("update submission_file set sha256 = ?, size_bytes = ?, built_at = ? where submission_file_id = ?")
                    .params(file.sha256(), file.size(), Database.at(file.decidedAt()), known.id())
                    .update();
        }
        if (file.state() == known.state() || !file.left() || known.state() == FileState.ANSWERED) {
            return built;
        }
        moveTo(sql, file, known.id());
        settle(sql, file);
        return true;
    }

    private static void moveTo(JdbcClient sql, ReplayedFile file, long id) {
        boolean sent = file.state() == FileState.SENT || file.state() == FileState.REFUSED;
        sql.sql(
                        "update submission_file set state = ?, sent_at = coalesce(sent_at, cast(? as timestamp with time zone)),"
                                + " next_attempt = null, last_error = ?, closed_why = ?, attempts = case when attempts = 0 then 1 else"
                                + " attempts end where submission_file_id = ?")
                .params(Arrays.asList(
                        file.state().name(),
                        sent ? Database.at(file.stateAt()) : null,
                        file.state() == FileState.UNSURE ? UNSURE : null,
                        file.state() == FileState.REFUSED || file.state() == FileState.WITHDRAWN ? CLOSED : null,
                        id))
                .update();
    }

    private static final String UNSURE =
            "It was UNSURE before the ledger was lost. It is not sent again by itself. Ask the registry; then settle it.";
    private static final String CLOSED = "closed before the ledger was lost; the reason stands in no backup";

    private void insert(JdbcClient sql, ReplayedFile file, int lane) {
        boolean replaced = file.replaces() > 0
                && sql.sql("select count(*) from submission_file where submission_file_id = ?")
                                .param(file.replaces())
                                .query(Long.class)
                                .single()
                        > 0;
        sql.sql("insert into submission_file (submission_file_id, connection, stage, feed, lane_id, first_no, last_no,"
                        + " generation, replaces, account, folder, name, name_folded, series, sequence_no, envelope, state, messages,"
                        + " doses, sha256, size_bytes, attempts, decided_at, built_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                        + " ?, ?, 'BUILT', ?, ?, ?, ?, 0, ?, ?)")
                .params(Arrays.asList(
                        file.id(),
                        file.connection(),
                        file.feed().stage().name(),
                        file.feed().name(),
                        lane,
                        file.firstNo(),
                        file.lastNo(),
                        file.generation(),
                        replaced ? file.replaces() : null,
                        file.account(),
                        file.folder(),
                        file.name(),
                        file.name().toLowerCase(java.util.Locale.ROOT),
                        file.series(),
                        file.sequence(),
                        file.envelope(),
                        file.members().size(),
                        file.doses(),
                        file.sha256(),
                        file.size(),
                        Database.at(file.decidedAt()),
                        Database.at(file.decidedAt())))
                .update();
        if (replaced) {
            sql.sql(
                            "update submission_file set state = 'REFUSED', closed_why = ? where submission_file_id = ? and state <> 'REFUSED'")
                    .params(CLOSED, file.replaces())
                    .update();
        }
        if (file.left()) {
            moveTo(sql, file, file.id());
        }
    }

    private void settle(JdbcClient sql, ReplayedFile file) {
        if (file.state() == FileState.WITHDRAWN) {
            SubmissionFile now = sql.sql(
                            "select * from submission_file where account = ? and folder = ? and name_folded = ?")
                    .params(file.account(), file.folder(), file.name().toLowerCase(java.util.Locale.ROOT))
                    .query(SubmissionFiles::file)
                    .single();
            database.jdbc(connection -> {
                SubmissionFiles.drop(
                        connection, now.laneId(), now.firstNo(), now.lastNo(), "file " + now.name() + " withdrawn");
                return null;
            });
        }
    }

    /** A row that the backup has of a record that a file holds. */
    private record Old(int lane, Long place, RecordState state, int doses, TextPlace text, Long partOf) {}

    private void members(Connection connection, ReplayedFile file, int lane) throws SQLException {
        Map<Long, Old> old = old(connection, file);
        Map<Long, Integer> sources = new LinkedHashMap<>();
        LateTexts texts = new LateTexts(0);
        List<ReplayedFile.Member> fresh = new ArrayList<>();
        List<ReplayedFile.Member> changed = new ArrayList<>();
        Map<Long, TextBlocks.Place> places = new HashMap<>();
        for (ReplayedFile.Member member : file.members()) {
            RecordTrace trace = member.trace();
            sources.put(trace.id(), directory.source(file.connection(), trace.source(), trace.sourceFeed()));
            Old row = old.get(trace.id());
            if (row != null
                    && row.lane == lane
                    && row.place != null
                    && row.place == trace.place()
                    && row.doses == trace.doses().size()) {
                continue;
            }
            places.put(trace.id(), texts.add(member.text(), member.text()));
            (row == null ? fresh : changed).add(member);
        }
        List<Rest> rests = new ArrayList<>();
        for (ReplayedFile.Member member : changed) {
            rest(connection, member, old.get(member.trace().id()), texts).ifPresent(rests::add);
        }
        long[] blocks = places.isEmpty() ? new long[0] : payloads.write(connection, payloads.pack(texts.blocks()));
        clearPlaces(connection, file, lane);
        for (ReplayedFile.Member member : changed) {
            takeOver(
                    connection,
                    member.trace(),
                    lane,
                    blocks,
                    places.get(member.trace().id()));
        }
        Set<Long> known = known(connection, file);
        Map<Integer, long[]> counts = new HashMap<>();
        for (ReplayedFile.Member member : fresh) {
            RecordTrace trace = member.trace();
            boolean part = trace.partOf() != null && known.contains(trace.partOf());
            insert(
                    connection,
                    trace,
                    part,
                    lane,
                    sources.get(trace.id()),
                    file.decidedAt(),
                    blocks,
                    places.get(trace.id()));
            long[] count = counts.computeIfAbsent(sources.get(trace.id()), source -> new long[2]);
            if (trace.madeFor() == null) {
                count[0] += part ? 0 : 1;
                count[1] += trace.doses().size();
            }
        }
        for (ReplayedFile.Member member : file.members()) {
            if (places.containsKey(member.trace().id())) {
                doses(connection, member.trace().id(), member.trace().doses(), RecordState.READY);
            }
        }
        for (ReplayedFile.Member member : file.members()) {
            if (places.containsKey(member.trace().id())) {
                names(connection, member.trace(), sources.get(member.trace().id()));
            }
        }
        for (Rest rest : rests) {
            hold(connection, rest, lane, sources, file, blocks);
        }
        count(connection, counts);
        remember(connection, file, sources);
    }

    private static Map<Long, Old> old(Connection connection, ReplayedFile file) throws SQLException {
        Map<Long, Old> old = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, lane_id, lane_no, state, doses, part_of, payload_id, text_at, text_length, out_at,"
                        + " out_length from record where record_id = any(?)")) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint",
                            file.members().stream()
                                    .map(member -> (Object) member.trace().id())
                                    .toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    old.put(
                            row.getLong("record_id"),
                            new Old(
                                    row.getInt("lane_id"),
                                    TextPlace.nullable(row, "lane_no"),
                                    RecordState.valueOf(row.getString("state")),
                                    row.getInt("doses"),
                                    TextPlace.of(row, 0),
                                    TextPlace.nullable(row, "part_of")));
                }
            }
        }
        return old;
    }

    /** Records that parts may belong to: those of the file, and those that stand in the ledger. */
    private static Set<Long> known(Connection connection, ReplayedFile file) throws SQLException {
        Set<Long> wanted = new HashSet<>();
        Set<Long> known = new HashSet<>();
        for (ReplayedFile.Member member : file.members()) {
            known.add(member.trace().id());
            if (member.trace().partOf() != null) {
                wanted.add(member.trace().partOf());
            }
        }
        wanted.removeAll(known);
        if (!wanted.isEmpty()) {
            try (PreparedStatement select =
                    connection.prepareStatement("select record_id from record where record_id = any(?)")) {
                select.setArray(1, connection.createArrayOf("bigint", wanted.toArray()));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        known.add(row.getLong(1));
                    }
                }
            }
        }
        return known;
    }

    /**
     * Sends those to the end of their lane that waited in the backup where the file has its range, and are not in it: they were held or
     * went ahead in another lane. They are looked at again before they leave, or found in that other lane's file.
     */
    private static void clearPlaces(Connection connection, ReplayedFile file, int lane) throws SQLException {
        Set<Long> members = new HashSet<>();
        file.members().forEach(member -> members.add(member.trace().id()));
        List<Long> strays = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id from record where lane_id = ? and lane_no between ? and ? and state = 'READY' order by lane_no")) {
            select.setInt(1, lane);
            select.setLong(2, file.firstNo());
            select.setLong(3, file.lastNo());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (!members.contains(row.getLong(1))) {
                        strays.add(row.getLong(1));
                    }
                }
            }
        }
        if (file.generation() > 1 || strays.isEmpty()) {
            return;
        }
        long next = Lanes.take(connection, lane, strays.size());
        try (PreparedStatement update =
                connection.prepareStatement("update record set lane_no = ? where record_id = ?")) {
            for (long stray : strays) {
                update.setLong(1, next++);
                update.setLong(2, stray);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Doses of a row of the backup that did not go with the record. */
    private record Rest(long record, Long root, List<RecordTrace.Dose> doses, TextBlocks.Place place) {}

    private Optional<Rest> rest(Connection connection, ReplayedFile.Member member, Old row, LateTexts texts)
            throws SQLException {
        Set<Integer> went = new HashSet<>();
        member.trace().doses().forEach(dose -> went.add(dose.origin()));
        List<RecordTrace.Dose> stayed = new ArrayList<>();
        Set<Integer> positions = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select position, origin, dose_key, coalesce(name_key, dose_key) name_key, content_hash, dose_date, cvx, kind, action from dose"
                        + " where dose_id between ? and ? order by dose_id")) {
            select.setLong(1, DoseIds.floor(member.trace().id()));
            select.setLong(2, DoseIds.ceiling(member.trace().id()));
            try (ResultSet dose = select.executeQuery()) {
                while (dose.next()) {
                    if (!went.contains(dose.getInt("origin"))) {
                        positions.add(dose.getInt("position"));
                        stayed.add(new RecordTrace.Dose(
                                dose.getInt("origin"),
                                dose.getLong("dose_key"),
                                dose.getLong("name_key"),
                                HEX.formatHex(dose.getBytes("content_hash")),
                                dose.getObject("dose_date", java.time.LocalDate.class),
                                dose.getString("cvx"),
                                dose.getString("kind"),
                                dose.getString("action")));
                    }
                }
            }
        }
        if (stayed.isEmpty()) {
            return Optional.empty();
        }
        byte[] block = payloads.read(connection, Set.of(row.text.payload())).get(row.text.payload());
        byte[] text = Message.parse(row.text.outgoing(block))
                .keepDoses(positions::contains)
                .bytes();
        return Optional.of(new Rest(
                member.trace().id(),
                row.partOf != null ? row.partOf : Long.valueOf(member.trace().id()),
                stayed,
                texts.add(row.text.received(block), text)));
    }

    /** Writes a row of the backup as it was when it left. */
    private static void takeOver(
            Connection connection, RecordTrace trace, int lane, long[] blocks, TextBlocks.Place place)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update record set lane_id = ?, lane_no = ?, state = 'READY', hold_rule = null, dropped_why = null,"
                        + " superseded_by = null, version_no = coalesce(?, version_no), patient_key = ?, patient_hash = ?, fingerprint = ?,"
                        + " doses = ?, payload_id = ?, text_at = ?, text_length = ?, out_at = ?, out_length = ? where record_id = ?")) {
            update.setInt(1, lane);
            update.setLong(2, trace.place());
            set(update, 3, trace.version());
            update.setLong(4, trace.patient());
            update.setBytes(5, HEX.parseHex(trace.patientHash()));
            update.setBytes(6, HEX.parseHex(trace.fingerprint()));
            update.setInt(7, trace.doses().size());
            text(update, 8, blocks, place);
            update.setLong(13, trace.id());
            update.executeUpdate();
        }
        try (PreparedStatement held = connection.prepareStatement("delete from held where record_id = ?");
                PreparedStatement doses =
                        connection.prepareStatement("delete from dose where dose_id between ? and ?")) {
            held.setLong(1, trace.id());
            held.executeUpdate();
            doses.setLong(1, DoseIds.floor(trace.id()));
            doses.setLong(2, DoseIds.ceiling(trace.id()));
            doses.executeUpdate();
        }
    }

    private static final String RECORD =
            "insert into record (record_id, lane_id, lane_no, source_id, part_of, made_for, version_no, state, verdict,"
                    + " hold_rule, control_id, site, patient_key, patient_hash, fingerprint, doses, doses_cut, findings, payload_id,"
                    + " text_at, text_length, out_at, out_length, stored_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, 0,"
                    + " null, ?, ?, ?, ?, ?, ?)";

    private static void insert(
            Connection connection,
            RecordTrace trace,
            boolean part,
            int lane,
            int source,
            Instant at,
            long[] blocks,
            TextBlocks.Place place)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
            insert.setLong(1, trace.id());
            insert.setInt(2, lane);
            insert.setLong(3, trace.place());
            insert.setInt(4, source);
            set(insert, 5, part ? trace.partOf() : null);
            set(insert, 6, trace.madeFor());
            set(insert, 7, trace.version());
            insert.setString(8, RecordState.READY.name());
            insert.setString(9, "DELIVERABLE");
            insert.setNull(10, Types.VARCHAR);
            insert.setString(11, Texts.column(trace.site(), 64));
            insert.setLong(12, trace.patient());
            insert.setBytes(13, HEX.parseHex(trace.patientHash()));
            insert.setBytes(14, HEX.parseHex(trace.fingerprint()));
            insert.setInt(15, trace.doses().size());
            text(insert, 16, blocks, place);
            insert.setObject(21, Database.at(at));
            insert.executeUpdate();
        }
    }

    /** Holds doses that the backup has, and that did not leave with their record: nobody knows what was found about them since. */
    private void hold(
            Connection connection, Rest rest, int lane, Map<Long, Integer> sources, ReplayedFile file, long[] blocks)
            throws SQLException {
        long id = Sequences.recordIds(connection, 1)[0];
        int source = sources.get(rest.record);
        RecordTrace of = file.members().stream()
                .map(ReplayedFile.Member::trace)
                .filter(trace -> trace.id() == rest.record)
                .findFirst()
                .orElseThrow();
        try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
            insert.setLong(1, id);
            insert.setInt(2, lane);
            insert.setNull(3, Types.BIGINT);
            insert.setInt(4, source);
            insert.setLong(5, rest.root);
            insert.setNull(6, Types.BIGINT);
            insert.setNull(7, Types.BIGINT);
            insert.setString(8, RecordState.HELD.name());
            insert.setString(9, RecordState.HELD.name());
            insert.setString(10, SecondReading.RULE);
            insert.setString(11, Texts.column(of.site(), 64));
            insert.setLong(12, of.patient());
            insert.setBytes(13, HEX.parseHex(of.patientHash()));
            insert.setBytes(14, HEX.parseHex(of.fingerprint()));
            insert.setInt(15, rest.doses.size());
            text(insert, 16, blocks, rest.place);
            insert.setObject(21, Database.at(clock.instant()));
            insert.executeUpdate();
        }
        doses(connection, id, rest.doses, RecordState.HELD);
        try (PreparedStatement held = connection.prepareStatement(
                "insert into held (record_id, connection, stage, source, rule, doses, since) values (?, ?, ?, ?, ?, ?, ?)")) {
            held.setLong(1, id);
            held.setString(2, file.connection());
            held.setString(3, file.feed().stage().name());
            held.setString(4, of.source());
            held.setString(5, SecondReading.RULE);
            held.setInt(6, rest.doses.size());
            held.setObject(7, Database.at(clock.instant()));
            held.executeUpdate();
        }
    }

    private static void doses(Connection connection, long record, List<RecordTrace.Dose> doses, RecordState state)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into dose (dose_id, record_id, position, origin, dose_key, content_hash, state, dose_date, cvx, kind,"
                        + " action, name_key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            int position = 0;
            for (RecordTrace.Dose dose : doses) {
                position++;
                insert.setLong(1, DoseIds.of(record, position));
                insert.setLong(2, record);
                insert.setInt(3, position);
                insert.setInt(4, dose.origin());
                insert.setLong(5, dose.key());
                insert.setBytes(6, HEX.parseHex(dose.content()));
                insert.setString(7, state.name());
                insert.setDate(8, dose.date() == null ? null : Date.valueOf(dose.date()));
                insert.setString(9, Texts.column(dose.cvx(), 20));
                insert.setString(10, dose.kind());
                insert.setString(11, dose.action());
                set(insert, 12, dose.name() == dose.key() ? null : dose.name());
                insert.addBatch();
            }
            if (position > 0) {
                insert.executeBatch();
            }
        }
    }

    /** Doses that several sources call by different numbers: what the source of this record said last of them. */
    private static void names(Connection connection, RecordTrace trace, int source) throws SQLException {
        for (RecordTrace.Dose dose : trace.doses()) {
            if (dose.name() != dose.key() && !called(connection, trace.patient(), dose.key())) {
                firstName(connection, trace.patient(), dose.key());
            }
            if (called(connection, trace.patient(), dose.name())) {
                try (PreparedStatement update = connection.prepareStatement(
                        "update dose_name set dose_key = ?, source_id = ?, content_hash = ?, action = ? where patient_key = ? and name_key = ?")) {
                    name(update, trace.patient(), dose, source);
                }
            } else if (dose.name() != dose.key()) {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into dose_name (dose_key, source_id, content_hash, action, patient_key, name_key) values (?, ?, ?, ?, ?, ?)")) {
                    name(insert, trace.patient(), dose, source);
                }
            }
        }
    }

    private static void name(PreparedStatement write, long patient, RecordTrace.Dose dose, int source)
            throws SQLException {
        write.setLong(1, dose.key());
        write.setInt(2, source);
        write.setBytes(3, HEX.parseHex(dose.content()));
        write.setString(4, dose.action());
        write.setLong(5, patient);
        write.setLong(6, dose.name());
        write.executeUpdate();
    }

    private static boolean called(Connection connection, long patient, long name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from dose_name where patient_key = ? and name_key = ?")) {
            select.setLong(1, patient);
            select.setLong(2, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** The name under which the dose was told first is written down when the second one comes. */
    private static void firstName(Connection connection, long patient, long key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into dose_name (dose_key, source_id, content_hash, action, patient_key, name_key)"
                        + " select d.dose_key, r.source_id, d.content_hash, d.action, r.patient_key, d.dose_key from record r join dose d on"
                        + " d.dose_id between r.record_id * " + DoseIds.MOST + " and r.record_id * " + DoseIds.MOST
                        + " + " + (DoseIds.MOST - 1)
                        + " where r.patient_key = ? and d.dose_key = ? and d.name_key is null and d.state not in ('HELD', 'DUPLICATE', 'SUPERSEDED', 'DROPPED')"
                        + " order by coalesce(r.version_no, r.record_id) desc fetch first 1 rows only")) {
            insert.setLong(1, patient);
            insert.setLong(2, key);
            insert.executeUpdate();
        }
    }

    private static void text(PreparedStatement statement, int at, long[] blocks, TextBlocks.Place place)
            throws SQLException {
        statement.setLong(at, blocks[place.block()]);
        statement.setInt(at + 1, place.textAt());
        statement.setInt(at + 2, place.textLength());
        statement.setInt(at + 3, place.outAt());
        statement.setInt(at + 4, place.outLength());
    }

    private static void set(PreparedStatement statement, int at, Long value) throws SQLException {
        if (value == null) {
            statement.setNull(at, Types.BIGINT);
        } else {
            statement.setLong(at, value);
        }
    }

    /** What came back counts as read: the sources' side of the sums has to know of it. */
    private static void count(Connection connection, Map<Integer, long[]> counts) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update source_position set records_read = records_read + ?, doses_read = doses_read + ?,"
                        + " stored_ready = stored_ready + ? where source_id = ?")) {
            for (Map.Entry<Integer, long[]> count : counts.entrySet()) {
                update.setLong(1, count.getValue()[0]);
                update.setLong(2, count.getValue()[1]);
                update.setLong(3, count.getValue()[0]);
                update.setInt(4, count.getKey());
                update.executeUpdate();
            }
        }
    }

    private static void remember(Connection connection, ReplayedFile file, Map<Long, Integer> sources)
            throws SQLException {
        Set<Long> known = new HashSet<>();
        try (PreparedStatement select =
                connection.prepareStatement("select record_id from replayed_record where record_id = any(?)")) {
            select.setArray(
                    1, connection.createArrayOf("bigint", sources.keySet().toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(row.getLong(1));
                }
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into replayed_record (record_id, source_id, sha256, ordinal) values (?, ?, ?, ?)")) {
            boolean any = false;
            for (ReplayedFile.Member member : file.members()) {
                RecordTrace trace = member.trace();
                if (known.add(trace.id())) {
                    insert.setLong(1, trace.id());
                    insert.setInt(2, sources.get(trace.id()));
                    insert.setBytes(3, trace.file().isEmpty() ? null : HEX.parseHex(trace.file()));
                    insert.setLong(4, trace.ordinal());
                    insert.addBatch();
                    any = true;
                }
            }
            if (any) {
                insert.executeBatch();
            }
        }
    }

    /**
     * Keeps the numbers of records up to this one from being given again. To be called before the first file is entered, because what is
     * entered may need numbers of its own.
     *
     * @param highest number of a record, or of its place among the versions, in any file
     */
    public void reserve(long highest) {
        database.transact(sql -> {
            long newest = Math.max(
                    highest,
                    sql.sql("select greatest(coalesce(max(record_id), 0), coalesce(max(version_no), 0)) from record")
                            .query(Long.class)
                            .single());
            sql.sql("update ledger_restore set newest = ? where state = 'REPLAYING'")
                    .param(newest)
                    .update();
            sql.sql("alter sequence record_id restart with " + ((newest / GAP + 1) * GAP + 1))
                    .update();
            return null;
        });
    }

    /** Keeps the numbers of submission files from being given again. To be called when every file is entered. */
    public void renumber() {
        database.transact(sql -> {
            long file = sql.sql("select coalesce(max(submission_file_id), 0) from submission_file")
                    .query(Long.class)
                    .single();
            return sql.sql("alter table submission_file alter column submission_file_id restart with " + (file + 1))
                    .update();
        });
    }

    /**
     * Whether a file of an EHR is read to its end, by what this ledger knows.
     *
     * @param sha256 of its bytes, 32 bytes
     */
    public Optional<SourceFile> readBefore(String connection, String source, Feed feed, byte[] sha256) {
        return database.call(sql -> sql.sql(
                        "select f.*, s.connection, s.source, s.feed from source_file f"
                                + " join source_position s on s.source_id = f.source_id where s.connection = ? and s.source = ? and s.feed = ?"
                                + " and f.sha256 = ? and f.state <> 'FAILED' order by f.source_file_id desc fetch first 1 rows only")
                .params(connection, source, feed.name(), sha256)
                .query(SourceFiles::file)
                .optional());
    }

    /** Whether records of a file of an EHR were sent since the backup, as far as submission files tell. */
    public boolean wasSent(String connection, String source, Feed feed, byte[] sha256) {
        int sourceId = directory.source(connection, source, feed);
        return database.call(sql -> sql.sql("select count(*) from replayed_record where source_id = ? and sha256 = ?")
                        .params(sourceId, sha256)
                        .query(Long.class)
                        .single())
                > 0;
    }

    /** The highest number that was given in a series of names; empty when none was. */
    public Optional<Long> lastNumber(String account, String folder, String series) {
        return database.call(
                sql -> sql.sql("select last_no from file_series where account = ? and folder = ? and series = ?")
                        .params(account, folder, series)
                        .query(Long.class)
                        .optional());
    }

    /**
     * Says that a file of an EHR is going to be read for a second time, so that its records find their place among those that were sent
     * since the backup. To be called when every file is entered.
     *
     * @param name under which it will be found
     * @param order SHA-256 of the source's files in hex, in the order in which they were read, as far as that is known
     */
    public void readAgain(String connection, String source, Feed feed, String name, byte[] sha256, List<String> order) {
        int sourceId = directory.source(connection, source, feed);
        database.transact(sql -> {
            // A file that the backup knows half read goes on as the same arrival.
            int arrival = sql.sql("select coalesce(max(case when state = 'TAKING' or state = 'STORED' then arrival else"
                            + " arrival + 1 end), 1) from source_file where source_id = ? and sha256 = ? and name = ?")
                    .params(sourceId, sha256, name)
                    .query(Integer.class)
                    .single();
            sql.sql("delete from read_again where source_id = ? and sha256 = ? and arrival = ?")
                    .params(sourceId, sha256, arrival)
                    .update();
            long[] bounds = bounds(sql, sourceId, HEX.formatHex(sha256), order);
            sql.sql("insert into read_again (source_id, sha256, arrival, after_id, before_id) values (?, ?, ?, ?, ?)")
                    .params(sourceId, sha256, arrival, bounds[0], bounds[1])
                    .update();
            return null;
        });
    }

    /**
     * Files of one source are read one after the other, so the numbers of their records put them into their order; one of which no record
     * was sent needs to be known by its place.
     */
    private static long[] bounds(JdbcClient sql, int source, String own, List<String> order) {
        record Span(String file, long first, long last) {}
        List<Span> spans = sql.sql(
                        "select sha256, min(record_id), max(record_id) from replayed_record where source_id = ?"
                                + " and sha256 is not null group by sha256")
                .param(source)
                .query((row, n) -> new Span(HEX.formatHex(row.getBytes(1)), row.getLong(2), row.getLong(3)))
                .list();
        Optional<Span> span = spans.stream().filter(s -> s.file.equals(own)).findFirst();
        int place = order.indexOf(own);
        long after = 0;
        long before = Long.MAX_VALUE;
        for (Span other : spans) {
            int its = order.indexOf(other.file);
            boolean older = span.isPresent() ? other.last < span.get().first : place >= 0 && its >= 0 && its < place;
            boolean newer = span.isPresent() ? other.first > span.get().last : place >= 0 && its > place;
            if (older) {
                after = Math.max(after, other.last);
            } else if (newer) {
                before = Math.min(before, other.first);
            }
        }
        return new long[] {after, before};
    }

    /**
     * Says that the registry has files of a connection of which nothing is known here. What waits is held, and so is all that is read, until
     * a person ends it with {@link #settled}.
     *
     * @param lastFile the last one that the registry has
     * @param knownFile the last one that is known; empty when none is
     * @return how many waiting records are held now
     */
    public int unknownFiles(String connection, String lastFile, String knownFile) {
        return database.transact(sql -> {
            sql.sql("delete from unknown_files where connection = ?")
                    .param(connection)
                    .update();
            sql.sql("insert into unknown_files (connection, last_file, known_file, since) values (?, ?, ?, ?)")
                    .params(connection, lastFile, knownFile, Database.at(clock.instant()))
                    .update();
            int held = 0;
            for (Feed feed : Feed.values()) {
                held += holdWaiting(sql, connection, feed);
            }
            restored.forget();
            return held;
        });
    }

    private int holdWaiting(JdbcClient sql, String connection, Feed feed) {
        Optional<Integer> lane = sql.sql("select lane_id from lane where connection = ? and feed = ?")
                .params(connection, feed.name())
                .query(Integer.class)
                .optional();
        if (lane.isEmpty()) {
            return 0;
        }
        long filedNo = sql.sql("select filed_no from lane where lane_id = ?")
                .param(lane.get())
                .query(Long.class)
                .single();
        String waiting = "lane_id = " + lane.get() + " and lane_no > " + filedNo + " and state = 'READY'";
        sql.sql(
                        "insert into held (record_id, connection, stage, source, rule, doses, since) select r.record_id, ?, ?, s.source,"
                                + " ?, r.doses, cast(? as timestamp with time zone) from record r join source_position s on s.source_id ="
                                + " r.source_id where r.made_for is null and " + waiting)
                .params(connection, feed.stage().name(), SecondReading.RULE, Database.at(clock.instant()))
                .update();
        for (String made : new String[] {"is not null", "is null"}) {
            String state = made.equals("is null") ? "HELD" : "DROPPED";
            sql.sql("update dose set state = '" + state
                            + "' where record_id in (select record_id from record where made_for " + made + " and "
                            + waiting + ")")
                    .update();
        }
        sql.sql(
                        "update record set state = 'DROPPED', lane_no = null, dropped_why = 'restored; it is made again when its record goes'"
                                + " where made_for is not null and " + waiting)
                .update();
        return sql.sql("update record set state = 'HELD', verdict = 'HELD', lane_no = null, hold_rule = ? where "
                        + waiting)
                .param(SecondReading.RULE)
                .update();
    }

    /** Connections whose registry has files of which nothing is known, with the last of them. */
    public Map<String, String> unknown() {
        return database.call(sql -> {
            Map<String, String> unknown = new LinkedHashMap<>();
            sql.sql("select connection, last_file from unknown_files order by connection")
                    .query(row -> {
                        unknown.put(row.getString(1), row.getString(2));
                    });
            return unknown;
        });
    }

    /**
     * Ends the holding of what is read for a connection, on a person's word that all is read of which nobody knew whether it was sent.
     *
     * @throws WrongTransition when nothing is held for it
     */
    public void settled(String connection, String who, String why) {
        database.transact(sql -> {
            int ended = sql.sql("delete from unknown_files where connection = ?")
                    .param(connection)
                    .update();
            if (ended == 0) {
                throw new WrongTransition("For connection " + connection + " nothing is held because of a restore.");
            }
            trail.append(who, "restore-settled", "connection:" + connection, why);
            restored.forget();
            return null;
        });
    }

    /** Says how far the restore came. */
    public void reached(State state) {
        database.call(sql -> sql.sql("update ledger_restore set state = ? where state <> 'DONE'")
                .param(state.name())
                .update());
        restored.forget();
    }
}
