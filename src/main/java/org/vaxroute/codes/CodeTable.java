package org.vaxroute.codes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * One set of codes with the day on which its publisher last changed it. Immutable and safe to share.
 *
 * <p>A file is CSV under a head of comment lines: {@code # name:} (how rules and transforms call it), {@code # title:},
 * {@code # date:} (ISO), {@code # source:}. Columns: {@code code} is needed, {@code name}, {@code from} and
 * {@code until} are understood, any other is kept for crossing one code to another. A code may have several rows, for
 * example one per period of use.
 */
public final class CodeTable {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .get();

    private final String name;
    private final String title;
    private final String source;
    private final LocalDate date;
    private final Path file;
    private final Map<String, List<Code>> rows;
    private final int size;

    private CodeTable(
            String name, String title, String source, LocalDate date, Path file, Map<String, List<Code>> rows) {
        this.name = name;
        this.title = title;
        this.source = source;
        this.date = date;
        this.file = file;
        this.rows = rows;
        this.size = rows.values().stream().mapToInt(List::size).sum();
    }

    /** A table made in memory, for tests and for values that settings list. */
    public static CodeTable of(String name, LocalDate date, List<Code> codes) {
        Map<String, List<Code>> rows = new LinkedHashMap<>();
        codes.forEach(code ->
                rows.computeIfAbsent(code.value(), key -> new ArrayList<>(1)).add(code));
        return new CodeTable(name, name, "", date, null, frozen(rows));
    }

    /**
     * Reads one file.
     *
     * @throws CodeTableException when the head lacks name or date, a column or date is wrong, or the file cannot be read
     */
    public static CodeTable read(Path file) {
        String text;
        try {
            text = TableText.read(file);
        } catch (IOException e) {
            throw new CodeTableException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        Map<String, String> head = new HashMap<>();
        StringBuilder body = new StringBuilder(text.length());
        int headLines = 0;
        try (BufferedReader lines = new BufferedReader(new StringReader(text))) {
            boolean inHead = true;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (inHead && line.startsWith("#")) {
                    headLines++;
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        head.putIfAbsent(
                                line.substring(1, colon).strip(),
                                TableText.unfilled(line.substring(colon + 1)).strip());
                    }
                } else {
                    inHead = false;
                    body.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            throw new CodeTableException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        String name = headLine(file, head, "name");
        LocalDate date = day(file, headLines, headLine(file, head, "date"), "head line '# date:'");
        return new CodeTable(
                name,
                head.getOrDefault("title", name),
                head.getOrDefault("source", ""),
                date,
                file,
                frozen(rows(file, headLines, body.toString())));
    }

    private static String headLine(Path file, Map<String, String> head, String key) {
        String value = head.get(key);
        if (value == null || value.isEmpty()) {
            throw new CodeTableException(
                    file + ": the head has no line '# " + key + ": ...'; add it above the columns");
        }
        return value;
    }

    private static Map<String, List<Code>> rows(Path file, int headLines, String body) {
        Map<String, List<Code>> rows = new LinkedHashMap<>();
        try (CSVParser parser = FORMAT.parse(new StringReader(body))) {
            List<String> columns = parser.getHeaderNames();
            if (!columns.contains("code")) {
                throw new CodeTableException(file + ": line " + (headLines + 1)
                        + " has to name the columns, one of them 'code'; it names " + columns);
            }
            for (CSVRecord record : parser) {
                Code code = code(file, headLines + (int) parser.getCurrentLineNumber(), columns, record);
                rows.computeIfAbsent(code.value(), key -> new ArrayList<>(1)).add(code);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CodeTableException(file + ": is no readable CSV (" + e.getMessage() + ")", e);
        }
        return rows;
    }

    private static Code code(Path file, int line, List<String> columns, CSVRecord record) {
        if (record.size() != columns.size()) {
            throw new CodeTableException(
                    file + ": line " + line + " has " + record.size() + " columns, the head names " + columns.size());
        }
        Map<String, String> more = new LinkedHashMap<>();
        String name = "";
        LocalDate from = null;
        LocalDate until = null;
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            String value = record.get(i);
            switch (column) {
                case "code" -> {}
                case "" -> {
                    if (!value.isEmpty()) {
                        throw new CodeTableException(file + ": line " + line
                                + " has something in a column without a name; name the column, or take it out");
                    }
                }
                case "name" -> name = value;
                case "from" -> from = value.isEmpty() ? null : day(file, line, value, "column from");
                case "until" -> until = value.isEmpty() ? null : day(file, line, value, "column until");
                default -> {
                    if (!value.isEmpty()) {
                        more.put(column, value);
                    }
                }
            }
        }
        String value = record.get("code");
        if (value.isEmpty()) {
            throw new CodeTableException(file + ": line " + line + " has no code; fill it or take the line out");
        }
        return new Code(value, name, from, until, more);
    }

    private static LocalDate day(Path file, int line, String text, String where) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new CodeTableException(
                    file + ": line " + line + ", " + where + ": write the date as YYYY-MM-DD, not '" + text + "'", e);
        }
    }

    private static Map<String, List<Code>> frozen(Map<String, List<Code>> rows) {
        rows.replaceAll((code, list) -> List.copyOf(list));
        return Collections.unmodifiableMap(rows);
    }

    /** The same rows, found by what stands in another column; rows that have nothing there are left out. */
    public CodeTable keyedBy(String column) {
        Map<String, List<Code>> other = new LinkedHashMap<>();
        rows.values().forEach(list -> list.stream()
                .filter(row -> !row.get(column).isEmpty())
                .forEach(row -> other.computeIfAbsent(row.get(column), key -> new ArrayList<>(1))
                        .add(row)));
        return new CodeTable(name, title, source, date, file, frozen(other));
    }

    /** How rules and transforms call this table, such as {@code CVX}. */
    public String name() {
        return name;
    }

    /** What the table holds, in words. */
    public String title() {
        return title;
    }

    /** Who published the codes. */
    public String source() {
        return source;
    }

    /** The day of the newest change that the table knows of. */
    public LocalDate date() {
        return date;
    }

    /** The file it was read from, empty for a table made in memory. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Number of rows. */
    public int size() {
        return size;
    }

    public boolean contains(String code) {
        return rows.containsKey(code);
    }

    /** The first row of the code. */
    public Optional<Code> lookup(String code) {
        List<Code> found = rows.get(code);
        return found == null ? Optional.empty() : Optional.of(found.get(0));
    }

    /** Every row of the code, in the file's order; empty when it is unknown. */
    public List<Code> all(String code) {
        return rows.getOrDefault(code, List.of());
    }

    /** What every row of the code has in that column; empty when they have nothing there, or do not agree. */
    public Optional<String> only(String code, String column) {
        List<String> values =
                all(code).stream().map(row -> row.get(column)).distinct().toList();
        return values.size() == 1 && !values.get(0).isEmpty() ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** True when some row of the code may be used on that day. An unknown code is never active. */
    public boolean active(String code, LocalDate day) {
        for (Code row : all(code)) {
            if (row.usableOn(day)) {
                return true;
            }
        }
        return false;
    }

    /** The codes in the file's order. */
    public Set<String> codes() {
        return rows.keySet();
    }
}
