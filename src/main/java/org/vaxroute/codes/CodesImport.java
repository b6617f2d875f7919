package org.vaxroute.codes;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Makes the project's code tables from the files that CDC and the immunization community publish. Each file is
 * recognised by what is in it, so the user names files or folders in any order and may repeat the import whenever CDC
 * publishes anew. Tables of which no file is given stay as they are.
 */
public final class CodesImport {
    /** A table that was written. */
    public record Imported(String table, int rows, LocalDate date, Path file) {}

    private final Path folder;
    private final LocalDate undated;

    /**
     * @param folder where the CSV tables go, {@code config/codes}
     * @param undated the date of tables whose files carry none
     */
    public CodesImport(Path folder, LocalDate undated) {
        this.folder = folder;
        this.undated = undated;
    }

    /**
     * Reads the files, or the files in the folders, and writes one CSV per table.
     *
     * @throws CodeTableException when a file cannot be read; nothing is written then
     */
    public List<Imported> run(List<Path> inputs) {
        Map<String, TableDraft> drafts = new TreeMap<>();
        for (Path file : files(inputs)) {
            for (TableDraft draft : PublishedFiles.read(file)) {
                drafts.merge(draft.name(), draft, TableDraft::with);
            }
        }
        UseDates.apply(drafts);
        List<Imported> written = new ArrayList<>();
        for (TableDraft draft : drafts.values()) {
            if (!draft.rows().isEmpty() && !draft.helper()) {
                written.add(write(draft));
            }
        }
        return written;
    }

    private static List<Path> files(List<Path> inputs) {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                try (Stream<Path> inside = Files.list(input)) {
                    inside.filter(Files::isRegularFile).sorted().forEach(files::add);
                } catch (IOException e) {
                    throw new CodeTableException(input + ": cannot be read (" + e.getMessage() + ")", e);
                }
            } else {
                files.add(input);
            }
        }
        return files;
    }

    private Imported write(TableDraft draft) {
        LocalDate date = draft.date() == null ? undated : draft.date();
        Path file = folder.resolve(draft.name().toLowerCase(Locale.ROOT) + ".csv");
        StringWriter text = new StringWriter();
        text.write("# name: " + draft.name() + "\n# title: " + draft.title() + "\n# date: " + date + "\n# source: "
                + draft.source() + "\n");
        List<String> columns =
                draft.columns().stream().filter(column -> !column.equals("id")).toList();
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator("\n")
                .setHeader(columns.toArray(String[]::new))
                .get();
        try (CSVPrinter csv = new CSVPrinter(text, format)) {
            List<Map<String, String>> rows = new ArrayList<>(draft.rows());
            rows.sort(Comparator.comparing(row -> columns.stream()
                    .map(column -> row.getOrDefault(column, ""))
                    .toList()
                    .toString()));
            for (Map<String, String> row : rows) {
                csv.printRecord(columns.stream()
                        .map(column -> row.getOrDefault(column, ""))
                        .toList());
            }
            Files.createDirectories(folder);
            Path fresh = Files.writeString(
                    folder.resolve(file.getFileName() + ".part"), text.toString(), StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CodeTableException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
        return new Imported(draft.name(), draft.rows().size(), date, file);
    }
}
