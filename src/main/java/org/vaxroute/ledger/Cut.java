package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;

/**
 * Cuts a record into what goes, what is held and what the registry need not hear: dose by dose, against what the registry was told of the
 * patient before. Why it decides as it does: docs/decisions/0130.
 */
final class Cut {
    /** What becomes of one dose. */
    private enum Fate {
        /** The registry does not have it. */
        ADD,
        /** The registry has it with other content. */
        CHANGE,
        /** The registry has it, and the EHR voided it. */
        DELETE,
        /** The registry has it as it is. */
        KNOWN,
        /** Kept back by a rule. */
        HELD,
        /** Kept back, as an earlier record with the same content is. */
        HELD_AS_BEFORE,
        /** Voided in the EHR before the registry was told. */
        VOID,
        /** A newer record speaks of it. */
        SUPERSEDED
    }

    static final String VOIDED = "voided in the EHR before the registry had it";

    private final Connection connection;
    private final PatientHistory history;
    private final ResendRules rules;

    Cut(Connection connection, PatientHistory history, ResendRules rules) {
        this.connection = connection;
        this.history = history;
        this.rules = rules;
    }

    /**
     * A record to be cut.
     *
     * @param keys of its outgoing text
     * @param whole whether it is held as a whole
     * @param held which of its doses are
     * @param self its id when it is stored and held; 0 for a new one
     * @param version what its doses count as among the versions; the highest number for a new one
     * @param root the record that it was cut from when it is a stored part; null for a whole one
     * @param numbers for each dose its number in the whole record; null where the doses are all and in their order
     */
    record Subject(
            TakenRecord taken,
            Keys.OfRecord keys,
            boolean whole,
            boolean[] held,
            long self,
            long version,
            Long root,
            int[] numbers) {
        /** A record that was not stored before. */
        static Subject fresh(TakenRecord taken, Keys.OfRecord keys, boolean whole, boolean[] held) {
            return new Subject(taken, keys, whole, held, 0, Long.MAX_VALUE, null, null);
        }

        Subject heldWhole() {
            return new Subject(taken, keys, true, held, self, version, root, numbers);
        }

        int number(int dose) {
            return numbers == null ? dose + 1 : numbers[dose];
        }
    }

    /** Rule name of a record whose doses cannot be told apart, so that none can go without the others. */
    static final String INSEPARABLE = "DOSES-INSEPARABLE";

    /**
     * The rows of a record, in the order in which they leave.
     *
     * @param main the row that stands for the record; the others are parts of it or made for it
     * @param superseded what was held and says no more than they do
     * @param newer the newest record that speaks of its superseded doses; null when there are none
     */
    record Rows(
            RecordRow main, List<RecordRow> all, List<PatientHistory.Waiting> superseded, PatientHistory.Past newer) {}

    Rows of(Subject subject) throws SQLException {
        try {
            return cut(subject);
        } catch (Hl7FormatException inseparable) {
            Rows rows = cut(subject.heldWhole());
            if (rows.main.state == RecordState.HELD) {
                rows.main.holdRule = INSEPARABLE;
            }
            return rows;
        }
    }

    private Rows cut(Subject subject) throws SQLException {
        Keys.OfRecord keys = subject.keys;
        PatientHistory.Patient patient = history.patient(keys.patientKey());
        boolean patientKnown = patient.knows(keys.patientHash(), subject.whole, subject.self);
        Fate[] fates = new Fate[keys.doses().length];
        PatientHistory.Version[] told = new PatientHistory.Version[fates.length];
        boolean refused = false;
        PatientHistory.Past newer = null;
        for (int i = 0; i < fates.length; i++) {
            PatientHistory.Versions versions = patient.versions(keys.doses()[i].key(), subject.self);
            told[i] = versions.told();
            fates[i] = fate(subject, i, versions);
            refused |= versions.refused();
            if (fates[i] == Fate.SUPERSEDED) {
                newer = later(newer, versions.newestBehind(subject.version));
            }
        }
        List<Fate> all = Arrays.asList(fates);
        boolean nothingNew = all.stream()
                .allMatch(fate -> fate == Fate.KNOWN || fate == Fate.HELD_AS_BEFORE || fate == Fate.SUPERSEDED);
        if (nothingNew && (patientKnown || fates.length > 0 && all.stream().allMatch(Fate.SUPERSEDED::equals))) {
            return nothingNew(subject, fates, newer);
        }
        if (subject.whole && !all.stream().allMatch(fate -> fate == Fate.VOID || fate == Fate.SUPERSEDED)
                || subject.whole && fates.length == 0) {
            for (int i = 0; i < fates.length; i++) {
                fates[i] = fates[i] == Fate.SUPERSEDED ? Fate.SUPERSEDED : Fate.HELD;
            }
        }
        return rows(subject, fates, told, patientKnown, refused, newer);
    }

    private static PatientHistory.Past later(PatientHistory.Past a, PatientHistory.Past b) {
        return a == null || b.version > a.version ? b : a;
    }

    private static Fate fate(Subject subject, int dose, PatientHistory.Versions versions) {
        Keys.OfDose is = subject.keys.doses()[dose];
        boolean held = subject.whole || subject.held[dose];
        PatientHistory.Version newest = versions.newest();
        PatientHistory.Version told = versions.told();
        boolean has = told != null && !told.deletes();
        if (versions.newerThan(subject.version)) {
            return Fate.SUPERSEDED;
        }
        if (is.action().equals("D")) {
            if (!has) {
                return told != null && newest == told ? Fate.KNOWN : Fate.VOID;
            }
        } else if (has && same(told, is)) {
            return Fate.KNOWN;
        }
        if (held) {
            boolean before = newest != null && newest.standing() == PatientHistory.Standing.HELD && same(newest, is);
            return before ? Fate.HELD_AS_BEFORE : Fate.HELD;
        }
        return is.action().equals("D") ? Fate.DELETE : has ? Fate.CHANGE : Fate.ADD;
    }

    private static boolean same(PatientHistory.Version version, Keys.OfDose dose) {
        return Arrays.equals(version.dose().contentHash(), dose.contentHash());
    }

    private Rows nothingNew(Subject subject, Fate[] fates, PatientHistory.Past newer) throws SQLException {
        List<Integer> old = which(fates, Fate.SUPERSEDED);
        List<Integer> known = which(fates, Fate.KNOWN, Fate.HELD_AS_BEFORE);
        List<RecordRow> rows = new ArrayList<>();
        if (!known.isEmpty() || fates.length == 0) {
            rows.add(row(subject, known, RecordState.DUPLICATE, null));
        }
        if (!old.isEmpty()) {
            RecordRow row = row(subject, old, RecordState.SUPERSEDED, null);
            supersededBy(row, newer);
            rows.add(row);
        }
        return finished(subject, rows.get(0), rows, which(fates, Fate.KNOWN), newer);
    }

    /** Ties the rows together and adds them to the history. */
    private Rows finished(
            Subject subject, RecordRow main, List<RecordRow> all, List<Integer> said, PatientHistory.Past newer) {
        main.root = subject.root;
        for (RecordRow row : all) {
            if (row.madeFor != null) {
                row.madeFor = main;
            } else if (row != main) {
                row.partOf = main;
                if (subject.self != 0) {
                    row.root = subject.root != null ? subject.root : Long.valueOf(subject.self);
                }
            }
        }
        Set<Long> keys = new HashSet<>();
        said.forEach(dose -> keys.add(subject.keys.doses()[dose].key()));
        return new Rows(
                main, List.copyOf(all), history.add(all, subject.keys, keys, subject.self, subject.version), newer);
    }

    private static void supersededBy(RecordRow row, PatientHistory.Past newer) {
        if (newer != null) {
            row.supersededBy = newer.row == null ? newer.id : newer.row.id;
        }
    }

    private Rows rows(
            Subject subject,
            Fate[] fates,
            PatientHistory.Version[] told,
            boolean patientKnown,
            boolean refused,
            PatientHistory.Past newer)
            throws SQLException {
        Message text = subject.taken.readable() ? subject.taken.message() : null;
        List<Integer> news = which(fates, Fate.ADD, Fate.CHANGE);
        // After a refusal of single doses only these go again, whatever the profile says of others.
        boolean knownGoAlong = news.isEmpty() ? !patientKnown && !subject.whole : !rules.changedDosesOnly() && !refused;
        List<Integer> goes = knownGoAlong ? which(fates, Fate.ADD, Fate.CHANGE, Fate.KNOWN) : news;
        if (knownGoAlong) {
            // A dose that is deleted already need not be deleted again because the address changed.
            goes = goes.stream()
                    .filter(i -> fates[i] != Fate.KNOWN
                            || !subject.keys.doses()[i].action().equals("D"))
                    .toList();
        }
        List<RecordRow> all = new ArrayList<>();
        RecordRow ready = null;
        if (!goes.isEmpty() || fates.length == 0 && !subject.whole) {
            ready = row(subject, goes, RecordState.READY, ready(subject, text, fates, goes));
        }
        RecordRow before = deleteBefore(subject, text, fates, told);
        RecordRow deletes = deletes(subject, text, fates, told);
        if (before != null) {
            all.add(before);
        }
        if (deletes != null) {
            all.add(deletes);
        }
        if (ready != null) {
            all.add(ready);
        }
        List<Integer> held = which(fates, Fate.HELD, Fate.HELD_AS_BEFORE);
        if (!held.isEmpty() || subject.whole && fates.length == 0) {
            RecordRow row = row(subject, held, RecordState.HELD, kept(text, held, fates.length));
            row.nameHoldRule();
            all.add(row);
        }
        List<Integer> silent = new ArrayList<>(which(fates, Fate.KNOWN));
        silent.removeAll(goes);
        if (!silent.isEmpty()) {
            all.add(row(subject, silent, RecordState.DUPLICATE, null));
        }
        List<Integer> voided = which(fates, Fate.VOID);
        if (!voided.isEmpty()) {
            RecordRow row = row(subject, voided, RecordState.DROPPED, null);
            row.droppedWhy = VOIDED;
            all.add(row);
        }
        List<Integer> old = which(fates, Fate.SUPERSEDED);
        if (!old.isEmpty()) {
            RecordRow row = row(subject, old, RecordState.SUPERSEDED, null);
            supersededBy(row, newer);
            all.add(row);
        }
        RecordRow main = ready != null
                ? ready
                : all.stream().filter(row -> row != before).findFirst().orElseThrow();
        if (ready != null && !patientKnown) {
            all.addAll(owed(subject, text));
        }
        List<Integer> said = new ArrayList<>(all(fates.length));
        said.removeAll(old);
        return finished(subject, main, all, said, newer);
    }

    private Message ready(Subject subject, Message text, Fate[] fates, List<Integer> goes) {
        Message kept = kept(text, goes, fates.length);
        int position = 0;
        for (int dose : goes) {
            position++;
            if (fates[dose] != Fate.CHANGE && fates[dose] != Fate.ADD) {
                continue;
            }
            String action = MadeTexts.action(kept, position);
            boolean update = fates[dose] == Fate.CHANGE && rules.correction() == ResendRules.Correction.UPDATE;
            if (update && action.equals("A")) {
                kept = MadeTexts.withAction(kept, position, "U");
            } else if (fates[dose] == Fate.CHANGE && !update && action.equals("U")) {
                kept = MadeTexts.withAction(kept, position, "A");
            }
        }
        return kept;
    }

    private static Message kept(Message text, List<Integer> doses, int count) {
        return text == null || doses.size() == count ? text : text.keepDoses(dose -> doses.contains(dose - 1));
    }

    /** The message that deletes changed doses as they were last sent; null where none is due. */
    private RecordRow deleteBefore(Subject subject, Message text, Fate[] fates, PatientHistory.Version[] told)
            throws SQLException {
        List<Integer> changed = which(fates, Fate.CHANGE);
        if (changed.isEmpty() || rules.correction() != ResendRules.Correction.DELETE_ADD) {
            return null;
        }
        RecordRow row = new RecordRow(
                subject.taken,
                subject.keys,
                changed.stream()
                        .map(i -> new RecordRow.Dose(subject.number(i), deleted(told[i].dose())))
                        .toList(),
                RecordState.READY,
                asLastSent(text, changed, told));
        row.madeFor = row;
        return row;
    }

    private RecordRow deletes(Subject subject, Message text, Fate[] fates, PatientHistory.Version[] told)
            throws SQLException {
        List<Integer> voided = which(fates, Fate.DELETE);
        return voided.isEmpty() ? null : row(subject, voided, RecordState.READY, asLastSent(text, voided, told));
    }

    /** A delete says what was last sent, with RXA-21 D and the ORC-3 that it had; the patient is who he is now. */
    private Message asLastSent(Message text, List<Integer> doses, PatientHistory.Version[] told) throws SQLException {
        List<MadeTexts.Taken> taken = new ArrayList<>();
        for (int dose : doses) {
            taken.add(new MadeTexts.Taken(history.text(told[dose]), told[dose].position()));
        }
        Message made = MadeTexts.of(text, taken);
        if (made == null) {
            made = kept(text, doses, text.doses());
        }
        for (int dose = 1; dose <= doses.size(); dose++) {
            made = MadeTexts.withAction(made, dose, "D");
        }
        return made;
    }

    private static Keys.OfDose deleted(Keys.OfDose dose) {
        return new Keys.OfDose(dose.key(), dose.contentHash(), dose.date(), dose.cvx(), dose.kind(), "D");
    }

    /**
     * The doses that went down when the registry refused the patient, and that this record, which corrects the patient, does not speak of:
     * they go again with the patient as he is now.
     */
    private List<RecordRow> owed(Subject subject, Message text) throws SQLException {
        PatientHistory.Patient patient = history.patient(subject.keys.patientKey());
        Set<Long> said = PatientHistory.keysOf(subject.keys);
        List<RecordRow> rows = new ArrayList<>();
        List<PatientHistory.Past> refused = patient.refused(said);
        Set<Long> ofPatient = refused.isEmpty() ? Set.of() : refusedPatients(refused);
        for (PatientHistory.Past record : refused) {
            if (!ofPatient.contains(record.id) || Arrays.equals(record.hash(), subject.keys.patientHash())) {
                continue;
            }
            List<PatientHistory.Version> owed = record.versions().stream()
                    .filter(version -> patient.owed(version, said))
                    .sorted(java.util.Comparator.comparingInt(PatientHistory.Version::position))
                    .toList();
            Message made = MadeTexts.of(
                    text,
                    owed.stream()
                            .map(version -> new MadeTexts.Taken(unchecked(version), version.position()))
                            .toList());
            if (made == null) {
                continue;
            }
            RecordRow row = new RecordRow(
                    subject.taken,
                    subject.keys,
                    owed.stream()
                            .map(version -> new RecordRow.Dose(version.position(), version.dose()))
                            .toList(),
                    RecordState.READY,
                    made);
            row.madeFor = row;
            rows.add(row);
        }
        return rows;
    }

    private Message unchecked(PatientHistory.Version version) {
        try {
            return history.text(version);
        } catch (SQLException e) {
            throw new org.springframework.jdbc.UncategorizedSQLException("reading what was sent", null, e);
        }
    }

    /** Of refused records those where the registry refused the patient or the message, and not only a dose. */
    private Set<Long> refusedPatients(List<PatientHistory.Past> refused) throws SQLException {
        Set<Long> found = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select distinct record_id from answer where record_id = any(?) and outcome = 'REJECTED' and scope <> 'DOSE'"
                        + " and severity = 'ERROR'")) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", refused.stream().map(p -> (Object) p.id).toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getLong(1));
                }
            }
        }
        return found;
    }

    private static RecordRow row(Subject subject, List<Integer> doses, RecordState state, Message outgoing) {
        return new RecordRow(
                subject.taken,
                subject.keys,
                doses.stream()
                        .map(i -> new RecordRow.Dose(
                                subject.number(i), subject.keys.doses()[i]))
                        .toList(),
                state,
                outgoing);
    }

    private static List<Integer> all(int count) {
        return java.util.stream.IntStream.range(0, count).boxed().toList();
    }

    private static List<Integer> which(Fate[] fates, Fate... wanted) {
        Set<Fate> set = Set.of(wanted);
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < fates.length; i++) {
            if (set.contains(fates[i])) {
                found.add(i);
            }
        }
        return found;
    }
}
