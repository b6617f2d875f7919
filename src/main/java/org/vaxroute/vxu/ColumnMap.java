package org.vaxroute.vxu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which column of an EHR's rows fills which field of a VXU: the file {@code config/sources/<ehr>/columns.csv}.
 *
 * <p>A line is {@code field,column,constant,codes,format}. {@code field} is an HL7 location ({@code PID-5.1}, {@code
 * NK1[2]-2.1}), the name of a dose observation ({@code eligibility}, {@code funding}, {@code dose-number}, {@code
 * immunity}, {@code vis[1].barcode|type|edition|given}), or a key: {@code patient} (rows of one patient become one
 * VXU), {@code row} (what names a row for ever), {@code stamp} (when it last changed), {@code obx-numbering} ({@code
 * message} or {@code dose}). The value is the column's, or the constant where the column is empty or none is named.
 * {@code codes} names a table beside the map with {@code from,to,text}, where {@code *} stands for any other code and
 * {@code =} keeps it. {@code format} is a date pattern, or {@code phone} for a whole telephone number.
 */
public final class ColumnMap {
    /** A line of the map. */
    record Line(long number, String field, String column, String constant, CodeMap codes, String format) {}

    private static final List<String> COLUMNS = List.of("field", "column", "constant", "codes", "format");

    private final Path file;
    private final String patient;
    private final String stamp;
    private final String row;
    private final Plan plan;

    private ColumnMap(Path file, String patient, String stamp, String row, Plan plan) {
        this.file = file;
        this.patient = patient;
        this.stamp = stamp;
        this.row = row;
        this.plan = plan;
    }

    /**
     * Reads a map and the code tables beside it.
     *
     * @param path the map, or the folder that holds it as {@code columns.csv}
     * @throws ColumnMapException naming file, line and remedy when the map cannot be used
     */
    public static ColumnMap load(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("columns.csv") : path;
        Map<String, Line> lines = new LinkedHashMap<>();
        Map<String, CodeMap> tables = new LinkedHashMap<>();
        Csv.rows(file, COLUMNS, 2, "a JDBC or CSV source needs a column map", (number, row) -> {
            String codes = Csv.cell(row, "codes");
            CodeMap table =
                    codes.isEmpty() ? null : tables.computeIfAbsent(codes, c -> CodeMap.load(file.resolveSibling(c)));
            Line line = new Line(
                    number,
                    Csv.cell(row, "field"),
                    Csv.cell(row, "column"),
                    Csv.cell(row, "constant"),
                    table,
                    Csv.cell(row, "format"));
            if (lines.put(line.field(), line) != null) {
                throw new ColumnMapException(
                        file + ", line " + line.number() + ": " + line.field() + " is filled twice; keep one line");
            }
        });
        String patient = key(file, lines, "patient", true);
        String row = key(file, lines, "row", true);
        String stamp = key(file, lines, "stamp", false);
        Line numbering = lines.remove("obx-numbering");
        boolean perDose = numbering != null && numbering.constant().equals("dose");
        if (numbering != null && !perDose && !numbering.constant().equals("message")) {
            throw new ColumnMapException(file + ", line " + numbering.number()
                    + ": write obx-numbering,,message,, or obx-numbering,,dose,,");
        }
        Plan plan = new PlanBuilder(file, patient, row, stamp, perDose).build(lines.values());
        return new ColumnMap(file, patient, stamp, row, plan);
    }

    private static String key(Path file, Map<String, Line> lines, String key, boolean required) {
        Line line = lines.remove(key);
        String column = line == null ? "" : line.column();
        if (required && column.isEmpty()) {
            throw new ColumnMapException(file + ": has no line " + key + " with a column; add one");
        }
        return column;
    }

    /** The column whose value makes rows one patient. */
    public String patientColumn() {
        return patient;
    }

    /** The column that names a row for ever. */
    public String rowColumn() {
        return row;
    }

    /** The column that tells when a row last changed; "" where the source keeps none. */
    public String stampColumn() {
        return stamp;
    }

    /** Every column that the map names, once each. */
    public List<String> columns() {
        return plan.columns();
    }

    /**
     * Makes sure that a source has every column of the map; case does not matter.
     *
     * @throws ColumnMapException naming source and column
     */
    public void require(String source, Collection<String> present) {
        Columns.require(present, plan.columns(), file.getFileName().toString(), source);
    }

    Path file() {
        return file;
    }

    Plan plan() {
        return plan;
    }
}
