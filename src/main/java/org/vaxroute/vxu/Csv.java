package org.vaxroute.vxu;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.vaxroute.codes.TableText;

/** How the tables in {@code config/sources} are written: comma, header line, {@code #} begins a comment line. */
final class Csv {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_EMPTY)
            .setCommentMarker('#')
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();

    private Csv() {}

    /**
     * Hands out each row with its line.
     *
     * @param columns those that there may be
     * @param needed how many of the first of them must be there
     * @param why the file has to be there
     * @throws ColumnMapException naming file and line when it cannot be read, or has other columns
     */
    static void rows(Path file, List<String> columns, int needed, String why, BiConsumer<Long, CSVRecord> taker) {
        try (CSVParser rows = CSVParser.parse(new StringReader(TableText.read(file)), FORMAT)) {
            List<String> present = rows.getHeaderNames();
            if (!present.containsAll(columns.subList(0, needed))) {
                throw new ColumnMapException(file + ": begin it with the line " + String.join(",", columns));
            }
            for (String column : present) {
                if (!column.isEmpty() && !columns.contains(column)) {
                    throw new ColumnMapException(
                            file + ": there is no column " + column + "; the columns are " + String.join(",", columns));
                }
            }
            for (CSVRecord row : rows) {
                long line = rows.getCurrentLineNumber();
                for (int cell = 0; cell < row.size(); cell++) {
                    if (!row.get(cell).isEmpty()
                            && (cell >= present.size() || present.get(cell).isEmpty())) {
                        throw new ColumnMapException(file + ", line " + line
                                + ": has more cells than columns; put a text with a comma into quotes");
                    }
                }
                taker.accept(line, row);
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            String what = e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
            throw new ColumnMapException(file + ": cannot be read (" + what + "); " + why);
        }
    }

    static String cell(CSVRecord row, String column) {
        return row.isMapped(column) && row.isSet(column) ? row.get(column) : "";
    }
}
