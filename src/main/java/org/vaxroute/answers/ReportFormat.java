package org.vaxroute.answers;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.vaxroute.answers.Remarks.Said;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Severity;

/**
 * Data-quality reports as delimited text (comma, semicolon or tab), by the headings that a registry's profile names in
 * <code>answers-report.csv</code>. A cell may hold several codes; a line without words goes with the one before it and says nothing.
 */
public final class ReportFormat implements AnswerFormat {
    /** Heading of the words; without it a file is no report. */
    static final String MESSAGE = "message";

    /** Heading of the control id, where a report has one. */
    static final String CONTROL_ID = "control-id";

    private static final int LINES_OF_A_CELL = 50;
    private static final char[] DELIMITERS = {'\t', ';', ','};

    private final AnswerCatalogue catalogue;
    private final Map<String, String> fields;

    private ReportFormat(AnswerCatalogue catalogue, Map<String, String> fields) {
        this.catalogue = catalogue;
        this.fields = Map.copyOf(fields);
    }

    /**
     * Reads the headings from the files in order.
     *
     * @param files with the columns <code>field, heading</code>; those that are not there are left out
     * @throws AnswerException when one cannot be read
     */
    public static ReportFormat load(AnswerCatalogue catalogue, List<Path> files) {
        Map<String, String> fields = new HashMap<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, CSVFormat.DEFAULT)) {
                    rows.forEach(row -> fields.put(
                            folded(row.get(row.size() - 1)), row.get(0).strip()));
                } catch (IOException | UncheckedIOException e) {
                    throw new AnswerException(file + ": cannot be read (" + e.getMessage() + ").", e);
                }
            }
        }
        return new ReportFormat(catalogue, fields);
    }

    @Override
    public String name() {
        return "report";
    }

    @Override
    public boolean recognises(String fileName, byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8).stripLeading().replaceFirst("^\\ufeff", "");
        return columns(text.lines().findFirst().orElse("")).isPresent();
    }

    @Override
    public boolean goesMessageByMessage() {
        return false;
    }

    @Override
    public Answers open(InputStream in) {
        return new Lines(new TextLines(in));
    }

    private record Columns(char delimiter, Map<String, Integer> places) {}

    private Optional<Columns> columns(String heading) {
        for (char delimiter : DELIMITERS) {
            Map<String, Integer> places = new HashMap<>();
            List<String> cells = cells(heading, delimiter);
            for (int i = 0; i < cells.size(); i++) {
                String field = fields.get(folded(cells.get(i)));
                if (field != null) {
                    places.putIfAbsent(field, i);
                }
            }
            if (places.containsKey(MESSAGE) && (cells.size() > 1 || delimiter == ',')) {
                return Optional.of(new Columns(delimiter, places));
            }
        }
        return Optional.empty();
    }

    private static String folded(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
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
            return List.of(line.split(String.valueOf(delimiter), -1));
        }
    }

    private final class Lines implements Answers {
        private final TextLines lines;
        private final Remarks remarks = new Remarks(catalogue);
        private Columns columns;
        private int position;

        Lines(TextLines lines) {
            this.lines = lines;
        }

        @Override
        public Answer next() throws IOException {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (columns == null) {
                    columns = columns(line).orElse(null);
                    continue;
                }
                List<String> cells = cells(whole(line), columns.delimiter);
                String words = cell(cells, MESSAGE);
                if (!words.isEmpty()) {
                    return answer(words, cell(cells, CONTROL_ID));
                }
            }
            return null;
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

        private String cell(List<String> cells, String field) {
            Integer place = columns.places.get(field);
            return place == null || place >= cells.size()
                    ? ""
                    : cells.get(place).strip();
        }

        private Answer answer(String words, String controlId) {
            Said said = new Said("", null, Severity.WARNING, ErrorLocation.NONE, words);
            List<Answer.Item> items = remarks.items(said);
            Outcome outcome = remarks.tells(said) ? Remarks.outcome(items) : Outcome.UNKNOWN;
            return new Answer(++position, controlId, outcome, items);
        }

        @Override
        public Optional<String> reference() {
            return Optional.empty();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
