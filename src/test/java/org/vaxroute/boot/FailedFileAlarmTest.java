package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.intake.FileDrop;
import org.vaxroute.intake.LedgerAlarms;

class FailedFileAlarmTest {
    private static final String SUBJECT = FileDrop.NOT_TAKEN + "clinic/day.hl7";

    @TempDir
    Path folder;

    @BeforeEach
    void home() throws IOException {
        Files.createDirectories(folder.resolve("config/connections"));
        Files.createDirectories(folder.resolve("work/in/clinic/.failed"));
        for (String part : List.of("routes", "config/codes", "config/sources")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
        try (var files = Files.walk(Path.of("config/registries"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.toString()));
            }
        }
        for (String file : List.of("config/prescribers.csv", "config/sites.csv")) {
            Files.copy(Path.of(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("config/vaxroute.properties"), "");
        Files.writeString(
                folder.resolve("config/connections/main.properties"),
                "enabled = true\nregistry = immtrac2\nfile-code = ABC\nsender.facility = 0123456789\naccount.kind = folder\nsource.clinic.kind = file\n");
    }

    @Test
    void anAlarmOfAFileEndsWhenNoneOfItsNameLiesAsideAndComesAgainForTheNext() throws IOException {
        Settings settings = Settings.load(Home.of(folder));
        try (Office office = new Office(settings, Clock.systemUTC())) {
            WatchDoor watch = watch(settings, office);
            LedgerAlarms alarms = new LedgerAlarms(office.ledger().alarms());
            Path second = Files.writeString(folder.resolve("work/in/clinic/.failed/day.hl7-2"), "cut");
            alarms.raise(SUBJECT, "clinic/day.hl7 was not taken");
            alarms.raise("source.clinic", "another trouble");

            watch.lookAtFiles();
            assertThat(open(office)).containsExactly(SUBJECT, "source.clinic");

            Files.delete(second);
            watch.lookAtFiles();
            assertThat(open(office)).containsExactly("source.clinic");

            Files.writeString(folder.resolve("work/in/clinic/.failed/day.hl7"), "cut");
            alarms.raise(SUBJECT, "clinic/day.hl7 was not taken");
            watch.lookAtFiles();
            assertThat(open(office)).containsExactly("source.clinic", SUBJECT);
        }
    }

    @Test
    void filesThatNobodyReadsAreAnAlarmUntilTheyAreMoved() throws IOException {
        Settings settings = Settings.load(Home.of(folder));
        try (Office office = new Office(settings, Clock.systemUTC())) {
            WatchDoor watch = watch(settings, office);
            Path deep = Files.createDirectories(folder.resolve("work/in/clinic/2019"));
            Files.writeString(deep.resolve("day.hl7"), "MSH");
            watch.lookAtFiles();
            watch.lookAtFiles();
            assertThat(office.ledger().alarms().open()).singleElement().satisfies(alarm -> assertThat(alarm.detail())
                    .contains("clinic/2019 lies deeper", "(1): move them into clinic"));

            Files.move(deep.resolve("day.hl7"), folder.resolve("work/in/clinic/day.hl7"));
            watch.lookAtFiles();
            assertThat(office.ledger().alarms().open()).isEmpty();
        }
    }

    private static WatchDoor watch(Settings settings, Office office) {
        return new WatchDoor(
                office.rooms(),
                new ProfileFiles(settings),
                ProfileFiles.codes(settings.home()),
                office.accounts(),
                id -> List.of(),
                office.ledger(),
                Clock.systemUTC());
    }

    private static List<String> open(Office office) {
        return office.ledger().alarms().open().stream()
                .map(alarm -> alarm.subject())
                .toList();
    }
}
