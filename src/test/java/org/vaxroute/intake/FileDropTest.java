package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
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
}
