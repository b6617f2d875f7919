package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;

/**
 * Finds the records that answers speak of: by control id, else by their place in a file that is answered message by message, else by
 * patient, dose date and CVX. A record is only found when it belongs to the connection that got the answer, and a file with it has left us;
 * where several patients fit, none is taken: no answer moves another's record.
 */
final class AnswerMatching {
    /** A day that a registry names may be off by its time zone. */
    private static final int DAYS_OFF = 1;

    private final ControlIds controlIds;
    private final Identity identity;
    private final Authorities authorities;
    private final Payloads payloads;

    AnswerMatching(ControlIds controlIds, Identity identity, Authorities authorities, Payloads payloads) {
        this.controlIds = controlIds;
        this.identity = identity;
        this.authorities = authorities;
        this.payloads = payloads;
    }

    /**
     * What was found for an answer.
     *
     * @param record null when there is none
     * @param dose the dose that it speaks of, as far as the answer's own words tell; 0 when they do not
     * @param ambiguous whether several fit and none was taken
     */
    record Match(SentRecord record, int dose, boolean ambiguous) {
        static final Match NONE = new Match(null, 0, false);
        private static final Match SEVERAL = new Match(null, 0, true);
    }

    private record Row(
            long id,
            RecordState state,
            int doses,
            boolean answered,
            int lane,
            long laneNo,
            long patient,
            String site,
            TextPlace text) {}

    private record Range(int lane, long first, long last, long file, Instant sent) {}

    private record Dose(int position, LocalDate date, String cvx) {}

    /** A record that may be meant, with what tells whether it is. */
    private record Candidate(SentRecord record, Instant sent, TextPlace text, List<Dose> doses) {}

    /** By the position of the answer; what is not in the map speaks of no record of ours. The records are locked. */
    Map<Integer, Match> match(Connection sql, AnswerFile file, List<Answer> answers, Duration reportLag, ZoneId zone)
            throws SQLException {
        Map<Integer, Long> wanted = new HashMap<>();
        Set<Integer> perhapsOfTheFile = new HashSet<>();
        List<Integer> byPlace = new ArrayList<>();
        List<Answer> byPatient = new ArrayList<>();
        for (Answer answer : answers) {
            OptionalLong id = controlIds.record(answer.controlId());
            if (id.isPresent()) {
                wanted.put(answer.position(), id.getAsLong());
                if (mayMeanTheFile(answer, file)) {
                    perhapsOfTheFile.add(answer.position());
                }
            } else if (answer.controlId().isEmpty()) {
                if (answer.subject() != null && answer.subject().patientId() != null) {
                    byPatient.add(answer);
                } else {
                    byPlace.add(answer.position());
                }
            }
        }
        if (!byPlace.isEmpty() && file.byPlace() && file.submissionFile() != null) {
            wanted.putAll(atPlaces(sql, file, byPlace));
        }
        Map<Integer, Match> matched = new HashMap<>();
        if (!wanted.isEmpty()) {
            Map<Long, SentRecord> records = new HashMap<>();
            sent(sql, file, "r.record_id = any(?)", wanted.values())
                    .forEach(candidate -> records.put(candidate.record.id(), candidate.record));
            wanted.forEach((position, id) -> {
                SentRecord record = records.get(id);
                if (record != null
                        && !(perhapsOfTheFile.contains(position) && record.file() != file.submissionFile())) {
                    matched.put(position, new Match(record, 0, false));
                }
            });
        }
        if (!byPatient.isEmpty()) {
            matched.putAll(ofPatients(sql, file, byPatient, reportLag, zone));
        }
        return matched;
    }

    /** An answer names a file that was refused by the id in its header, which may be the id of a record in another file as well. */
    private boolean mayMeanTheFile(Answer answer, AnswerFile file) {
        return file.submissionFile() != null
                && (answer.speaksOfTheFile() || controlIds.isOfFile(answer.controlId(), file.submissionFile()));
    }

    private Map<Integer, Long> atPlaces(Connection sql, AnswerFile file, List<Integer> positions) throws SQLException {
        Map<Integer, Long> found = new HashMap<>();
        Set<Integer> wanted = new HashSet<>(positions);
        try (PreparedStatement select = sql.prepareStatement(
                // A record that was held while it waited, or went ahead of history, has left a number to which no
                // message belongs. Where one left the file later, nobody can say which place is whose.
                "select p.place, p.record_id from (select row_number() over (order by r.lane_no) place, count(*) over () places, r.record_id"
                        + " from submission_file f join record r on r.lane_id = f.lane_id and r.lane_no between f.first_no and f.last_no"
                        + " where f.submission_file_id = ? and f.messages = ?) p where p.places = ? and p.place between ? and ?")) {
            select.setLong(1, file.submissionFile());
            select.setInt(2, file.messages());
            select.setInt(3, file.messages());
            select.setInt(4, positions.get(0));
            select.setInt(5, positions.get(positions.size() - 1));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (wanted.contains(row.getInt(1))) {
                        found.put(row.getInt(1), row.getLong(2));
                    }
                }
            }
        }
        return found;
    }

    private Map<Integer, Match> ofPatients(
            Connection sql, AnswerFile file, List<Answer> answers, Duration reportLag, ZoneId zone)
            throws SQLException {
        Set<String> known = authorities.fresh(file.connection());
        Keys[] keys = {
            new Keys(identity, file.connection(), Stage.PRODUCTION), new Keys(identity, file.connection(), Stage.TEST)
        };
        Map<String, Set<Long>> byId = new HashMap<>();
        Set<Long> all = new TreeSet<>();
        for (Answer answer : answers) {
            byId.computeIfAbsent(answer.subject().patientId(), id -> {
                Set<Long> patients = new HashSet<>();
                for (Keys of : keys) {
                    known.forEach(authority -> patients.add(of.patient(id, authority)));
                }
                all.addAll(patients);
                return patients;
            });
        }
        if (all.isEmpty()) {
            return Map.of();
        }
        Map<Long, List<Candidate>> byPatient = new LinkedHashMap<>();
        for (Candidate candidate : withDoses(sql, sent(sql, file, "r.patient_key = any(?)", all))) {
            byPatient
                    .computeIfAbsent(candidate.record.patient(), patient -> new ArrayList<>())
                    .add(candidate);
        }
        Map<Long, byte[]> blocks = texts(sql, answers, byPatient);
        Instant before = file.fetchedAt().minus(reportLag);
        Map<Integer, Match> matched = new HashMap<>();
        for (Answer answer : answers) {
            List<Candidate> candidates = new ArrayList<>();
            byId.get(answer.subject().patientId())
                    .forEach(patient -> candidates.addAll(byPatient.getOrDefault(patient, List.of())));
            matched.put(answer.position(), choose(answer.subject(), candidates, blocks, before, zone));
        }
        return matched;
    }

    private static Match choose(
            Answer.Subject subject, List<Candidate> candidates, Map<Long, byte[]> blocks, Instant before, ZoneId zone) {
        List<Candidate> fitting = candidates.stream()
                .filter(candidate -> hasDose(candidate, subject) && isPerson(candidate, subject, blocks))
                .toList();
        if (fitting.isEmpty()) {
            return Match.NONE;
        }
        if (fitting.stream()
                        .map(candidate -> candidate.record.patient())
                        .distinct()
                        .count()
                > 1) {
            return Match.SEVERAL;
        }
        Candidate chosen = chosen(subject, fitting, before, zone);
        List<Dose> doses =
                chosen.doses.stream().filter(dose -> isDose(dose, subject)).toList();
        boolean one = doses.size() == 1 && (subject.doseDate() != null || subject.cvx() != null);
        return new Match(chosen.record, one ? doses.get(0).position : 0, false);
    }

    /**
     * Of several records of the patient the one that the report can know of: of those sent nearest to the day that it names, the newest that
     * left long enough before it was fetched, else the oldest. The corrected record that left meanwhile must not be taken for the one that
     * was refused.
     */
    private static Candidate chosen(Answer.Subject subject, List<Candidate> fitting, Instant before, ZoneId zone) {
        List<Candidate> oldestFirst = fitting.stream()
                .sorted(java.util.Comparator.comparingLong(candidate -> candidate.record.id()))
                .toList();
        long nearest = oldestFirst.stream()
                .mapToLong(candidate -> daysOff(candidate, subject, zone))
                .min()
                .orElseThrow();
        List<Candidate> possible = nearest > DAYS_OFF
                ? oldestFirst
                : oldestFirst.stream()
                        .filter(candidate -> daysOff(candidate, subject, zone) == nearest)
                        .toList();
        return possible.stream()
                .filter(candidate -> candidate.sent != null && !candidate.sent.isAfter(before))
                .reduce((older, newer) -> newer)
                .orElse(possible.get(0));
    }

    /** 0 where the report names no day. */
    private static long daysOff(Candidate candidate, Answer.Subject subject, ZoneId zone) {
        if (subject.sentOn() == null) {
            return 0;
        }
        return candidate.sent == null
                ? Long.MAX_VALUE
                : Math.abs(candidate.sent.atZone(zone).toLocalDate().toEpochDay()
                        - subject.sentOn().toEpochDay());
    }

    private static boolean hasDose(Candidate candidate, Answer.Subject subject) {
        return subject.doseDate() == null && subject.cvx() == null
                || candidate.doses.stream().anyMatch(dose -> isDose(dose, subject));
    }

    private static boolean isDose(Dose dose, Answer.Subject subject) {
        return (subject.doseDate() == null || subject.doseDate().equals(dose.date))
                && (subject.cvx() == null || subject.cvx().equals(dose.cvx));
    }

    /** Whether birthday and name, where the line gives them, are the record's: an id may be somebody else's number elsewhere. */
    private static boolean isPerson(Candidate candidate, Answer.Subject subject, Map<Long, byte[]> blocks) {
        if (subject.birth() == null && subject.name() == null) {
            return true;
        }
        byte[] block = blocks.get(candidate.text.payload());
        if (block == null) {
            return false;
        }
        try {
            Message message = Message.parse(candidate.text.outgoing(block));
            String birth = message.get("PID-7");
            if (subject.birth() != null
                    && !birth.startsWith(subject.birth().toString().replace("-", ""))) {
                return false;
            }
            return subject.name() == null || isName(subject.name(), message.get("PID-5.1"), message.get("PID-5.2"));
        } catch (Hl7FormatException e) {
            // A record that cannot be read was never sent; what cannot be compared is not taken.
            return false;
        }
    }

    /** The name of a report in any order, with or without middle names; both of ours must be in it. */
    private static boolean isName(String said, String family, String given) {
        String words = " " + letters(said) + " ";
        return words.contains(" " + letters(family) + " ") && words.contains(" " + letters(given) + " ");
    }

    private static String letters(String text) {
        return text.toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    private Map<Long, byte[]> texts(Connection sql, List<Answer> answers, Map<Long, List<Candidate>> byPatient)
            throws SQLException {
        if (answers.stream()
                .allMatch(answer ->
                        answer.subject().birth() == null && answer.subject().name() == null)) {
            return Map.of();
        }
        Set<Long> blocks = new TreeSet<>();
        byPatient.values().forEach(all -> all.forEach(candidate -> blocks.add(candidate.text.payload())));
        return blocks.isEmpty() ? Map.of() : payloads.read(sql, blocks);
    }

    private static List<Candidate> withDoses(Connection sql, List<Candidate> candidates) throws SQLException {
        if (candidates.isEmpty()) {
            return candidates;
        }
        Map<Long, List<Dose>> doses = new HashMap<>();
        Map<Long, Integer> counts = new HashMap<>();
        candidates.forEach(candidate -> counts.put(candidate.record.id(), candidate.record.doses()));
        try (PreparedStatement select = sql.prepareStatement(
                "select record_id, position, dose_date, cvx from dose where dose_id = any(?) order by dose_id")) {
            for (Long[] some : Dialect.of(sql).portions(DoseIds.all(counts.entrySet()))) {
                select.setArray(1, sql.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        doses.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                                .add(new Dose(row.getInt(2), row.getObject(3, LocalDate.class), row.getString(4)));
                    }
                }
            }
        }
        return candidates.stream()
                .map(candidate -> new Candidate(
                        candidate.record,
                        candidate.sent,
                        candidate.text,
                        doses.getOrDefault(candidate.record.id(), List.of())))
                .toList();
    }

    /** Records of the answer's connection that are in a file that has left us, or may have. */
    private static List<Candidate> sent(Connection sql, AnswerFile answer, String which, Collection<Long> values)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        Map<Integer, long[]> spans = new HashMap<>();
        try (PreparedStatement select =
                sql.prepareStatement("select r.record_id, r.state, r.doses, r.answered_at is not null,"
                        + " r.lane_id, r.lane_no, r.patient_key, r.site, r.payload_id, r.text_at, r.text_length, r.out_at, r.out_length"
                        + " from record r where " + which + " and r.lane_no is not null"
                        + " and exists (select 1 from lane l where l.lane_id = r.lane_id and l.connection = ?)"
                        + " order by r.record_id for update")) {
            select.setArray(1, sql.createArrayOf("bigint", new TreeSet<>(values).toArray()));
            select.setString(2, answer.connection());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Row record = new Row(
                            row.getLong(1),
                            RecordState.valueOf(row.getString(2)),
                            row.getInt(3),
                            row.getBoolean(4),
                            row.getInt(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getString(8),
                            TextPlace.of(row, 0));
                    rows.add(record);
                    spans.merge(record.lane, new long[] {record.laneNo, record.laneNo}, (a, b) ->
                            new long[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
                }
            }
        }
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<Integer, long[]> span : spans.entrySet()) {
            ranges.addAll(ranges(sql, answer, span.getKey(), span.getValue()[0], span.getValue()[1]));
        }
        Map<Integer, Stage> stages = stages(sql, answer.connection());
        List<Candidate> found = new ArrayList<>(rows.size());
        for (Row row : rows) {
            for (Range range : ranges) {
                if (range.lane == row.lane && range.first <= row.laneNo && row.laneNo <= range.last) {
                    SentRecord record = new SentRecord(
                            row.id,
                            row.state,
                            row.doses,
                            row.answered,
                            range.file,
                            row.patient,
                            stages.get(row.lane),
                            row.site);
                    found.add(new Candidate(record, range.sent, row.text, List.of()));
                    break;
                }
            }
        }
        return found;
    }

    private static Map<Integer, Stage> stages(Connection sql, String connection) throws SQLException {
        Map<Integer, Stage> stages = new HashMap<>();
        try (PreparedStatement select = sql.prepareStatement("select lane_id, stage from lane where connection = ?")) {
            select.setString(1, connection);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    stages.put(row.getInt(1), Stage.valueOf(row.getString(2)));
                }
            }
        }
        return stages;
    }

    /**
     * Files that left us, or may have; of several generations the latest first. One whose upload goes on, or broke where nobody has looked
     * yet, only where the answer names it.
     */
    private static List<Range> ranges(Connection sql, AnswerFile answer, int lane, long first, long last)
            throws SQLException {
        List<Range> ranges = new ArrayList<>();
        try (PreparedStatement select =
                sql.prepareStatement("select first_no, last_no, submission_file_id, sent_at from submission_file"
                        + " where lane_id = ? and last_no >= ? and first_no <= ?"
                        + " and (state in ('UPLOADED', 'SENT', 'ANSWERED', 'UNSURE', 'REFUSED')"
                        + " or state = 'SENDING' and submission_file_id = ?) order by generation desc")) {
            select.setInt(1, lane);
            select.setLong(2, first);
            select.setLong(3, last);
            select.setObject(4, answer.submissionFile(), Types.BIGINT);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ranges.add(new Range(
                            lane, row.getLong(1), row.getLong(2), row.getLong(3), Database.instant(row, "sent_at")));
                }
            }
        }
        return ranges;
    }
}
