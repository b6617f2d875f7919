package org.vaxroute.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a registry believes that has taken the files of a folder one after the other: which lot each dose was given from. Read by
 * splitting lines at bars, like {@link SentRecords}; here the order counts, because a corrected dose is deleted and told anew.
 */
final class RegistryBooks {
    /** Patient and order, to lot. */
    private final Map<SentRecords.Dose, String> lots = new HashMap<>();

    private final List<String> faults = new ArrayList<>();
    private int deleted;

    static RegistryBooks of(Path archive) throws IOException {
        RegistryBooks books = new RegistryBooks();
        if (!Files.isDirectory(archive)) {
            return books;
        }
        List<Arrived> inOrder = new ArrayList<>();
        try (Stream<Path> files = Files.list(archive)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().endsWith(".hl7")) {
                    inOrder.add(new Arrived(file, Files.getLastModifiedTime(file), sequence(file)));
                } else {
                    // The registry keeps a second file of one name under a longer one.
                    books.faults.add("a name came twice: " + file.getFileName());
                }
            }
        }
        inOrder.sort(Comparator.comparing(Arrived::written).thenComparing(Arrived::sequence));
        for (Arrived one : inOrder) {
            books.file(one.file);
        }
        return books;
    }

    /** A file, when its last byte came by the registry's own clock, and its number, which may lie when our clock is set. */
    private record Arrived(Path file, FileTime written, long sequence) {}

    // PRACTICE26329.12.hl7: the run's number goes on over days and restarts.
    private static long sequence(Path file) {
        String[] parts = file.getFileName().toString().split("[.]");
        String day = parts[0].replaceAll("\\D", "");
        return Long.parseLong(day) * 1_000_000 + Long.parseLong(parts[1]);
    }

    private void file(Path file) throws IOException {
        String patient = "";
        String order = "";
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("[\r\n]+")) {
            String[] fields = line.split("\\|", -1);
            switch (fields[0]) {
                case "PID" -> patient = fields[3].split("\\^")[0];
                case "ORC" -> order = fields[3].split("\\^")[0];
                case "RXA" -> {
                    dose(file, new SentRecords.Dose(patient, order), fields);
                    order = "";
                }
                default -> {}
            }
        }
    }

    private void dose(Path file, SentRecords.Dose dose, String[] rxa) {
        String lot = rxa.length > 15 ? rxa[15] : "";
        String action = rxa.length > 21 ? rxa[21] : "A";
        if (action.equals("D")) {
            deleted++;
            if (lots.remove(dose) == null) {
                faults.add(dose + " deleted in " + file.getFileName() + " and never told");
            }
        } else if (lots.put(dose, lot) != null) {
            faults.add(dose + " told twice, again in " + file.getFileName());
        }
    }

    Map<SentRecords.Dose, String> lots() {
        return lots;
    }

    /** How many doses were deleted before they were told anew. */
    int deleted() {
        return deleted;
    }

    /** Doses told twice or deleted without having been told. */
    List<String> faults() {
        return faults;
    }
}
