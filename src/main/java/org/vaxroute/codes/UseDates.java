package org.vaxroute.codes;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Completes CVX and MVX by the use dates that only the community's code sets know, and NDC by the linker's MVX. */
final class UseDates {
    static final String SUFFIX = ":use-dates";
    static final String LINKS = "NDC:links";

    /** A day that so many codes share is a day on which the table was edited in bulk, not one of use. */
    private static final int BULK_EDIT = 10;

    private UseDates() {}

    static void apply(Map<String, TableDraft> drafts) {
        for (String table : List.of("CVX", "MVX")) {
            complete(drafts, table, table + SUFFIX, "code");
        }
        complete(drafts, "NDC", LINKS, "id");
    }

    /**
     * Of the community's days only the last ones of inactive codes are taken: its first days are often those on which an
     * entry was edited, long after the vaccine came into use, and CDC's word that a code is active counts more.
     */
    private static void complete(Map<String, TableDraft> drafts, String table, String from, String key) {
        TableDraft target = drafts.get(table);
        TableDraft helper = drafts.get(from);
        if (target == null || helper == null) {
            return;
        }
        Set<String> bulkDays = bulkDays(helper);
        Map<String, Map<String, String>> byKey = new HashMap<>();
        helper.rows().forEach(row -> byKey.put(row.get("code"), row));
        Set<Map<String, String>> rows = new LinkedHashSet<>();
        for (Map<String, String> row : target.rows()) {
            Map<String, String> full = new LinkedHashMap<>(row);
            byKey.getOrDefault(row.getOrDefault(key, ""), Map.of()).forEach((column, value) -> {
                boolean doubtful =
                        column.equals("from") || column.equals("until") && "Active".equals(row.get("status"));
                if (!column.equals("code")
                        && !doubtful
                        && target.columns().contains(column)
                        && !bulkDays.contains(value)) {
                    full.putIfAbsent(column, value);
                }
            });
            rows.add(full);
        }
        target.rows().clear();
        target.rows().addAll(rows);
    }

    private static Set<String> bulkDays(TableDraft helper) {
        Map<String, Integer> codes = new HashMap<>();
        for (Map<String, String> row : helper.rows()) {
            for (String column : List.of("from", "until")) {
                if (row.containsKey(column)) {
                    codes.merge(row.get(column), 1, Integer::sum);
                }
            }
        }
        codes.values().removeIf(count -> count < BULK_EDIT);
        return codes.keySet();
    }
}
