package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnMapTest {
    private static final String LEAST =
            """
            field,column,constant,codes,format
            patient,p,,,
            row,r,,,
            PID-3.1,p,,,
            PID-5.1,l,,,
            PID-5.2,f,,,
            PID-7,b,,,
            RXA-3,d,,,
            RXA-5.1,c,,,
            RXA-9.1,,01,,
            """;

    @TempDir
    Path folder;

    private ColumnMap load(String lines) throws IOException {
        Files.writeString(folder.resolve("columns.csv"), lines);
        return ColumnMap.load(folder);
    }

    @Test
    void knowsItsKeysAndColumns() throws IOException {
        ColumnMap map = load(LEAST);

        assertThat(map.patientColumn()).isEqualTo("p");
        assertThat(map.rowColumn()).isEqualTo("r");
        assertThat(map.stampColumn()).isEmpty();
        assertThat(map.columns()).containsExactly("p", "r", "l", "f", "b", "d", "c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PIX-3,x,,,; line 11: a column map cannot fill segment PIX",
                "PID-0,x,,,; line 11: PID-0 counts from 0",
                "birthday,x,,,; line 11: birthday is no field name such as PID-3.1",
                "PID-8,,,,; line 11: PID-8 has neither a column nor a constant",
                "PID-7,x,,,; line 11: PID-7 is filled twice",
                "MSH-10,x,,,; line 11: MSH-10 is set by VaxRoute",
                "PID[2]-8,x,,,; line 11: only NK1 may stand more than once",
                "PD1-13,x,,,bb; line 11: bb is no date pattern",
                "PD1-13,x,,,YYYY-MM-DD; line 11: YYYY-MM-DD is no date pattern",
                "PID-5,x,,,; line 11: PID-5 is filled by a line above",
                "MSH-3,,Clinic,,,North; line 11: has more cells than columns",
                "obx-numbering,,doses,,; line 11: write obx-numbering",
                "PID-8,x,,sex.csv,; sex.csv: cannot be read",
            })
    void saysWhereAndWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> load(LEAST + line + "\n"))
                .isInstanceOf(ColumnMapException.class)
                .hasMessageContaining("columns.csv".equals(message) ? "" : message.strip());
    }

    @Test
    void everyFaultyLineIsToldAtOnce() {
        assertThatThrownBy(() -> load(LEAST + "PIX-3,x,,,\nbirthday,x,,,\n"))
                .hasMessageContaining("line 11")
                .hasMessageContaining("line 12");
    }

    @Test
    void aMisspeltHeadingIsNotPassedOver() {
        assertThatThrownBy(() -> load(LEAST.replace("constant,codes", "constant,code")))
                .hasMessageContaining("there is no column code; the columns are field,column,constant,codes,format");
        assertThatThrownBy(() -> {
                    Files.writeString(folder.resolve("sex.csv"), "from,to,txt\nM,=,Male\n");
                    load(LEAST + "PID-8,s,,sex.csv,\n");
                })
                .hasMessageContaining("sex.csv: there is no column txt");
    }

    @Test
    void aMapThatASpreadsheetHasSavedIsTheSameMap() throws IOException {
        Files.writeString(folder.resolve("sex.csv"), "\uFEFFfrom,to,text\r\nM,=,Male\r\n");

        ColumnMap map = load("\uFEFF# a, b, c, d, e, f\r\n" + (LEAST + "PID-8,s,,sex.csv,\n").replace("\n", ",\r\n"));

        assertThat(map.columns()).containsExactly("p", "r", "l", "f", "b", "d", "c", "s");
    }

    @Test
    void aMapInAnotherEncodingSaysHowToSaveIt() throws IOException {
        Path file = Files.write(
                folder.resolve("columns.csv"), ("# für alle\n" + LEAST).getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ColumnMap.load(file))
                .isInstanceOf(ColumnMapException.class)
                .hasMessageContaining("columns.csv")
                .hasMessageContaining("save it as CSV in UTF-8");
    }

    @Test
    void asksForWhatEveryVxuNeeds() {
        assertThatThrownBy(() -> load(LEAST.replace("PID-7,b,,,\n", "")))
                .hasMessageContaining("nothing fills PID-7; add a line for it");
        assertThatThrownBy(() -> load(LEAST.replace("patient,p,,,\n", "")))
                .hasMessageContaining("has no line patient with a column");
        assertThatThrownBy(() -> ColumnMap.load(folder.resolve("absent"))).hasMessageContaining("needs a column map");
    }
}
