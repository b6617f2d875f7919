package org.vaxroute.vxu;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns that a map names, found in rows whatever the case of their labels: H2 reports them in capitals, PostgreSQL
 * in small letters.
 */
final class Columns {
    private final String file;
    private final String source;
    private final List<String> names;
    private final String[] actual;

    Columns(String file, String source, List<String> names) {
        this.file = file;
        this.source = source;
        this.names = names;
        this.actual = names.toArray(String[]::new);
    }

    String name(int index) {
        return names.get(index);
    }

    String value(Map<String, String> row, int index) {
        String value = row.get(actual[index]);
        if (value == null && !row.containsKey(actual[index])) {
            actual[index] = find(row.keySet(), names.get(index), file, source);
            value = row.get(actual[index]);
        }
        return value;
    }

    static void require(Collection<String> present, List<String> names, String file, String source) {
        names.forEach(name -> find(present, name, file, source));
    }

    private static String find(Collection<String> present, String name, String file, String source) {
        Collection<String> labels = present instanceof Set<String> s ? s : List.copyOf(present);
        for (String label : labels) {
            if (label.equalsIgnoreCase(name)) {
                return label;
            }
        }
        throw new ColumnMapException("source " + source + ": its rows have no column " + name + ", which " + file
                + " names; correct the query or the column map");
    }
}
