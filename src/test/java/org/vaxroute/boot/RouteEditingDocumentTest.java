package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.cli.House;

/** Does what docs/route-editing.md says, with the document's own words, on the shipped files, and sends a record through. */
class RouteEditingDocumentTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(diff|yaml|properties)\\n(.*?)^```$");

    @TempDir
    Path folder;

    private ShippedHome home;

    @BeforeEach
    void home() {
        home = new ShippedHome(folder);
        home.set("config/connections/main.properties", "feed.ongoing.every", "1s");
    }

    @Test
    void aSecondDropFolder() throws Exception {
        apply("1. A second EHR drop folder");

        running(server -> {
            drop("north-files", Samples.vxu("N1", "Adams", "CLINIC"));
            awaitFile("work/to-upload", "|N1-1^CLINIC\r");
            return null;
        });
    }

    @Test
    void aFacilityIsLeftOut() throws Exception {
        apply("2. Leave a facility out");

        running(server -> {
            drop("clinic-files", Samples.vxu("T1", "Adams", "TRAINING") + Samples.vxu("C1", "Baker", "CLINIC"));
            String sent = awaitFile("work/to-upload", "|C1-1^CLINIC\r");
            assertThat(sent).doesNotContain("T1-1^CLINIC");
            assertThat(server.ledger()
                            .conservation()
                            .balance()
                            .lines()
                            .get(0)
                            .dropped()
                            .records())
                    .isEqualTo(1);
            return null;
        });
    }

    @Test
    void aFieldIsChanged() throws Exception {
        apply("3. Change a field");

        running(server -> {
            drop("clinic-files", Samples.vxu("C1", "Adams", "CLINIC"));
            assertThat(awaitFile("work/to-upload", "|C1-1^CLINIC\r")).contains("MSH|^~\\&|EHR|0042170005|");
            return null;
        });
    }

    @Test
    void aWireTapTellsWhatWasRead() throws Exception {
        apply("4. A wire tap");

        running(server -> {
            drop("clinic-files", Samples.vxu("C1", "Adams", "CLINIC") + Samples.vxu("C2", "Baker", "CLINIC"));
            awaitFile("work/to-upload", "|C2-1^CLINIC\r");
            assertThat(awaitFile("work/reports", ",clinic-files,2\n")).doesNotContain("Adams");
            return null;
        });
    }

    @Test
    void aSecondRegistryFolder() throws Exception {
        assertThat(document("5. A second registry folder"))
                .contains("`vaxroute connection add county --registry generic-wir`");
        home.write(
                "config/connections/county.properties",
                home.read("config/connections/main.properties")
                        .replace("source.clinic-", "source.county-")
                        .replace("registry = immtrac2", "registry = generic-wir"));
        apply("5. A second registry folder");

        home.mkdir("work/to-county");
        running(server -> {
            server.gatekeeper().adopt("county", "test", Instant.EPOCH, false, "test");
            Files.createDirectories(folder.resolve("work/both"));
            Files.writeString(folder.resolve("work/both/day.hl7"), Samples.vxu("C1", "Adams", "CLINIC"));
            assertThat(awaitFile("work/to-upload", "|C1-1^CLINIC\r")).contains("|TXImmTrac|");
            assertThat(awaitFile("work/to-county", "|C1-1^CLINIC\r")).contains("FHS|^~\\&|VAXROUTE||IIS|IIS|");
            return null;
        });
    }

    @Test
    void aStepForEachRecord() throws Exception {
        apply("6. A step for each record");

        running(server -> {
            drop("clinic-files", Samples.vxu("C1", "Adams", "CLINIC"));
            assertThat(awaitFile("work/to-upload", "|C1-1^CLINIC\r")).contains("|^^^0042170006|");
            return null;
        });
    }

    @Test
    void theLineThatCheckIsSaidToPrintIsTheOneThatItPrints() throws IOException {
        home.replace("routes/intake/intake-file.yaml", "ref: newerData", "ref: newestData");

        assertThat(Files.readString(Path.of("docs/route-editing.md"))).contains(check().get(0));
    }

    /** Somebody who does one task after the other must not be stopped by a step id that two of them use. */
    @Test
    void theTasksDoNotStandInEachOthersWay() throws IOException {
        List<String> ids = Pattern.compile("(?m)^[+] *(?:- )?id: (\\S+)$")
                .matcher(Files.readString(Path.of("docs/route-editing.md")))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(ids).hasSizeGreaterThan(8).doesNotHaveDuplicates();
    }

    private interface Work {
        Object with(VaxRoute server) throws Exception;
    }

    private void running(Work work) throws Exception {
        assertThat(check()).isEmpty();
        try (VaxRoute server = VaxRoute.start(home.settings(), Clock.systemUTC())) {
            server.gatekeeper().adopt("main", "test", Instant.EPOCH, false, "test");
            work.with(server);
            assertThat(server.ledger().conservation().balance().differences()).isEmpty();
            assertThat(server.ledger().alarms().open()).isEmpty();
        }
    }

    private List<String> check() {
        return House.find().check(folder);
    }

    private void drop(String source, String text) throws IOException {
        Path in = folder.resolve("work/in").resolve(source);
        Files.createDirectories(in);
        Files.writeString(in.resolve("day.part"), text);
        Files.move(in.resolve("day.part"), in.resolve("day.hl7"));
    }

    private String awaitFile(String place, String part) {
        Callable<String> found = () -> {
            Path in = folder.resolve(place);
            if (!Files.isDirectory(in)) {
                return null;
            }
            try (Stream<Path> all = Files.walk(in)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file, StandardCharsets.UTF_8);
                    if (text.contains(part)) {
                        return text;
                    }
                }
            }
            return null;
        };
        return await().ignoreExceptions().until(found, text -> text != null);
    }

    private static String document(String heading) throws IOException {
        String all = Files.readString(Path.of("docs/route-editing.md"));
        int begin = all.indexOf("## " + heading);
        assertThat(begin).as(heading).isNotNegative();
        int end = all.indexOf("\n## ", begin + 1);
        return all.substring(begin, end < 0 ? all.length() : end);
    }

    private void apply(String heading) throws IOException {
        Matcher block = BLOCK.matcher(document(heading));
        int applied = 0;
        while (block.find()) {
            String text = block.group(2);
            String file = text.substring(0, text.indexOf('\n')).replaceFirst("^(#|---) ", "");
            String rest = text.substring(text.indexOf('\n') + 1);
            switch (block.group(1)) {
                case "diff" -> patch(file, rest);
                case "properties" ->
                    rest.lines().forEach(line -> home.set(file, line.split(" = ", 2)[0], line.split(" = ", 2)[1]));
                default -> home.write(file, rest);
            }
            applied++;
        }
        assertThat(applied).isPositive();
    }

    private void patch(String file, String diff) {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        diff.lines().forEach(line -> {
            String text = line.substring(1) + "\n";
            if (line.charAt(0) != '+') {
                before.append(text);
            }
            if (line.charAt(0) != '-') {
                after.append(text);
            }
        });
        home.replace(file, before.toString(), after.toString());
    }
}
