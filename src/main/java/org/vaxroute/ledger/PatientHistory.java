package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.vaxroute.hl7.Message;

/**
 * What the ledger knows of the patients of a chunk, and what the chunk's own records add to it, one after the other, in the order in which
 * the registry is told.
 *
 * <p>DUPLICATE, SUPERSEDED and DROPPED records have told nobody anything and are not here; of doses that the EHR voided before the registry
 * had them it is known that they are void.
 */
final class PatientHistory {
    /** What became of a version. */
    enum Standing {
        /** Waits for somebody to settle it. */
        HELD,
        /** The registry was told, or is about to be. */
        TOLD,
        /** The registry was told and refused it. */
        REJECTED
    }

    private static final String RECORDS =
            "select record_id, coalesce(version_no, record_id) version, patient_key, patient_hash,"
                    + " part_of, made_for, state, doses, source_id, payload_id, text_at, text_length, out_at, out_length, lane_id, lane_no from record"
                    + " where patient_key = any(?) and (state in ('READY', 'HELD', 'ACCEPTED', 'WARNED', 'REJECTED')"
                    + " or state = 'DROPPED' and dropped_why = '" + Cut.VOIDED + "') order by 2";
    /** The columns of {@link #dose}. */
    static final String DOSE =
            "record_id, dose_key, coalesce(name_key, dose_key) name_key, content_hash, dose_date, cvx, kind, action";

    private static final String DOSES = "select position, state, " + DOSE + " from dose where dose_id = any(?)"
            + " and state in ('READY', 'HELD', 'ACCEPTED', 'WARNED', 'REJECTED', 'DROPPED')";

    private final Connection connection;
    private final Map<Long, Patient> patients = new HashMap<>();
    private final Map<Integer, String> sources = new HashMap<>();
    private final List<InLane> ready = new ArrayList<>();
    private final PastTexts texts;
    private long next = Long.MAX_VALUE / 2;

    private PatientHistory(Connection connection, Payloads payloads) {
        this.connection = connection;
        this.texts = new PastTexts(connection, payloads);
    }

    /** Loads what is known of these patients. The standing must be locked, so that nothing is added meanwhile. */
    static PatientHistory load(Connection connection, Payloads payloads, Collection<Long> patientKeys)
            throws SQLException {
        Together together = new Together(connection);
        Loading loading = ask(together, payloads, patientKeys);
        together.go();
        return loading.history();
    }

    /** As {@link #load}, with what else is asked behind the lock. */
    static Loading ask(Together together, Payloads payloads, Collection<Long> patientKeys) throws SQLException {
        Connection connection = together.connection();
        Loading loading = new Loading(new PatientHistory(connection, payloads), patientKeys);
        for (Long[] some : Dialect.of(connection).portions(patientKeys)) {
            together.ask(
                    RECORDS,
                    (select, at) -> {
                        select.setArray(at, connection.createArrayOf("bigint", some));
                        return at + 1;
                    },
                    loading::read);
        }
        return loading;
    }

    /** What is asked first; the rest is asked when it is known whom the ledger knows. */
    static final class Loading {
        private final PatientHistory history;
        private final Collection<Long> patientKeys;
        private final Map<Long, Past> records = new HashMap<>();
        private final Map<Long, Integer> doses = new HashMap<>();
        private final Map<Past, Long> voids = new HashMap<>();

        private Loading(PatientHistory history, Collection<Long> patientKeys) {
            this.history = history;
            this.patientKeys = patientKeys;
        }

        private void read(ResultSet row) throws SQLException {
            while (row.next()) {
                Past past = new Past(row);
                records.put(past.id, past);
                doses.put(past.id, row.getInt("doses"));
                if (past.state == RecordState.READY) {
                    history.ready.add(new InLane(past.id, row.getInt("lane_id"), row.getLong("lane_no")));
                }
                if (past.state == RecordState.DROPPED) {
                    voids.put(past, row.getLong("patient_key"));
                } else {
                    history.patient(row.getLong("patient_key")).past.add(past);
                }
            }
        }

        /** The history, when the first answer is there. */
        PatientHistory history() throws SQLException {
            if (!records.isEmpty()) {
                loadDoses(history.connection, records, DoseIds.all(doses.entrySet()));
                history.loadNames(patientKeys);
                voids.forEach((past, patient) -> past.versions.forEach(
                        version -> history.patient(patient).voided(version.dose.key(), past.version)));
                history.patients.values().forEach(Patient::settle);
            }
            return history;
        }
    }

    /** A READY record, in a file already or not. */
    record InLane(long record, int lane, long number) {}

    /** The patients' READY records in this lane, in its order. */
    List<InLane> ready(int lane) {
        return ready.stream()
                .filter(one -> one.lane == lane)
                .sorted(Comparator.comparingLong(InLane::number))
                .toList();
    }

    private static void loadDoses(Connection connection, Map<Long, Past> records, List<Long> doseIds)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(DOSES)) {
            for (Long[] some : Dialect.of(connection).portions(doseIds)) {
                select.setArray(1, connection.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        Past past = records.get(row.getLong("record_id"));
                        past.versions.add(new Version(
                                past, row.getInt("position"), dose(row), standing(past, row.getString("state"))));
                    }
                }
            }
        }
    }

    /** A dose as it is stored. */
    static Keys.OfDose dose(ResultSet row) throws SQLException {
        return new Keys.OfDose(
                row.getLong("dose_key"),
                row.getLong("name_key"),
                row.getBytes("content_hash"),
                row.getObject("dose_date", java.time.LocalDate.class),
                row.getString("cvx"),
                DoseKind.valueOf(row.getString("kind")),
                row.getString("action"));
    }

    private void loadNames(Collection<Long> patientKeys) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select patient_key, name_key, dose_key, source_id, content_hash, action"
                        + " from dose_name where patient_key = any(?)")) {
            for (Long[] some : Dialect.of(connection).portions(patientKeys)) {
                select.setArray(1, connection.createArrayOf("bigint", some));
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        patient(row.getLong(1))
                                .names
                                .put(
                                        row.getLong(2),
                                        new Name(row.getLong(3), row.getInt(4), row.getBytes(5), row.getString(6)));
                    }
                }
            }
        }
    }

    /** Notes what a source said last of a dose that has several names. */
    void say(long patientKey, long name, Name said) throws SQLException {
        boolean known = patient(patientKey).names.put(name, said) != null;
        try (PreparedStatement write = connection.prepareStatement(
                known
                        ? "update dose_name set dose_key = ?, source_id = ?, content_hash = ?, action = ? where patient_key = ? and name_key = ?"
                        : "insert into dose_name (dose_key, source_id, content_hash, action, patient_key, name_key) values (?, ?, ?, ?, ?, ?)")) {
            write.setLong(1, said.dose);
            write.setInt(2, said.source);
            write.setBytes(3, said.content);
            write.setString(4, said.action);
            write.setLong(5, patientKey);
            write.setLong(6, name);
            write.executeUpdate();
        }
    }

    /** The name of a source; the feeds of a source are sources of their own in the ledger, and have one name. */
    String source(int id) throws SQLException {
        String name = sources.get(id);
        if (name == null) {
            try (PreparedStatement select =
                    connection.prepareStatement("select source from source_position where source_id = ?")) {
                select.setInt(1, id);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    name = row.getString(1);
                }
            }
            sources.put(id, name);
        }
        return name;
    }

    /** Where a registry refused one of several doses and did not say which, none of them counts as taken. */
    private static Standing standing(Past past, String state) {
        return switch (state) {
            case "READY" -> past.state == RecordState.REJECTED ? Standing.REJECTED : Standing.TOLD;
            case "HELD" -> Standing.HELD;
            case "REJECTED" -> Standing.REJECTED;
            default -> Standing.TOLD;
        };
    }

    /** What is known of one patient. */
    Patient patient(long key) {
        return patients.computeIfAbsent(key, k -> new Patient());
    }

    /** The outgoing text of a version's record; empty when it was taken out of the ledger. */
    Optional<Message> text(Version version) throws SQLException {
        return text(version.past);
    }

    /** The outgoing text of a record; empty when it was taken out of the ledger. */
    Optional<Message> text(Past past) throws SQLException {
        if (past.row != null) {
            return Optional.of(past.row.outgoing());
        }
        return past.place.payload() == Retention.REMOVED
                ? Optional.empty()
                : Optional.of(Message.parse(texts.outgoing(past.place)));
    }

    /**
     * Adds the rows of one record, in the order in which they leave, and gives what was held and says no more than they do.
     *
     * @param subject the record that the rows were cut from; only what is older is superseded
     * @param said the doses that the record speaks of
     */
    List<Waiting> add(List<RecordRow> rows, Cut.Subject subject, List<Keys.OfDose> said) {
        Patient patient = patient(subject.keys().patientKey());
        patient.forget(subject.self());
        List<Waiting> superseded = new ArrayList<>();
        for (Iterator<Waiting> held = patient.held.iterator(); held.hasNext(); ) {
            Waiting waiting = held.next();
            if (waiting.past.version < subject.version() && waiting.isSaid(said)) {
                superseded.add(waiting);
                held.remove();
                patient.forget(waiting.past);
            }
        }
        for (RecordRow row : rows) {
            if (row.state == RecordState.READY || row.state == RecordState.HELD) {
                Past past = new Past(next++, subject.source(), row);
                Standing standing = row.state == RecordState.HELD ? Standing.HELD : Standing.TOLD;
                int position = 0;
                for (RecordRow.Dose dose : row.doses) {
                    past.versions.add(new Version(past, ++position, dose.is(), standing));
                }
                patient.past.add(past);
                patient.settle(past);
            } else if (Cut.VOIDED.equals(row.droppedWhy)) {
                long version = next++;
                row.doses.forEach(dose -> patient.voided(dose.is().key(), version));
            }
        }
        return superseded;
    }

    /** Adds a record that goes as it is, of a patient of whom nothing was known. */
    void addFirst(RecordRow row, Cut.Subject subject) {
        Past past = new Past(next++, subject.source(), row);
        int position = 0;
        for (RecordRow.Dose dose : row.doses) {
            past.versions.add(new Version(past, ++position, dose.is(), Standing.TOLD));
        }
        patient(subject.keys().patientKey()).past.add(past);
    }

    /**
     * One of several names of a dose.
     *
     * @param dose the key of the dose
     * @param source whose name it is
     * @param content hash of what that source said of it last
     * @param action RXA-21 of that
     */
    record Name(long dose, int source, byte[] content, String action) {
        boolean deletes() {
            return action.equals("D");
        }
    }

    /** A record of the past: a stored one, or a row of this transaction that is not written yet. */
    static final class Past {
        final long id;
        final long version;
        final RecordRow row;
        final int source;
        private final byte[] hash;
        private final boolean whole;
        private final RecordState state;
        private final TextPlace place;
        private final List<Version> versions = new ArrayList<>();

        private Past(ResultSet row) throws SQLException {
            this.id = row.getLong("record_id");
            this.version = row.getLong("version");
            this.row = null;
            this.source = row.getInt("source_id");
            this.hash = row.getBytes("patient_hash");
            this.whole = TextPlace.nullable(row, "part_of") == null && TextPlace.nullable(row, "made_for") == null;
            this.state = RecordState.valueOf(row.getString("state"));
            this.place = TextPlace.of(row, 0);
        }

        private Past(long version, int source, RecordRow row) {
            this.id = row.id;
            this.version = version;
            this.source = source;
            this.row = row;
            this.hash = row.keys.patientHash();
            this.whole = row.partOf == null && row.root == null && row.madeFor == null;
            this.state = row.state;
            this.place = null;
        }

        /** A refusal of single doses leaves the patient's data told; one of all of them may be of the patient. */
        private Standing standing() {
            return switch (state) {
                case HELD -> Standing.HELD;
                case REJECTED ->
                    versions.stream().anyMatch(v -> v.standing == Standing.TOLD) ? Standing.TOLD : Standing.REJECTED;
                default -> Standing.TOLD;
            };
        }

        byte[] hash() {
            return hash;
        }

        TextPlace place() {
            return place;
        }

        /** Whether it stood in the ledger before this transaction. */
        boolean isStored() {
            return row == null;
        }

        /** Whether nothing of it was taken. */
        boolean refusedWhole() {
            return state == RecordState.REJECTED && standing() == Standing.REJECTED;
        }

        List<Version> versions() {
            return versions;
        }
    }

    /** One content of one dose, in one record. */
    record Version(Past past, int position, Keys.OfDose dose, Standing standing) {
        boolean deletes() {
            return dose.action().equals("D");
        }
    }

    /** A held record: a stored one by its id, or a row of this chunk that has no id yet. */
    static final class Waiting {
        final long id;
        final RecordRow row;
        private final Past past;

        private Waiting(Past past) {
            this.past = past;
            this.id = past.row == null ? past.id : 0;
            this.row = past.row;
        }

        /** Whether these doses are all of its own. */
        private boolean isSaid(List<Keys.OfDose> said) {
            return past.versions.stream().allMatch(waits -> said.stream()
                    .anyMatch(dose -> dose.name() == waits.dose.name() && !DoseNames.areTwo(dose, waits.dose)));
        }
    }

    /** What is known of one patient, oldest first. */
    static final class Patient {
        private final List<Past> past = new ArrayList<>();
        private final Map<Long, Name> names = new HashMap<>();
        private final List<Waiting> held = new ArrayList<>();

        /** Of doses that were voided before the registry had them, when that was said last, by key. */
        private final Map<Long, Long> voids = new HashMap<>();

        /** By key; made when it is first asked for, because most patients of a chunk are seen once. */
        private Map<Long, List<Version>> doses;

        /** Whether nothing that counts was ever stored of him. */
        boolean isNew() {
            return past.isEmpty();
        }

        private void settle() {
            past.forEach(this::settle);
        }

        private void settle(Past record) {
            if (doses != null) {
                index(record);
            }
            if (record.state == RecordState.HELD) {
                held.add(new Waiting(record));
            }
        }

        private Map<Long, List<Version>> doses() {
            if (doses == null) {
                doses = new HashMap<>();
                past.forEach(this::index);
            }
            return doses;
        }

        private void index(Past record) {
            for (Version version : record.versions) {
                doses.computeIfAbsent(version.dose.key(), key -> new ArrayList<>(2))
                        .add(version);
            }
        }

        /** The keys of all doses that were spoken of. */
        Set<Long> keys() {
            return doses().keySet();
        }

        /** The names of doses that have several. */
        Map<Long, Name> names() {
            return names;
        }

        /** What was said of the dose that a source calls so, newest last; where only others spoke of it, what they said. */
        List<Keys.OfDose> said(long name) {
            List<Keys.OfDose> all =
                    called(name, 0).all().stream().map(version -> version.dose).toList();
            List<Keys.OfDose> own =
                    all.stream().filter(dose -> dose.name() == name).toList();
            return own.isEmpty() ? all : own;
        }

        /** The versions of the dose that a source calls so, without those of one record. */
        Versions called(long name, long self) {
            Name other = names.get(name);
            return versions(other == null ? name : other.dose, name, self);
        }

        /** Whether a stored record speaks of the dose that its source calls so. */
        boolean isOf(long record, long name) {
            return record != 0
                    && called(name, 0).all().stream()
                            .anyMatch(version -> version.past.id == record && version.dose.name() == name);
        }

        private void forget(long id) {
            if (id != 0) {
                past.stream()
                        .filter(p -> p.row == null && p.id == id)
                        .findFirst()
                        .ifPresent(this::forget);
            }
        }

        private void forget(Past record) {
            past.remove(record);
            held.removeIf(waiting -> waiting.past == record);
            if (doses != null) {
                for (Version version : record.versions) {
                    doses.get(version.dose.key()).remove(version);
                }
            }
        }

        /**
         * The versions of a dose, oldest first, without those of one record.
         *
         * @param name what its source calls it; what is held under that name counts, too
         */
        Versions versions(long key, long name, long self) {
            List<Version> all = new ArrayList<>(doses().getOrDefault(key, List.of()));
            if (name != key) {
                doses().getOrDefault(name, List.of()).stream()
                        .filter(version -> version.standing == Standing.HELD)
                        .forEach(all::add);
                all.sort(java.util.Comparator.comparingLong(version -> version.past.version));
            }
            if (self != 0) {
                all.removeIf(version -> version.past.id == self);
            }
            return new Versions(all);
        }

        /** The newest record that counts and says who the patient is, without one; null when there is none. */
        private Past newest(long self) {
            return last(wholes(self).filter(p -> p.standing() != Standing.REJECTED));
        }

        /** The record that told the registry last who the patient is; null when none did. */
        Past newestTold(long self) {
            return last(wholes(self).filter(p -> p.standing() == Standing.TOLD));
        }

        /** Whether one of these records told the registry who the patient is. */
        boolean told(Predicate<Past> which) {
            return wholes(0).anyMatch(p -> p.standing() == Standing.TOLD && which.test(p));
        }

        private Stream<Past> wholes(long self) {
            return past.stream().filter(p -> p.whole && (self == 0 || p.id != self));
        }

        private static Past last(Stream<Past> records) {
            return records.reduce((a, b) -> b).orElse(null);
        }

        /** The newest record that says who the patient is, whatever became of it; null when there is none. */
        Past newestWhole() {
            return last(wholes(0));
        }

        /** Whether these patient data are neither new to the registry nor other than the newest that wait. */
        boolean knows(byte[] hash, boolean held, long self) {
            Past newest = newest(self);
            Past told = newestTold(self);
            return newest != null
                    && Arrays.equals(newest.hash, hash)
                    && (held || told != null && Arrays.equals(told.hash, hash));
        }

        private void voided(long dose, long version) {
            voids.merge(dose, version, Math::max);
        }

        /** Records of which nothing was taken and of which no dose has a newer version. */
        List<Past> refused(Set<Long> except) {
            List<Past> refused = new ArrayList<>();
            for (Past record : past) {
                if (record.row == null
                        && record.refusedWhole()
                        && record.versions.stream().anyMatch(v -> owed(v, except))) {
                    refused.add(record);
                }
            }
            return refused;
        }

        /** Whether a refused version is the last word on its dose, which is not void, and no dose among these. */
        boolean owed(Version version, Set<Long> except) {
            List<Version> all = doses().get(version.dose.key());
            return !except.contains(version.dose.key())
                    && all.get(all.size() - 1) == version
                    && voids.getOrDefault(version.dose.key(), 0L) < version.past.version;
        }
    }

    /** The versions of one dose, oldest first. */
    record Versions(List<Version> all) {
        /** The newest that counts of one source: held or told. */
        Version newest(long name) {
            return last(v -> v.standing != Standing.REJECTED && v.dose.name() == name);
        }

        /** The newest of all, whatever became of it. */
        Version latest() {
            return last(v -> true);
        }

        /** What the registry has; it has nothing when this one deletes. */
        Version told() {
            return last(v -> v.standing == Standing.TOLD);
        }

        /** What the registry was told last, whatever it said of it. */
        Version sent() {
            return last(v -> v.standing != Standing.HELD);
        }

        /** Whether the registry refused what it was told last. */
        boolean refused() {
            Version sent = sent();
            return sent != null && sent.standing == Standing.REJECTED;
        }

        /** The newest record that speaks of the dose behind a version, other than by hearsay; null when there is none. */
        Past newestBehind(long version, Keys.OfDose dose) {
            Version found =
                    last(v -> v.past.version > version && !dose.outdoes(v.dose) && !DoseNames.areTwo(dose, v.dose));
            return found == null ? null : found.past;
        }

        private Version last(Predicate<Version> which) {
            Version found = null;
            for (Version version : all) {
                if (which.test(version)) {
                    found = version;
                }
            }
            return found;
        }
    }

    /** Texts of stored records, each block read once. */
    private static final class PastTexts {
        private final Connection connection;
        private final Payloads payloads;
        private final Map<Long, byte[]> blocks = new HashMap<>();

        PastTexts(Connection connection, Payloads payloads) {
            this.connection = connection;
            this.payloads = payloads;
        }

        byte[] outgoing(TextPlace place) throws SQLException {
            byte[] block = blocks.get(place.payload());
            if (block == null) {
                // A few at a time are enough: corrections of one chunk mostly speak of records that were stored
                // together.
                if (blocks.size() > 8) {
                    blocks.clear();
                }
                block = payloads.read(connection, Set.of(place.payload())).get(place.payload());
                if (block == null) {
                    throw new LedgerException("The text that a correction speaks of is not in the ledger (payload "
                            + place.payload() + "). Restore the database from its backup.");
                }
                blocks.put(place.payload(), block);
            }
            return place.outgoing(block);
        }
    }
}
