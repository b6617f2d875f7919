package org.vaxroute.vxu;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How one row becomes an ORDER group: ORC, RXA, RXR and the numbered OBX segments. */
final class DosePlan {
    /** Value and, for codes, text of one observation. */
    record Answer(Slot.Value value, Slot.Value text) {}

    private static final String PER_DOSE = "VXC40^Eligibility captured at the immunization level^CDCPHINVS";

    private final SegmentPlan orc;
    private final SegmentPlan rxa;
    private final SegmentPlan rxr;
    private final Slot.Value vaccine;
    private final Slot.Value day;
    private final Slot.Value information;
    private final Slot.Value completion;
    private final Slot.Value route;
    private final Map<Observation, Answer> observations;
    private final List<Map<Observation, Answer>> sheets;
    private final boolean numberedPerDose;

    DosePlan(
            Map<String, List<Slot>> segments,
            EnumMap<Observation, Answer> observations,
            List<Map<Observation, Answer>> sheets,
            boolean numberedPerDose) {
        orc = new SegmentPlan("ORC", segments.get("ORC"));
        rxa = new SegmentPlan("RXA", segments.get("RXA"));
        rxr = new SegmentPlan("RXR", segments.get("RXR"));
        vaccine = value(segments.get("RXA"), 5);
        day = value(segments.get("RXA"), 3);
        information = value(segments.get("RXA"), 9);
        completion = value(segments.get("RXA"), 20);
        route = value(segments.get("RXR"), 1);
        this.observations = observations;
        this.sheets = sheets;
        this.numberedPerDose = numberedPerDose;
    }

    private static Slot.Value value(List<Slot> slots, int field) {
        return slots.stream()
                .filter(s -> s.place().field() == field && s.place().component() == 1)
                .map(Slot::value)
                .findFirst()
                .orElse(row -> "");
    }

    /** Reads the row's vaccine and day; false when it has neither, and so tells of no dose. */
    boolean begins(Row row) {
        row.vaccine = vaccine.of(row);
        row.doseDay = day.of(row);
        return !row.vaccine.isEmpty() || !row.doseDay.isEmpty();
    }

    /**
     * Appends the group, or nothing for a row that tells of no dose.
     *
     * @param last the number of the last OBX written in this message
     * @return the number of the last OBX written now
     */
    int write(StringBuilder out, Row row, int last) {
        row.dose++;
        if (!begins(row)) {
            row.dose--;
            return last;
        }
        row.kind = DoseKind.of(completion.of(row), information.of(row), row.vaccine);
        orc.write(out, row);
        rxa.write(out, row);
        if (DoseKind.GIVEN.contains(row.kind) && !route.of(row).isEmpty()) {
            rxr.write(out, row);
        }
        return new ObxRun(out, row, numberedPerDose ? 0 : last).write();
    }

    /** OBX segments of one dose: numbers go up with each, the sub-id (OBX-4) with each set. */
    private final class ObxRun {
        private final StringBuilder out;
        private final Row row;
        private int number;
        private int set;

        ObxRun(StringBuilder out, Row row, int last) {
            this.out = out;
            this.row = row;
            this.number = last;
        }

        int write() {
            observations.forEach((what, answer) -> {
                set++;
                if (!obx(what, answer)) {
                    set--;
                }
            });
            for (Map<Observation, Answer> sheet : sheets) {
                sheet(sheet);
            }
            return number;
        }

        // A sheet is named by its bar code or by vaccine type and edition, never by both (IZ-24, 36, 37).
        private void sheet(Map<Observation, Answer> sheet) {
            set++;
            boolean named = obx(Observation.VIS_BARCODE, sheet.get(Observation.VIS_BARCODE));
            if (!named && obx(Observation.VIS_TYPE, sheet.get(Observation.VIS_TYPE))) {
                named = true;
                obx(Observation.VIS_EDITION, sheet.get(Observation.VIS_EDITION));
            }
            if (!named) {
                set--;
            } else if (!obx(Observation.VIS_GIVEN, sheet.get(Observation.VIS_GIVEN))) {
                obx(Observation.VIS_GIVEN, new Answer(r -> r.doseDay, null));
            }
        }

        private boolean obx(Observation what, Answer answer) {
            if (answer == null || !what.kinds.contains(row.kind)) {
                return false;
            }
            String value = answer.value.of(row);
            if (value.isEmpty()) {
                return false;
            }
            out.append("OBX|")
                    .append(++number)
                    .append('|')
                    .append(what.type)
                    .append('|')
                    .append(what.identifier);
            out.append('|').append(set).append('|');
            Er7.escape(out, value);
            if (what.type.equals("CE")) {
                out.append('^');
                Er7.escape(out, answer.text == null ? "" : answer.text.of(row));
                out.append('^').append(what.system);
            }
            out.append("||||||F|||");
            Er7.escape(out, row.doseDay);
            if (what == Observation.ELIGIBILITY) {
                out.append("|||").append(PER_DOSE);
            }
            out.append('\r');
            return true;
        }
    }
}
