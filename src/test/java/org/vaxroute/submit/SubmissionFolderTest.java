package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;

class SubmissionFolderTest {
    @TempDir
    Path work;

    @Test
    void only_the_owner_may_read_a_file_and_its_folder() throws IOException {
        assumeThat(work.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path file = written(new SubmissionFolder(work.resolve("out")), "A.hl7", "MSH");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void nobody_sees_half_a_file() throws IOException {
        SubmissionFolder folder = new SubmissionFolder(work.resolve("out"));
        Path file = folder.file("main", "A.hl7");
        Path unfinished = folder.writeUnfinished(file, out -> out.write(bytes("half")));
        assertThat(file).doesNotExist();
        assertThat(unfinished.getFileName().toString()).startsWith(".").doesNotEndWith(".hl7");
    }

    @Test
    void a_kill_at_any_step_leaves_the_old_state_or_the_new_one() throws IOException {
        for (String step : List.of("created", "written", "forced", "renamed", "published")) {
            SubmissionFolder dying = new SubmissionFolder(work.resolve(step), reached -> {
                if (reached.startsWith(step)) {
                    throw new Killed();
                }
            });
            assertThatThrownBy(() -> written(dying, "A.hl7", "the content")).isInstanceOf(Killed.class);
            Path file = written(new SubmissionFolder(work.resolve(step)), "A.hl7", "the content");
            assertThat(file).hasContent("the content");
            assertThat(names(file.getParent())).as("after a kill when %s", step).containsExactly("A.hl7");
        }
    }

    @Test
    void a_step_behind_a_line_that_a_loss_of_power_cut_off_stands_for_itself() throws IOException {
        SubmissionFolder folder = new SubmissionFolder(work.resolve("out"));
        Path steps = folder.file("main", "A.hl7.steps");
        Files.createDirectories(steps.getParent());
        Files.writeString(steps, "2026-11-25T10:00:00Z SENDING\n2026-11-25T10:00:01Z UPLO");
        assertThat(folder.lastStep("main", "A.hl7"))
                .map(SubmissionFolder.Step::state)
                .contains(FileState.SENDING);

        folder.note(file("A.hl7"), FileState.UPLOADED, Instant.parse("2026-11-25T10:01:00Z"));

        assertThat(folder.lastStep("main", "A.hl7"))
                .contains(new SubmissionFolder.Step(Instant.parse("2026-11-25T10:01:00Z"), FileState.UPLOADED));
    }

    @Test
    void a_full_disk_leaves_nothing_behind_and_the_file_is_written_later() throws IOException {
        SubmissionFolder folder = new SubmissionFolder(work.resolve("out"));
        Path file = folder.file("main", "A.hl7");
        assertThatThrownBy(() -> folder.writeUnfinished(file, out -> {
                    out.write(bytes("some"));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(FolderUnavailable.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("Free space");
        assertThat(names(file.getParent())).isEmpty();
        assertThat(written(folder, "A.hl7", "whole")).hasContent("whole");
    }

    @Test
    void a_folder_that_cannot_be_made_is_named_and_used_once_it_can() throws IOException {
        Path out = Files.writeString(work.resolve("out"), "a file in the way");
        SubmissionFolder folder = new SubmissionFolder(out);
        assertThatThrownBy(() -> written(folder, "A.hl7", "x"))
                .isInstanceOf(FolderUnavailable.class)
                .hasMessageContaining(out.toString());
        Files.delete(out);
        assertThat(written(folder, "A.hl7", "x")).hasContent("x");
    }

    private static Path written(SubmissionFolder folder, String name, String text) {
        Path file = folder.file("main", name);
        folder.publish(folder.writeUnfinished(file, out -> out.write(bytes(text))), file);
        return file;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Killed extends Error {}

    private static SubmissionFile file(String name) {
        return new SubmissionFile(
                1,
                "main",
                Stage.PRODUCTION,
                Feed.ONGOING,
                1,
                1,
                1,
                1,
                null,
                "main",
                "in",
                name,
                "",
                0,
                "",
                FileState.SENDING,
                1,
                1,
                null,
                -1,
                1,
                null,
                null,
                Instant.EPOCH,
                null,
                null,
                null);
    }
}
