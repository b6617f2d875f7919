package org.vaxroute.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.vaxroute.codes.Code;
import org.vaxroute.codes.CodeTable;

/**
 * Looks a person's name up in a table of names that no true patient should have. The table's column {@code part} says
 * what a row means: {@code last} or {@code first} (that name is the whole of it), {@code full} (first and last name with
 * a space between), {@code last-starts} or {@code first-starts}. Capitals and spaces around do not count.
 */
final class NameCheck {
    private final Set<String> last = new HashSet<>();
    private final Set<String> first = new HashSet<>();
    private final Set<String> full = new HashSet<>();
    private final List<String> lastStarts = new ArrayList<>();
    private final List<String> firstStarts = new ArrayList<>();

    NameCheck(CodeTable table) {
        for (String value : table.codes()) {
            for (Code row : table.all(value)) {
                String name = row.value().toUpperCase(Locale.ROOT);
                switch (row.get("part")) {
                    case "last" -> last.add(name);
                    case "first" -> first.add(name);
                    case "full" -> full.add(name);
                    case "last-starts" -> lastStarts.add(name);
                    case "first-starts" -> firstStarts.add(name);
                    default ->
                        throw new RuleFileException(
                                table.file().map(Object::toString).orElse(table.name())
                                        + ": the row '" + value
                                        + "' needs a part: last, first, full, last-starts or first-starts");
                }
            }
        }
    }

    /** True when the name is not in the table. */
    boolean passes(Place place, long span) {
        Place.Name name = place.name();
        String surname = name.last();
        String given = name.first();
        return !last.contains(surname)
                && !first.contains(given)
                && !full.contains(given + " " + surname)
                && !startsWithOneOf(surname, lastStarts)
                && !startsWithOneOf(given, firstStarts);
    }

    private static boolean startsWithOneOf(String name, List<String> starts) {
        for (String start : starts) {
            if (name.startsWith(start)) {
                return true;
            }
        }
        return false;
    }
}
