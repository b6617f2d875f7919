package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;

class PracticeHomeTest {
    @TempDir
    Path folder;

    @Test
    void aRunDoesNotBeginAnewWhereAnotherOneWorks() throws IOException {
        Home shipped = Home.of(Path.of("").toAbsolutePath());
        PracticeHome.open(shipped, folder, false, "--short");
        Path ledger = Files.createDirectories(folder.resolve("work")).resolve("ledger.mv.db");

        try (FileChannel other = FileChannel.open(ledger, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();

            assertThatThrownBy(() -> PracticeHome.open(shipped, folder, true, "--short"))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("Another practice run works in " + folder);
            assertThat(ledger).exists();
        }

        PracticeHome.open(shipped, folder, true, "--short");
        assertThat(ledger).doesNotExist();
    }
}
