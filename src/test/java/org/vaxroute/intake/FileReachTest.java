package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drop folder in which more lies than the route reads. */
class FileReachTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final FileReach SHIPPED = FileReach.of(2, ".*[.](part|tmp|filepart)");

    @TempDir
    Path in;

    private Path file(String name, Duration age) throws IOException {
        Path file = in.resolve("history").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "MSH|");
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        return file;
    }

    private Path folder() {
        return in.resolve("history");
    }

    @Test
    void onlyWhatTheRouteReadsWaitsAndWhatNobodyReadsIsNamed() throws IOException {
        Path read = file("a.hl7", Duration.ofDays(9));
        file("2019/a.hl7", Duration.ZERO);
        file("2019/b.hl7", Duration.ZERO);
        file("2019/clinic/c.hl7.part", Duration.ofDays(9));
        file("b.hl7.PART", Duration.ofDays(2));
        file(".done/old.hl7", Duration.ZERO);
        file(".failed/2019/old.hl7", Duration.ZERO);

        assertThat(SHIPPED.read(folder())).containsExactly(read);
        assertThat(SHIPPED.waiting(folder(), NOW)).isOne();
        assertThat(SHIPPED.unread(folder(), NOW))
                .containsExactly(
                        "history/2019 lies deeper than intake.file.depth = 2, so its files are not read (2): move them into history",
                        "history/2019/clinic lies deeper than intake.file.depth = 2, so its files are not read (1): move them into history",
                        "in history files are not read for their names (intake.file.exclude), and nobody has written to them for a day (1): rename what is complete, remove the rest");
        assertThat(FileReach.of(3, "").read(folder())).hasSize(4);
    }

    @Test
    void whatLiesBehindALinkToTheEhrsDiskIsReadAndWaits() throws IOException {
        file("a.hl7", Duration.ofDays(9));
        Files.move(folder(), in.resolve("exports"));
        Files.createSymbolicLink(folder(), in.resolve("exports"));

        assertThat(SHIPPED.read(folder())).containsExactly(folder().resolve("a.hl7"));
        assertThat(SHIPPED.waiting(folder(), NOW)).isOne();
    }

    @Test
    void aCopyThatSomebodyMayStillBeWritingIsWaitedForAndNotRead() throws IOException {
        file("a.hl7.part", Duration.ofHours(23));
        assertThat(SHIPPED.read(folder())).isEmpty();
        assertThat(SHIPPED.waiting(folder(), NOW)).isOne();
        assertThat(SHIPPED.unread(folder(), NOW)).isEmpty();
        assertThat(SHIPPED.waiting(in.resolve("not-there"), NOW)).isZero();
    }

    @Test
    void aFolderThatMayNotBeLookedIntoIsNamedAndHidesNothingElse() throws IOException {
        Path read = file("a.hl7", Duration.ZERO);
        Path closed = file("sent/b.hl7", Duration.ZERO).getParent();
        Path passedOver = file(".failed/c.hl7", Duration.ZERO).getParent();
        try {
            Files.setPosixFilePermissions(closed, Set.of());
            Files.setPosixFilePermissions(passedOver, Set.of());
            assumeFalse(Files.isReadable(closed), "to root no folder is closed");

            assertThat(SHIPPED.read(folder())).containsExactly(read);
            assertThat(SHIPPED.unread(folder(), NOW))
                    .containsExactly(
                            "what lies in history/sent is not read, because it may not be looked into: let the account that runs VaxRoute read it, or take it away");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(passedOver, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
