package org.vaxroute.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a command lists: a table for people, JSON for programs, or a sentence when there is nothing. */
final class Listing {
    private final String none;
    private final String[] headings;
    private final String[] keys;

    /**
     * @param none said when there is nothing
     * @param columns keys of the rows, which head the columns too; {@code sent=sentAt} heads the key {@code sentAt} otherwise
     */
    Listing(String none, String... columns) {
        this.none = none;
        this.headings = Arrays.stream(columns)
                .map(column -> column.replaceFirst("=.*", ""))
                .toArray(String[]::new);
        this.keys = Arrays.stream(columns)
                .map(column -> column.replaceFirst(".*=", ""))
                .toArray(String[]::new);
    }

    /** Prints the rows; gives the exit code. */
    int print(PrintWriter out, List<Map<String, Object>> rows, boolean json) {
        if (json) {
            out.println(Json.of(rows));
        } else if (rows.isEmpty()) {
            out.println(none);
        } else {
            Table table = new Table(headings);
            rows.forEach(row -> table.row(Arrays.stream(keys).map(row::get).toArray()));
            out.print(table);
        }
        out.flush();
        return ExitCodes.OK;
    }
}
