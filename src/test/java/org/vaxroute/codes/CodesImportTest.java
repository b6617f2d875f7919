package org.vaxroute.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodesImportTest {
    private static final LocalDate UNDATED = LocalDate.of(2026, 1, 1);

    @TempDir
    Path folder;

    @Test
    void ndcOfSaleAndUseCrossToCvxAndTakeTheirMakerFromTheLinker() throws IOException {
        Path sale = write(
                "sale.txt",
                "7|80631|207|10|NUVAXOVID|COVID-19|Novavax|20250827||CARTON|IM|2025-11-13 00:00:00"
                        + "|313       |COVID-19|80631-0207-10|x\r\n");
        Path use = write(
                "use.txt",
                "9|80631|207|01|NUVAXOVID|COVID-19|Novavax|20250827|20260630|SYRINGE|x|313       "
                        + "|COVID-19|False     |80631-0207-01|2025-11-13 00:00:00|x\r\n");
        Path links = write("linker.txt", "1|7|9|NVX\r\n");

        List<CodesImport.Imported> written = run(sale, use, links);

        CodeTable ndc = CodeTables.load(folder.resolve("codes")).table("NDC");
        assertThat(written).singleElement().satisfies(table -> assertThat(table.rows())
                .isEqualTo(2));
        assertThat(ndc.date()).isEqualTo(LocalDate.of(2025, 11, 13));
        assertThat(ndc.lookup("80631-0207-10").orElseThrow().get("cvx")).isEqualTo("313");
        assertThat(ndc.lookup("80631-0207-01").orElseThrow().get("mvx")).isEqualTo("NVX");
        assertThat(ndc.active("80631-0207-01", LocalDate.of(2026, 7, 1))).isFalse();
    }

    @Test
    void ofCptOnlyTheCodesAreKept() throws IOException {
        run(write("cpt.csv", "cpt,cvx,cvx_vaccine_name,last_updated\n90281,86,IG,6/13/2024\n"));

        assertThat(Files.readString(folder.resolve("codes/cpt.csv")))
                .contains("90281,86")
                .doesNotContain("IG");
    }

    @Test
    void anXmlFileThatBringsItsOwnEntitiesIsRefused() throws IOException {
        Path file =
                write("cvx.xml", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><CVXCodes>&e;</CVXCodes>");

        assertThatThrownBy(() -> run(file))
                .isInstanceOf(CodeTableException.class)
                .hasMessageContaining("cvx.xml");
        assertThat(folder.resolve("codes")).doesNotExist();
    }

    @Test
    void aForeignFileIsNamed() throws IOException {
        Path file = write("notes.txt", "a|b\n");

        assertThatThrownBy(() -> run(file)).hasMessageContaining("notes.txt").hasMessageContaining("line 1");
    }

    /** The profile's library calls the table of financial classes "Publicity code". */
    @Test
    void aTableThatTheLibraryCallsByTheNameOfAnotherOneGetsItsOwn() throws IOException {
        run(
                write(
                        "library.xml",
                        "<ValueSetLibrary><ValueSetDefinition BindingIdentifier=\"HL70064_IZ\" Name=\"Publicity code\">"
                                + "<ValueElement Value=\"V01\" DisplayName=\"Not VFC eligible\"/></ValueSetDefinition></ValueSetLibrary>"));

        assertThat(CodeTables.load(folder.resolve("codes")).table("HL70064").title())
                .isEqualTo("Financial class");
    }

    @Test
    void noTwoTablesHaveOneTitle() {
        assertThat(CodeTables.load(Path.of("config/codes")).all())
                .extracting(CodeTable::title)
                .doesNotHaveDuplicates();
    }

    @Test
    void theProjectsOwnTablesLoad() {
        CodeTables tables = CodeTables.load(Path.of("config/codes"));

        assertThat(tables.table("CVX").size()).isGreaterThan(280);
        assertThat(tables.table("NDC").size()).isGreaterThan(1000);
        assertThat(tables.all()).allSatisfy(table -> {
            assertThat(table.source()).as(table.name()).isNotEmpty();
            assertThat(table.size()).as(table.name()).isPositive();
        });
    }

    private List<CodesImport.Imported> run(Path... files) {
        return new CodesImport(folder.resolve("codes"), UNDATED).run(List.of(files));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
