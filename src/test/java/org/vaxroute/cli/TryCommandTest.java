package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.rules.ByLocation;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;
import picocli.CommandLine;

/** The command as people type it: once with a small home whose rules no one else changes, once with the shipped one. */
class TryCommandTest {
    private static final Path TRY = Path.of("src/test/resources/try");
    private static final Path SMALL = TRY.resolve("home");
    private static final Path SHIPPED = Path.of("");
    private static final String PATIENT = "Quillfeather";

    @TempDir
    Path folder;

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);
    private String printed;
    private String complained;

    @Test
    void tellsPeopleWhatWouldHappen() throws IOException {
        assertThat(run(SMALL, "try", TRY.resolve("day.hl7").toString())).isEqualTo(2);
        assertThat(printed).isEqualTo(golden("day.txt"));
        assertThat(printed).doesNotContain(PATIENT);
    }

    @Test
    void tellsOtherProgramsOneObjectALine() throws IOException {
        assertThat(run(SMALL, "try", "--json", TRY.resolve("day.hl7").toString()))
                .isEqualTo(2);
        assertThat(printed).isEqualTo(golden("day.jsonl"));
        assertFormOf(printed);
    }

    @Test
    void theExitCodeIsTheWorstOfAllFiles() throws IOException {
        String clean = TRY.resolve("clean.hl7").toString();
        Path held = Files.writeString(folder.resolve("held.hl7"), clean().replace("||||||||||||Y", "||||||||||||"));
        Path garbage = Files.writeString(folder.resolve("garbage.hl7"), "no message");

        assertThat(run(SMALL, "try", clean)).isZero();
        assertThat(run(SMALL, "try", held.toString())).isEqualTo(1);
        assertThat(run(SMALL, "try", clean, held.toString(), clean)).isEqualTo(1);
        assertThat(run(SMALL, "try", clean, garbage.toString(), held.toString()))
                .isEqualTo(2);
        assertThat(run(SMALL, "try", clean, folder.resolve("absent.hl7").toString()))
                .isEqualTo(2);
        assertThat(run(SMALL, "try", folder.toString())).isEqualTo(2);
        Path rows = Files.writeString(folder.resolve("rows.csv"), "chart,born\n1,2024-01-01\n");
        assertThat(run(SMALL, "try", rows.toString())).isEqualTo(2);
        assertThat(printed).contains("docs/ehr-mapping.md");
        assertThat(complained).isEmpty();
    }

    @Test
    void readsStandardInputForAHyphen() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(clean().getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run(SMALL, "try", "--json", "-")).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(printed).startsWith("{\"file\":\"-\",\"index\":1,\"controlId\":\"C-1\"");
    }

    @Test
    void showsTheOutgoingTextWhenAsked() {
        assertThat(run(SMALL, "try", "--show", TRY.resolve("clean.hl7").toString()))
                .isZero();
        assertThat(printed)
                .contains(PATIENT)
                .contains("RXA|0|1|20260228||08^Hep B^CVX")
                .contains("|REGISTRY|");
    }

    @Test
    void anotherProfileThanTheConnectionsJudgesAlone() throws IOException {
        Path held = Files.writeString(folder.resolve("held.hl7"), clean().replace("||||||||||||Y", "||||||||||||"));

        assertThat(run(SMALL, "try", "--registry", "base", held.toString())).isZero();
        assertThat(printed).doesNotContain("consent").doesNotContain("changed:");
        assertThat(run(SMALL, "try", "--registry", "nowhere", held.toString())).isEqualTo(ExitCodes.REFUSED);
        assertThat(complained).contains("no registry profile nowhere").contains("base, clinic");
    }

    @Test
    void whatCannotBeJudgedInAFileDoesNotHideTheRest() throws IOException {
        String longest = clean().replace("|C-1|", "|C-2|").replace("1 Main St", "x".repeat(5000));
        Path file = Files.writeString(
                folder.resolve("mixed.hl7"), "stray text\r" + clean() + longest + clean().replace("|C-1|", "|C-3|"));

        assertThat(run(SMALL, "try", "--json", file.toString())).isEqualTo(2);
        assertFormOf(printed);
        assertThat(printed.lines()
                        .map(TryCommandTest::read)
                        .filter(line -> line.get("index").asInt() > 0))
                .extracting(line ->
                        line.get("index").asInt() + line.get("controlId").asText())
                .containsExactly("1C-1", "3C-3");
        assertThat(printed)
                .contains("FILE-TEXT-OUTSIDE")
                .contains("FILE-MESSAGE-TOO-LONG")
                .contains("message 2");
    }

    @Test
    void thePageForAVendorHoldsNoPatientData() throws IOException {
        Path page = folder.resolve("report.html");

        run(SMALL, "try", "--html", page.toString(), TRY.resolve("day.hl7").toString());

        String html = Files.readString(page);
        assertThat(html)
                .contains("This report holds no patient data")
                .contains(
                        "<code>day.hl7</code> (message <a href=\"#f1-m2\">2</a>)",
                        "id=\"f1-m2\"",
                        "C-3",
                        "ORDER[2]/RXA-3.1",
                        "Record the consent in the EHR.")
                .doesNotContain(PATIENT, "20240102", "5550101", "1 Main St")
                .doesNotContain("<script", "http://", "https://", "src=");
    }

    @Test
    void thePageComparesSeveralFilesAndTellsThoseOfOneNameApart() throws IOException {
        Path page = folder.resolve("report.html");
        Path one = Files.writeString(
                Files.createDirectories(folder.resolve("secret/north")).resolve("day.hl7"), clean());
        Path other = Files.copy(
                TRY.resolve("day.hl7"),
                Files.createDirectories(folder.resolve("secret/south")).resolve("day.hl7"));

        run(SMALL, "try", "--html", page.toString(), one.toString(), other.toString());

        assertThat(Files.readString(page))
                .contains("<a href=\"#f1\"><code>north/day.hl7</code></a>", "<h3 id=\"f2\"><code>south/day.hl7</code>")
                .contains("in <code>south/day.hl7</code> (message <a href=\"#f2-m3\">3</a>)")
                .doesNotContain("secret");
    }

    @Test
    void thePageShowsPatientsOnlyOnDemandAndEscapesEverything() throws IOException {
        Path page = Files.writeString(folder.resolve("report.html"), "one of before, which anybody may read");
        Path file = Files.writeString(
                folder.resolve("a&b <i>.hl7"),
                clean().replace(PATIENT, "<script>alert(1)</script>").replace("|C-1|", "|<b>'\"\u0007|"));

        assertThat(run(SMALL, "try", "--html", page.toString(), "--with-phi", file.toString()))
                .isZero();

        String html = Files.readString(page);
        assertThat(html)
                .contains("This report holds patient data")
                .contains("&lt;script&gt;alert(1)", "a&amp;b &lt;i&gt;.hl7", "&lt;b&gt;&#39;&quot;")
                .doesNotContain("<script", "<b>'", "\u0007");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesWhatCannotBeMeant() throws IOException {
        String clean = TRY.resolve("clean.hl7").toString();
        assertThat(run(SMALL, "try", "--json", "--show", clean)).isEqualTo(ExitCodes.USAGE);
        assertThat(run(SMALL, "try", "--with-phi", clean)).isEqualTo(ExitCodes.USAGE);
        assertThat(run(SMALL, "try", "--html", clean, clean)).isEqualTo(ExitCodes.USAGE);
        Path mine = Files.writeString(folder.resolve("mine.hl7"), clean());
        assertThat(run(SMALL, "try", "--html", folder.resolve("./mine.hl7").toString(), mine.toString()))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(Files.readString(mine)).isEqualTo(clean());
        assertThat(run(SMALL, "try", "--html", folder.resolve("no/such/r.html").toString(), clean))
                .isEqualTo(ExitCodes.REFUSED);
        assertThat(complained).contains("cannot be written");
        assertThat(run(SMALL, "try")).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void anyBytesEndAsAVerdict() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] day = Files.readAllBytes(TRY.resolve("day.hl7"));
        List<String> arguments = new ArrayList<>(List.of("try", "--json"));
        List<byte[]> texts = new ArrayList<>(List.of(
                new byte[0],
                "\r\n\r\n".getBytes(StandardCharsets.UTF_8),
                "MSH".getBytes(StandardCharsets.UTF_8),
                "MSH|^~\\&|".getBytes(StandardCharsets.UTF_8),
                ("MSH|^~\\&|" + "x".repeat(3_000_000)).getBytes(StandardCharsets.UTF_8),
                "x".repeat(3_000_000).getBytes(StandardCharsets.UTF_8),
                new String(day, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16)));
        for (int i = 0; i < 150; i++) {
            texts.add(i % 5 == 0 ? bytes(random) : mutated(day, random));
        }
        for (int i = 0; i < texts.size(); i++) {
            arguments.add(Files.write(folder.resolve(i + ".hl7"), texts.get(i)).toString());
        }

        int code = run(SHIPPED, arguments.toArray(String[]::new));

        assertThat(code).as("seed %d", seed).isEqualTo(2);
        assertThat(complained).as("seed %d", seed).isEmpty();
        assertFormOf(printed);
        Set<String> told = Set.copyOf(
                printed.lines().map(line -> read(line).get("file").asText()).toList());
        assertThat(told).as("seed %d", seed).containsAll(arguments.subList(2, arguments.size()));
    }

    @Test
    void startsWithoutWhatRunsRoutesOrWritesLogs() throws Exception {
        Path classes = folder.resolve("classes.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + classes,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "try",
                        "--json",
                        "--home",
                        SMALL.toAbsolutePath().toString(),
                        TRY.resolve("clean.hl7").toAbsolutePath().toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(folder.resolve("said.txt")))
                .startsWith("{\"file\":")
                .hasLineCount(1);
        assertThat(process.exitValue()).isZero();
        List<String> heavy = Files.readAllLines(classes).stream()
                .filter(
                        line -> line.matches(
                                ".*\\] (org\\.apache\\.camel|org\\.h2|org\\.springframework|org\\.apache\\.catalina|ch\\.qos)\\..*"))
                .toList();
        // The verifier looks at a few of Camel's interfaces; a context would be hundreds of classes.
        assertThat(heavy).hasSizeLessThan(10);
        assertThat(folder.resolve("work")).doesNotExist();
    }

    @Test
    void theGuidesOwnSamplesHaveNoErrorByTheNationalRules() throws IOException {
        Path samples = shared().resolve("data/samples/vxu/nist");
        List<String> arguments = new ArrayList<>(List.of("try", "--json", "--registry", "national"));
        try (Stream<Path> files = Files.list(samples)) {
            files.sorted().map(Path::toString).forEach(arguments::add);
        }
        assertThat(run(SHIPPED, arguments.toArray(String[]::new))).isZero();
        assertFormOf(printed);
        assertThat(printed).doesNotContain("\"severity\":\"error\"", "\"cvx\":null");
    }

    @Test
    void everySampleOfOtherMakersGetsAVerdict() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("try", "--json"));
        try (Stream<Path> files = Files.walk(shared().resolve("data/samples"))) {
            files.filter(file -> file.toString().endsWith(".hl7"))
                    .sorted()
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        assertThat(run(SHIPPED, arguments.toArray(String[]::new))).isBetween(0, 2);
        assertThat(complained).isEmpty();
        assertFormOf(printed);
    }

    @Test
    void listsRulesInReadingOrderWithWhatBecameOfThem() throws IOException {
        assertThat(run(SMALL, "rules", "list")).isZero();
        assertThat(printed).isEqualTo(golden("rules.txt"));

        assertThat(run(SMALL, "rules", "list", "--json")).isZero();
        List<JsonNode> lines = printed.lines().map(TryCommandTest::read).toList();
        assertThat(lines)
                .extracting(line -> line.get("rule").asText())
                .containsExactly("type", "phone", "day", "lot", "consent");
        assertThat(lines.get(1).get("changed").toString())
                .isEqualTo("[{\"at\":\"config/registries/clinic/rules.yaml:4\",\"keys\":[\"remedy\"]}]");
        assertThat(lines.get(3).get("off").asBoolean()).isTrue();
    }

    @Test
    void listsCodeTablesWithTheirAge() {
        assertThat(run(SMALL, "codes", "list")).isZero();
        assertThat(printed.lines().toList().get(2)).startsWith("NDC ").contains("2026-02-01", "1 month", "Products");

        assertThat(run(SMALL, "codes", "list", "--json")).isZero();
        assertThat(read(printed.lines().toList().get(0)).get("ageDays").asInt()).isEqualTo(60);
    }

    @Test
    void importsCodesFromTheFilesThatCdcPublishes() throws IOException {
        Path published = shared().resolve("data/codes/cdc");
        Path to = folder.resolve("codes");

        assertThat(run(SMALL, "codes", "import", "--to", to.toString(), published.toString()))
                .isZero();
        assertThat(to.resolve("cvx.csv")).exists();
        assertThat(printed).contains("CVX").contains("tables were written");

        assertThat(run(SMALL, "codes", "import", folder.resolve("none").toString()))
                .isEqualTo(ExitCodes.REFUSED);
        assertThat(complained).contains("is not there");
    }

    /** Every line is one object of exactly the promised form. */
    private static void assertFormOf(String lines) {
        assertThat(lines.lines()).isNotEmpty();
        lines.lines().forEach(text -> {
            JsonNode line = read(text);
            assertThat(keys(line)).containsExactly("file", "index", "controlId", "verdict", "doses", "findings");
            assertThat(line.get("verdict").asText()).isIn("deliverable", "warned", "held", "unreadable");
            if (line.get("index").asInt() == 0) {
                assertThat(line.get("controlId").isNull()).isTrue();
                assertThat(line.get("doses")).isEmpty();
                assertThat(line.get("findings")).hasSize(1);
            } else {
                assertThat(line.get("controlId").isTextual()).isTrue();
                assertThat(line.get("verdict").asText()).isNotEqualTo("unreadable");
            }
            int order = 0;
            for (JsonNode dose : line.get("doses")) {
                assertThat(keys(dose)).containsExactly("order", "cvx", "verdict");
                assertThat(dose.get("order").asInt()).isEqualTo(++order);
                assertThat(dose.get("verdict").asText()).isIn("deliverable", "warned", "held");
            }
            List<Finding> findings = new ArrayList<>();
            for (JsonNode finding : line.get("findings")) {
                assertThat(keys(finding)).containsExactly("rule", "severity", "effect", "location", "text", "remedy");
                assertThat(finding.get("severity").asText()).isIn("error", "warning", "information");
                assertThat(finding.get("effect").asText()).isIn("message", "dose", "field");
                assertThat(finding.get("text").asText()).isNotBlank();
                assertThat(finding.get("remedy").asText()).isNotBlank();
                findings.add(new Finding(
                        "",
                        Severity.ERROR,
                        Effect.FIELD,
                        finding.get("location").asText(),
                        "",
                        ""));
            }
            assertThat(findings).isSortedAccordingTo(new ByLocation());
        });
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static JsonNode read(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutated(byte[] day, Random random) {
        byte[] text = Arrays.copyOfRange(day, random.nextInt(40), day.length - random.nextInt(200));
        for (int i = random.nextInt(20); i >= 0; i--) {
            text[random.nextInt(text.length)] =
                    (byte) (random.nextBoolean() ? "\r\n|^~\\&MSHORCRXA".charAt(random.nextInt(16)) : random.nextInt());
        }
        return text;
    }

    private static String clean() throws IOException {
        return Files.readString(TRY.resolve("clean.hl7"));
    }

    private static String golden(String name) throws IOException {
        return Files.readString(TRY.resolve(name));
    }

    private static Path shared() {
        String named = System.getProperty("vaxroute.shared");
        if (named != null) {
            return Path.of(named);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("shared/data/samples"))) {
                return at.resolve("shared");
            }
        }
        Assumptions.abort("the shared samples are not on this machine");
        return null;
    }

    private int run(Path home, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine(new HomeOnly(home), clock);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        printed = out.toString().replace(System.lineSeparator(), "\n");
        complained = err.toString();
        return code;
    }

    /** These commands need to know their home and nothing else of a server. */
    private record HomeOnly(Path folder) implements House {
        @Override
        public List<String> notInUse(Path home) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path home(Path named) {
            return folder.toAbsolutePath().normalize();
        }

        @Override
        public Path runFolder(Path home) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int run(Path home, PrintWriter terminal) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int practice(Path home, Practice options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> check(Path home) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Symptom> doctor(Path home, BooleanSupplier serverRuns) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(Path home, Restoring order, PrintWriter terminal) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Opened open(Path home) {
            throw new UnsupportedOperationException();
        }
    }
}
