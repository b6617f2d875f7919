package org.vaxroute.vxu;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The source row being written, and what has been found out about it so far. */
final class Row {
    private final String source;
    private final Columns columns;
    private final ZoneId zone;
    private final List<RowFault> faults = new ArrayList<>(0);
    private Map<String, String> values;
    private long number;

    DoseKind kind = DoseKind.NEW;
    String doseDay = "";
    String vaccine = "";
    int kin;
    int dose;

    Row(String source, Columns columns, ZoneId zone) {
        this.source = source;
        this.columns = columns;
        this.zone = zone;
    }

    void at(Map<String, String> row, long rowNumber) {
        values = row;
        number = rowNumber;
    }

    /** The column's value, trimmed; "" for null, and for {@code ""}, which would erase what the registry has stored. */
    String column(int index) {
        String value = columns.value(values, index);
        if (value == null || value.isEmpty()) {
            return "";
        }
        value = value.strip();
        return value.equals("\"\"") ? "" : value;
    }

    ZoneId zone() {
        return zone;
    }

    void fault(int column, String location, String reason, String remedy) {
        String at = dose == 0 ? location : "ORDER[" + dose + "]/" + location;
        RowFault fault =
                new RowFault(source, number, columns.name(column), dose, at, Z22.isRequired(location), reason, remedy);
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    List<RowFault> faults() {
        return faults;
    }
}
