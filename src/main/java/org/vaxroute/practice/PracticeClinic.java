package org.vaxroute.practice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The clinic of the practice story: ten years of patients in its EHR's database, and every day visits in the database, walk-ins whose
 * messages come over MLLP, and a file from a school nurse. Now and then something goes wrong; the clinic mends it when somebody
 * shows it the record. The same seed gives the same clinic; opened again in the same folder it goes on where it was.
 */
public final class PracticeClinic implements AutoCloseable {
    private static final String AUTHORITY = "PRACTICE";
    private static final int YEARS = 10;
    private static final int FAULTY_PER_THOUSAND = 6;
    private static final int VISITS = 12;
    private static final int WALK_INS = 6;
    private static final int PUPILS = 4;
    private static final int FIRST_SAMPLE = 900_001;
    private static final int FIRST_WALK_IN = 1_000_001;
    private static final int NUMBERS_OF_A_DAY = 100;
    private static final int FIRST_PUPIL = 50;
    private static final int DAYS_UNTIL_DELETED = 2;
    private static final int STRIDE = 7919;

    /** The day on which the clinic mends its table of makers, where most of its mistakes come from. */
    public static final int TABLE_MENDED = 9;

    /** Places in a day's list of patients whose doses have makers of the wrong table. */
    private static final Set<Integer> OF_WRONG_TABLE = Set.of(6, 9);

    /** Something goes wrong on these days of each ten; the patient's place in the day's list. */
    private enum Fate {
        VISIT_WRONG_MAKER(2, 3),
        VISIT_NO_LOT(4, 5),
        VISIT_CONSENT_WITHDRAWN(5, 1),
        WALK_IN_WRONG_MAKER(7, 2),
        WALK_IN_ENTERED_IN_ERROR(8, 4),
        PUPIL_WRONG_MAKER(9, 1);

        private final int day;
        private final int place;

        Fate(int day, int place) {
            this.day = day;
            this.place = place;
        }

        boolean befalls(int ofDay, int ofPlace) {
            return ofDay % 10 == day && ofPlace == place;
        }
    }

    private final Path folder;
    private final Clock clock;
    private final int count;
    private final long seed;
    private final Instant created;
    private final EhrDatabase database;
    private final PatientGenerator patients;
    private final EhrMessages messages;
    private final Properties notes;

    private PracticeClinic(Path folder, Clock clock, int count, long seed, EhrDatabase database, Properties notes) {
        this.folder = folder;
        this.clock = clock;
        this.count = count;
        this.seed = seed;
        this.database = database;
        this.notes = notes;
        created = Instant.parse(notes.getProperty("created"));
        patients = new PatientGenerator(seed, created, clock.getZone(), FAULTY_PER_THOUSAND, YEARS);
        messages = new EhrMessages(clock.getZone(), seed);
    }

    /**
     * Sets the clinic up, or opens the one that the folder holds.
     *
     * @param count how many patients its database begins with
     * @throws PracticeException when the folder holds another clinic
     */
    public static PracticeClinic open(Path folder, long seed, int count, Clock clock) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PracticeException("the folder " + folder + " cannot be made", e);
        }
        EhrDatabase database = EhrDatabase.open(folder);
        Properties notes = database.notes();
        boolean isNew = notes.getProperty("created") == null;
        String identity = "story, seed " + seed + ", " + count + " patients";
        if (isNew) {
            notes.setProperty(
                    "created", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        } else if (!identity.equals(notes.getProperty("identity"))) {
            database.close();
            throw new PracticeException("the folder " + folder + " holds a practice EHR of "
                    + notes.getProperty("identity") + "; go on with that, or begin anew with --fresh");
        }
        PracticeClinic clinic = new PracticeClinic(folder, clock, count, seed, database, notes);
        if (isNew) {
            database.add(() -> IntStream.rangeClosed(1, count)
                    .mapToObj(clinic.patients::patient)
                    .iterator());
            database.note("created", notes.getProperty("created"));
            database.note("identity", identity);
            database.commit();
        }
        return clinic;
    }

    public String databaseUrl() {
        return database.url();
    }

    public String databaseUser() {
        return EhrDatabase.USER;
    }

    /** How many patients the database began with. */
    public int size() {
        return count;
    }

    /** The change stamp behind which the day-to-day rows lie; everything before is history. */
    public Instant historyEnds() {
        return created;
    }

    /**
     * Exports patients for a test file; the second file has one whose manufacturer is wrong, the third has that one again, mended if
     * somebody showed it.
     *
     * @param file number of the test file, from 1
     * @param messages how many patients
     */
    public void exportSamples(int file, int messages, Path dropFolder) {
        List<String> batch = new ArrayList<>();
        int first = FIRST_SAMPLE + file * NUMBERS_OF_A_DAY;
        for (int i = 0; i < messages; i++) {
            PracticePatient patient = walkIn(first + i, today());
            if (file == 1) {
                Spoiler spoiler = new Spoiler(patient);
                spoiler.onlyFirstDose();
                patient = spoiler.patient();
            }
            batch.add(text(file == 2 && i == 1 ? withWrongMaker(patient) : patient, "", "A"));
        }
        int faulty = FIRST_SAMPLE + 2 * NUMBERS_OF_A_DAY + 1;
        if (file == 3 && notes.containsKey("mended." + faulty)) {
            batch.add(text(walkIn(faulty, LocalDate.parse(note("mended." + faulty))), "-2", "A"));
        }
        drop(dropFolder, "samples-" + file + ".hl7", batch);
    }

    /** Families who take their consent back at the registry before the day: PID-3.1 and authority. */
    public List<String> withdrawals(int day) {
        List<String> found = new ArrayList<>();
        List<PracticePatient> visitors = visitors(day);
        for (int i = 0; i < visitors.size(); i++) {
            if (Fate.VISIT_CONSENT_WITHDRAWN.befalls(day, i)) {
                found.add(visitors.get(i).mrn() + "^" + AUTHORITY);
            }
        }
        return found;
    }

    /**
     * A day at the clinic; a day that was begun before a kill is done again and gives the same.
     *
     * @param day from 1
     * @param dropFolder where the school nurse's file goes
     * @param mllpPort where messages go
     */
    public void work(int day, Path dropFolder, int mllpPort) throws InterruptedException {
        LocalDate date = LocalDate.parse(remember("day." + day, today().toString()));
        List<PracticePatient> visitors = visitors(day);
        Instant now = clock.instant();
        for (int i = 0; i < visitors.size(); i++) {
            PracticePatient patient = visitors.get(i);
            PracticeDose dose = patients.visit(patient, day, date);
            boolean isOfWrongTable = day > 1 && day < TABLE_MENDED && OF_WRONG_TABLE.contains(i);
            if (isOfWrongTable || Fate.VISIT_WRONG_MAKER.befalls(day, i)) {
                dose = dose.withMaker(otherMaker(dose));
                set("open." + patient.mrn(), Mishap.WRONG_MAKER + " " + day);
            } else if (Fate.VISIT_NO_LOT.befalls(day, i)) {
                dose = dose.withLot("");
                set("open." + patient.mrn(), Mishap.NO_LOT + " " + day);
            } else if (Fate.VISIT_CONSENT_WITHDRAWN.befalls(day, i)) {
                set("open." + patient.mrn(), Mishap.CONSENT_WITHDRAWN + " " + day);
            }
            database.add(patient, dose, now);
        }
        List<String> overMllp = new ArrayList<>();
        for (int i = 0; i < WALK_INS; i++) {
            PracticePatient patient = walkIn(number(day, i), date);
            if (Fate.WALK_IN_WRONG_MAKER.befalls(day, i)) {
                patient = withWrongMaker(patient);
            }
            overMllp.add(text(patient, "", "A"));
        }
        if (day > DAYS_UNTIL_DELETED) {
            deletions(day - DAYS_UNTIL_DELETED).forEach(patient -> overMllp.add(text(patient, "-D", "D")));
        }
        database.commit();
        send("day-" + day, overMllp, mllpPort);
        List<String> pupils = new ArrayList<>();
        for (int i = 0; i < PUPILS; i++) {
            PracticePatient patient = walkIn(number(day, FIRST_PUPIL + i), date);
            pupils.add(text(Fate.PUPIL_WRONG_MAKER.befalls(day, i) ? withWrongMaker(patient) : patient, "", "A"));
        }
        drop(dropFolder, "school-" + day + ".hl7", pupils);
    }

    /**
     * Somebody shows the clinic a record in which something is wrong. It corrects what it can; the corrected record comes the way the
     * record came.
     *
     * @param record the text of the message
     * @return false when there is nothing that the clinic may do, because a family has not given its consent
     */
    public boolean mend(String record, Path dropFolder, int mllpPort) throws InterruptedException {
        String mrn = "";
        for (String segment : record.split("[\r\n]+")) {
            if (segment.startsWith("PID|")) {
                mrn = segment.split("\\|", -1)[3].split("\\^", -1)[0];
            }
        }
        int number = Integer.parseInt(mrn.substring(1));
        if (number <= count) {
            return mendInDatabase(number);
        }
        if (number < FIRST_WALK_IN) {
            remember("mended." + number, today().toString());
            return true;
        }
        int day = (number - FIRST_WALK_IN) / NUMBERS_OF_A_DAY;
        boolean isPupil = (number - FIRST_WALK_IN) % NUMBERS_OF_A_DAY >= FIRST_PUPIL;
        String text = text(walkIn(number, LocalDate.parse(note("day." + day))), "-2", "A");
        if (isPupil) {
            drop(dropFolder, "school-" + day + "-corrected-" + number + ".hl7", List.of(text));
        } else {
            send("corrected-" + number, List.of(text), mllpPort);
        }
        return true;
    }

    private boolean mendInDatabase(int number) {
        PracticePatient faulty = patients.patient(number);
        if (faulty.defect() == Defect.NO_CONSENT) {
            return false;
        }
        Instant now = clock.instant();
        if (faulty.defect() != null) {
            database.add(List.of(patients.mended(number).changedAt(now)));
        } else {
            String[] open = note("open." + faulty.mrn()).split(" ");
            int day = Integer.parseInt(open[1]);
            if (Mishap.valueOf(open[0]) == Mishap.CONSENT_WITHDRAWN) {
                database.consent(faulty.mrn(), faulty.consent(), today(), now);
            } else {
                database.add(faulty, patients.visit(faulty, day, LocalDate.parse(note("day." + day))), now);
            }
        }
        database.commit();
        return true;
    }

    /**
     * Every dose that the registry should hold after some days: all that were given, but those of patients without consent and those
     * that were entered in error.
     */
    public List<BelievedDose> truth(int days) {
        List<BelievedDose> truth = new ArrayList<>(database.consented(AUTHORITY));
        for (int day = 1; day <= days; day++) {
            LocalDate date = LocalDate.parse(note("day." + day));
            Set<Integer> deleted = new HashSet<>();
            if (day <= days - DAYS_UNTIL_DELETED) {
                deletions(day).forEach(patient -> deleted.add(patient.number()));
            }
            IntStream walkIns = IntStream.range(0, WALK_INS);
            IntStream pupils = IntStream.range(FIRST_PUPIL, FIRST_PUPIL + PUPILS);
            int ofDay = day;
            IntStream.concat(walkIns, pupils)
                    .mapToObj(place -> walkIn(number(ofDay, place), date))
                    .forEach(patient -> patient.doses().stream()
                            .filter(dose -> !dose.completion().equals("RE"))
                            .filter(dose -> !deleted.contains(patient.number())
                                    || dose != patient.doses().get(0))
                            .map(dose -> believed(patient, dose))
                            .forEach(truth::add));
        }
        return truth;
    }

    private static BelievedDose believed(PracticePatient patient, PracticeDose dose) {
        return new BelievedDose(
                patient.mrn() + "^" + AUTHORITY,
                dose.id(),
                dose.given().format(java.time.format.DateTimeFormatter.BASIC_ISO_DATE),
                dose.cvx());
    }

    // Those that were entered in error on a day, with the dose that was.
    private List<PracticePatient> deletions(int day) {
        List<PracticePatient> found = new ArrayList<>();
        for (int i = 0; i < WALK_INS; i++) {
            if (Fate.WALK_IN_ENTERED_IN_ERROR.befalls(day, i)) {
                Spoiler spoiler = new Spoiler(walkIn(number(day, i), LocalDate.parse(note("day." + day))));
                spoiler.onlyFirstDose();
                found.add(spoiler.patient());
            }
        }
        return found;
    }

    private List<PracticePatient> visitors(int day) {
        return IntStream.iterate(0, i -> i + 1)
                .map(i -> (int) (1 + ((long) day * VISITS + i) * STRIDE % count))
                .mapToObj(patients::patient)
                .filter(patient -> patient.defect() == null)
                .limit(VISITS)
                .toList();
    }

    private static int number(int day, int place) {
        return FIRST_WALK_IN + day * NUMBERS_OF_A_DAY + place;
    }

    private PracticePatient walkIn(int number, LocalDate date) {
        ZoneId zone = clock.getZone();
        return new PatientGenerator(seed, date.atStartOfDay(zone).toInstant(), zone, 0).patient(number);
    }

    private static PracticePatient withWrongMaker(PracticePatient patient) {
        Spoiler spoiler = new Spoiler(patient);
        spoiler.firstDose(dose -> dose.withMaker(otherMaker(dose)));
        return spoiler.patient();
    }

    // A maker of no vaccine of that code, whichever it is.
    private static String otherMaker(PracticeDose dose) {
        return dose.mvx().equals("PFR") ? "MSD" : "PFR";
    }

    private String text(PracticePatient patient, String version, String action) {
        return messages.message(patient, version, action);
    }

    private LocalDate today() {
        return LocalDate.now(clock);
    }

    /** Notes a fact if it is not noted; answers what is noted now. */
    private String remember(String name, String text) {
        String before = notes.getProperty(name);
        if (before != null) {
            return before;
        }
        set(name, text);
        database.commit();
        return text;
    }

    private void set(String name, String text) {
        notes.setProperty(name, text);
        database.note(name, text);
    }

    private String note(String name) {
        String text = notes.getProperty(name);
        if (text == null) {
            throw new PracticeException("the practice clinic knows nothing of " + name);
        }
        return text;
    }

    private void send(String journal, List<String> texts, int port) throws InterruptedException {
        new MllpSender(MllpSender.Target.loopback(port, 0), folder.resolve("mllp-" + journal + ".txt"), texts::stream)
                .send();
    }

    private void drop(Path into, String name, List<String> texts) {
        Path journal = folder.resolve("dropped.txt");
        Path part = into.resolve(name + ".part");
        try {
            boolean isNoted = Journal.names(journal).contains(name);
            if (!isNoted) {
                Files.createDirectories(into);
                Files.writeString(
                        part,
                        "FHS|^~\\&|PRACTICE EHR|0042170005|||||" + name + "\rBHS|^~\\&|PRACTICE EHR|0042170005\r"
                                + String.join("", texts) + "BTS|" + texts.size() + "\rFTS|1\r",
                        StandardCharsets.UTF_8);
                Journal.name(journal, name);
            }
            // Noted between writing and renaming, so that a kill leaves no doubt whether the rename is owed.
            if (!isNoted || Files.exists(part)) {
                Files.move(part, into.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new PracticeException("the drop folder " + into + " cannot be written", e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
