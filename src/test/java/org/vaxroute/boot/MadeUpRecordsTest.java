package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.hl7.Message;
import org.vaxroute.intake.MadeUpSource;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Verdict;

/** A source that is set to make its records up gives what the registry's own rules find no error in, and is refused for anything but tests. */
class MadeUpRecordsTest {
    private static final String SETTINGS =
            """
            registry = immtrac2
            file-code = ABC
            sender.facility = 1234567890
            account.kind = folder
            source.samples.kind = made-up
            source.samples.feed = test
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void home() throws Exception {
        Files.createDirectories(folder.resolve("config/connections"));
        for (String part :
                List.of("routes", "config/codes", "config/sources", "config/prescribers.csv", "config/sites.csv")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
        try (var files = Files.walk(Path.of("config/registries"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.toString()));
            }
        }
        Files.writeString(folder.resolve("config/vaxroute.properties"), "");
        Files.writeString(folder.resolve("config/connections/main.properties"), SETTINGS);
    }

    @Test
    void what_is_made_up_passes_the_registrys_rules_and_bears_the_mark() {
        try (Office office = new Office(Settings.load(Home.of(folder)), Clock.systemDefaultZone())) {
            MadeUpSource source =
                    office.rooms().madeUp(Clock.systemDefaultZone()).get(0);
            assertThat(source.most()).isEqualTo(100);
            List<TakenRecord> records = new ArrayList<>();
            for (int n = 1; n <= source.most(); n++) {
                byte[] text = source.records().apply(n).getBytes(StandardCharsets.UTF_8);
                records.add(
                        TakenRecord.of(SourceRef.of("samples", "made-up " + n, text), n, text, Message.parse(text)));
            }
            Chunk chunk = new Chunk("main", "samples", Feed.TEST, records, new PositionMove.None(), true);
            office.judging().transform().apply(chunk);
            office.judging().check().check(chunk);

            assertThat(records).allSatisfy(record -> {
                assertThat(record.judgement().verdict())
                        .as("%s", record.judgement().findings())
                        .isIn(Verdict.DELIVERABLE, Verdict.WARNED);
                assertThat(record.message().get("MSH-3.1")).isEqualTo(TakenRecord.MADE_UP);
                assertThat(record.message().get("PID-3.4.1")).isEqualTo(TakenRecord.MADE_UP);
                assertThat(record.message().get("MSH-4.1")).isEqualTo("1234567890");
            });
            assertThat(records).anyMatch(record -> record.message().doses() == 1);
        }
    }

    @Test
    void another_feed_is_a_fault_with_its_remedy() throws Exception {
        Files.writeString(
                folder.resolve("config/connections/main.properties"),
                SETTINGS.replace("feed = test", "feed = ongoing"));
        assertThat(new StandaloneHouse().check(folder)).anySatisfy(fault -> assertThat(fault)
                .contains("config/connections/main.properties", "source.samples.feed = test"));
    }
}
