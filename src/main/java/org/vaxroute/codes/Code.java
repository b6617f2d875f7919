package org.vaxroute.codes;

import java.time.LocalDate;
import java.util.Map;

/**
 * One row of a code table.
 *
 * @param value the code as it stands in a message
 * @param name what it stands for; may be empty
 * @param from first day on which it may be used, null when no such day is known
 * @param until last day on which it may be used, null when no such day is known
 * @param more the table's other columns by name, such as the CVX that an NDC crosses to
 */
public record Code(String value, String name, LocalDate from, LocalDate until, Map<String, String> more) {
    public Code {
        more = Map.copyOf(more);
    }

    /** The named column, empty when the table has none or this row leaves it empty. */
    public String get(String column) {
        return switch (column) {
            case "code" -> value;
            case "name" -> name;
            case "from" -> from == null ? "" : from.toString();
            case "until" -> until == null ? "" : until.toString();
            default -> more.getOrDefault(column, "");
        };
    }

    /** True when no use date speaks against the code on that day. */
    public boolean usableOn(LocalDate day) {
        return (from == null || !day.isBefore(from)) && (until == null || !day.isAfter(until));
    }
}
