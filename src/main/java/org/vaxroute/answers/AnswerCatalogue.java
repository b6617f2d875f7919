package org.vaxroute.answers;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.vaxroute.codes.TableText;
import org.vaxroute.ledger.Answer;

/**
 * The codes that a registry answers with, from the files <code>answers.csv</code> of its profile. A row whose code ends with * speaks for
 * every code that begins so; what a code's own row leaves empty its family gives. A code that is nowhere is no error: it is for review.
 */
public final class AnswerCatalogue {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();

    private static final List<String> COLUMNS = List.of("code", "outcome", "scope", "class", "meaning", "remedy");

    private final Map<String, CatalogueEntry> codes;
    private final Map<String, CatalogueEntry> families;

    private AnswerCatalogue(Map<String, CatalogueEntry> codes, Map<String, CatalogueEntry> families) {
        this.codes = Map.copyOf(codes);
        this.families = Map.copyOf(families);
    }

    /**
     * Reads the files in order; a code of a later file replaces that of an earlier one. Files that are not there are left out.
     *
     * @throws AnswerException naming file and line of what is wrong
     */
    public static AnswerCatalogue load(List<Path> files) {
        Map<String, CatalogueEntry> codes = new HashMap<>();
        Map<String, CatalogueEntry> families = new HashMap<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                read(file, codes, families);
            }
        }
        return new AnswerCatalogue(codes, families);
    }

    private static void read(Path file, Map<String, CatalogueEntry> codes, Map<String, CatalogueEntry> families) {
        try (var rows = FORMAT.parse(new StringReader(TableText.read(file)))) {
            if (!rows.getHeaderNames().containsAll(COLUMNS)) {
                throw new AnswerException(file + ": the first line must name the columns " + COLUMNS + ".");
            }
            for (CSVRecord row : rows) {
                String place = file + " line " + rows.getCurrentLineNumber();
                if (!row.isConsistent()) {
                    throw new AnswerException(
                            place + ": has " + row.size() + " columns; put texts that hold a comma in quotes.");
                }
                CatalogueEntry entry = entry(row, place);
                if (entry.code().endsWith("*")) {
                    families.put(entry.code().substring(0, entry.code().length() - 1), entry);
                } else {
                    codes.put(entry.code(), entry);
                }
            }
        } catch (IOException e) {
            throw new AnswerException(file + ": cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private static CatalogueEntry entry(CSVRecord row, String place) {
        String code = row.get("code");
        if (code.isEmpty() || code.equals("*")) {
            throw new AnswerException(place + ": has no code.");
        }
        return new CatalogueEntry(
                code,
                value(Answer.Outcome.class, row, "outcome", place),
                value(Answer.Scope.class, row, "scope", place),
                value(Answer.Settling.class, row, "class", place),
                row.get("meaning"),
                row.get("remedy"));
    }

    private static <E extends Enum<E>> E value(Class<E> type, CSVRecord row, String column, String place) {
        String text = row.get(column);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return Enum.valueOf(type, text.replace('-', '_').toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new AnswerException(
                    place + ": column " + column + " holds \"" + text + "\"; use one of "
                            + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT) + ".",
                    e);
        }
    }

    /** Whether the code has a row of its own. */
    public boolean knows(String code) {
        return codes.containsKey(code);
    }

    /** The code's own row, filled up from its family; empty when it has no row of its own. */
    public Optional<CatalogueEntry> find(String code) {
        CatalogueEntry own = codes.get(code);
        if (own == null) {
            return Optional.empty();
        }
        CatalogueEntry family = family(code).orElse(own);
        return Optional.of(new CatalogueEntry(
                code,
                own.outcome() == null ? family.outcome() : own.outcome(),
                own.scope() == null ? family.scope() : own.scope(),
                own.settling() == null ? family.settling() : own.settling(),
                own.meaning().isEmpty() ? family.meaning() : own.meaning(),
                own.remedy().isEmpty() && own.settling() == null ? family.remedy() : own.remedy()));
    }

    /** The row of the longest family that the code belongs to. */
    public Optional<CatalogueEntry> family(String code) {
        for (int end = code.length(); end > 0; end--) {
            CatalogueEntry family = families.get(code.substring(0, end));
            if (family != null) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }
}
