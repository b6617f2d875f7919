package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as registries write them, and what a careful person makes of them; each golden file holds the verdicts. */
class AnswerExplanationTest {
    private static final Path GOLDEN = Path.of("src/test/resources/answers");
    private static final AnswerFormats FORMATS =
            AnswerFormats.load(List.of(Path.of("config/registries/national"), Path.of("config/registries/immtrac2")));

    @TempDir
    Path folder;

    static AnswerCatalogue catalogue() {
        return AnswerCatalogue.load(List.of(
                Path.of("config/registries/national/answers.csv"), Path.of("config/registries/immtrac2/answers.csv")));
    }

    @Test
    void ourOwnDialectsAreUnderstood() throws IOException {
        compare(GOLDEN.resolve("dialects.hl7"), "dialects");
    }

    @ParameterizedTest
    @CsvSource({"smm-tester.hl7, smm-tester", "nist/ack-z23.hl7, ack-z23", "nist/onc2015-g1-c1-s2.hl7, onc2015-g1-c1-s2"
    })
    void publicSamplesAreClassifiedAsACarefulPersonWould(String sample, String golden) throws IOException {
        Path file = Path.of(System.getProperty("vaxroute.shared", shared()))
                .resolve("data/samples/ack")
                .resolve(sample);
        assumeTrue(Files.exists(file), "no samples beside the project");
        compare(file, golden);
    }

    private static String shared() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("shared/data"))) {
                return p.resolve("shared").toString();
            }
        }
        return "shared";
    }

    private void compare(Path sample, String golden) throws IOException {
        StringBuilder json = new StringBuilder();
        new AnswerExplanation(FORMATS).json(sample, json);
        Path expected = GOLDEN.resolve(golden + ".json");
        if (Boolean.getBoolean("vaxroute.write-golden")) {
            Files.writeString(expected, json);
        }
        assertThat(json.toString()).isEqualTo(Files.readString(expected));
    }

    @Test
    void aReportOfQualityIsReadByItsHeadings() throws IOException {
        compare(GOLDEN.resolve("report.csv"), "report");
    }

    @Test
    void aFileOfAnotherKindIsNotUnderstoodAndSaysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("picture.bin"), "%PDF-1.4 and so on");

        assertThatThrownBy(() -> new AnswerExplanation(FORMATS).json(file, new StringBuilder()))
                .isInstanceOf(AnswerException.class)
                .hasMessageContaining("picture.bin");
    }

    @Test
    void whatWeSentAndWasEchoedIsNoAnswer() throws IOException {
        Path file = Files.writeString(
                folder.resolve("echo.hl7"),
                "MSH|^~\\&|A|B|C|D|20260101||VXU^V04^VXU_V04|QQQQ-1|P|2.5.1\rPID|1||1^^^X^MR\r");
        StringBuilder json = new StringBuilder();

        new AnswerExplanation(FORMATS).json(file, json);

        assertThat(json).isEmpty();
    }

    @Test
    void theTextForPeopleNamesOutcomeMeaningAndRemedy() throws IOException {
        StringBuilder text = new StringBuilder();

        new AnswerExplanation(FORMATS).text(GOLDEN.resolve("dialects.hl7"), text);

        assertThat(text.toString())
                .contains("QQQQ-2  warned")
                .contains("warning IEE-519 at NK1: Warning. Responsible person is missing")
                .contains("mend: Record a parent or guardian (NK1)")
                .endsWith(" unknown\n");
    }

    @Test
    void aVendorsExportIsFilledDownAndItsCellsAreTakenApart() throws IOException {
        compare(GOLDEN.resolve("vendor-export.csv"), "vendor-export");
    }

    @ParameterizedTest
    @CsvSource({"response.txt", "response-error.txt", "response-blocks.txt"})
    void responseFilesAreReadByTheirSections(String sample) throws IOException {
        compare(GOLDEN.resolve(sample), sample.replace(".txt", ""));
    }
}
