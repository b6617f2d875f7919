package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Finding;

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
        /** The registry has it, or may have it from elsewhere, and the EHR voided it. */
        DELETE,
        /** The registry has it as it is. */
        KNOWN,
        /** The registry has it in the words of another source, and this one adds nothing. */
        SAID,
        /** Kept back by a rule. */
        HELD,
        /** Kept back, as an earlier record with the same content is. */
        HELD_AS_BEFORE,
        /** Voided in the EHR before the registry was told. */
        VOID,
        /** A newer record speaks of it. */
        SUPERSEDED
    }

    /** Operation of the change that took the newest patient data. */
    private static final String NEWER_PATIENT = "newer-patient-data";

    static final String VOIDED = "voided in the EHR before the registry had it";

    private final Connection connection;
    private final PatientHistory history;
    private final ResendRules rules;
    private final DoseNames names;
    private final Beginning beginning;

    /** @param keys of the records' connection and stage */
    Cut(Connection connection, PatientHistory history, ResendRules rules, Keys keys, Beginning beginning) {
        this.connection = connection;
        this.beginning = beginning;
        this.history = history;
        this.rules = rules;
        this.names = new DoseNames(history, keys);
    }

    /**
     * A record to be cut.
     *
     * @param keys of its outgoing text
     * @param whole whether it is held as a whole
     * @param held which of its doses are
     * @param released whether a person lets it go
     * @param source whose record it is
     * @param feed of the record
     * @param self its id when it is stored and held; 0 for a new one
     * @param version what its doses count as among the versions; the highest number for a new one
     * @param root the record that it was cut from when it is a stored part; null for a whole one
     * @param numbers for each dose its number in the whole record; null where the doses are all and in their order
     * @param again where it belongs when it is read for a second time after a restore; null otherwise
     */
    record Subject(
            TakenRecord taken,
            Keys.OfRecord keys,
            boolean whole,
            boolean[] held,
            boolean released,
            int source,
            Feed feed,
            long self,
            long version,
            Long root,
            int[] numbers,
            SecondReading.Place again) {
        /** A record that was not stored before. */
        static Subject fresh(
                TakenRecord taken, Keys.OfRecord keys, boolean whole, boolean[] held, int source, Feed feed) {
            return new Subject(taken, keys, whole, held, false, source, feed, 0, Long.MAX_VALUE, null, null, null);
        }

        Subject heldWhole() {
            return new Subject(taken, keys, true, held, released, source, feed, self, version, root, numbers, again);
        }

        /** The same record, read for a second time. */
        Subject again(SecondReading.Place place) {
            long past = place.version() == null ? Long.MAX_VALUE : place.version();
            return new Subject(taken, keys, whole, held, released, source, feed, self, past, root, numbers, place);
        }

        /** The same record as other hashes know it, with other doses held. */
        private Subject as(Keys.OfRecord others, boolean[] kept) {
            return new Subject(taken, others, whole, kept, released, source, feed, self, version, root, numbers, again);
        }

        /** Whether all of it goes when nothing is known of its patient. */
        boolean plain() {
            if (whole || self != 0) {
                return false;
            }
            for (int i = 0; i < held.length; i++) {
                if (held[i] || keys.doses()[i].action().equals("D")) {
                    return false;
                }
            }
            return true;
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

    Rows of(Subject record) throws SQLException {
        // Most records are of a patient of whom nothing is known yet: they cost no more than this.
        if (record.plain() && history.patient(record.keys.patientKey()).isNew()) {
            return first(record);
        }
        PatientHistory.Patient patient = history.patient(record.keys.patientKey());
        Subject apart =
                record.as(record.keys.with(names.ofOneNumber(record, patient).apart()), record.held);
        Subject subject = apart.again == null ? apart : inItsPlace(apart);
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

    private Rows first(Subject subject) {
        RecordRow.Dose[] doses = new RecordRow.Dose[subject.held.length];
        for (int i = 0; i < doses.length; i++) {
            doses[i] = new RecordRow.Dose(subject.number(i), subject.keys.doses()[i]);
        }
        RecordRow row =
                new RecordRow(subject.taken, subject.keys, List.of(doses), RecordState.READY, subject.taken.message());
        history.addFirst(row, subject);
        return new Rows(row, List.of(row), List.of(), null);
    }

    /** What is known while a record is cut. */
    private final class Cutting {
        private final Subject subject;
        private final PatientHistory.Patient patient;
        private final DoseNames.Spoken spoken;
        private final Fate[] fates;
        private final PatientHistory.Version[] told;
        private final List<Finding> doubts = new ArrayList<>();
        private final boolean patientKnown;
        private boolean refused;
        private PatientHistory.Past newer;

        Cutting(Subject subject) throws SQLException {
            this.subject = subject;
            this.patient = history.patient(subject.keys.patientKey());
            this.spoken = names.of(subject, patient);
            this.fates = new Fate[spoken.doses().length];
            this.told = new PatientHistory.Version[fates.length];
            this.patientKnown = patient.knows(subject.keys.patientHash(), subject.whole, subject.self)
                    || subject.again != null && patient.told(subject.again::isBehind);
        }
    }

    /** Holds what cannot be put in its order among what was sent before the loss, and lets no record revert newer patient data. */
    private Subject inItsPlace(Subject subject) throws SQLException {
        PatientHistory.Patient patient = history.patient(subject.keys.patientKey());
        PatientHistory.Past newest = patient.newestWhole();
        PatientHistory.Past told = patient.newestTold(0);
        boolean reverts = told != null && subject.again.isBehind(told) && differs(told, subject);
        Message newer = reverts
                ? history.text(told)
                        .map(text -> MadeTexts.withPatientOf(text, subject.taken.message()))
                        .orElse(null)
                : null;
        if (newest != null && subject.again.isUnclear(newest) && differs(newest, subject) || reverts && newer == null) {
            SecondReading.note(subject.taken, "");
            return subject.heldWhole();
        }
        Keys.OfRecord keys = subject.keys;
        if (reverts) {
            subject.taken.message(newer, List.of(new Change(NEWER_PATIENT, "PID")));
            keys = new Keys.OfRecord(keys.patientKey(), told.hash(), keys.fingerprint(), keys.doses());
        }
        boolean[] held = subject.held.clone();
        Keys.OfDose[] spoken = names.of(subject.as(keys, held), patient).doses();
        for (int i = 0; i < held.length; i++) {
            PatientHistory.Version latest =
                    patient.versions(spoken[i].key(), spoken[i].name(), 0).latest();
            if (latest != null && subject.again.isUnclear(latest.past()) && !same(latest, spoken[i]) && !held[i]) {
                held[i] = true;
                SecondReading.note(subject.taken, "ORDER[" + (i + 1) + "]");
            }
        }
        return subject.as(keys, held);
    }

    private static boolean differs(PatientHistory.Past past, Subject subject) {
        return !Arrays.equals(past.hash(), subject.keys.patientHash());
    }

    private Rows cut(Subject subject) throws SQLException {
        Cutting cutting = new Cutting(subject);
        Fate[] fates = cutting.fates;
        for (int i = 0; i < fates.length; i++) {
            Keys.OfDose dose = cutting.spoken.doses()[i];
            PatientHistory.Versions versions = cutting.patient.versions(dose.key(), dose.name(), subject.self);
            cutting.told[i] = versions.told();
            fates[i] = fate(cutting, i, versions);
            cutting.refused |= versions.refused();
            if (fates[i] == Fate.SUPERSEDED) {
                cutting.newer = later(cutting.newer, versions.newestBehind(subject.version, dose));
            }
        }
        Rows rows = rows(cutting);
        boolean[] unsaid = new boolean[fates.length];
        for (int i = 0; i < fates.length; i++) {
            unsaid[i] = fates[i] == Fate.HELD || fates[i] == Fate.HELD_AS_BEFORE || fates[i] == Fate.SUPERSEDED;
        }
        names.said(subject, cutting.patient, cutting.spoken, unsaid);
        return rows;
    }

    private Rows rows(Cutting cutting) throws SQLException {
        Subject subject = cutting.subject;
        Fate[] fates = cutting.fates;
        List<Fate> all = Arrays.asList(fates);
        boolean nothingNew = all.stream()
                .allMatch(fate -> fate == Fate.KNOWN
                        || fate == Fate.SAID
                        || fate == Fate.HELD_AS_BEFORE
                        || fate == Fate.SUPERSEDED);
        if (nothingNew
                && (cutting.patientKnown || fates.length > 0 && all.stream().allMatch(Fate.SUPERSEDED::equals))) {
            return nothingNew(cutting);
        }
        if (subject.whole && !all.stream().allMatch(fate -> fate == Fate.VOID || fate == Fate.SUPERSEDED)
                || subject.whole && fates.length == 0) {
            for (int i = 0; i < fates.length; i++) {
                fates[i] = fates[i] == Fate.SUPERSEDED ? Fate.SUPERSEDED : Fate.HELD;
            }
        }
        return parts(cutting);
    }

    private static PatientHistory.Past later(PatientHistory.Past a, PatientHistory.Past b) {
        return a == null || b.version > a.version ? b : a;
    }

    private Fate fate(Cutting cutting, int dose, PatientHistory.Versions versions) throws SQLException {
        Subject subject = cutting.subject;
        Keys.OfDose is = cutting.spoken.doses()[dose];
        boolean held = subject.whole || subject.held[dose];
        PatientHistory.Version newest = versions.newest(is.name());
        PatientHistory.Version told = versions.told();
        boolean has = told != null && !told.deletes();
        boolean unclear = !has && isOneOfSeveral(cutting, dose);
        if (subject.again == null && versions.newestBehind(subject.version, is) != null) {
            return Fate.SUPERSEDED;
        }
        if (is.action().equals("D")) {
            boolean unheardOf = newest == null && told == null;
            if (!has && !unclear && !(unheardOf && beginning.isAfter(is))) {
                boolean waits = newest != null && newest.standing() == PatientHistory.Standing.HELD;
                return told != null && !waits ? Fate.KNOWN : Fate.VOID;
            }
        } else if (has && same(told, is)) {
            return Fate.KNOWN;
        }
        if (subject.again != null
                && versions.latest() != null
                && subject.again.isBehind(versions.latest().past())) {
            return Fate.SUPERSEDED;
        }
        if (!is.action().equals("D") && addsNothing(cutting, is, versions)) {
            return Fate.SAID;
        }
        if (!held && !subject.released) {
            Finding doubt = unclear ? DoseNames.oneOfSeveral(subject.number(dose)) : doubt(cutting, dose, has);
            if (doubt != null) {
                cutting.doubts.add(doubt);
                held = true;
            }
        }
        if (held) {
            boolean before = newest != null
                    && newest.standing() == PatientHistory.Standing.HELD
                    && same(newest, subject.keys.doses()[dose]);
            return before ? Fate.HELD_AS_BEFORE : Fate.HELD;
        }
        return is.action().equals("D") ? Fate.DELETE : has ? Fate.CHANGE : Fate.ADD;
    }

    /**
     * Whether what another source told of the dose stands. It does when this source says what it said before, says by hearsay what the other
     * one gave itself, or says it in a load of history.
     */
    private static boolean addsNothing(Cutting cutting, Keys.OfDose is, PatientHistory.Versions versions) {
        PatientHistory.Version told = versions.told();
        if (told == null || told.dose().name() == is.name()) {
            return false;
        }
        PatientHistory.Name name = cutting.patient.names().get(is.name());
        boolean again = name != null && cutting.subject.self == 0 && !versions.refused() && DoseNames.says(name, is);
        return again
                || cutting.subject.feed == Feed.HISTORICAL
                || !told.deletes() && told.dose().outdoes(is);
    }

    private boolean isOneOfSeveral(Cutting cutting, int dose) {
        Subject subject = cutting.subject;
        return names.ofOneNumber(subject, cutting.patient).isUnclear(dose, subject.taken.received(), key -> {
            PatientHistory.Version told =
                    cutting.patient.called(key, subject.self).told();
            return told != null && !told.deletes();
        });
    }

    private static Finding doubt(Cutting cutting, int dose, boolean has) {
        Keys.OfDose is = cutting.spoken.doses()[dose];
        int number = cutting.subject.number(dose);
        if (cutting.spoken.doubtful()[dose]) {
            return DoseNames.oneOrTwo(number);
        }
        if (has && DoseNames.areTwo(cutting.told[dose].dose(), is)) {
            return DoseNames.usedAgain(number);
        }
        return has && !is.given() && DoseNames.givenByAnother(cutting.patient, is) ? DoseNames.anothers(number) : null;
    }

    private static boolean same(PatientHistory.Version version, Keys.OfDose dose) {
        return Arrays.equals(version.dose().contentHash(), dose.contentHash());
    }

    private Rows nothingNew(Cutting cutting) {
        List<Integer> old = which(cutting.fates, Fate.SUPERSEDED);
        List<Integer> known = which(cutting.fates, Fate.KNOWN, Fate.SAID, Fate.HELD_AS_BEFORE);
        List<RecordRow> rows = new ArrayList<>();
        if (!known.isEmpty() || cutting.fates.length == 0) {
            rows.add(row(cutting, known, RecordState.DUPLICATE, null));
        }
        if (!old.isEmpty()) {
            RecordRow row = row(cutting, old, RecordState.SUPERSEDED, null);
            supersededBy(row, cutting.newer);
            rows.add(row);
        }
        return finished(cutting, rows.get(0), rows, which(cutting.fates, Fate.KNOWN, Fate.SAID));
    }

    /** Ties the rows together and adds them to the history. */
    private Rows finished(Cutting cutting, RecordRow main, List<RecordRow> all, List<Integer> said) {
        Subject subject = cutting.subject;
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
        List<Keys.OfDose> spoken =
                said.stream().map(dose -> subject.keys.doses()[dose]).toList();
        return new Rows(main, List.copyOf(all), history.add(all, subject, spoken), cutting.newer);
    }

    private static void supersededBy(RecordRow row, PatientHistory.Past newer) {
        if (newer != null) {
            row.supersededBy = newer.row == null ? newer.id : newer.row.id;
        }
    }

    private Rows parts(Cutting cutting) throws SQLException {
        Subject subject = cutting.subject;
        Fate[] fates = cutting.fates;
        Message text = cutting.spoken.text();
        List<Integer> news = which(fates, Fate.ADD, Fate.CHANGE);
        // After a refusal of single doses only these go again, whatever the profile says of others.
        boolean patientGoes = news.isEmpty() && !cutting.patientKnown && !subject.whole;
        boolean knownGoAlong = news.isEmpty() ? patientGoes : !rules.changedDosesOnly() && !cutting.refused;
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
            ready = row(cutting, goes, RecordState.READY, ready(text, fates, goes));
        } else if (patientGoes) {
            goes = which(fates, Fate.SAID);
            ready = goes.isEmpty() ? null : inTheWordsTold(cutting, goes);
        }
        RecordRow before = deleteBefore(cutting);
        RecordRow deletes = deletes(cutting);
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
            RecordRow row = row(cutting, held, RecordState.HELD, kept(subject.taken.message(), held, fates.length));
            row.doubt(cutting.doubts);
            row.nameHoldRule();
            all.add(row);
        }
        List<Integer> silent = new ArrayList<>(which(fates, Fate.KNOWN, Fate.SAID));
        silent.removeAll(goes);
        if (!silent.isEmpty()) {
            all.add(row(cutting, silent, RecordState.DUPLICATE, null));
        }
        List<Integer> voided = which(fates, Fate.VOID);
        if (!voided.isEmpty()) {
            RecordRow row = row(cutting, voided, RecordState.DROPPED, null);
            row.droppedWhy = VOIDED;
            all.add(row);
        }
        List<Integer> old = which(fates, Fate.SUPERSEDED);
        if (!old.isEmpty()) {
            RecordRow row = row(cutting, old, RecordState.SUPERSEDED, null);
            supersededBy(row, cutting.newer);
            all.add(row);
        }
        RecordRow main = ready != null
                ? ready
                : all.stream().filter(row -> row != before).findFirst().orElseThrow();
        if (ready != null && !cutting.patientKnown) {
            all.addAll(owed(cutting));
        }
        List<Integer> said = new ArrayList<>(all(fates.length));
        said.removeAll(old);
        return finished(cutting, main, all, said);
    }

    /** The patient as he is now, with doses as another source told them; null where the texts cannot be joined. */
    private RecordRow inTheWordsTold(Cutting cutting, List<Integer> doses) throws SQLException {
        List<MadeTexts.Taken> taken = new ArrayList<>();
        List<RecordRow.Dose> told = new ArrayList<>();
        for (int dose : doses) {
            PatientHistory.Version version = cutting.told[dose];
            Optional<Message> sent = version.deletes() ? Optional.empty() : history.text(version);
            if (sent.isEmpty()) {
                return null;
            }
            taken.add(new MadeTexts.Taken(sent.get(), version.position()));
            told.add(new RecordRow.Dose(cutting.subject.number(dose), version.dose()));
        }
        Message made = MadeTexts.of(cutting.spoken.text(), taken);
        return made == null
                ? null
                : new RecordRow(cutting.subject.taken, cutting.subject.keys, told, RecordState.READY, made);
    }

    private Message ready(Message text, Fate[] fates, List<Integer> goes) {
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
        return doses.size() == count ? text : text.keepDoses(dose -> doses.contains(dose - 1));
    }

    /** The message that deletes changed doses as they were last sent; null where none is due. */
    private RecordRow deleteBefore(Cutting cutting) throws SQLException {
        Subject subject = cutting.subject;
        List<Integer> changed = which(cutting.fates, Fate.CHANGE);
        if (changed.isEmpty() || rules.correction() != ResendRules.Correction.DELETE_ADD) {
            return null;
        }
        RecordRow row = new RecordRow(
                subject.taken,
                subject.keys,
                changed.stream()
                        .map(i -> new RecordRow.Dose(
                                subject.number(i), cutting.told[i].dose().deletedBy(subject.keys.doses()[i].name())))
                        .toList(),
                RecordState.READY,
                asLastSent(cutting.spoken.text(), changed, cutting.told));
        row.madeFor = row;
        return row;
    }

    private RecordRow deletes(Cutting cutting) throws SQLException {
        List<Integer> voided = which(cutting.fates, Fate.DELETE);
        return voided.isEmpty()
                ? null
                : row(cutting, voided, RecordState.READY, asLastSent(cutting.spoken.text(), voided, cutting.told));
    }

    /**
     * A delete says what was last sent, with RXA-21 D and the ORC-3 that it had; the patient is who he is now. Where the text is gone, the
     * ledger still knows date and vaccine, by which a registry finds a dose. One that was never sent from here is deleted as its source
     * says.
     */
    private Message asLastSent(Message text, List<Integer> doses, PatientHistory.Version[] told) throws SQLException {
        List<MadeTexts.Taken> taken = new ArrayList<>();
        for (int dose : doses) {
            if (told[dose] == null) {
                taken.add(new MadeTexts.Taken(text, dose + 1));
                continue;
            }
            Optional<Message> sent = history.text(told[dose]);
            taken.add(
                    sent.isPresent()
                            ? new MadeTexts.Taken(sent.get(), told[dose].position())
                            : new MadeTexts.Taken(MadeTexts.asKnown(text, dose + 1, told[dose].dose()), dose + 1));
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

    /**
     * The doses that went down when the registry refused the patient, and that this record, which corrects the patient, does not speak of:
     * they go again with the patient as he is now.
     */
    private List<RecordRow> owed(Cutting cutting) throws SQLException {
        Subject subject = cutting.subject;
        PatientHistory.Patient patient = cutting.patient;
        Message text = cutting.spoken.text();
        Set<Long> said = new HashSet<>();
        for (Keys.OfDose dose : cutting.spoken.doses()) {
            said.add(dose.key());
            said.add(dose.name());
        }
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
            return history.text(version)
                    .orElseThrow(() ->
                            Retention.missing(version.past().id, version.past().place()));
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

    /** What is held keeps the names of its source: when it goes, it is looked at again. */
    private static RecordRow row(Cutting cutting, List<Integer> doses, RecordState state, Message outgoing) {
        Subject subject = cutting.subject;
        Keys.OfDose[] said = state == RecordState.HELD ? subject.keys.doses() : cutting.spoken.doses();
        return new RecordRow(
                subject.taken,
                subject.keys,
                doses.stream()
                        .map(i -> new RecordRow.Dose(subject.number(i), said[i]))
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
