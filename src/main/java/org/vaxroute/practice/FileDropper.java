package org.vaxroute.practice;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Lays the practice EHR's files into drop folders: HL7 batch files (FHS BHS .. BTS FTS) and CSV files of dose rows. A file is
 * written under a temporary name and renamed; a journal remembers it, so that after a kill each file is dropped once.
 */
public final class FileDropper {
    private static final String PART = ".part";
    private final PracticeEhr ehr;
    private final Path journal;

    FileDropper(PracticeEhr ehr, Path journal) {
        this.ehr = ehr;
        this.journal = journal;
    }

    @FunctionalInterface
    private interface Content {
        void write(BufferedWriter out) throws IOException;
    }

    /**
     * Drops the messages of {@link Channel#HL7_FILE}.
     *
     * @param folder drop folder of the source
     * @param perFile messages in one file
     * @param filesPerSecond pace; 0 for as fast as it goes
     * @return how many files were dropped by this call
     */
    public int dropHl7(Path folder, int perFile, double filesPerSecond) throws InterruptedException {
        try (Stream<String> messages = ehr.messages(Channel.HL7_FILE)) {
            return drop(folder, "practice-%04d.hl7", messages.iterator(), perFile, filesPerSecond, this::batch);
        }
    }

    /** Drops the rows of {@link Channel#CSV_FILE}; a patient's rows never spread over two files. */
    public int dropCsv(Path folder, int patientsPerFile, double filesPerSecond) throws InterruptedException {
        try (Stream<PracticePatient> patients = ehr.patients(Channel.CSV_FILE)) {
            return drop(folder, "practice-%04d.csv", patients.iterator(), patientsPerFile, filesPerSecond, this::rows);
        }
    }

    @FunctionalInterface
    private interface Form<T> {
        Content of(String name, List<T> part);
    }

    private <T> int drop(Path folder, String pattern, Iterator<T> rest, int size, double perSecond, Form<T> form)
            throws InterruptedException {
        Pace pace = new Pace(perSecond);
        Set<String> before = Journal.names(journal);
        int dropped = 0;
        for (int number = 1; rest.hasNext(); number++) {
            List<T> part = new ArrayList<>(size);
            while (rest.hasNext() && part.size() < size) {
                part.add(rest.next());
            }
            String name = String.format(pattern, number);
            boolean isNoted = before.contains(name);
            try {
                if (isNoted && !Files.exists(folder.resolve(name + PART))) {
                    continue;
                }
                pace.await();
                lay(folder, name, isNoted, form.of(name, part));
                dropped++;
            } catch (IOException e) {
                throw new PracticeException("the drop folder " + folder + " cannot be written", e);
            }
        }
        return dropped;
    }

    // Noted between writing and renaming: whatever a kill meets, the next run knows whether the rename is still owed.
    private void lay(Path folder, String name, boolean isNoted, Content content) throws IOException {
        Path part = folder.resolve(name + PART);
        if (!isNoted) {
            Files.createDirectories(folder);
            try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                content.write(out);
            }
            Journal.name(journal, name);
        }
        Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Content batch(String name, List<String> messages) {
        return out -> {
            String now = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ")
                    .format(ehr.clock().instant().atZone(ehr.clock().getZone()));
            out.write("FHS|^~\\&|PRACTICE EHR|0042170005|||" + now + "||" + name + "\r");
            out.write("BHS|^~\\&|PRACTICE EHR|0042170005|||" + now + "\r");
            for (String message : messages) {
                out.write(message);
            }
            out.write("BTS|" + messages.size() + "\rFTS|1\r");
        };
    }

    private Content rows(String name, List<PracticePatient> patients) {
        return out -> {
            CSVPrinter csv = new CSVPrinter(out, CSVFormat.DEFAULT);
            boolean isFirst = true;
            for (PracticePatient patient : patients) {
                for (PracticeDose dose : patient.doses()) {
                    Map<String, String> row = EhrRow.of(patient, dose, patient.changed());
                    if (isFirst) {
                        csv.printRecord(row.keySet());
                        isFirst = false;
                    }
                    csv.printRecord(row.values());
                }
            }
            csv.flush();
        };
    }
}
