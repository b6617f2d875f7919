package org.vaxroute.operate.mbean;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.TrailEntry;

/** Builds the rows that MBeans show: named values that every client can read. */
final class Rows {
    private Rows() {}

    /** A row of names and values in turn; moments become text, to the second. */
    static Map<String, Object> row(Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], plain(namesAndValues[i + 1]));
        }
        return row;
    }

    /** What people did, in their order. */
    static List<Map<String, Object>> history(List<TrailEntry> entries) {
        return entries.stream()
                .map(entry ->
                        row("at", entry.at(), "who", entry.who(), "action", entry.action(), "detail", entry.detail()))
                .toList();
    }

    static String time(Instant at) {
        return at == null ? null : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Object plain(Object value) {
        if (value instanceof Instant at) {
            return time(at);
        }
        return value instanceof Enum<?> word ? word.name() : value;
    }
}
