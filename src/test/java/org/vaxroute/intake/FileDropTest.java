package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.submit.MovableClock;

class FileDropTest {
    @TempDir
    Path home;

    @Test
    void filesAreTakenWhenTheClockIsSetBackWhileTheLedgerIsWaitedFor() throws Exception {
        MovableClock clock = new MovableClock("2028-02-29T12:00:00Z");
        try (IntakeHouse house = new IntakeHouse(home)) {
            house.fileSource("clinic");
            house.settings = new IntakeSettings(
                    house.in, Duration.ZERO, false, 10, 2, 4, 1 << 20, Duration.ofMinutes(2), 1, 1, 100);
            house.clock = clock;
            Path file = Files.writeString(house.in.resolve("clinic/a.hl7"), IntakeHouse.batch("W", 12));
            FileDrop drops = house.drop();
            try (Connection other =
                            DriverManager.getConnection("jdbc:h2:file:" + home.resolve("work/ledger"), "vaxroute", "");
                    Statement trouble = other.createStatement()) {
                trouble.execute("alter table source_file rename to away");
                assertThat(drops.begin(file, Duration.ZERO)).isEmpty();
                trouble.execute("alter table away rename to source_file");
            }
            assertThat(drops.begin(file, Duration.ZERO)).as("waits").isEmpty();

            clock.advance(Duration.ofDays(-1));

            assertThat(drops.begin(file, Duration.ZERO)).isPresent();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatComesUnderTheNameOfAStoredOneInTheMomentBeforeThatIsMovedIsReadInItsTurn() throws Exception {
        try (IntakeHouse house = new IntakeHouse(home)) {
            house.fileSource("clinic");
            house.settings = new IntakeSettings(
                    house.in, Duration.ZERO, false, 10, 2, 4, 1 << 20, Duration.ofMinutes(2), 1, 1, 100);
            Path folder = house.in.resolve("clinic");
            Path file = Files.writeString(folder.resolve("a.hl7"), IntakeHouse.batch("W", 12));
            FileDrop drops = house.drop();
            Taking taking = drops.begin(file, Duration.ZERO).orElseThrow();
            try (Connection other =
                            DriverManager.getConnection("jdbc:h2:file:" + home.resolve("work/ledger"), "vaxroute", "");
                    Statement stored = other.createStatement()) {
                stored.execute("update source_file set state = 'STORED', messages_stored = messages");
            }
            // Whoever writes into a pipe waits for a reader, so the moment lasts.
            Path order = folder.resolve(".read-order");
            assertThat(new ProcessBuilder("mkfifo", order.toString()).start().waitFor())
                    .isZero();
            Thread moving = new Thread(() -> drops.finish(taking));
            moving.start();
            await().until(() -> Arrays.stream(moving.getStackTrace())
                    .anyMatch(at -> at.getClassName().equals(PutAside.class.getName())
                            && at.getMethodName().equals("done")));
            Path next = Files.writeString(folder.resolve("next.part"), IntakeHouse.batch("X", 3));
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            try (InputStream reader = Files.newInputStream(order)) {
                reader.readAllBytes();
            }
            moving.join();

            assertThat(file).content().isEqualTo(IntakeHouse.batch("X", 3));
            assertThat(folder.resolve(".done")).isEmptyDirectory();
        }
    }
}
