package org.vaxroute.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vaxroute.hl7.Fault;
import org.vaxroute.hl7.Inspection;
import org.vaxroute.hl7.Limits;
import org.vaxroute.vxu.ColumnMap;
import org.vaxroute.vxu.ColumnMapException;
import org.vaxroute.vxu.VxuWriter;

/** The first pass over a dropped file: decides whether it may be taken, in flat memory, before anything of it is. */
final class FirstPasses {
    private static final int MOST_FAULTS = 20;

    private FirstPasses() {}

    /** Whether a file of this name holds rows; every other name is read as HL7. */
    static boolean csv(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    static FirstPass over(Path file, FileSource source, IntakeSettings settings, Clock clock) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return csv(file) ? rows(in, source, settings, clock) : messages(in, settings);
        }
    }

    private static FirstPass messages(InputStream in, IntakeSettings settings) throws IOException {
        Inspection seen = Inspection.of(in, limits(settings));
        List<String> faults = seen.mayBeTaken()
                ? List.of()
                : seen.faults().stream()
                        .limit(MOST_FAULTS)
                        .map(FirstPasses::text)
                        .toList();
        return new FirstPass(faults, seen.messages(), seen.doses(), seen.bytes(), seen.sha256());
    }

    private static String text(Fault fault) {
        String where = fault.message() > 0 ? "message " + fault.message() : "byte " + fault.offset();
        return fault.code() + " at " + where + ": " + fault.text();
    }

    static Limits limits(IntakeSettings settings) {
        return new Limits(settings.largestMessage(), settings.acceptCountDifferences());
    }

    private static FirstPass rows(InputStream in, FileSource source, IntakeSettings settings, Clock clock)
            throws IOException {
        var hashed = new HashedInput(in);
        List<String> faults = new ArrayList<>();
        int groups = 0;
        long doses = 0;
        ColumnMap columns = source.columns();
        if (columns == null) {
            faults.add("The source " + source.id() + " has no column map, so CSV cannot be read; set its ehr setting.");
        } else {
            try {
                var rows = new CsvRows(hashed, settings.largestMessage());
                columns.require(source.id(), rows.header());
                var writer = new VxuWriter(columns, source.id(), source.zone(), clock);
                var patients = new RowGroups(rows, writer::patient, 0);
                while (patients.hasNext()) {
                    doses += patients.next().rows().stream()
                            .filter(writer::tellsOfDose)
                            .count();
                    groups++;
                }
                if (groups == 0) {
                    faults.add("The file holds no rows.");
                }
            } catch (CsvRows.CsvFormatException | ColumnMapException e) {
                faults.add(e.getMessage());
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        byte[] sum = hashed.sum();
        return new FirstPass(faults, groups, doses, hashed.bytes(), sum);
    }
}
