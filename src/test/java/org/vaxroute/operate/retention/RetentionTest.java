package org.vaxroute.operate.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.answers.AnswerArchive;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.NameTemplate;
import org.vaxroute.submit.SubmissionFolder;

class RetentionTest extends FeedCase {
    private static final Duration KEPT = Duration.ofDays(7);

    @Test
    void a_file_that_cannot_be_removed_keeps_no_other_one_and_is_told_of_until_it_is_gone() throws Exception {
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ada", "for the test");
        SubmissionFolder out = new SubmissionFolder(work.resolve("out"));
        // No file, and not empty: the system refuses to remove it.
        Path stuck = out.file(MAIN, answered().name());
        Files.createDirectories(stuck.resolve("inside"));
        Path other = out.file(MAIN, answered().name());
        Files.writeString(other, "x");
        Retention retention = new Retention(
                new RetentionSettings(KEPT, KEPT, KEPT, KEPT, List.of()),
                ledger,
                out,
                new AnswerArchive(work.resolve("answers")),
                clock);

        clock.advance(KEPT.plusDays(1));
        retention.files();

        assertThat(stuck).exists();
        assertThat(other).doesNotExist();
        assertThat(ledger.alarms().open()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo("retention-failing");
            assertThat(alarm.subject()).isEqualTo("retention:files");
            assertThat(alarm.detail()).startsWith("1 files or folders").contains("retention.files");
        });

        Files.delete(stuck.resolve("inside"));
        retention.files();
        assertThat(stuck).doesNotExist();
        assertThat(ledger.alarms().open()).isEmpty();
    }

    private SubmissionFile answered() {
        records.store(MAIN, Feed.ONGOING, 1);
        SubmissionFile file = ledger.submissionFiles()
                .assemble(new Assembly(
                        MAIN,
                        Feed.ONGOING,
                        "main",
                        "in",
                        100,
                        1_000_000,
                        "",
                        new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS)))
                .orElseThrow();
        deliver(ledger.submissionFiles().built(file.id(), new byte[32], 1, file.messages(), file.doses()));
        return ledger.submissionFiles().answered(file.id());
    }
}
