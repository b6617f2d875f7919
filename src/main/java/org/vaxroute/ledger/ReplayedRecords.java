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
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vaxroute.hl7.Message;

/**
 * The records of a file that is entered after a restore: those that the backup lacks are written as they left, those that it has another way
 * are brought to where they were, and doses that did not leave with them are held. docs/decisions/0230.
 */
final class ReplayedRecords {
    private static final HexFormat HEX = HexFormat.of();

    private final Directory directory;
    private final Payloads payloads;
    private final Clock clock;

    ReplayedRecords(Directory directory, Payloads payloads, Clock clock) {
        this.directory = directory;
        this.payloads = payloads;
        this.clock = clock;
    }

    /** A row that the backup has of a record that a file holds. */
    private record Old(int lane, Long place, RecordState state, int doses, TextPlace text, Long partOf) {}

    /** Writes what the file holds, on the connection of the transaction that enters it. */
    void write(Connection connection, ReplayedFile file, int lane) throws SQLException {
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
            // What else a made message said is made again when its record goes.
            if (member.trace().madeFor() == null) {
                rest(connection, member, old.get(member.trace().id()), texts).ifPresent(rests::add);
            }
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
     * went ahead in another lane. They are looked at again before they leave, or found in that other lane's file. What was made for a record
     * that left without it had been taken back.
     */
    private static void clearPlaces(Connection connection, ReplayedFile file, int lane) throws SQLException {
        Set<Long> members = new HashSet<>();
        file.members().forEach(member -> members.add(member.trace().id()));
        List<Long> strays = new ArrayList<>();
        List<Long> takenBack = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select record_id, made_for from record where lane_id = ? and lane_no between ? and ? and state = 'READY' order by lane_no")) {
            select.setInt(1, lane);
            select.setLong(2, file.firstNo());
            select.setLong(3, file.lastNo());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Long madeFor = TextPlace.nullable(row, "made_for");
                    if (!members.contains(row.getLong(1))) {
                        (madeFor != null && members.contains(madeFor) ? takenBack : strays).add(row.getLong(1));
                    }
                }
            }
        }
        if (file.generation() > 1) {
            return;
        }
        for (long made : takenBack) {
            DeletesBefore.drop(connection, made);
        }
        if (strays.isEmpty()) {
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
}
