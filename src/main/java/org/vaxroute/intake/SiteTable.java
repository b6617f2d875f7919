package org.vaxroute.intake;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.vaxroute.codes.TableText;

/**
 * Reads {@code config/sites.csv}: the clinics of all connections, each with the codes by which its EHR names it, its id at
 * the registry and the days on which it may be reported. All faults are found in one reading.
 */
public final class SiteTable {
    private static final List<String> NEEDED = List.of("site", "sourceFacility", "registryId");
    private static final List<String> COLUMNS = List.of(
            "site",
            "name",
            "sourceFacility",
            "registryId",
            "parent",
            "agreementUntil",
            "activeFrom",
            "activeUntil",
            "connection");

    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .setCommentMarker('#')
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();

    /** A row as it stands in the file. */
    private record Row(
            long line,
            String id,
            String name,
            Set<String> facilities,
            String registryId,
            String parent,
            LocalDate agreementUntil,
            LocalDate activeFrom,
            LocalDate activeUntil,
            String connection) {}

    private final Path file;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private SiteTable(Path file) {
        this.file = file;
    }

    /**
     * Reads the file; none is a table without rows.
     *
     * @param connections ids of all connections
     * @throws SiteTableException with every fault of the file, each with its line and remedy
     */
    public static SiteTable read(Path file, Collection<String> connections) {
        SiteTable table = new SiteTable(file);
        if (Files.exists(file)) {
            table.read();
            table.compare(Set.copyOf(connections));
        }
        if (!table.faults.isEmpty()) {
            throw new SiteTableException(table.faults);
        }
        return table;
    }

    /**
     * The sites of one connection: its own rows and those that name no connection.
     *
     * @param idForm what an id of its registry looks like
     * @throws SiteTableException when an id has another form, which is often a spreadsheet's loss of leading zeros
     */
    public List<Site> of(String connection, Pattern idForm) {
        Map<String, Row> own = own(connection);
        List<String> wrong = new ArrayList<>();
        for (Row row : own.values()) {
            if (!idForm.matcher(row.registryId()).matches()) {
                wrong.add(fault(
                        row.line(),
                        "the registry's ids look otherwise (sites.id-form = " + idForm + ")",
                        "write registryId as the registry gave it; a spreadsheet may have taken leading zeros off"));
            }
        }
        if (!wrong.isEmpty()) {
            throw new SiteTableException(wrong);
        }
        return own.values().stream().map(row -> site(row, own)).toList();
    }

    /** Number of sites, of all connections. */
    public int size() {
        return rows.size();
    }

    private Map<String, Row> own(String connection) {
        Map<String, Row> own = new LinkedHashMap<>();
        for (Row row : rows) {
            if (row.connection().isEmpty() || row.connection().equals(connection)) {
                own.put(row.id(), row);
            }
        }
        return own;
    }

    private static Site site(Row row, Map<String, Row> all) {
        Row head = row;
        LocalDate until = row.agreementUntil();
        while (!head.parent().isEmpty()) {
            head = all.get(head.parent());
            until = earlier(until, head.agreementUntil());
        }
        return new Site(
                row.id(),
                row.name(),
                row.facilities(),
                row.registryId(),
                new Site.Head(head.name(), head.registryId()),
                until,
                row.activeFrom(),
                row.activeUntil());
    }

    private static LocalDate earlier(LocalDate a, LocalDate b) {
        return a == null || b != null && b.isBefore(a) ? b : a;
    }

    private void read() {
        try (CSVParser parser = FORMAT.parse(new StringReader(TableText.read(file)))) {
            List<String> columns = parser.getHeaderNames();
            if (!columns.containsAll(NEEDED)) {
                faults.add(fault(1, "the columns " + NEEDED + " are needed", "begin with the line " + header()));
                return;
            }
            columns.stream()
                    .filter(column -> !column.isEmpty() && !COLUMNS.contains(column))
                    .forEach(column -> faults.add(fault(
                            parser.getCurrentLineNumber(),
                            "there is no column '" + column + "'",
                            "the columns are " + header())));
            for (CSVRecord record : parser) {
                rows.add(row(parser.getCurrentLineNumber(), record));
            }
        } catch (IOException | IllegalArgumentException | java.io.UncheckedIOException e) {
            faults.add(file + ": is no readable CSV (" + e.getMessage() + "); save it as CSV in UTF-8, with commas");
        }
    }

    private static String header() {
        return String.join(",", COLUMNS);
    }

    private Row row(long line, CSVRecord record) {
        String id = cell(record, "site");
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            faults.add(fault(
                    line,
                    id.isEmpty() ? "the site has no id" : "'" + id + "' is no id",
                    "name the site in the column site by letters, digits, hyphens, dots or underscores, 64 at most"));
        }
        if (cell(record, "registryId").isEmpty()) {
            faults.add(fault(line, "the site has no registry id", "fill registryId with what the registry gave it"));
        }
        LocalDate from = day(line, record, "activeFrom");
        LocalDate until = day(line, record, "activeUntil");
        if (from != null && until != null && until.isBefore(from)) {
            faults.add(fault(line, "activeUntil lies before activeFrom", "correct one of the two days"));
        }
        Set<String> facilities = new HashSet<>();
        for (String facility : cell(record, "sourceFacility").split(";")) {
            if (!facility.isBlank()) {
                facilities.add(facility.strip());
            }
        }
        return new Row(
                line,
                id,
                cell(record, "name"),
                facilities,
                cell(record, "registryId"),
                cell(record, "parent"),
                day(line, record, "agreementUntil"),
                from,
                until,
                cell(record, "connection"));
    }

    private static String cell(CSVRecord record, String column) {
        return record.isMapped(column) && record.isSet(column) ? record.get(column) : "";
    }

    private LocalDate day(long line, CSVRecord record, String column) {
        String text = cell(record, column);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            faults.add(fault(
                    line,
                    column + " '" + text + "' is no day that exists",
                    "write it as YYYY-MM-DD or leave it empty"));
            return null;
        }
    }

    private void compare(Set<String> connections) {
        for (Row row : rows) {
            if (!row.connection().isEmpty() && !connections.contains(row.connection())) {
                faults.add(fault(
                        row.line(),
                        "there is no connection '" + row.connection() + "'",
                        "name one of config/connections, or leave the column empty for all of them"));
            }
        }
        connections.forEach(connection -> {
            List<Row> own = rows.stream()
                    .filter(row ->
                            row.connection().isEmpty() || row.connection().equals(connection))
                    .toList();
            twice(own);
            parents(own);
        });
        List<String> once = faults.stream().distinct().toList();
        faults.clear();
        faults.addAll(once);
    }

    private void twice(List<Row> own) {
        Map<String, Row> ids = new HashMap<>();
        Map<String, Row> registryIds = new HashMap<>();
        Map<String, Row> facilities = new HashMap<>();
        for (Row row : own) {
            twice(row, ids.putIfAbsent(row.id(), row), "the site '" + row.id() + "'", "give each site one row");
            if (!row.registryId().isEmpty()) {
                twice(
                        row,
                        registryIds.putIfAbsent(row.registryId(), row),
                        "the registryId '" + row.registryId() + "'",
                        "give each site its own; several codes of one site stand in sourceFacility, with ; between");
            }
            for (String facility : row.facilities()) {
                twice(
                        row,
                        facilities.putIfAbsent(facility, row),
                        "the sourceFacility '" + facility + "'",
                        "leave it at the one site that the EHR means by it");
            }
        }
    }

    private void twice(Row row, Row other, String what, String remedy) {
        if (other != null) {
            faults.add(fault(row.line(), what + " stands in line " + other.line() + " as well", remedy));
        }
    }

    private void parents(List<Row> own) {
        Map<String, Row> ids = new HashMap<>();
        own.forEach(row -> ids.putIfAbsent(row.id(), row));
        for (Row row : own) {
            if (!row.parent().isEmpty() && !ids.containsKey(row.parent())) {
                faults.add(fault(
                        row.line(),
                        "there is no site '" + row.parent() + "' that could be its parent",
                        "add a row for the parent, or correct the column parent"));
                continue;
            }
            Set<String> seen = new HashSet<>();
            for (Row at = row; at != null && !at.parent().isEmpty(); at = ids.get(at.parent())) {
                if (!seen.add(at.id())) {
                    faults.add(fault(
                            row.line(),
                            "its parents go round in a circle",
                            "leave the parent of the uppermost organization empty"));
                    break;
                }
            }
        }
    }

    private String fault(long line, String what, String remedy) {
        return file + ":" + line + ": " + what + "; " + remedy;
    }
}
