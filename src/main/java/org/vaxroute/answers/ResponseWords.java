package org.vaxroute.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.vaxroute.codes.TableText;

/**
 * The words of a registry's response files, from the files <code>answers-response.csv</code> (what, word) of its profile: how a response
 * begins, what its labels and sections mean. Letter case does not matter.
 */
final class ResponseWords {
    /** What a word may mean. */
    enum What {
        /** Stands near the beginning of every response. */
        TITLE,
        /** Label of the name of the submission file. */
        FILE,
        /** Label of how the job ended. */
        STATUS,
        /** Value of the status: everything in the file was looked at. */
        COMPLETE,
        /** Value of the status: nothing was loaded because of the file. */
        FAILED,
        /** Value of the status: the registry itself failed; wait. */
        WAITS,
        /** Label of why the job failed. */
        REASON,
        /** Label of the number of messages that were looked at. */
        PROCESSED,
        /** Title of a section: these clients were not loaded. */
        REJECTED_CLIENTS,
        /** Title of a section: these doses were not loaded. */
        REJECTED_DOSES,
        /** Title of a section: loaded, with remarks. */
        WARNINGS,
        /** Title of a section: the registry looks at these clients. */
        PENDING,
        /** Title of a section that says nothing of single records. */
        OTHER,
        /** Labels of an entry. */
        CONTROL_ID,
        PATIENT_ID,
        PATIENT_NAME,
        BIRTH_DATE,
        DOSE_DATE,
        CVX,
        LOCATION,
        MESSAGE,
        /** An entry that says that a section is empty. */
        NONE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<What, List<String>> words;

    private ResponseWords(Map<What, List<String>> words) {
        this.words = words;
    }

    /**
     * Reads the words from the files in order.
     *
     * @param files those that are not there are left out
     * @throws AnswerException when one cannot be read
     */
    static ResponseWords load(List<Path> files) {
        Map<What, List<String>> words = new EnumMap<>(What.class);
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
                        words.computeIfAbsent(what(row.get("what")), what -> new ArrayList<>())
                                .add(folded(row.get("word")));
                    }
                } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
                    throw new AnswerException(file + ": cannot be read (" + e.getMessage() + ").", e);
                }
            }
        }
        return new ResponseWords(words);
    }

    private static What what(String word) {
        for (What what : What.values()) {
            if (what.word().equals(word.strip())) {
                return what;
            }
        }
        throw new IllegalArgumentException("\"" + word + "\" is nothing that a word of a response may mean");
    }

    static String folded(String text) {
        return text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }

    /** Whether the text holds such a word. */
    boolean holds(What what, String text) {
        String folded = folded(text);
        return words.getOrDefault(what, List.of()).stream().anyMatch(folded::contains);
    }

    /** Whether the text is such a word. */
    boolean is(What what, String text) {
        return words.getOrDefault(what, List.of()).contains(folded(text));
    }

    /** What stands behind the longest label of this kind at the beginning of a text, with or without a colon between. */
    Optional<String> behind(What label, String text) {
        String begin = text.strip();
        String lower = begin.toLowerCase(Locale.ROOT);
        return words.getOrDefault(label, List.of()).stream()
                .filter(word -> lower.startsWith(word)
                        && (lower.length() == word.length() || !Character.isLetterOrDigit(lower.charAt(word.length()))))
                .max(java.util.Comparator.comparingInt(String::length))
                .map(word -> begin.substring(word.length()).replaceFirst("^\\s*:?\\s*", ""));
    }
}
