package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Verdict;

/**
 * Settles records that were held, in the order in which they were stored: what goes takes its place at the end of its lane. One transaction
 * settles a portion; a record that is not held any more is left alone, so doing it twice does no harm.
 */
final class HeldSettling {
    /** Operation of the change by which history loses doses (intake's newer step); transforms never drop a dose. */
    private static final String NEWER_DOSES = "newer-dose-sent";

    private static final String HELD =
            "select r.record_id, coalesce(r.version_no, r.record_id) version, r.lane_id, r.source_id, r.part_of,"
                    + " r.verdict, r.hold_rule, r.patient_key, r.patient_hash, r.fingerprint, r.doses, r.doses_cut, r.findings, r.changes, r.payload_id,"
                    + " r.text_at, r.text_length, r.out_at, r.out_length, s.connection, s.source, s.feed, st.standing_id,"
                    + " p.changes whole_changes, p.doses_cut whole_cut"
                    + " from record r join source_position s on s.source_id = r.source_id join lane l on l.lane_id = r.lane_id"
                    + " join standing st on st.connection = l.connection and st.stage = l.stage"
                    + " left join record p on p.record_id = r.part_of where r.record_id = any(?) and r.state = 'HELD'";

    private final Database database;
    private final Payloads payloads;
    private final Identity identity;
    private final Function<String, ResendRules> resend;
    private final RecordLog recordLog;
    private final Clock clock;

    HeldSettling(
            Database database,
            Payloads payloads,
            Identity identity,
            Function<String, ResendRules> resend,
            RecordLog recordLog,
            Clock clock) {
        this.database = database;
        this.payloads = payloads;
        this.identity = identity;
        this.resend = resend;
        this.recordLog = recordLog;
        this.clock = clock;
    }

    private record Row(
            long id,
            long version,
            int lane,
            int source,
            Long partOf,
            Verdict verdict,
            String rule,
            Long patient,
            byte[] fingerprint,
            int doses,
            int cut,
            byte[] findings,
            List<Change> changes,
            List<Integer> received,
            TextPlace place,
            String connection,
            String sourceName,
            Feed feed,
            int standing) {}

    private static Row row(Connection connection, ResultSet row) throws SQLException {
        Long partOf = TextPlace.nullable(row, "part_of");
        long id = row.getLong("record_id");
        List<Change> changes = CompactFindings.readChanges(row.getBytes(partOf == null ? "changes" : "whole_changes"));
        return new Row(
                id,
                row.getLong("version"),
                row.getInt("lane_id"),
                row.getInt("source_id"),
                partOf,
                Verdict.valueOf(row.getString("verdict")),
                row.getString("hold_rule"),
                TextPlace.nullable(row, "patient_key"),
                row.getBytes("fingerprint"),
                row.getInt("doses"),
                row.getInt("doses_cut"),
                row.getBytes("findings"),
                changes,
                partOf == null && row.getInt("doses_cut") == 0 ? null : received(connection, id, changes),
                TextPlace.of(row, 0),
                row.getString("connection"),
                row.getString("source"),
                Feed.valueOf(row.getString("feed")),
                row.getInt("standing_id"));
    }

    /** Where the doses of a record stand in the text as received. Only the newer step takes doses out; it says which. */
    private static List<Integer> received(Connection connection, long id, List<Change> changes) throws SQLException {
        Set<Integer> out = leftOut(changes);
        List<Integer> numbers = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select origin from dose where dose_id between ? and ? order by dose_id")) {
            select.setLong(1, DoseIds.floor(id));
            select.setLong(2, DoseIds.ceiling(id));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int number = 0;
                    for (int left = row.getInt(1); left > 0; ) {
                        left -= out.contains(++number) ? 0 : 1;
                    }
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    private static Set<Integer> leftOut(List<Change> changes) {
        Set<Integer> out = new HashSet<>();
        for (Change change : changes) {
            if (change.operation().equals(NEWER_DOSES) && change.location().startsWith("ORDER[")) {
                out.add(Integer.parseInt(
                        change.location().substring(6, change.location().indexOf(']'))));
            }
        }
        return out;
    }

    private static Map<Long, Row> rows(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, Row> found = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(HELD)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(row.getLong("record_id"), row(connection, row));
                }
            }
        }
        return found;
    }

    /** The texts of those of these records that are held; in the order of their ids. */
    List<HeldText> texts(Collection<Long> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.transact(sql -> database.jdbc(connection -> texts(connection, ids)));
    }

    private List<HeldText> texts(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, Row> rows = rows(connection, ids);
        Set<Long> patients = new LinkedHashSet<>();
        Set<Long> blocks = new LinkedHashSet<>();
        for (Row row : rows.values()) {
            blocks.add(row.place.payload());
            if (row.patient != null) {
                patients.add(row.patient);
            }
        }
        PatientHistory history = PatientHistory.load(connection, payloads, patients);
        Map<Long, Long> edits = EditedTexts.payloads(connection, rows.keySet());
        blocks.addAll(edits.values());
        Map<Long, byte[]> texts = payloads.read(connection, blocks);
        List<HeldText> held = new ArrayList<>();
        for (Row row : rows.values()) {
            byte[] block = texts.get(row.place.payload());
            if (block == null) {
                throw Retention.missing(row.id, row.place);
            }
            PatientHistory.Past newest = newer(history, row);
            held.add(new HeldText(
                    row.id,
                    row.connection,
                    row.sourceName,
                    row.feed,
                    row.verdict,
                    row.place.received(block),
                    edits.containsKey(row.id) ? texts.get(edits.get(row.id)) : null,
                    row.place.outgoing(block),
                    row.received,
                    CompactFindings.read(row.findings),
                    newest == null
                            ? null
                            : history.text(newest)
                                    .orElseThrow(() -> Retention.missing(newest.id, newest.place()))
                                    .bytes(),
                    newest == null ? 0 : newest.id));
        }
        return held;
    }

    private static PatientHistory.Past newer(PatientHistory history, Row row) {
        if (row.patient == null) {
            return null;
        }
        PatientHistory.Past newest = history.patient(row.patient).newestTold(row.id);
        return newest != null && newest.version > row.version ? newest : null;
    }

    /** Settles records of one connection and stage, all in one transaction. */
    Settlement settle(List<Settled> settled, String who, String action, String why) {
        if (settled.isEmpty()) {
            return Settlement.NONE;
        }
        return database.transact(sql -> database.jdbc(connection -> settle(connection, settled, who, action, why)));
    }

    private Settlement settle(Connection connection, List<Settled> all, String who, String action, String why)
            throws SQLException {
        Map<Long, Settled> wanted = new LinkedHashMap<>();
        all.forEach(one -> wanted.put(one.held().id(), one));
        Set<Integer> standings = new HashSet<>();
        rows(connection, wanted.keySet()).values().forEach(row -> standings.add(row.standing));
        for (int standing : new java.util.TreeSet<>(standings)) {
            database.lockStanding(connection, standing);
        }
        Map<Long, Row> rows = rows(connection, wanted.keySet());
        Map<Long, Keys.OfRecord> keys = new LinkedHashMap<>();
        Set<Long> patients = new LinkedHashSet<>();
        for (Row row : rows.values()) {
            Keys.OfRecord of = new Keys(identity, row.connection, row.feed.stage())
                    .of(wanted.get(row.id).now());
            keys.put(row.id, of);
            if (of.patientKey() != null) {
                patients.add(of.patientKey());
            }
            if (row.patient != null) {
                patients.add(row.patient);
            }
        }
        PatientHistory history = PatientHistory.load(connection, payloads, patients);
        Map<Long, Long> edits = EditedTexts.payloads(connection, rows.keySet());
        Map<Long, byte[]> texts = payloads.read(connection, edits.values());
        Portion portion = new Portion(connection, who, action, why, clock.instant());
        for (Row row : inOrder(rows.values())) {
            Settled one = wanted.get(row.id);
            PatientHistory.Past newest = newer(history, row);
            byte[] edited = edits.containsKey(row.id) ? texts.get(edits.get(row.id)) : null;
            boolean other = !Objects.equals(row.received, one.held().doses())
                    || !Arrays.equals(edited, one.held().edited());
            if (other || (newest == null ? 0 : newest.id) != one.held().newestId()) {
                portion.again++;
            } else if (keys.get(row.id).patientKey() == null) {
                portion.stillHeld++;
            } else {
                portion.take(row, one, keys.get(row.id), history);
            }
        }
        portion.write();
        return new Settlement(portion.ready, portion.stillHeld, portion.said, all.size() - rows.size(), portion.again);
    }

    private static List<Row> inOrder(Collection<Row> rows) {
        return rows.stream()
                .sorted(java.util.Comparator.comparingLong(Row::version))
                .toList();
    }

    /** What one transaction changes. */
    private final class Portion {
        private final Connection connection;
        private final String who;
        private final String action;
        private final String why;
        private final Instant now;
        private final LateTexts texts = new LateTexts(0);
        private final List<RecordRow> fresh = new ArrayList<>();
        private final Map<RecordRow, Row> changed = new LinkedHashMap<>();
        private final Map<RecordRow, Row> origin = new LinkedHashMap<>();
        private final Map<PatientHistory.Waiting, RecordRow> superseded = new LinkedHashMap<>();
        private final List<RecordRow> numbered = new ArrayList<>();
        private int ready;
        private int stillHeld;
        private int said;
        private int again;

        Portion(Connection connection, String who, String action, String why, Instant now) {
            this.connection = connection;
            this.who = who;
            this.action = action;
            this.why = why;
            this.now = now;
        }

        void take(Row row, Settled one, Keys.OfRecord keys, PatientHistory history) throws SQLException {
            PreparedRecord judged = PreparedRecord.of(one.now(), keys, new TextBlocks(0));
            if (one.now().excluded() != null) {
                dropped(row, one, judged.asItIs());
                return;
            }
            int[] numbers = numbers(row, one.now());
            Cut cut = new Cut(
                    connection,
                    history,
                    resend.apply(row.connection),
                    new Keys(identity, row.connection, row.feed.stage()),
                    new Beginning(connection, row.connection, row.feed));
            Cut.Rows rows = cut.of(new Cut.Subject(
                    one.now(),
                    keys,
                    !one.released() && judged.whole(),
                    one.released() ? new boolean[keys.doses().length] : judged.held(),
                    one.released(),
                    row.source,
                    row.feed,
                    row.id,
                    row.version,
                    row.partOf,
                    numbers,
                    null));
            RecordRow main = rows.main();
            main.id = row.id;
            for (RecordRow part : rows.all()) {
                part.released = one.released() && part.state == RecordState.READY;
                part.place = texts.add(
                        one.held().received(),
                        part.outgoing() == null
                                ? one.now().message().bytes()
                                : part.outgoing().bytes());
                origin.put(part, row);
                if (part != main) {
                    fresh.add(part);
                }
                if (part.state == RecordState.READY) {
                    numbered.add(part);
                }
            }
            changed.put(main, row);
            rows.superseded().forEach(waiting -> superseded.put(waiting, main));
            if (rows.all().stream().anyMatch(part -> part.state == RecordState.READY)) {
                ready++;
            } else if (main.state == RecordState.HELD) {
                stillHeld++;
            } else {
                said++;
            }
        }

        /** History of which the newer step left nothing. */
        private void dropped(Row row, Settled one, RecordRow main) {
            main.id = row.id;
            main.root = row.partOf;
            main.place = texts.add(one.held().received(), one.now().message().bytes());
            origin.put(main, row);
            changed.put(main, row);
            said++;
        }

        /** A part keeps the numbers that its doses have in the whole record; the newer step may have left some of them out. */
        private int[] numbers(Row row, TakenRecord now) throws SQLException {
            if (row.partOf == null) {
                return null;
            }
            List<Integer> origins = origins(row.id);
            Set<Integer> out = leftOut(now.changes());
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < origins.size(); i++) {
                if (!out.contains(i + 1)) {
                    numbers.add(origins.get(i));
                }
            }
            return numbers.stream().mapToInt(Integer::intValue).toArray();
        }

        private List<Integer> origins(long id) throws SQLException {
            List<Integer> origins = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "select origin from dose where dose_id between ? and ? order by dose_id")) {
                select.setLong(1, DoseIds.floor(id));
                select.setLong(2, DoseIds.ceiling(id));
                try (ResultSet dose = select.executeQuery()) {
                    while (dose.next()) {
                        origins.add(dose.getInt(1));
                    }
                }
            }
            return origins;
        }

        void write() throws SQLException {
            superseded.forEach((old, by) -> {
                if (old.row != null) {
                    old.row.state = RecordState.SUPERSEDED;
                    old.row.supersededBy = by.id;
                }
            });
            changed.entrySet().removeIf(entry -> unchanged(entry.getKey(), entry.getValue()));
            if (changed.isEmpty()) {
                return;
            }
            number();
            long[] blocks = payloads.write(connection, payloads.pack(texts.blocks()));
            RecordUpdates updates = new RecordUpdates(connection, now);
            for (Map.Entry<RecordRow, Row> entry : changed.entrySet()) {
                Row row = entry.getValue();
                updates.settle(entry.getKey(), row.doses + row.cut, counted(entry.getKey(), row), blocks);
                recordLog.settled(entry.getKey(), action);
            }
            Map<Integer, Map<Integer, List<RecordRow>>> byPlace = new TreeMap<>();
            for (RecordRow part : fresh) {
                Row row = origin.get(part);
                byPlace.computeIfAbsent(row.lane, lane -> new TreeMap<>())
                        .computeIfAbsent(row.source, source -> new ArrayList<>())
                        .add(part);
            }
            Together together = new Together(connection);
            for (Map.Entry<Integer, Map<Integer, List<RecordRow>>> lane : byPlace.entrySet()) {
                for (Map.Entry<Integer, List<RecordRow>> source :
                        lane.getValue().entrySet()) {
                    Row row = origin.get(source.getValue().get(0));
                    new RecordInserts(
                                    together,
                                    row.connection,
                                    row.sourceName,
                                    row.feed,
                                    lane.getKey(),
                                    source.getKey(),
                                    now)
                            .insert(source.getValue(), blocks);
                    recordLog.stored(row.connection, row.sourceName, row.feed, source.getValue());
                }
            }
            together.go();
            for (RecordRow part : fresh) {
                if (part.madeFor == null) {
                    EditedTexts.inherit(connection, origin.get(part).id, part.id);
                }
            }
            for (Map.Entry<PatientHistory.Waiting, RecordRow> old : superseded.entrySet()) {
                if (old.getKey().row == null) {
                    Store.supersede(connection, old.getKey().id, old.getValue().id, recordLog);
                }
            }
            trail();
        }

        /** Doses of the rows that were cut from a record; what was made for it is no part of it. */
        private int counted(RecordRow main, Row row) {
            int doses = main.doses.size();
            for (RecordRow part : fresh) {
                if (origin.get(part) == row && part.madeFor == null) {
                    doses += part.doses.size();
                }
            }
            return doses;
        }

        private boolean unchanged(RecordRow main, Row row) {
            return main.state == RecordState.HELD
                    && fresh.stream().noneMatch(part -> origin.get(part) == row)
                    && main.holdRule.equals(row.rule)
                    && Arrays.equals(main.keys.fingerprint(), row.fingerprint)
                    && Arrays.equals(CompactFindings.write(main.findings()), row.findings);
        }

        private void number() throws SQLException {
            long[] ids = fresh.isEmpty() ? new long[0] : Sequences.recordIds(connection, fresh.size());
            for (int i = 0; i < ids.length; i++) {
                fresh.get(i).id = ids[i];
            }
            long[] versions = numbered.isEmpty() ? new long[0] : Sequences.recordIds(connection, numbered.size());
            Map<Integer, List<RecordRow>> byLane = new TreeMap<>();
            for (int i = 0; i < versions.length; i++) {
                RecordRow row = numbered.get(i);
                row.version = versions[i];
                byLane.computeIfAbsent(origin.get(row).lane, lane -> new ArrayList<>())
                        .add(row);
            }
            for (Map.Entry<Integer, List<RecordRow>> lane : byLane.entrySet()) {
                long next =
                        Lanes.take(connection, lane.getKey(), lane.getValue().size());
                for (RecordRow row : lane.getValue()) {
                    row.laneNo = next++;
                }
            }
        }

        private void trail() throws SQLException {
            List<String> subjects = new ArrayList<>();
            for (Map.Entry<RecordRow, Row> entry : changed.entrySet()) {
                if (entry.getKey().state != RecordState.HELD || entry.getKey().released) {
                    subjects.add("record:" + entry.getValue().id);
                }
            }
            Trail.append(connection, now, who, action, subjects, why);
        }
    }
}
