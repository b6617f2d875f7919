package org.vaxroute.vxu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.vaxroute.vxu.ColumnMap.Line;

/** Compiles the lines of a column map: each becomes a slot, then the profile's own values fill what is left open. */
final class PlanBuilder {
    private static final Set<String> SEGMENTS = Set.of("MSH", "PID", "PD1", "NK1", "PV1", "ORC", "RXA", "RXR");
    private static final Set<String> OURS = Set.of("MSH-1", "MSH-2", "MSH-7", "MSH-10", "NK1-1");
    private static final Pattern SHEET = Pattern.compile("vis\\[(\\d)]\\.(barcode|type|edition|given)");
    private static final int AREA = 6;
    private static final int LOCAL = 7;

    private final Path file;
    private final List<String> columns = new ArrayList<>();
    private final Map<String, List<Slot>> segments = new HashMap<>();
    private final Set<Place> filled = new LinkedHashSet<>();
    private final EnumMap<Observation, DosePlan.Answer> observations = new EnumMap<>(Observation.class);
    private final Map<Integer, Map<Observation, DosePlan.Answer>> sheets = new TreeMap<>();
    private final int patient;
    private final int row;
    private final int stamp;
    private final boolean perDose;

    PlanBuilder(Path file, String patient, String row, String stamp, boolean perDose) {
        this.file = file;
        this.patient = column(patient);
        this.row = column(row);
        this.stamp = stamp.isEmpty() ? -1 : column(stamp);
        this.perDose = perDose;
    }

    Plan build(Collection<Line> lines) {
        SEGMENTS.forEach(s -> segments.put(s, new ArrayList<>()));
        addAll(lines);
        for (String place : Z22.REQUIRED) {
            if (!filled.contains(Place.of(place))) {
                throw new ColumnMapException(file + ": nothing fills " + place + "; add a line for it");
            }
        }
        settle("RXA-9", Z22::twoDigits);
        settle("RXA-18", Z22::twoDigits);
        settle("RXA-20", code -> code.toUpperCase(Locale.ROOT));
        fillOrder();
        Z22.ALWAYS.forEach((place, value) -> addConstant(Place.of(place), value));
        fillTypesAndSystems();
        tieSecondSystems();
        List<List<Slot>> kin = segments.get("NK1").stream()
                .collect(Collectors.groupingBy(s -> s.place().occurrence(), TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .toList();
        return new Plan(
                List.copyOf(columns),
                patient,
                row,
                stamp,
                Z22.PERSON.stream()
                        .map(place -> taken(Place.of(place), r -> ""))
                        .toList(),
                new SegmentPlan("PID", segments.get("PID")),
                new SegmentPlan("PD1", segments.get("PD1")),
                kin,
                new SegmentPlan("PV1", segments.get("PV1")),
                List.copyOf(segments.get("MSH")),
                new DosePlan(segments, observations, List.copyOf(sheets.values()), perDose));
    }

    private int column(String name) {
        int at = columns.indexOf(name);
        if (at < 0) {
            columns.add(name);
            at = columns.size() - 1;
        }
        return at;
    }

    /** All that is wrong with the lines is told at once. */
    private void addAll(Collection<Line> lines) {
        List<String> faults = new ArrayList<>();
        for (Line line : lines) {
            try {
                add(line);
            } catch (ColumnMapException e) {
                faults.add(e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new ColumnMapException(String.join("\n", faults));
        }
    }

    private void add(Line line) {
        if (line.column().isEmpty() && line.constant().isEmpty()) {
            throw fault(line, line.field() + " has neither a column nor a constant");
        }
        if (observation(line)) {
            return;
        }
        Place place = place(line);
        boolean phone = line.format().equals("phone");
        if (filled.contains(phone ? place.component(LOCAL) : place)) {
            throw fault(line, line.field() + " is filled by a line above, which may write it otherwise");
        }
        if (phone) {
            addSlot(place.component(AREA), true, phone(line, AREA));
            addSlot(place.component(LOCAL), true, phone(line, LOCAL));
            return;
        }
        addSlot(place, !line.column().isEmpty(), value(line, Z22.DAYS.contains(place.fieldName())));
        if (line.codes() != null && place.component() == 1) {
            segments.get(place.segment()).add(new Slot(place.component(2), false, text(line)));
        }
    }

    private Place place(Line line) {
        Place place;
        try {
            place = Place.of(line.field());
        } catch (IllegalArgumentException e) {
            throw fault(line, line.field() + " " + e.getMessage() + ", and no observation or key");
        }
        if (!SEGMENTS.contains(place.segment())) {
            throw fault(line, "a column map cannot fill segment " + place.segment());
        }
        if (OURS.contains(place.fieldName())) {
            throw fault(line, place.fieldName() + " is set by VaxRoute");
        }
        if (place.occurrence() > 1 && !place.segment().equals("NK1")) {
            throw fault(line, "only NK1 may stand more than once");
        }
        return place;
    }

    private ColumnMapException fault(Line line, String what) {
        return new ColumnMapException(
                file + ", line " + line.number() + ": " + what + "; correct the line or leave it out");
    }

    private void addSlot(Place place, boolean carrier, Slot.Value value) {
        segments.get(place.segment()).removeIf(s -> s.place().equals(place));
        segments.get(place.segment()).add(new Slot(place, carrier, value));
        filled.add(place);
    }

    private void addConstant(Place place, String value) {
        if (!filled.contains(place)) {
            addSlot(place, false, r -> value);
        }
    }

    private boolean observation(Line line) {
        Matcher sheet = SHEET.matcher(line.field());
        String name = sheet.matches() ? "vis." + sheet.group(2) : line.field();
        for (Observation what : Observation.values()) {
            if (what.field.equals(name) && sheet.matches() == name.startsWith("vis.")) {
                var answer = new DosePlan.Answer(value(line, what.isDay()), line.codes() == null ? null : text(line));
                (sheet.matches()
                                ? sheets.computeIfAbsent(
                                        Integer.valueOf(sheet.group(1)), n -> new EnumMap<>(Observation.class))
                                : observations)
                        .put(what, answer);
                return true;
            }
        }
        return false;
    }

    private Slot.Value value(Line line, boolean isDay) {
        if (line.column().isEmpty()) {
            return r -> line.constant();
        }
        int column = column(line.column());
        Slot.Value plain;
        if (isDay || !line.format().isEmpty()) {
            plain = day(line, column);
        } else if (line.codes() != null) {
            plain = code(line, column);
        } else {
            plain = r -> r.column(column);
        }
        if (line.constant().isEmpty()) {
            return plain;
        }
        return r -> {
            String value = plain.of(r);
            return value.isEmpty() ? line.constant() : value;
        };
    }

    private Slot.Value day(Line line, int column) {
        DateReading dates;
        try {
            dates = DateReading.of(line.format());
        } catch (IllegalArgumentException e) {
            throw fault(
                    line,
                    line.format()
                            + " is no date pattern such as yyyy-MM-dd (capitals count: MM is the month, mm the minute, dd the day)");
        }
        String format = line.format().isEmpty() ? "yyyy-MM-dd" : line.format();
        return r -> {
            String value = r.column(column);
            if (value.isEmpty()) {
                return "";
            }
            String day = dates.day(value, r.zone());
            if (day == null) {
                r.fault(
                        column,
                        line.field(),
                        "is no date of the form " + format,
                        "correct the value in the EHR or the format in " + file.getFileName());
                return value;
            }
            return day;
        };
    }

    private Slot.Value code(Line line, int column) {
        return r -> {
            String value = r.column(column);
            String code = line.codes().to(value);
            if (code == null) {
                r.fault(
                        column,
                        line.field(),
                        "is a code that " + line.codes().name() + " does not have",
                        "add it, or a line for * (any other code), to that table");
                return value;
            }
            return code;
        };
    }

    private Slot.Value text(Line line) {
        if (line.column().isEmpty()) {
            return r -> "";
        }
        int column = column(line.column());
        return r -> line.codes().text(r.column(column));
    }

    // A number that cannot be read is no reason to hold a patient: it is sent as it is, and the rules warn of it.
    private Slot.Value phone(Line line, int part) {
        int column = column(line.column());
        return r -> {
            String value = r.column(column);
            String digits = value.isEmpty() ? "" : Phone.digits(value);
            if (digits == null) {
                return part == LOCAL ? value : "";
            }
            return digits.isEmpty() ? "" : part == AREA ? digits.substring(0, 3) : digits.substring(3);
        };
    }

    /** Which kind of dose a row tells of depends on these codes, so their spelling is settled before the dose is written. */
    private void settle(String place, UnaryOperator<String> spelling) {
        Slot.Value code = taken(Place.of(place), null);
        if (code != null) {
            addSlot(Place.of(place), true, r -> spelling.apply(code.of(r)));
        }
    }

    // IZ-45: a dose that was not given has no filler number of its own. IZ-48 and 49: 999 where no amount is known.
    private void fillOrder() {
        int key = row;
        Slot.Value filler = taken(Place.of("ORC-3"), r -> r.column(key));
        addSlot(Place.of("ORC-3"), true, r -> DoseKind.GIVEN.contains(r.kind) ? filler.of(r) : "9999");
        Slot.Value amount = taken(Place.of("RXA-6"), r -> "");
        Slot.Value sent = r -> {
            String value = DoseKind.GIVEN.contains(r.kind) ? amount.of(r) : "";
            return value.isEmpty() ? "999" : value;
        };
        addSlot(Place.of("RXA-6"), true, sent);
        Place units = Place.of("RXA-7");
        Slot.Value unit = taken(units, null);
        if (unit != null) {
            addSlot(units, true, r -> sent.of(r).equals("999") ? "" : unit.of(r));
        }
        Slot.Value information = taken(Place.of("RXA-9"), null);
        if (!filled.contains(Place.of("RXA-9.2"))) {
            segments.get("RXA").removeIf(s -> s.place().equals(Place.of("RXA-9.2")));
            segments.get("RXA").add(new Slot(Place.of("RXA-9.2"), false, r -> Z22.information(information.of(r))));
        }
        // RXA-21 goes with a dose; a record of immunity (998) has none.
        Slot.Value action = taken(Place.of("RXA-21"), r -> "A");
        Slot.Value vaccine = taken(Place.of("RXA-5"), null);
        addSlot(Place.of("RXA-21"), true, r -> vaccine.of(r).equals("998") ? "" : action.of(r));
    }

    private Slot.Value taken(Place place, Slot.Value otherwise) {
        return segments.get(place.segment()).stream()
                .filter(s -> s.place().equals(place))
                .map(Slot::value)
                .findFirst()
                .orElse(otherwise);
    }

    // CE.6 names the system of the code in CE.4; a constant there means nothing for a row without that code.
    private void tieSecondSystems() {
        for (Place place : List.copyOf(filled)) {
            Slot.Value code = Z22.isCoded(place) && place.component() == 6 ? taken(place.component(4), null) : null;
            if (code != null) {
                Slot.Value system = taken(place, null);
                addSlot(place, false, r -> code.of(r).isEmpty() ? "" : system.of(r));
            }
        }
    }

    private void fillTypesAndSystems() {
        Set<Place> repetitions = filled.stream().map(p -> p.component(1)).collect(Collectors.toSet());
        for (Place repetition : repetitions) {
            Z22.WITH_FIELD
                    .getOrDefault(repetition.fieldName(), Map.of())
                    .forEach((component, value) -> addConstant(repetition.component(component), value));
        }
    }
}
