package org.vaxroute.practice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.vxu.ColumnMap;
import org.vaxroute.vxu.Referee;
import org.vaxroute.vxu.VxuWriter;

class PracticeEhrTest {
    private static final long SEED = 20261122;
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T15:00:00Z"), TEXAS);
    private static final Path CONFIG = Path.of("config/sources/practice");
    private static final Referee REFEREE = new Referee();

    @TempDir
    Path folder;

    @AfterAll
    static void closeReferee() {
        REFEREE.close();
    }

    private PracticeEhr ehr(String name, long seed, int patients) {
        return PracticeEhr.create(folder.resolve(name), seed, patients, CLOCK);
    }

    @Test
    void makesTheSamePatientsFromTheSameSeedAndOthersFromAnother() {
        try (PracticeEhr one = ehr("one", SEED, 200);
                PracticeEhr two = ehr("two", SEED, 200);
                PracticeEhr other = ehr("other", SEED + 1, 200)) {
            List<String> messages = one.messages(Channel.MLLP).toList();

            assertThat(two.messages(Channel.MLLP)).containsExactlyElementsOf(messages);
            assertThat(other.messages(Channel.MLLP)).doesNotContainAnyElementsOf(messages);
        }
    }

    @Test
    void itsCleanMessagesAreReadByHapi() {
        try (PracticeEhr ehr = ehr("ehr", SEED, 1000)) {
            Map<String, Expectation> expected = ehr.expectedByControlId(Channel.MLLP);
            List<String> messages = ehr.messages(Channel.MLLP).toList();

            assertThat(messages).hasSameSizeAs(expected.keySet()).hasSize(300);
            for (String message : messages) {
                if (expected.get(message.split("\\|")[9]) == Expectation.DELIVERED) {
                    assertThat(REFEREE.refusal(message.getBytes(StandardCharsets.UTF_8)))
                            .as("seed %d", SEED)
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void itsRowsBecomeMessagesThatHapiReads() throws Exception {
        try (PracticeEhr ehr = ehr("ehr", SEED, 1000);
                Connection database = DriverManager.getConnection(ehr.databaseUrl(), ehr.databaseUser(), "")) {
            VxuWriter writer = new VxuWriter(ColumnMap.load(CONFIG), "practice", TEXAS, CLOCK);
            Map<String, List<Map<String, String>>> patients = changes(database, "1900-01-01 00:00:00+00").stream()
                    .collect(Collectors.groupingBy(writer::patient, LinkedHashMap::new, Collectors.toList()));

            assertThat(patients).hasSize((int) ehr.records(Channel.DATABASE)).hasSize(400);
            assertThat(patients.values().stream().mapToInt(List::size).sum())
                    .isEqualTo((int) ehr.doses(Channel.DATABASE));
            for (List<Map<String, String>> rows : patients.values()) {
                assertThat(REFEREE.refusal(writer.write(rows, 1).bytes())).isEmpty();
            }
        }
    }

    private List<Map<String, String>> changes(Connection database, String mark) throws Exception {
        return new NamedParameterJdbcTemplate(new SingleConnectionDataSource(database, true))
                .query(
                        Files.readString(CONFIG.resolve("query.sql")),
                        Map.of("mark", mark, "patient", "", "limit", 1_000_000),
                        (r, n) -> row(r));
    }

    private static Map<String, String> row(ResultSet result) throws SQLException {
        Map<String, String> row = new HashMap<>();
        ResultSetMetaData columns = result.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            row.put(columns.getColumnLabel(i), result.getString(i));
        }
        return row;
    }

    @Test
    void laterVisitsAppearBehindTheLastMark() throws Exception {
        try (PracticeEhr ehr = ehr("ehr", SEED, 300);
                Connection database = DriverManager.getConnection(ehr.databaseUrl(), ehr.databaseUser(), "")) {
            String mark = "2026-11-22 14:59:00+00";
            assertThat(changes(database, mark)).isEmpty();

            ehr.visit(5);
            ehr.visit(2);

            assertThat(changes(database, mark)).hasSize(7).allSatisfy(r -> assertThat(r.get("GIVEN_ON"))
                    .isEqualTo("2026-11-22"));
        }
    }

    @Test
    void everyFaultIsThereAndItsOutcomeKnown() {
        try (PracticeEhr ehr = ehr("ehr", SEED, 5000)) {
            Map<Defect, Long> defects = ehr.patients()
                    .filter(p -> p.defect() != null)
                    .collect(Collectors.groupingBy(PracticePatient::defect, Collectors.counting()));

            assertThat(defects.keySet()).containsExactlyInAnyOrder(Defect.values());
            assertThat(defects.values().stream().mapToLong(n -> n).sum()).isBetween(125L, 275L);
            Map<Expectation, Long> expected = new HashMap<>();
            for (Channel channel : Channel.values()) {
                ehr.expected(channel).forEach((k, n) -> expected.merge(k, n, Long::sum));
            }
            assertThat(expected.values().stream().mapToLong(n -> n).sum()).isEqualTo(5000);
            assertThat(expected.get(Expectation.RECORD_HELD))
                    .isEqualTo(defects.entrySet().stream()
                            .filter(e -> e.getKey().expectation() == Expectation.RECORD_HELD)
                            .mapToLong(Map.Entry::getValue)
                            .sum());
        }
    }

    @Test
    void itsPatientsAreOfAllAgesAndPlausible() {
        CodeTables codes = CodeTables.load(Path.of("config/codes"));
        Set<Integer> decades = new java.util.TreeSet<>();
        try (PracticeEhr ehr = ehr("ehr", SEED, 3000)) {
            ehr.patients().filter(p -> p.defect() == null).forEach(p -> {
                long age = ChronoUnit.YEARS.between(p.born(), java.time.LocalDate.now(CLOCK));
                decades.add((int) age / 10);
                assertThat(p.phone()).matches("(214|512|713)[2-9]\\d{6}").doesNotMatch("\\d{3}555\\d{4}");
                assertThat(p.consent()).isEqualTo(age < 18 ? "TXY" : "TXA");
                assertThat(p.guardianFamily().isEmpty()).isEqualTo(age >= 18);
                assertThat(p.consentOn()).isBetween(p.born(), java.time.LocalDate.now(CLOCK));
                for (PracticeDose d : p.doses()) {
                    assertThat(d.given()).isBetween(p.born(), java.time.LocalDate.now(CLOCK));
                    assertThat(codes.table("CVX").contains(d.cvx()))
                            .as("CVX %s", d.cvx())
                            .isTrue();
                    assertThat(d.mvx().isEmpty() || codes.table("MVX").contains(d.mvx()))
                            .isTrue();
                    assertThat(d.ndc().isEmpty() || codes.table("NDC").contains(d.ndc()))
                            .as("NDC %s", d.ndc())
                            .isTrue();
                    assertThat(d.visBarcode().isEmpty() || codes.table("VIS").contains(d.visBarcode()))
                            .as("VIS %s", d.visBarcode())
                            .isTrue();
                }
            });
        }
        assertThat(decades).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void goesOnInItsFolderButRefusesAnotherSeed() {
        try (PracticeEhr ehr = ehr("ehr", SEED, 50)) {
            ehr.visit(1);
        }
        Clock later = Clock.offset(CLOCK, java.time.Duration.ofDays(400));
        List<String> before;
        try (PracticeEhr fresh = ehr("fresh", SEED, 50)) {
            before = fresh.messages(Channel.MLLP).toList();
        }

        try (PracticeEhr again = PracticeEhr.create(folder.resolve("ehr"), SEED, 50, later)) {
            assertThat(again.messages(Channel.MLLP)).containsExactlyElementsOf(before);
        }
        assertThatThrownBy(() -> ehr("ehr", SEED + 1, 50))
                .isInstanceOf(PracticeException.class)
                .hasMessageContaining("holds a practice EHR of seed " + SEED + ", 50 patients");
    }

    @Test
    void dropsEachFileOnceHoweverOftenItIsStarted() throws Exception {
        Path drop = folder.resolve("in");
        try (PracticeEhr ehr = ehr("ehr", SEED, 200)) {
            assertThat(ehr.fileDropper().dropHl7(drop, 15, 0)).isEqualTo(3);
            assertThat(ehr.fileDropper().dropCsv(drop, 7, 0)).isEqualTo(3);
            String first = Files.readString(drop.resolve("practice-0001.hl7"));
            assertThat(first).startsWith("FHS|^~\\&|").endsWith("BTS|15\rFTS|1\r");
            // As a kill between note and rename leaves it, and as intake leaves a file that it took.
            Files.move(drop.resolve("practice-0002.hl7"), drop.resolve("practice-0002.hl7.part"));
            Files.delete(drop.resolve("practice-0003.hl7"));

            assertThat(ehr.fileDropper().dropHl7(drop, 15, 0)).isEqualTo(1);

            assertThat(drop.resolve("practice-0002.hl7")).exists();
            assertThat(drop.resolve("practice-0003.hl7")).doesNotExist();
            List<String> csv = Files.readAllLines(drop.resolve("practice-0001.csv"));
            assertThat(List.of(csv.get(0).split(",")))
                    .containsAll(ColumnMap.load(CONFIG).columns());
        }
    }
}
