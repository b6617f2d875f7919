package org.vaxroute.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a command lists: a table for people, JSON for programs, or a sentence when there is nothing. */
final class Listing {
    /** The operations give no more at once. */
    static final int PORTION = 1_000;

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

    /** Gives rows with an id, in the order of their ids. */
    interface Portions {
        /**
         * @param after only rows behind the one of this id; 0 from the first
         * @param most how many at most
         */
        List<Map<String, Object>> of(long after, int most);
    }

    /** Prints as many rows as are wanted, and whether there are more; gives the exit code. */
    int print(PrintWriter out, Portions portions, long after, int limit, boolean json) {
        int wanted = Math.max(limit, 1);
        List<Map<String, Object>> rows = new ArrayList<>();
        long last = after;
        while (rows.size() <= wanted) {
            List<Map<String, Object>> portion = portions.of(last, Math.min(PORTION, wanted - rows.size() + 1));
            if (portion.isEmpty()) {
                return print(out, rows, json);
            }
            rows.addAll(portion);
            last = ((Number) portion.get(portion.size() - 1).get("id")).longValue();
        }
        print(out, rows.subList(0, wanted), json);
        if (!json) {
            out.println("There are more; --limit shows as many as you want.");
        }
        return ExitCodes.OK;
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
