package org.vaxroute.practice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The practice EHR: invented patients whose doses leave it as database rows, MLLP messages, HL7 files and CSV files. The
 * same seed and count give the same patients; opened again in the same folder it goes on where it was.
 */
public final class PracticeEhr implements AutoCloseable {
    private static final int DEFECTS_PER_THOUSAND = 40;

    private final Path folder;
    private final Clock clock;
    private final int count;
    private final EhrDatabase database;
    private final PatientGenerator generator;
    private final EhrMessages messages;
    private int visits;

    private PracticeEhr(Path folder, Clock clock, int count, EhrDatabase database, long seed, Properties notes) {
        this.folder = folder;
        this.clock = clock;
        this.count = count;
        this.database = database;
        Instant created = Instant.parse(notes.getProperty("created"));
        generator = new PatientGenerator(seed, created, clock.getZone(), DEFECTS_PER_THOUSAND);
        messages = new EhrMessages(clock.getZone(), seed);
        visits = Integer.parseInt(notes.getProperty("visits", "0"));
    }

    /**
     * Sets the EHR up, or opens the one that the folder holds.
     *
     * @param folder of its database and journals
     * @param patients how many patients it has over all channels
     * @param clock its zone is the EHR's zone; its time at the first call is when the patients were made
     * @throws PracticeException when the folder holds an EHR of another seed or size
     */
    public static PracticeEhr create(Path folder, long seed, int patients, Clock clock) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PracticeException("the folder " + folder + " cannot be made", e);
        }
        EhrDatabase database = EhrDatabase.open(folder);
        Properties notes = database.notes();
        boolean isNew = notes.getProperty("created") == null;
        String identity = "seed " + seed + ", " + patients + " patients";
        if (isNew) {
            notes.setProperty(
                    "created", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        } else if (!identity.equals(notes.getProperty("identity"))) {
            database.close();
            throw new PracticeException("the folder " + folder + " holds a practice EHR of "
                    + notes.getProperty("identity") + "; start with those, or anew in an empty folder");
        }
        PracticeEhr ehr = new PracticeEhr(folder, clock, patients, database, seed, notes);
        if (isNew) {
            database.add(() -> ehr.patients(Channel.DATABASE).iterator());
            database.note("created", notes.getProperty("created"));
            database.note("identity", identity);
            database.commit();
        }
        return ehr;
    }

    /** JDBC address of its database; user {@code ehr}, no password. */
    public String databaseUrl() {
        return database.url();
    }

    /** Name of the database user. */
    public String databaseUser() {
        return EhrDatabase.USER;
    }

    /** How many patients there are in all. */
    public int size() {
        return count;
    }

    /** How many records (patients) of a channel must end in which way. */
    public Map<Expectation, Long> expected(Channel channel) {
        Map<Expectation, Long> counts = new EnumMap<>(Expectation.class);
        patients(channel).forEach(p -> counts.merge(p.expectation(), 1L, Long::sum));
        return counts;
    }

    /** How many doses the records of a channel have in all. */
    public long doses(Channel channel) {
        return patients(channel).mapToLong(p -> p.doses().size()).sum();
    }

    /** Why the records of a channel must be held or warned of, with how often. */
    public Map<Defect, Long> defects(Channel channel) {
        Map<Defect, Long> counts = new EnumMap<>(Defect.class);
        patients(channel).filter(p -> p.defect() != null).forEach(p -> counts.merge(p.defect(), 1L, Long::sum));
        return counts;
    }

    /** What must become of each message of a channel, by control id (MSH-10). */
    public Map<String, Expectation> expectedByControlId(Channel channel) {
        Map<String, Expectation> expected = new java.util.LinkedHashMap<>();
        patients(channel).forEach(p -> expected.put(messages.controlId(p), p.expectation()));
        return expected;
    }

    /** How many records a channel has. */
    public long records(Channel channel) {
        return IntStream.rangeClosed(1, count)
                .filter(n -> generator.patient(n).channel() == channel)
                .count();
    }

    Stream<PracticePatient> patients(Channel channel) {
        return patients().filter(p -> p.channel() == channel);
    }

    Stream<PracticePatient> patients() {
        return IntStream.rangeClosed(1, count).mapToObj(generator::patient);
    }

    /** The messages of a channel as VXU text, segments ended by CR. */
    public Stream<String> messages(Channel channel) {
        return patients(channel).map(messages::message);
    }

    /**
     * Some patients of the database come in again: each gets one more dose, stamped now.
     *
     * @param number how many visits
     */
    public void visit(int number) {
        LocalDate today = LocalDate.now(clock);
        for (PracticePatient patient : (Iterable<PracticePatient>) visitors(number)::iterator) {
            visits++;
            database.add(patient, generator.visit(patient, visits, today), clock.instant());
        }
        database.note("visits", Integer.toString(visits));
        database.commit();
    }

    private Stream<PracticePatient> visitors(int number) {
        return Stream.iterate(visits, v -> v + 1)
                .map(v -> generator.patient((int) (1 + (v * 7919L) % count)))
                .filter(p -> p.channel() == Channel.DATABASE && p.born() != null)
                .limit(number);
    }

    /** A sender that hands the messages of {@link Channel#MLLP} to a listener. */
    public MllpSender mllpSender(MllpSender.Target target) {
        return new MllpSender(target, folder.resolve("mllp-sent.txt"), () -> messages(Channel.MLLP));
    }

    /** A dropper that lays the EHR's files into drop folders. */
    public FileDropper fileDropper() {
        return new FileDropper(this, folder.resolve("dropped.txt"));
    }

    Clock clock() {
        return clock;
    }

    @Override
    public void close() {
        database.close();
    }
}
