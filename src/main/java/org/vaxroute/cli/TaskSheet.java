package org.vaxroute.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/** Tasks as a table for people who work with spreadsheets; the file belongs to the account that asked for it alone. */
final class TaskSheet {
    private static final List<String> COLUMNS = List.of(
            "id",
            "state",
            "class",
            "code",
            "location",
            "meaning",
            "remedy",
            "site",
            "record",
            "file",
            "doses",
            "said",
            "since",
            "lastSaid",
            "ageDays",
            "assignee",
            "closedAt",
            "closedWhy");

    private final List<Map<String, Object>> tasks;

    TaskSheet(List<Map<String, Object>> tasks) {
        this.tasks = tasks;
    }

    void write(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        boolean sheet = name.endsWith(".xlsx");
        if (!sheet && !name.endsWith(".csv")) {
            throw new CommandFailed("The name " + file + " must end with .csv or .xlsx; it says what to write.");
        }
        ClinicFile.make(file, out -> {
            if (sheet) {
                xlsx(out);
            } else {
                csv(out);
            }
            return tasks.size();
        });
    }

    private void csv(OutputStream out) throws IOException {
        try (CSVPrinter printer =
                new CSVPrinter(new OutputStreamWriter(out, StandardCharsets.UTF_8), CSVFormat.DEFAULT)) {
            printer.printRecord(COLUMNS);
            for (Map<String, Object> task : tasks) {
                printer.printRecord(COLUMNS.stream().map(column -> harmless(task.get(column))));
            }
        }
    }

    /** A spreadsheet takes a text that begins so for a formula. */
    private static Object harmless(Object value) {
        return value instanceof String text && !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0
                ? "'" + text
                : value;
    }

    private void xlsx(OutputStream out) throws IOException {
        try (Workbook book = new Workbook(out, "VaxRoute", "1.0")) {
            Worksheet sheet = book.newWorksheet("Tasks");
            for (int column = 0; column < COLUMNS.size(); column++) {
                sheet.value(0, column, COLUMNS.get(column));
                sheet.style(0, column).bold().set();
            }
            sheet.freezePane(0, 1);
            for (int row = 0; row < tasks.size(); row++) {
                for (int column = 0; column < COLUMNS.size(); column++) {
                    Object value = tasks.get(row).get(COLUMNS.get(column));
                    if (value instanceof Number number) {
                        sheet.value(row + 1, column, number);
                    } else if (value != null) {
                        sheet.value(row + 1, column, value.toString());
                    }
                }
            }
        }
    }
}
