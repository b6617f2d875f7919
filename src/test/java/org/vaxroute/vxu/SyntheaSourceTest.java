package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.vaxroute.practice.FreePort;

/** Reads Synthea's sample tables out of both kinds of database with the query and map that we ship. */
class SyntheaSourceTest {
    private static final Path CONFIG = Path.of("config/sources/synthea");
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final Set<String> TIMES = Set.of("DATE", "START", "STOP");
    private static final Set<String> DAYS = Set.of("BIRTHDATE", "DEATHDATE");

    private Path samples;

    @BeforeEach
    void findSamples() {
        Optional<Path> found = Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                .map(p -> Path.of(System.getProperty(
                        "vaxroute.shared", p.resolve("shared").toString())))
                .map(p -> p.resolve("data/samples/ehr-csv"))
                .filter(Files::isDirectory)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no sample data beside the project");
        samples = found.get();
    }

    @Test
    void h2RowsBecomeMessagesThatHapiReads() throws Exception {
        try (Connection database = DriverManager.getConnection("jdbc:h2:mem:synthea")) {
            load(database);
            assertEveryImmunizationArrives(database);
        }
    }

    @Test
    void postgresRowsBecomeMessagesThatHapiReads() throws Exception {
        try (EmbeddedPostgres server =
                        EmbeddedPostgres.builder().setPort(FreePort.find()).start();
                Connection database = server.getPostgresDatabase().getConnection()) {
            load(database);
            assertEveryImmunizationArrives(database);
        }
    }

    private void assertEveryImmunizationArrives(Connection database) throws Exception {
        VxuWriter writer = new VxuWriter(
                ColumnMap.load(CONFIG), "synthea", ZONE, Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZONE));
        String query = Files.readString(CONFIG.resolve("query.sql"));
        int doses = 0;
        Set<String> patients = new HashSet<>();
        Set<String> controlIds = new HashSet<>();
        Set<String> orders = new HashSet<>();
        try (Referee referee = new Referee()) {
            for (List<Map<String, String>> record : records(database, query, writer, 50)) {
                String text = writer.write(record, doses + 1).text();
                assertThat(referee.refusal(text.getBytes(StandardCharsets.UTF_8)))
                        .isEmpty();
                List<String> segments = text.lines().toList();
                assertThat(segments.stream().filter(s -> s.startsWith("RXA|"))).hasSameSizeAs(record);
                segments.stream().filter(s -> s.startsWith("ORC|")).forEach(s -> orders.add(s.split("\\|")[3]));
                controlIds.add(segments.get(0).split("\\|")[9]);
                patients.add(segments.get(1).split("\\|")[3]);
                doses += record.size();
            }
        }
        assertThat(doses).isEqualTo(761);
        assertThat(orders).hasSize(761);
        assertThat(patients).hasSizeBetween(25, 30);
        assertThat(controlIds).hasSizeGreaterThan(300);
    }

    /** Pages through the query as an intake would: the last patient of a full page is read again as a whole. */
    private List<List<Map<String, String>>> records(Connection database, String query, VxuWriter writer, int page) {
        NamedParameterJdbcTemplate jdbc =
                new NamedParameterJdbcTemplate(new SingleConnectionDataSource(database, true));
        List<List<Map<String, String>>> records = new ArrayList<>();
        String mark = "1900-01-01 00:00:00+00";
        String patient = "";
        while (true) {
            List<Map<String, String>> rows =
                    jdbc.query(query, Map.of("mark", mark, "patient", patient, "limit", page), (r, n) -> row(r));
            Map<String, List<Map<String, String>>> groups = rows.stream()
                    .collect(Collectors.groupingBy(
                            r -> writer.stamp(r) + "/" + writer.patient(r), LinkedHashMap::new, Collectors.toList()));
            List<List<Map<String, String>>> whole = new ArrayList<>(groups.values());
            boolean full = rows.size() == page;
            if (full) {
                whole.remove(whole.size() - 1);
            }
            records.addAll(whole);
            if (!full) {
                return records;
            }
            Map<String, String> last = whole.get(whole.size() - 1).get(0);
            mark = writer.stamp(last);
            patient = writer.patient(last);
        }
    }

    private static Map<String, String> row(ResultSet result) throws SQLException {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.put(result.getMetaData().getColumnLabel(i), result.getString(i));
        }
        return row;
    }

    private void load(Connection database) throws SQLException, IOException {
        for (String table : List.of("organizations", "providers", "patients", "encounters", "immunizations")) {
            try (CSVParser csv = CSVParser.parse(
                            Files.newBufferedReader(samples.resolve(table + ".csv")),
                            CSVFormat.DEFAULT
                                    .builder()
                                    .setHeader()
                                    .setSkipHeaderRecord(true)
                                    .get());
                    Statement ddl = database.createStatement()) {
                List<String> names = csv.getHeaderNames();
                ddl.execute("create table " + table + " ("
                        + names.stream().map(n -> n + " " + type(n)).collect(Collectors.joining(", ")) + ")");
                try (PreparedStatement insert = database.prepareStatement("insert into " + table + " values ("
                        + names.stream().map(n -> "cast(? as " + type(n) + ")").collect(Collectors.joining(", "))
                        + ")")) {
                    for (CSVRecord line : csv) {
                        for (int i = 0; i < names.size(); i++) {
                            insert.setString(i + 1, line.get(i).isEmpty() ? null : line.get(i));
                        }
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
            }
        }
    }

    private static String type(String column) {
        return TIMES.contains(column) ? "timestamp with time zone" : DAYS.contains(column) ? "date" : "varchar(400)";
    }
}
