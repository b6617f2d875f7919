package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
                "PID-8,x,,sex.csv,; sex.csv: cannot be read",
            })
    void saysWhereAndWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> load(LEAST + line + "\n"))
                .isInstanceOf(ColumnMapException.class)
                .hasMessageContaining("columns.csv".equals(message) ? "" : message.strip());
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
