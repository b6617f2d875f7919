package org.vaxroute.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.vaxroute.codes.TableText;

/** Which heading of a report holds what, from the files <code>answers-report.csv</code> (field, heading) of a registry's profile. */
final class ReportColumns {
    /** What a column may hold. */
    enum Field {
        MESSAGE,
        CODE,
        SEVERITY,
        CONTROL_ID,
        PATIENT_ID,
        PATIENT_NAME,
        BIRTH_DATE,
        SENT_ON,
        DOSE_DATE,
        CVX;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<String, Field> headings;

    private ReportColumns(Map<String, Field> headings) {
        this.headings = Map.copyOf(headings);
    }

    /**
     * Reads the headings from the files in order.
     *
     * @param files those that are not there are left out
     * @throws AnswerException when one cannot be read, or names a field that there is not
     */
    static ReportColumns load(List<Path> files) {
        Map<String, Field> headings = new HashMap<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                try (CSVParser rows = CSVParser.parse(
                        TableText.read(file),
                        CSVFormat.DEFAULT
                                .builder()
                                .setHeader()
                                .setSkipHeaderRecord(true)
                                .get())) {
                    for (CSVRecord row : rows) {
                        headings.put(folded(row.get("heading")), field(row.get("field"), file));
                    }
                } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
                    throw new AnswerException(file + ": cannot be read (" + e.getMessage() + ").", e);
                }
            }
        }
        return new ReportColumns(headings);
    }

    private static Field field(String word, Path file) {
        TreeSet<String> words = new TreeSet<>();
        for (Field field : Field.values()) {
            if (field.word().equals(word.strip())) {
                return field;
            }
            words.add(field.word());
        }
        throw new AnswerException(file + ": \"" + word + "\" is no field of a report; use one of " + words + ".");
    }

    /** The places of the fields in a row of headings; empty when it has no column with the registry's words or codes. */
    Optional<Map<Field, Integer>> in(List<String> row) {
        Map<Field, Integer> places = new HashMap<>();
        for (int i = 0; i < row.size(); i++) {
            Field field = headings.get(folded(row.get(i)));
            if (field != null) {
                places.putIfAbsent(field, i);
            }
        }
        return places.containsKey(Field.MESSAGE) || places.containsKey(Field.CODE)
                ? Optional.of(places)
                : Optional.empty();
    }

    private static String folded(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
    }
}
