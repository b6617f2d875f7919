package org.vaxroute.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Knows one dose under the order numbers of several sources: the same vaccine (RXA-5) of the same patient on the same day (RXA-3), of which
 * another source has told. What goes bears the ORC-3 that the registry knows. Two order numbers of one source or of one authority (ORC-3.2)
 * are two doses, always. What could be one dose or two is held for a person: docs/decisions/0190.
 */
final class DoseNames {
    /** Rule name of a dose that may be one that another source told of, or a second one. */
    static final String ONE_OR_TWO = "ONE-DOSE-OR-TWO";

    /** Rule name of a dose that its source takes back while another source says that it was given. */
    static final String ANOTHERS = "DOSE-OF-ANOTHER-SOURCE";

    /** Rule name of a dose that bears the number of another vaccination. */
    static final String USED_AGAIN = "NUMBER-USED-AGAIN";

    /** Rule name of a dose that corrects one of several that bear its number, or is one more. */
    static final String OF_SEVERAL = "NUMBER-OF-SEVERAL";

    /** CVX codes that name no vaccine: none given, and unknown. */
    private static final Set<String> NO_VACCINE = Set.of("", "998", "999");

    private static final int COMPONENTS = 4;

    private final PatientHistory history;
    private final Keys keys;

    /** @param keys of the connection and stage */
    DoseNames(PatientHistory history, Keys keys) {
        this.history = history;
        this.keys = keys;
    }

    /**
     * What a record says, in the names by which the registry knows its doses.
     *
     * @param text with the registry's ORC-3; the record's own text when no dose has several names
     * @param doses with the keys of the doses, and the hashes of what that text says of them
     * @param doubtful doses of which a person must say whether they are another source's
     * @param met for each dose what another source sent of it; null where that is known already, or there is none
     */
    record Spoken(Message text, Keys.OfDose[] doses, boolean[] doubtful, PatientHistory.Version[] met) {}

    Spoken of(Cut.Subject subject, PatientHistory.Patient patient) throws SQLException {
        Keys.OfDose[] own = subject.keys().doses();
        Spoken spoken = new Spoken(
                subject.taken().message(),
                own.clone(),
                new boolean[own.length],
                new PatientHistory.Version[own.length]);
        if (patient.isNew()) {
            return spoken;
        }
        Set<Long> known = new HashSet<>();
        List<Integer> unknown = new ArrayList<>();
        for (int i = 0; i < own.length; i++) {
            PatientHistory.Name name = patient.names().get(own[i].key());
            if (name != null) {
                spoken.doses[i] = own[i].as(name.dose(), own[i].contentHash());
                known.add(name.dose());
            } else if (patient.versions(own[i].key(), own[i].name(), subject.self())
                            .sent()
                    != null) {
                known.add(own[i].key());
            } else if (comparable(own[i])) {
                unknown.add(i);
            }
        }
        if (!unknown.isEmpty()) {
            meet(subject, patient, unknown, known, spoken);
        }
        return renamed(subject, patient, spoken);
    }

    /** Tells the doses of one order number apart. */
    DosesOfOneNumber ofOneNumber(Cut.Subject subject, PatientHistory.Patient patient) {
        return new DosesOfOneNumber(
                keys,
                subject.taken().message(),
                subject.keys(),
                key -> patient.said(key),
                key -> patient.isOf(subject.self(), key));
    }

    private static boolean comparable(Keys.OfDose dose) {
        return dose.given() && isNamed(dose);
    }

    private static boolean isNamed(Keys.OfDose dose) {
        return dose.date() != null && !NO_VACCINE.contains(dose.cvx());
    }

    /** Whether two doses of one number are two vaccinations: a correction changes the day or the vaccine, hardly ever both. */
    static boolean areTwo(Keys.OfDose one, Keys.OfDose other) {
        return one.ofVaccine()
                && other.ofVaccine()
                && isNamed(one)
                && isNamed(other)
                && !one.date().equals(other.date())
                && !one.cvx().equals(other.cvx());
    }

    /** A dose of the registry's that an unknown one could be. */
    private static final class Candidate {
        private final PatientHistory.Version sent;
        private final String lot;
        private final String authority;

        Candidate(PatientHistory.Version sent, Message text) {
            this.sent = sent;
            this.lot = lot(text, sent.position());
            this.authority = authority(text, sent.position());
        }

        /** Whether it was numbered by who numbered the other: two numbers of one authority are two doses. */
        boolean numberedBy(String other) {
            return !authority.isEmpty() && authority.equals(other);
        }

        boolean sameLot(String other) {
            return !lot.isEmpty() && lot.equals(other);
        }

        /** Both were given by who speaks of them, and from different lots. */
        boolean contradicts(Keys.OfDose dose, String other) {
            return sent.dose().kind() == DoseKind.NEW
                    && dose.kind() == DoseKind.NEW
                    && !lot.isEmpty()
                    && !other.isEmpty()
                    && !lot.equals(other);
        }
    }

    /** Finds for each unknown dose the one that it is, or leaves it as a dose of its own, or in doubt. */
    private void meet(
            Cut.Subject subject, PatientHistory.Patient patient, List<Integer> unknown, Set<Long> known, Spoken spoken)
            throws SQLException {
        Map<Integer, List<Candidate>> fits = new HashMap<>();
        Map<Integer, List<Candidate>> against = new HashMap<>();
        Map<Long, Candidate> read = new HashMap<>();
        for (int i : unknown) {
            String lot = lot(spoken.text, i + 1);
            String authority = authority(spoken.text, i + 1);
            for (long key : List.copyOf(patient.keys())) {
                PatientHistory.Versions versions = patient.versions(key, key, subject.self());
                if (known.contains(key) || !couldBe(subject, patient, spoken.doses[i], key, versions)) {
                    continue;
                }
                Candidate candidate = read.get(key);
                if (candidate == null) {
                    PatientHistory.Version sent = versions.sent();
                    Optional<Message> text = history.text(sent);
                    if (text.isEmpty()) {
                        // Its lot and who numbered it went with its text.
                        spoken.doubtful[i] = true;
                        continue;
                    }
                    candidate = new Candidate(sent, text.get());
                    read.put(key, candidate);
                }
                if (candidate.numberedBy(authority)) {
                    continue;
                }
                boolean contradicts = candidate.contradicts(spoken.doses[i], lot);
                if (!contradicts || !candidate.sent.deletes()) {
                    (contradicts ? against : fits)
                            .computeIfAbsent(i, dose -> new ArrayList<>())
                            .add(candidate);
                }
            }
        }
        Set<Candidate> taken = new HashSet<>();
        for (int i : List.copyOf(fits.keySet())) {
            Candidate only = only(fits, i, candidate -> candidate.sameLot(lot(spoken.text, i + 1)));
            if (only != null
                    && fits.keySet().stream()
                            .noneMatch(other -> other != i
                                    && fits.get(other).contains(only)
                                    && only.sameLot(lot(spoken.text, other + 1)))) {
                spoken.met[i] = only.sent;
                taken.add(only);
            }
        }
        fits.keySet().removeIf(i -> spoken.met[i] != null);
        fits.values().forEach(candidates -> candidates.removeAll(taken));
        for (int i : List.copyOf(fits.keySet())) {
            Candidate only = only(fits, i, candidate -> true);
            boolean alone = only != null
                    && fits.keySet().stream()
                            .noneMatch(other -> other != i && fits.get(other).contains(only));
            if (alone) {
                spoken.met[i] = only.sent;
                taken.add(only);
            } else if (!fits.get(i).isEmpty()) {
                spoken.doubtful[i] = true;
            }
        }
        for (int i : unknown) {
            if (spoken.met[i] == null
                    && against.getOrDefault(i, List.of()).stream().anyMatch(candidate -> !taken.contains(candidate))) {
                spoken.doubtful[i] = true;
            }
        }
    }

    private static Candidate only(
            Map<Integer, List<Candidate>> of, int dose, java.util.function.Predicate<Candidate> which) {
        List<Candidate> found = of.get(dose).stream().filter(which).toList();
        return found.size() == 1 ? found.get(0) : null;
    }

    /**
     * Whether the registry was told of this dose, of the same vaccine on the same day, and the source never spoke of it by another
     * name. One that was refused goes again with its patient, and one that was deleted may come
     * back: they keep their number.
     */
    private boolean couldBe(
            Cut.Subject subject,
            PatientHistory.Patient patient,
            Keys.OfDose dose,
            long key,
            PatientHistory.Versions versions)
            throws SQLException {
        PatientHistory.Version sent = versions.sent();
        if (sent == null
                || !sent.dose().ofVaccine()
                || !dose.date().equals(sent.dose().date())
                || !dose.cvx().equals(sent.dose().cvx())) {
            return false;
        }
        for (PatientHistory.Version version : versions.all()) {
            if (same(version.past().source, subject.source())) {
                return false;
            }
        }
        for (PatientHistory.Name name : patient.names().values()) {
            if (name.dose() == key && same(name.source(), subject.source())) {
                return false;
            }
        }
        return true;
    }

    private boolean same(int source, int other) throws SQLException {
        return source == other || history.source(source).equals(history.source(other));
    }

    private static String lot(Message text, int dose) {
        return text.get("ORDER[" + dose + "]/RXA-15.1")
                .replaceAll("[^A-Za-z0-9]", "")
                .toUpperCase(Locale.ROOT);
    }

    /** Who gave the dose its number: ORC-3.2, or the universal id in ORC-3.3. */
    private static String authority(Message text, int dose) {
        String namespace = text.get("ORDER[" + dose + "]/ORC-3.2");
        return namespace.isEmpty() ? text.get("ORDER[" + dose + "]/ORC-3.3") : namespace;
    }

    /** Writes the ORC-3 that the registry knows where a source uses another. */
    private Spoken renamed(Cut.Subject subject, PatientHistory.Patient patient, Spoken spoken) throws SQLException {
        var edit = spoken.text.edit();
        boolean any = false;
        for (int i = 0; i < spoken.doses.length; i++) {
            if (spoken.met[i] != null) {
                spoken.doses[i] = spoken.doses[i].as(spoken.met[i].dose().key(), spoken.doses[i].contentHash());
            }
            Keys.OfDose dose = spoken.doses[i];
            PatientHistory.Version numbered = dose.key() == dose.name() ? null : numbered(subject, patient, dose.key());
            if (numbered == null) {
                continue;
            }
            // Retention leaves the texts of patients of whom a dose has several names.
            Message text = history.text(numbered)
                    .orElseThrow(() -> Retention.missing(
                            numbered.past().id, numbered.past().place()));
            String there = "ORDER[" + numbered.position() + "]/ORC-3";
            if (text.get(there + ".1").isEmpty()) {
                continue;
            }
            any = true;
            edit.set("ORDER[" + (i + 1) + "]/ORC-3", "");
            for (int component = 1; component <= COMPONENTS; component++) {
                String value = text.get(there + "." + component);
                if (!value.isEmpty()) {
                    edit.set(Path.of("ORDER[" + (i + 1) + "]/ORC-3." + component), value);
                }
            }
        }
        if (!any) {
            return spoken;
        }
        Message text = edit.apply();
        for (int i = 0; i < spoken.doses.length; i++) {
            if (spoken.doses[i].key() != spoken.doses[i].name()) {
                spoken.doses[i] = spoken.doses[i].as(spoken.doses[i].key(), keys.content(text, i + 1));
            }
        }
        return new Spoken(text, spoken.doses, spoken.doubtful, spoken.met);
    }

    /** A version of a dose that bears its number: as it was sent last or, where it was held back before it left, as it waits. */
    private static PatientHistory.Version numbered(Cut.Subject subject, PatientHistory.Patient patient, long key) {
        PatientHistory.Versions versions = patient.versions(key, key, subject.self());
        return versions.sent() != null || versions.all().isEmpty()
                ? versions.sent()
                : versions.all().get(versions.all().size() - 1);
    }

    /** Writes down what was said of doses with several names; what is held was not said yet. */
    void said(Cut.Subject subject, PatientHistory.Patient patient, Spoken spoken, boolean[] held) throws SQLException {
        long patientKey = subject.keys().patientKey();
        for (int i = 0; i < spoken.doses.length; i++) {
            Keys.OfDose dose = spoken.doses[i];
            if (held[i]) {
                continue;
            }
            PatientHistory.Version met = spoken.met[i];
            if (met != null && !patient.names().containsKey(met.dose().name())) {
                history.say(
                        patientKey,
                        met.dose().name(),
                        new PatientHistory.Name(
                                met.dose().key(),
                                met.past().source,
                                met.dose().contentHash(),
                                met.dose().action()));
            }
            PatientHistory.Name before = patient.names().get(dose.name());
            if (met != null || before != null && !says(before, dose)) {
                history.say(
                        patientKey,
                        dose.name(),
                        new PatientHistory.Name(dose.key(), subject.source(), dose.contentHash(), dose.action()));
            }
        }
    }

    /** Whether this is what the source said of the dose before. */
    static boolean says(PatientHistory.Name name, Keys.OfDose dose) {
        return java.util.Arrays.equals(name.content(), dose.contentHash());
    }

    /** Whether a source other than the one that calls the dose so says that it was given, and does not wait to take it back. */
    static boolean givenByAnother(PatientHistory.Patient patient, Keys.OfDose dose) {
        for (Map.Entry<Long, PatientHistory.Name> entry : patient.names().entrySet()) {
            long name = entry.getKey();
            if (name == dose.name() || entry.getValue().dose() != dose.key()) {
                continue;
            }
            PatientHistory.Version newest =
                    patient.versions(dose.key(), name, 0).newest(name);
            boolean waits = newest != null && newest.standing() == PatientHistory.Standing.HELD;
            if (!(waits ? newest.deletes() : entry.getValue().deletes())) {
                return true;
            }
        }
        return false;
    }

    static Finding oneOrTwo(int dose) {
        return new Finding(
                ONE_OR_TWO,
                Severity.ERROR,
                Effect.DOSE,
                "ORDER[" + dose + "]/ORC-3",
                "Another source told of a dose of this vaccine on this day, and it cannot be seen whether this is that dose or a second one.",
                "Look into the chart. Release it when there were two doses; drop it when it is the same one.");
    }

    static Finding usedAgain(int dose) {
        return new Finding(
                USED_AGAIN,
                Severity.ERROR,
                Effect.DOSE,
                "ORDER[" + dose + "]/ORC-3",
                "The registry was told of a dose of another vaccine on another day under this order number.",
                "Look into the chart. Release it when that one was wrong, which changes or deletes it at the registry. When both were given,"
                        + " have the EHR give this one a number of its own, and drop it.");
    }

    static Finding oneOfSeveral(int dose) {
        return new Finding(
                OF_SEVERAL,
                Severity.ERROR,
                Effect.DOSE,
                "ORDER[" + dose + "]/ORC-3",
                "The registry has several doses under this order number, and it cannot be seen whether this corrects one of them or is one more.",
                "Look into the chart. Release it when it is one more. When it corrects one, have the EHR delete that one (RXA-21 D, with its"
                        + " vaccine and day), then release it.");
    }

    static Finding anothers(int dose) {
        return new Finding(
                ANOTHERS,
                Severity.ERROR,
                Effect.DOSE,
                "ORDER[" + dose + "]/ORC-3",
                "This source takes back a dose that another source says was given.",
                "Look into the chart. Release it when the dose was not given, which deletes it at the registry; drop it when it was.");
    }
}
