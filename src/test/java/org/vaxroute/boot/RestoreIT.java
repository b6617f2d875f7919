package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.cli.House;
import org.vaxroute.crash.SentRecords;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pause;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.FreePort;
import org.vaxroute.practice.MllpSender;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/**
 * A real server with files, a query and MLLP, a backup, a day with corrections and answers, the loss of the ledger, a restore, and everything
 * read again: what the registry keeps is read by splitting lines, and shows nothing twice and nothing lost.
 */
class RestoreIT {
    private static final int PATIENTS = 60;
    private static final String ME = PracticeHome.CONNECTION;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Clock CLOCK = Clock.systemDefaultZone();

    @TempDir
    Path folder;

    private PracticeHome home;
    private PracticeRegistry registry;
    private PracticeEhr ehr;
    private List<String> texts;

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aDayOldBackupLosesNothingAndSendsNothingTwice(String database) throws Exception {
        ShippedHome shipped = new ShippedHome(folder.resolve("shipped"));
        home = PracticeHome.open(new Home(shipped.folder), folder.resolve("home"), false, "restore");
        try (PracticeRegistry theirs = PracticeRegistry.start(
                        home.folder().resolve("registry"),
                        RegistryOptions.of(CLOCK)
                                .stableFor(Duration.ofMillis(200))
                                .habits(RegistryHabits.plain()));
                PracticeEhr clinic = PracticeEhr.create(home.folder().resolve("ehr"), 42, PATIENTS, CLOCK);
                EmbeddedPostgres postgres = database.equals("h2")
                        ? null
                        : EmbeddedPostgres.builder().setPort(FreePort.find()).start()) {
            registry = theirs;
            ehr = clinic;
            try (Stream<String> messages = clinic.messages(Channel.HL7_FILE)) {
                texts = messages.toList();
            }
            home.settings(theirs, clinic, false);
            ledgerIn(postgres, "before");
            Path backup = untilTheLoss();
            Set<String> had = archive();
            Set<SentRecords.Dose> told = SentRecords.in(kept()).doses();

            // The ledger is gone; PostgreSQL gets a new, empty database.
            Files.deleteIfExists(home.folder().resolve("work/ledger.mv.db"));
            ledgerIn(postgres, "after");
            String said = restore(backup);
            assertThat(said)
                    .contains("MLLP source " + ME + ".clinic-messages", "were entered again", "Restored, and paused");
            if (database.equals("h2")) {
                // A second time changes nothing, although the files lie in the drop folder already.
                assertThat(restore(backup)).contains("Restored, and paused");
            } else {
                assertThatThrownBy(() -> restore(backup)).hasMessageContaining("holds a ledger already");
            }
            goOn(had, told);
        }
    }

    /** @return the backup that was made before the day */
    private Path untilTheLoss() throws Exception {
        try (PracticeHome.Served served = home.serve(CLOCK)) {
            Ledger ledger = served.vaxRoute().ledger();
            ledger.pauses().pause(Pausable.source(ME, "clinic-database"), "test", "read after the backup");
            served.vaxRoute().gatekeeper().adopt(ME, "practice registry", Instant.EPOCH, false, "test");
            ehr.fileDropper().dropCsv(home.dropFolder("clinic-tables"), 50, 4);
            answered(ledger, ehr.records(Channel.CSV_FILE));
            Path backup = new Backup(settings(), ledger, CLOCK).make(null, "test");

            // The day: the first file, rows and messages, then corrections of what was sent.
            ledger.pauses().resume(Pausable.source(ME, "clinic-database"), "test", "the day begins");
            int first = texts.size() - 3;
            drop("morning.hl7", texts.subList(0, first));
            ehr.mllpSender(MllpSender.Target.loopback(home.mllpPort(), 0)).send();
            answered(ledger, PATIENTS - 3);
            drop(
                    "corrected.hl7",
                    texts.subList(0, 3).stream().map(RestoreIT::corrected).toList());
            answered(ledger, PATIENTS);
            assertThat(SentRecords.in(kept()).faults())
                    .as("corrections were sent")
                    .isNotEmpty();

            // What is stored and did not leave before the loss.
            ledger.pauses().pause(Pausable.feed(ME, Feed.ONGOING), "test", "nothing more leaves");
            drop("evening.hl7", texts.subList(first, texts.size()));
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(home.dropFolder("clinic-files").resolve(".done/evening.hl7")));
            return backup;
        }
    }

    private void goOn(Set<String> had, Set<SentRecords.Dose> told) throws Exception {
        try (PracticeHome.Served served = home.serve(CLOCK)) {
            Ledger ledger = served.vaxRoute().ledger();
            assertThat(ledger.pauses().standing())
                    .extracting(pause -> pause.what().id())
                    .contains(ME, ME + ".clinic-files", ME + ".clinic-database", ME + ".clinic-messages");
            for (Pause pause : ledger.pauses().standing()) {
                ledger.pauses().resume(pause.what(), "test", "restored");
            }
            // The sender repeats its whole day, as the restore asks.
            try (PracticeEhr again = PracticeEhr.create(folder.resolve("ehr-again"), 42, PATIENTS, CLOCK)) {
                again.mllpSender(MllpSender.Target.loopback(home.mllpPort(), 0)).send();
            }
            for (String name : List.of("morning.hl7", "corrected.hl7", "evening.hl7")) {
                await().atMost(PATIENCE)
                        .until(() ->
                                Files.exists(home.dropFolder("clinic-files").resolve(".done/" + name)));
            }
            await().atMost(PATIENCE)
                    .until(() -> ledger.positions().all().stream()
                                    .filter(position -> position.source().equals("clinic-database"))
                                    .mapToLong(position -> position.recordsRead())
                                    .sum()
                            > ehr.records(Channel.DATABASE));
            answered(ledger, 0);
            await().atMost(PATIENCE).until(() -> archive().size() > had.size());
            answered(ledger, 0);

            SentRecords late = new SentRecordsOf(had).read();
            assertThat(late.faults()).isEmpty();
            Set<SentRecords.Dose> twice = new HashSet<>(late.doses());
            twice.retainAll(told);
            assertThat(twice)
                    .as("doses that the registry was told before the loss")
                    .isEmpty();
            assertThat(late.doses()).as("what had not left").isNotEmpty().allSatisfy(dose -> assertThat(evening())
                    .contains(dose));
            assertThat(ledger.conservation().balance().differences()).isEmpty();
            assertThat(ledger.records().heldCounts())
                    .noneMatch(held -> held.rule().equals("RESTORED"));
        }
    }

    private Set<SentRecords.Dose> evening() {
        SentRecords of = SentRecords.empty();
        texts.subList(texts.size() - 3, texts.size()).forEach(text -> of.message("evening", text));
        return of.doses();
    }

    /** Those files of the registry's archive that were not there before. */
    private final class SentRecordsOf {
        private final Set<String> before;

        SentRecordsOf(Set<String> before) {
            this.before = before;
        }

        SentRecords read() throws IOException {
            Path late = Files.createDirectories(folder.resolve("late"));
            for (String name : archive()) {
                if (!before.contains(name)) {
                    Files.copy(kept().resolve(name), late.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return SentRecords.in(late);
        }
    }

    private static String corrected(String text) {
        StringBuilder corrected = new StringBuilder();
        for (String line : text.split("\r")) {
            String[] fields = line.split("\\|", -1);
            if (fields[0].equals("RXA") && fields.length > 15 && !fields[15].isEmpty()) {
                fields[15] = "CORRECTED1";
            }
            corrected.append(String.join("|", fields)).append('\r');
        }
        return corrected.toString();
    }

    private void drop(String name, List<String> messages) throws IOException {
        Path place = Files.createDirectories(home.dropFolder("clinic-files"));
        Path part = place.resolve(name + ".part");
        Files.writeString(part, String.join("", messages), StandardCharsets.UTF_8);
        Files.move(part, place.resolve(name));
    }

    private void answered(Ledger ledger, long records) {
        await().atMost(PATIENCE).until(() -> {
            long read = ledger.positions().all().stream()
                    .mapToLong(position -> position.recordsRead() - position.repeated())
                    .sum();
            return read >= records
                    && ledger.records().waiting(ME, Feed.ONGOING) == 0
                    && ledger.submissionFiles().recent(1_000).stream()
                            .allMatch(file -> file.state() == FileState.ANSWERED);
        });
    }

    private String restore(Path backup) {
        StringWriter said = new StringWriter();
        new StandaloneHouse()
                .restore(home.folder(), new House.Restoring(backup, Map.of(), "test"), new PrintWriter(said));
        return said.toString();
    }

    private Settings settings() {
        return Settings.load(Home.of(home.folder()));
    }

    private Path kept() {
        return home.folder().resolve("registry/archive");
    }

    private Set<String> archive() throws IOException {
        try (Stream<Path> files = Files.list(kept())) {
            Set<String> names = new HashSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    private void ledgerIn(EmbeddedPostgres postgres, String name) throws Exception {
        if (postgres == null) {
            return;
        }
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        Path file = home.folder().resolve("config/vaxroute.properties");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(line -> line.startsWith("ledger."));
        Map<String, String> own =
                new TreeMap<>(Map.of("ledger.url", postgres.getJdbcUrl("postgres", name), "ledger.user", "postgres"));
        own.forEach((key, value) -> lines.add(key + " = " + value));
        Files.write(file, lines, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
