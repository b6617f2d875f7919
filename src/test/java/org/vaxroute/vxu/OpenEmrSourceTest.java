package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.CheckContext;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.rules.Verdict;

/**
 * Reads rows of OpenEMR's tables with the query and map that we ship and judges what comes out as Texas would. H2 speaks
 * MySQL's dialect here, but for one function that it lacks.
 */
public class OpenEmrSourceTest {
    private static final Path CONFIG = Path.of("config/sources/openemr");
    private static final Path ROWS = Path.of("src/test/resources/vxu/openemr");
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");

    private Connection database;
    private VxuWriter writer;

    @BeforeEach
    void fill() throws Exception {
        database = DriverManager.getConnection(
                "jdbc:h2:mem:openemr;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        try (Statement sql = database.createStatement()) {
            sql.execute(
                    "create alias substring_index for \"" + OpenEmrSourceTest.class.getName() + ".substringIndex\"");
            for (String file : List.of("tables.sql", "rows.sql")) {
                sql.execute(Files.readString(ROWS.resolve(file)));
            }
        }
        writer = new VxuWriter(
                ColumnMap.load(CONFIG), "openemr", ZONE, Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZONE));
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    /** MySQL's function: what stands before the count-th delimiter, or behind it from the right. */
    public static String substringIndex(String text, String delimiter, int count) {
        if (text == null) {
            return null;
        }
        int at = count > 0 ? text.indexOf(delimiter) : text.lastIndexOf(delimiter);
        if (at < 0) {
            return text;
        }
        return count > 0 ? text.substring(0, at) : text.substring(at + delimiter.length());
    }

    @Test
    void rowsBecomeTheRecordsThatTexasTakes() throws Exception {
        List<Message> records = records("1900-01-01 00:00:00+00", "");

        assertThat(records).hasSize(3);
        assertThat(records.get(0).text().lines())
                .contains(
                        "MSH|^~\\&|OPENEMR|SOUTH|||20261122060000-0600||VXU^V04^VXU_V04|"
                                + records.get(0).get("MSH-10") + "|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS",
                        "PID|1||101^^^OPENEMR^MR||Ashgrove^Wren^Ada^^^^L||20230211|F||2106-3^White^CDCREC|12 Mesquite Ln^^Bastrop^TX^78602^USA^H"
                                + "||^PRN^PH^^^512^4478213~^NET^Internet^ashgrove@mail.example|||||||||2135-2^Hispanic or Latino^CDCREC",
                        "PD1||||||||||||TXY|20230220",
                        "NK1|1|Ashgrove^Maud^^^^^L|MTH^Mother^HL70063|12 Mesquite Ln^^Bastrop^TX^78602^USA^H|^PRN^PH^^^512^4478213",
                        "ORC|RE||5001^OPENEMR|||||||9^Lindqvist^Petra^^^^^^OPENEMR^^^^EI||1245319599^Umber^Basil^^^^^^NPI^^^^NPI",
                        "RXA|0|1|20261001||03^MMR^CVX|0.5|mL^^UCUM||00^New immunization record^NIP001"
                                + "|1234567893^Tarrow^Imogen^^^^^^NPI^^^^NPI|^^^SOUTH||||X004821|20270930|MSD^^MVX|||CP|A",
                        "RXA|0|1|20230212||08^Hep B, adolescent or pediatric^CVX|999|||03^Historical information^NIP001|||||||||||CP|A",
                        "RXR|SC^^NCIT|LA^^HL70163",
                        "OBX|2|CE|30956-7^Vaccine type^LN|2|03^^CVX||||||F|||20261001",
                        "OBX|3|DT|29768-9^Date vaccine information statement published^LN|2|20210806||||||F|||20261001",
                        "ORC|RE||9999^OPENEMR|||||||9^Lindqvist^Petra^^^^^^OPENEMR^^^^EI",
                        "RXA|0|1|20261001||21^varicella^CVX|999||||||||||||00^^NIP002||RE|A");
        assertThat(records.get(1).get("PD1-12")).isEqualTo("TXA");
        assertThat(records.get(1).get("RXR-1.1")).isEqualTo("C28161");
        assertThat(records.get(2).get("RXA-21")).as("added erroneously").isEqualTo("D");

        List<Judgement> judgements =
                records.stream().map(OpenEmrSourceTest::judge).toList();
        assertThat(errors(judgements.get(0))).isEmpty();
        assertThat(errors(judgements.get(1))).isEmpty();
        assertThat(errors(judgements.get(2)))
                .as("nobody said that the registry may have her data")
                .containsExactly("tx-consent-missing");
        assertThat(judgements.get(0).doses()).doesNotContain(Verdict.HELD).hasSize(3);
    }

    @Test
    void theNextRunBeginsBehindTheMarkAndThePatient() throws Exception {
        assertThat(records("2026-10-02 08:00:00", "101"))
                .extracting(m -> m.get("PID-3.1"))
                .containsExactly("102", "103");
        assertThat(records("2026-10-03 15:10:00", ""))
                .extracting(m -> m.get("PID-3.1"))
                .containsExactly("102", "103");
        assertThat(records("2026-10-05 10:10:00", "103")).isEmpty();
    }

    @Test
    void aPatientWhoseDataChangedIsReadAgain() throws Exception {
        try (Statement sql = database.createStatement()) {
            sql.execute(
                    "update patient_data set allow_imm_reg_use = 'YES', userdate1 = '2026-11-20', `date` = '2026-11-20 09:00:00' where pid = 103");
        }

        List<Message> again = records("2026-10-05 10:10:00", "103");

        assertThat(again).hasSize(1);
        assertThat(again.get(0).get("PD1-12") + again.get(0).get("PD1-13")).isEqualTo("TXY20261120");
        assertThat(errors(judge(again.get(0)))).isEmpty();
    }

    private List<Message> records(String mark, String patient) throws Exception {
        List<Map<String, String>> rows = new NamedParameterJdbcTemplate(new SingleConnectionDataSource(database, true))
                .query(
                        Files.readString(CONFIG.resolve("query.sql")),
                        Map.of("mark", mark, "patient", patient, "limit", 1000),
                        (result, number) -> row(result));
        Map<String, List<Map<String, String>>> groups = rows.stream()
                .collect(Collectors.groupingBy(
                        row -> writer.stamp(row) + "/" + writer.patient(row), LinkedHashMap::new, Collectors.toList()));
        List<Message> records = new ArrayList<>();
        try (Referee referee = new Referee()) {
            for (List<Map<String, String>> group : groups.values()) {
                Message record = writer.write(group, 1);
                assertThat(referee.refusal(record.text().getBytes(StandardCharsets.UTF_8)))
                        .isEmpty();
                records.add(record);
            }
        }
        return records;
    }

    private static Map<String, String> row(ResultSet result) throws SQLException {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.put(result.getMetaData().getColumnLabel(i), result.getString(i));
        }
        return row;
    }

    private static Judgement judge(Message record) {
        Path national = Path.of("config/registries/national");
        Path texas = Path.of("config/registries/immtrac2");
        CodeTables codes = CodeTables.load(Path.of("config/codes")).withFile(Path.of("config/prescribers.csv"));
        Message sent = Transforms.load(
                        List.of(national.resolve("transform.yaml"), texas.resolve("transform.yaml")), codes, ZONE)
                .apply(record, "main", "openemr")
                .message();
        return RuleSet.load(List.of(national.resolve("rules.yaml"), texas.resolve("rules.yaml")), codes)
                .check(sent, new CheckContext(LocalDate.of(2026, 11, 22), true));
    }

    private static List<String> errors(Judgement judgement) {
        return judgement.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::rule)
                .toList();
    }
}
