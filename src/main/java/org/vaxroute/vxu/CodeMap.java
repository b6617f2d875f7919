package org.vaxroute.vxu;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A source's own codes and what they are in HL7: a CSV file {@code from,to,text}. */
final class CodeMap {
    private static final List<String> COLUMNS = List.of("from", "to", "text");

    private record Entry(String to, String text) {}

    private final String name;
    private final Map<String, Entry> entries = new HashMap<>();
    private Entry otherwise;

    private CodeMap(String name) {
        this.name = name;
    }

    static CodeMap load(Path file) {
        CodeMap map = new CodeMap(file.getFileName().toString());
        Csv.rows(file, COLUMNS, 2, "the column map beside it names it for the codes of a field", (line, row) -> {
            Entry entry = new Entry(Csv.cell(row, "to"), Csv.cell(row, "text"));
            String from = Csv.cell(row, "from");
            if (from.equals("*")) {
                map.otherwise = entry;
            } else if (map.entries.put(from, entry) != null) {
                throw new ColumnMapException(
                        file + ", line " + line + ": this code stands in the table twice; keep one");
            }
        });
        return map;
    }

    String name() {
        return name;
    }

    /** The HL7 code; null when the table has neither this code nor a {@code *} line. */
    String to(String from) {
        Entry e = entries.get(from);
        if (e == null && from.isEmpty()) {
            return "";
        }
        e = e == null ? otherwise : e;
        return e == null ? null : e.to.equals("=") ? from : e.to;
    }

    String text(String from) {
        Entry e = entries.getOrDefault(from, from.isEmpty() ? null : otherwise);
        return e == null ? "" : e.text;
    }
}
