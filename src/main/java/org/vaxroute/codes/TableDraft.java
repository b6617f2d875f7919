package org.vaxroute.codes;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table on its way from published files to CSV. Several files may feed one table; rows that are equal in every column
 * count once.
 *
 * @param helper true when the rows only complete other tables and make no file of their own
 */
record TableDraft(
        String name,
        String title,
        String source,
        LocalDate date,
        boolean helper,
        List<String> columns,
        Set<Map<String, String>> rows) {

    static TableDraft of(String name, String title, String source, String... columns) {
        return new TableDraft(name, title, source, null, false, List.of(columns), new LinkedHashSet<>());
    }

    static TableDraft helper(String name, String... columns) {
        return new TableDraft(name, name, "", null, true, List.of(columns), new LinkedHashSet<>());
    }

    void add(String... values) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            String value = values[i] == null ? "" : values[i].strip().replaceAll("\\s+", " ");
            if (!value.isEmpty()) {
                row.put(columns.get(i), value);
            }
        }
        if (row.containsKey("code")) {
            rows.add(row);
        }
    }

    TableDraft dated(LocalDate newest) {
        return new TableDraft(name, title, source, newest, helper, columns, rows);
    }

    /** This table completed by another file's codes; a code that both know keeps the row it has here. */
    TableDraft with(TableDraft other) {
        Set<String> known = new LinkedHashSet<>();
        rows.forEach(row -> known.add(row.get("code")));
        Set<Map<String, String>> all = new LinkedHashSet<>(rows);
        boolean added = false;
        for (Map<String, String> row : other.rows) {
            if (!known.contains(row.get("code"))) {
                added |= all.add(row);
            }
        }
        List<String> allColumns = new ArrayList<>(columns);
        other.columns.stream().filter(c -> !allColumns.contains(c)).forEach(allColumns::add);
        LocalDate newest = date == null || other.date != null && other.date.isAfter(date) ? other.date : date;
        String sources = !added || source.contains(other.source) ? source : source + "; " + other.source;
        return new TableDraft(name, title, sources, newest, helper, allColumns, all);
    }
}
