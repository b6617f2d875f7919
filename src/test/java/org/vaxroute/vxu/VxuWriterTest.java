package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class VxuWriterTest {
    private static final Path CLINIC = Path.of("src/test/resources/vxu/clinic");
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T15:04:05Z"), TEXAS);
    private static final Referee REFEREE = new Referee();

    private final ColumnMap map = ColumnMap.load(CLINIC);
    private final VxuWriter writer = new VxuWriter(map, "clinic", TEXAS, CLOCK);

    @AfterAll
    static void closeReferee() {
        REFEREE.close();
    }

    private Map<String, String> row(String... pairs) {
        Map<String, String> row = new HashMap<>();
        map.columns().forEach(c -> row.put(c, null));
        row.putAll(
                Map.of("mrn", "4711", "last", "Treviño & Sons", "first", "Ana", "born", "03/09/2019", "sex", "female"));
        row.putAll(Map.of(
                "race", "W", "street", "12 Elm St", "city", "Austin", "zip", "78701", "phone", "(512) 478-1234"));
        row.putAll(
                Map.of("consent", "TXY", "consent_on", "2019-04-01", "mother_last", "Treviño", "mother_first", "Luz"));
        row.put("changed", "2026-11-01 09:30:00");
        for (int i = 0; i < pairs.length; i += 2) {
            row.put(pairs[i], pairs[i + 1]);
        }
        return row;
    }

    private Map<String, String> newDose() {
        Map<String, String> row =
                row("dose_id", "9001", "given", "2026-11-01T23:30:00Z", "cvx", "03", "vaccine", "MMR");
        row.putAll(Map.of("amount", "0.5", "unit", "mL", "origin", "here", "lot", "M12345", "expires", "2027-05-31"));
        row.putAll(Map.of("mvx", "MSD", "route", "C38299", "site", "LA", "vfc", "V02", "fund", "VXC51", "number", "2"));
        row.putAll(Map.of("vis_cvx", "03", "vis_edition", "2025-01-31", "vis_barcode", "253088698300013411210806"));
        return row;
    }

    private Map<String, String> historicalDose() {
        return row("dose_id", "9002", "given", "2020-03-15", "cvx", "94", "origin", "elsewhere", "vfc", "V02");
    }

    private Map<String, String> refusedDose() {
        Map<String, String> row =
                row("dose_id", "9003", "given", "2026-11-01", "cvx", "140", "origin", "here", "lot", "X");
        row.putAll(Map.of("status", "RE", "refusal", "00", "amount", "0.5", "route", "C28161"));
        return row;
    }

    private Map<String, String> immunity() {
        return row(
                "dose_id",
                "9004",
                "given",
                "2026-11-01",
                "cvx",
                "998",
                "origin",
                "here",
                "status",
                "NA",
                "immune_to",
                "38907003");
    }

    private String written(Map<String, String> row) {
        return writer.write(List.of(row), 1).text();
    }

    @Test
    void writesAPatientWithAllFourKindsOfDoseAsTheGoldenMessage() throws Exception {
        String text = writer.write(List.of(newDose(), historicalDose(), refusedDose(), immunity()), 1)
                .text();

        assertThat(text.replace('\r', '\n')).isEqualTo(Files.readString(CLINIC.resolve("golden.hl7")));
        assertThat(REFEREE.refusal(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void givesTheSameRowsTheSameControlIdAndChangedRowsAnother() {
        Map<String, String> changed = newDose();
        changed.put("changed", "2026-11-02 08:00:00");

        assertThat(written(newDose())).isEqualTo(written(newDose()));
        assertThat(controlId(written(changed))).isNotEqualTo(controlId(written(newDose())));
    }

    private static String controlId(String text) {
        return text.split("\r")[0].split("\\|")[9];
    }

    @Test
    void takesRowsWhoseLabelsAreInAnotherCase() {
        Map<String, String> capitals = new HashMap<>();
        newDose().forEach((k, v) -> capitals.put(k.toUpperCase(Locale.ROOT), v));

        assertThat(written(capitals)).isEqualTo(written(newDose()));
    }

    @Test
    void readsCodesWhoseZeroASpreadsheetDroppedAndThoseInSmallLetters() {
        Map<String, String> row = refusedDose();
        row.put("status", "re");
        row.put("refusal", "0");

        assertThat(written(row)).isEqualTo(written(refusedDose())).contains("|00^^NIP002||RE|");
    }

    @Test
    void writesNoOrderForARowWithoutADose() {
        assertThat(written(row("dose_id", "1"))).doesNotContain("ORC|");
    }

    @Test
    void leavesOutANextOfKinOfWhomOnlyTheRelationIsKnownAndNumbersTheOthers() {
        Map<String, String> row = newDose();
        row.put("mother_last", "");
        row.put("mother_first", null);
        row.put("father_last", "Ruiz");

        assertThat(written(row)).contains("NK1|1|Ruiz^^^^^^L|FTH^^HL70063\r").doesNotContain("MTH");
    }

    @Test
    void sendsAConsentDateOnlyWithAConsentCode() {
        Map<String, String> row = newDose();
        row.put("consent", null);

        assertThat(written(row)).doesNotContain("20190401");
    }

    @Test
    void neverErasesWhatTheRegistryHasBecauseAColumnHoldsTwoQuotes() {
        Map<String, String> row = newDose();
        row.put("middle", "\"\"");

        assertThat(written(row)).doesNotContain("\"\"");
    }

    @Test
    void takesPatientColumnsFromTheFirstRowOnly() {
        Map<String, String> bad = newDose();
        bad.put("born", "31/02/2019");

        assertThat(writer.draft(List.of(historicalDose(), bad), 17).faults()).isEmpty();
    }

    @Test
    void findsRowsOfSomebodyElseUnderTheNumberOfAPatient() {
        Map<String, String> brother = newDose();
        brother.put("first", "Leo");
        Map<String, String> namesake = newDose();
        namesake.put("born", "03/10/2019");
        Map<String, String> same = newDose();
        same.putAll(Map.of("last", "TREVIÑO & SONS", "street", "9 Oak St"));
        Map<String, String> bare = newDose();
        bare.put("first", null);
        bare.put("born", null);

        for (Map<String, String> other : List.of(brother, namesake)) {
            assertThat(writer.draft(List.of(historicalDose(), historicalDose(), other), 17)
                            .faults())
                    .extracting(RowFault::row, RowFault::column, RowFault::dose, RowFault::location)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(19L, "mrn", 0, "PID-3"));
        }
        assertThat(writer.draft(List.of(historicalDose(), same, bare), 17).faults())
                .isEmpty();
    }

    @Test
    void tellsWhatIsWrongWithARowAndStillDraftsTheMessage() {
        Map<String, String> bad = newDose();
        bad.putAll(Map.of("born", "31/02/2019", "race", "Z", "phone", "478-1234", "given", "soon"));

        assertThatThrownBy(() -> writer.write(List.of(bad), 17))
                .isInstanceOf(RowException.class)
                .hasMessage("source clinic, row 17, column born (PID-7): is no date of the form MM/dd/yyyy;"
                        + " correct the value in the EHR or the format in columns.csv (and 2 more)");
        Draft draft = writer.draft(List.of(bad), 17);
        assertThat(draft.faults()).extracting(RowFault::column).containsExactly("born", "race", "given");
        assertThat(draft.faults())
                .extracting(RowFault::location)
                .containsExactly("PID-7", "PID-10.1", "ORDER[1]/RXA-3");
        assertThat(draft.faults()).extracting(RowFault::isRequired).containsExactly(true, false, true);
        assertThat(draft.faults().toString())
                .doesNotContain("31/02")
                .doesNotContain("478-1234")
                .doesNotContain("soon");
        assertThat(draft.message().text())
                .contains("|31/02/2019|")
                .contains("|soon|")
                .contains("478-1234");
    }

    @Test
    void stopsAtAColumnThatTheSourceDoesNotHave() {
        Map<String, String> row = newDose();
        row.remove("lot");

        assertThatThrownBy(() -> written(row))
                .isInstanceOf(ColumnMapException.class)
                .hasMessage("source clinic: its rows have no column lot, which columns.csv names;"
                        + " correct the query or the column map");
        assertThatThrownBy(() -> map.require("clinic", new ArrayList<>(row.keySet())))
                .isInstanceOf(ColumnMapException.class)
                .hasMessageContaining("no column lot");
    }
}
