package org.vaxroute.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeTableTest {
    @TempDir
    Path folder;

    @Test
    void aCodeCountsOnlyWithinItsUseDates() throws IOException {
        CodeTable table = table("code,name,from,until\n01,old,,1997-01-01\n02,one season,2020-07-01,2021-06-30\n"
                + "02,next season,2021-07-01,2022-06-30\n");

        assertThat(table.active("01", LocalDate.of(1997, 1, 1))).isTrue();
        assertThat(table.active("01", LocalDate.of(1997, 1, 2))).isFalse();
        assertThat(table.active("02", LocalDate.of(2022, 1, 1))).isTrue();
        assertThat(table.active("02", LocalDate.of(2022, 7, 1))).isFalse();
        assertThat(table.active("03", LocalDate.of(2022, 1, 1))).isFalse();
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void otherColumnsCrossOneCodeToAnother() throws IOException {
        CodeTable table = table("code,cvx\n90281,86\n");

        assertThat(table.lookup("90281").orElseThrow().get("cvx")).isEqualTo("86");
        assertThat(table.lookup("90281").orElseThrow().get("mvx")).isEmpty();
    }

    @Test
    void aCodeWhoseRowsDoNotAgreeCrossesToNone() throws IOException {
        CodeTable table = table("code,cvx\n90281,86\n90281,86\n90734,114\n90734,136\n90999,\n");

        assertThat(table.only("90281", "cvx")).hasValue("86");
        assertThat(table.only("90734", "cvx")).isEmpty();
        assertThat(table.only("90999", "cvx")).isEmpty();
        assertThat(table.only("90000", "cvx")).isEmpty();
    }

    @Test
    void aTableWithoutADateIsRefusedBecauseItsAgeCouldNotBeShown() throws IOException {
        Path file = Files.writeString(folder.resolve("x.csv"), "# name: X\ncode\nA\n");

        assertThatThrownBy(() -> CodeTable.read(file))
                .isInstanceOf(CodeTableException.class)
                .hasMessageContaining("x.csv")
                .hasMessageContaining("# date: ");
    }

    @Test
    void aBrokenRowIsNamedByItsLine() throws IOException {
        assertThatThrownBy(() -> table("code,from\nA,2020-01-01\nB,01.02.2020\n"))
                .isInstanceOf(CodeTableException.class)
                .hasMessageContaining("line 7")
                .hasMessageContaining("YYYY-MM-DD");
    }

    @Test
    void twoFilesOfOneNameAreRefusedButALaterFolderReplaces() throws IOException {
        table("code\nA\n");
        Files.copy(folder.resolve("x.csv"), folder.resolve("y.csv"));
        assertThatThrownBy(() -> CodeTables.load(folder))
                .isInstanceOf(CodeTableException.class)
                .hasMessageContaining("stands in two files");

        Path registry = Files.createDirectory(folder.resolve("registry"));
        Files.writeString(registry.resolve("x.csv"), "# name: X\n# date: 2026-01-01\ncode\nB\n");
        Files.delete(folder.resolve("y.csv"));
        CodeTables tables = CodeTables.load(List.of(folder, registry));

        assertThat(tables.table("X").codes()).containsExactly("B");
        assertThatThrownBy(() -> tables.table("Z")).hasMessageContaining("no code table 'Z'");
    }

    @Test
    void aTableThatASpreadsheetHasSavedIsTheSameTable() throws IOException {
        Files.writeString(
                folder.resolve("x.csv"),
                "\uFEFF# name: X,,,\r\n# title: A, B and C,\r\n# date: 2025-01-01,,,\r\n#,,,\r\ncode,name,,\r\nA,first,,\r\n");

        CodeTable table = CodeTables.load(folder).table("X");

        assertThat(table.date()).isEqualTo(LocalDate.of(2025, 1, 1));
        assertThat(table.title()).isEqualTo("A, B and C");
        assertThat(table.lookup("A").orElseThrow().name()).isEqualTo("first");
    }

    @Test
    void whatStandsInAColumnWithoutANameIsNotLeftOut() {
        assertThatThrownBy(() -> table("code,name,\nA,first,2020-01-01\n"))
                .isInstanceOf(CodeTableException.class)
                .hasMessageContaining("line 6 has something in a column without a name");
    }

    @Test
    void aTableInAnotherEncodingSaysHowToSaveIt() throws IOException {
        Path file =
                Files.write(folder.resolve("x.csv"), "# name: X\n# title: für\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> CodeTable.read(file)).hasMessageContaining("save it as CSV in UTF-8");
    }

    private CodeTable table(String rows) throws IOException {
        return CodeTable.read(Files.writeString(
                folder.resolve("x.csv"), "# name: X\n# title: test\n# date: 2025-01-01\n# source: here\n" + rows));
    }
}
