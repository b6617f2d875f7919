package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.Task;
import org.vaxroute.ledger.Tasks;

/**
 * What the registry laid into its results folder, read by splitting lines at bars and nothing else, and whether the ledger holds each word
 * of it once.
 */
final class AnsweredRecords {
    private static final int ALL = 100_000;

    /** Of each answer file its messages, those without a word, and the words. */
    private record Counts(int messages, int plain, int words) {}

    private final Map<String, Counts> files = new TreeMap<>();

    static AnsweredRecords in(Path results) throws IOException {
        AnsweredRecords answered = new AnsweredRecords();
        try (Stream<Path> all = Files.list(results)) {
            for (Path file : all.toList()) {
                answered.files.put(
                        file.getFileName().toString(), count(Files.readString(file, StandardCharsets.UTF_8)));
            }
        }
        return answered;
    }

    private static Counts count(String text) {
        int messages = 0;
        int worded = 0;
        int words = 0;
        for (String message : text.split("(?m)(?=^MSH\\|)")) {
            int before = words;
            for (String line : message.split("[\r\n]+")) {
                messages += line.startsWith("MSA|") ? 1 : 0;
                words += line.startsWith("ERR|") ? 1 : 0;
            }
            worded += words > before ? 1 : 0;
        }
        return new Counts(messages, messages - worded, words);
    }

    /** Fails unless every answer was applied, and none of them twice. */
    void assertAppliedOnce(Ledger ledger, String connection) {
        assertThat(files).isNotEmpty();
        Map<String, Counts> applied = new TreeMap<>();
        for (AnswerFile file : ledger.answers().recent(ALL)) {
            AnswerFile.Counts counts = file.counts();
            assertThat(file.state()).as(file.keptAs()).isEqualTo(AnswerFile.State.READ);
            assertThat(counts.unmatched()).as(file.keptAs()).isZero();
            assertThat(applied.put(
                            file.name(),
                            new Counts(
                                    counts.accepted() + counts.warned() + counts.rejected() + counts.unknown(),
                                    counts.accepted(),
                                    files.containsKey(file.name()) ? files.get(file.name()).words : -1)))
                    .as("%s stands once in the ledger", file.name())
                    .isNull();
        }
        assertThat(applied).isEqualTo(files);
        assertThat(ledger.submissionFiles().recent(ALL))
                .allSatisfy(file -> assertThat(ledger.answers().tally(file).unanswered())
                        .as(file.name())
                        .isZero());
        Map<RecordState, Long> outcomes = ledger.answers().outcomes(connection, Stage.PRODUCTION);
        assertThat(outcomes.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(files.values().stream().mapToLong(Counts::messages).sum());
        assertThat(outcomes.getOrDefault(RecordState.ACCEPTED, 0L))
                .isEqualTo(files.values().stream().mapToLong(Counts::plain).sum());
        // A task counts each word: one that was applied twice would count double.
        assertThat(ledger.tasks().list(Tasks.Filter.ALL, 0, ALL).stream()
                        .mapToLong(Task::said)
                        .sum())
                .as("words in tasks")
                .isEqualTo(files.values().stream().mapToLong(Counts::words).sum());
    }
}
