package org.vaxroute.answers;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Rows of delimited text. A title may stand above the headings. */
final class DelimitedRows implements ReportRows {
    /** More lines above the headings than this, and it is no report. */
    static final int TITLE_LINES = 20;

    private static final int LINES_OF_A_CELL = 50;
    private static final char[] DELIMITERS = {'\t', ';', ',', '|'};

    private final TextLines lines;
    private final ReportColumns columns;
    private Headings headings;

    DelimitedRows(TextLines lines, ReportColumns columns) {
        this.lines = lines;
        this.columns = columns;
    }

    /**
     * The headings of a report and what stands between its cells.
     *
     * @param width how many cells a row has at the most
     */
    record Headings(char delimiter, int width, Map<ReportColumns.Field, Integer> places) {}

    static Optional<Headings> headings(String line, ReportColumns columns) {
        for (char delimiter : DELIMITERS) {
            List<String> cells = cells(line, delimiter);
            if (cells.size() > 1 || delimiter == ',') {
                Optional<Headings> found =
                        columns.in(cells).map(places -> new Headings(delimiter, filled(cells), places));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public List<String> next() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (headings != null) {
                return cells(whole(line), headings.delimiter);
            }
            headings = headings(line, columns).orElse(null);
        }
        return null;
    }

    /** Names that hold a delimiter are not always quoted. */
    @Override
    public boolean isShifted(List<String> row) {
        return filled(row) > headings.width;
    }

    /** How many cells there are up to the last one that holds something. */
    private static int filled(List<String> cells) {
        int filled = cells.size();
        while (filled > 0 && cells.get(filled - 1).isBlank()) {
            filled--;
        }
        return filled;
    }

    @Override
    public Map<ReportColumns.Field, Integer> places() {
        return headings == null ? Map.of() : headings.places;
    }

    /** A quoted cell may go over several lines. */
    private String whole(String line) throws IOException {
        StringBuilder whole = new StringBuilder(line);
        for (int more = 0; more < LINES_OF_A_CELL && isOpen(whole); more++) {
            String next = lines.next();
            if (next == null) {
                break;
            }
            whole.append('\n').append(next);
        }
        return whole.toString();
    }

    private static boolean isOpen(CharSequence text) {
        return text.chars().filter(c -> c == '"').count() % 2 == 1;
    }

    private static List<String> cells(String line, char delimiter) {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setTrailingData(true)
                .setLenientEof(true)
                .get();
        try (CSVParser parser = CSVParser.parse(new StringReader(line), format)) {
            List<String> cells = new ArrayList<>();
            for (CSVRecord row : parser) {
                row.forEach(cells::add);
            }
            return cells;
        } catch (IOException | UncheckedIOException | IllegalStateException broken) {
            // Quotes that close nowhere: the line as it stands is better than none.
            return List.of(line.split(java.util.regex.Pattern.quote(String.valueOf(delimiter)), -1));
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
