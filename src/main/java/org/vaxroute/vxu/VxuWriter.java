package org.vaxroute.vxu;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Path;

/**
 * Writes the rows of one patient as one VXU of profile Z22: a row is a dose, patient columns are taken from the first row.
 *
 * <p>The control id (MSH-10) is made of the source and of the rows' keys and change stamps, so the same rows always get the
 * same one. A writer belongs to one source and is not safe between threads.
 */
public final class VxuWriter {
    private static final String CHARACTER_SET = "MSH-18";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");

    private final ColumnMap map;
    private final Plan plan;
    private final String source;
    private final ZoneId zone;
    private final Clock clock;
    private final Columns columns;
    private final SegmentPlan msh;
    private final List<SegmentPlan> kin = new ArrayList<>();
    private final StringBuilder out = new StringBuilder(4096);
    private String controlId = "";
    private String now = "";
    private long nowSecond = Long.MIN_VALUE;

    /**
     * @param source id of the source, named in faults and part of the control ids
     * @param zone the zone in which a time with an offset is turned into a day
     * @param clock gives MSH-7
     */
    public VxuWriter(ColumnMap map, String source, ZoneId zone, Clock clock) {
        this.map = map;
        this.plan = map.plan();
        this.source = source;
        this.zone = zone;
        this.clock = clock;
        this.columns = new Columns(map.file().getFileName().toString(), source, plan.columns());
        List<Slot> header = new ArrayList<>(plan.msh());
        header.add(new Slot(Place.of("MSH-7"), true, r -> now));
        header.add(new Slot(Place.of("MSH-10"), true, r -> controlId));
        msh = new SegmentPlan("MSH", header);
        for (List<Slot> slots : plan.kin()) {
            List<Slot> numbered = new ArrayList<>(slots);
            numbered.add(new Slot(new Place("NK1", 1, 1, 1, 1, 1), false, r -> Integer.toString(r.kin)));
            kin.add(new SegmentPlan("NK1", numbered));
        }
    }

    /** The value that groups rows to one patient. */
    public String patient(Map<String, String> row) {
        return value(row, plan.patient());
    }

    /** The same as the source gives it, with the blanks around it: what the source puts its rows in order by. */
    public String patientAsGiven(Map<String, String> row) {
        String value = columns.value(row, plan.patient());
        return value == null ? "" : value;
    }

    /** The row's key. */
    public String key(Map<String, String> row) {
        return value(row, plan.row());
    }

    /** Whether a row tells of a dose; one that does not gives none. */
    public boolean tellsOfDose(Map<String, String> row) {
        Row at = new Row(source, columns, zone);
        at.at(row, 1);
        return plan.dose().begins(at);
    }

    /** When the row last changed, as the source prints it; "" where the source keeps no stamp. */
    public String stamp(Map<String, String> row) {
        return plan.stamp() < 0 ? "" : value(row, plan.stamp());
    }

    /** All that the map takes of a row, the change stamp among it, in the order of the map. */
    public List<String> values(Map<String, String> row) {
        return IntStream.range(0, plan.columns().size())
                .mapToObj(column -> value(row, column))
                .toList();
    }

    private String value(Map<String, String> row, int column) {
        String value = columns.value(row, column);
        return value == null ? "" : value.strip();
    }

    /**
     * The VXU of these rows.
     *
     * @param rows rows of one patient, column label to value, null for no value; at least one
     * @param firstRow number of the first of them in what was read, from 1; faults count from there
     * @throws RowException when a value does not fit the column map
     * @throws ColumnMapException when the rows lack a column that the map names
     */
    public Message write(List<Map<String, String>> rows, long firstRow) {
        Draft draft = draft(rows, firstRow);
        if (!draft.faults().isEmpty()) {
            throw new RowException(draft.faults());
        }
        return draft.message();
    }

    /** As {@link #write}, but faulty values stand in the message as they are, with the faults beside it. */
    public Draft draft(List<Map<String, String>> rows, long firstRow) {
        Row row = new Row(source, columns, zone);
        String text = text(rows, firstRow, row);
        try {
            return new Draft(Message.parse(text), row.faults());
        } catch (Hl7FormatException beyondItsCharacters) {
            return inUtf8(text, rows, firstRow, row);
        }
    }

    /** The map's MSH-18 names a character set that lacks one of the text's characters. */
    private Draft inUtf8(String text, List<Map<String, String>> rows, long firstRow, Row row) {
        Message declared = Message.parse(text.getBytes(StandardCharsets.UTF_8));
        // A message without other characters than those of ASCII is of the set that it declares.
        CharsetEncoder carried = Message.parse(text.getBytes(StandardCharsets.US_ASCII))
                .charset()
                .newEncoder();
        List<RowFault> faults = new ArrayList<>(row.faults());
        for (int i = 0; i < rows.size(); i++) {
            for (int column = 0; column < plan.columns().size(); column++) {
                if (!carried.canEncode(value(rows.get(i), column))) {
                    faults.add(beyondItsCharacters(firstRow + i, plan.columns().get(column)));
                }
            }
        }
        if (faults.size() == row.faults().size()) {
            faults.add(beyondItsCharacters(firstRow, "(a constant or a code table)"));
        }
        return new Draft(
                declared.edit().set(Path.of(CHARACTER_SET), "UNICODE UTF-8").apply(), faults);
    }

    private RowFault beyondItsCharacters(long row, String column) {
        return new RowFault(
                source,
                row,
                column,
                0,
                CHARACTER_SET,
                true,
                "a character is not in the character set that the column map gives in MSH-18",
                "map MSH-18 to UNICODE UTF-8 if the registry takes it, or have it written otherwise in the EHR");
    }

    String text(List<Map<String, String>> rows, long firstRow, Row row) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a VXU needs at least one row");
        }
        controlId = controlId(rows);
        now = now();
        out.setLength(0);
        row.at(rows.get(0), firstRow);
        msh.write(out, row);
        plan.pid().write(out, row);
        writeIfCarried(plan.pd1(), row);
        row.kin = 1;
        for (SegmentPlan one : kin) {
            if (writeIfCarried(one, row)) {
                row.kin++;
            }
        }
        writeIfCarried(plan.pv1(), row);
        findAnother(rows, firstRow, row);
        int observations = 0;
        for (int i = 0; i < rows.size(); i++) {
            row.at(rows.get(i), firstRow + i);
            observations = plan.dose().write(out, row, observations);
        }
        return out.toString();
    }

    /** Where a spreadsheet has rounded numbers, two patients have one, and the doses of both would go under the first one's name. */
    private void findAnother(List<Map<String, String>> rows, long firstRow, Row first) {
        Row other = new Row(source, columns, zone);
        for (int i = 1; i < rows.size(); i++) {
            other.at(rows.get(i), firstRow + i);
            for (Slot.Value what : plan.person()) {
                int faults = other.faults().size();
                String said = what.of(other);
                boolean readable = other.faults().size() == faults;
                if (readable && !said.isEmpty() && !said.equalsIgnoreCase(what.of(first))) {
                    first.at(rows.get(i), firstRow + i);
                    first.fault(
                            plan.patient(),
                            "PID-3",
                            "is the same as in the row before, but name or birthday are another's",
                            "correct the number, which a spreadsheet may have rounded; where it is one patient, give name and"
                                    + " birthday alike in all rows");
                    return;
                }
            }
        }
    }

    private boolean writeIfCarried(SegmentPlan segment, Row row) {
        int mark = out.length();
        if (!segment.write(out, row)) {
            out.setLength(mark);
            return false;
        }
        return true;
    }

    private String controlId(List<Map<String, String>> rows) {
        long hash = mix(0xcbf29ce484222325L, source);
        for (Map<String, String> row : rows) {
            hash = mix(mix(mix(hash, patient(row)), key(row)), stamp(row));
        }
        hash ^= hash >>> 32;
        hash *= 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
        return source + "-" + Long.toUnsignedString(hash, 36);
    }

    private static long mix(long hash, String text) {
        long h = hash;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (h ^ 0x1f) * 0x100000001b3L;
    }

    private String now() {
        long second = clock.millis() / 1000;
        if (second != nowSecond) {
            nowSecond = second;
            now = ZonedDateTime.ofInstant(clock.instant(), zone).format(STAMP);
        }
        return now;
    }

    /** The map this writer follows. */
    public ColumnMap map() {
        return map;
    }
}
