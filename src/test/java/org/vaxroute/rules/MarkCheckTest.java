package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.hl7.Message;

/** A site's own table of test patients, beside rules that look at three fields. */
class MarkCheckTest {
    private static final String HEAD =
            "# name: TEST-DATA\n# title: own\n# date: 2026-11-25\n# source: a test\ncode,field,how,to,authority,type,sign\n";
    private static final String ROWS =
            """
            900000,PID-3.1,range,999999,CLINIC,,sure
            9,PID-3.1,same-digit,,,SS,weak
            115,PID-7.1,older-than,,,,sure
            7,PID-13.7,same-digit,,,,weak
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "none",
            value = {
                "900000^^^CLINIC^MR; 20200101; 5551234; number",
                "999999^^^Clinic.^MR; 20200101; 5551234; number",
                "77^^^CLINIC^MR~950000^^^CLINIC^MR; 20200101; 5551234; number",
                "899999^^^CLINIC^MR; 20200101; 5551234; none",
                "1000000^^^CLINIC^MR; 20200101; 5551234; none",
                "950000^^^OTHER^MR; 20200101; 5551234; none",
                "9500A0^^^CLINIC^MR; 20200101; 5551234; none",
                "77^^^CLINIC^MR; 19101121; 5551234; birth",
                "77^^^CLINIC^MR; 19101123; 5551234; none",
                "77^^^CLINIC^MR; 1910; 5551234; none",
                "77^^^CLINIC^MR; 20200101; 7777777; none",
                "77^^^CLINIC^MR~777-77-7777^^^SSA^SS; 20200101; 5551234; none",
                "77^^^CLINIC^MR~777-77-7777^^^SSA^SS; 20200101; 888-8888; number phone",
                "777777777^^^CLINIC^MR; 20200101; 8888888; none",
                "950000^^^CLINIC^MR; 20200101; 8888888; number phone"
            })
    void holdsWhatIsMarkedForSureOrTwice(String number, String birth, String phone, String found) throws IOException {
        Message message = Fixture.message("MSH|^~\\&|EHR|CLINIC|IIS|TX|20261122||VXU^V04^VXU_V04|1|P|2.5.1\rPID|1||"
                + number + "||Doe^Ann||" + birth + "|F|||||^PRN^PH^^^512^" + phone + "\r");

        assertThat(rules(ROWS).check(message, Fixture.PRODUCTION).findings())
                .extracting(Finding::rule)
                .containsExactlyElementsOf(found == null ? List.of() : List.of(found.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "TEST,PID-3.1,contains,,,,sure; needs in column 'how' one of",
                "TEST,PID-3.1,is,,,,maybe; needs in column 'sign' sure or weak",
                "TEST,PID-3,is,,,,sure; needs in column 'field' a component of PID",
                "900000,PID-3.1,range,,,,sure; needs whole numbers of at most 18 digits"
            })
    void namesTheRowThatCannotBeUsed(String row, String fault) {
        assertThatThrownBy(() -> rules(row + "\n"))
                .hasMessageContaining("test-data.csv")
                .hasMessageContaining("the row '" + row.substring(0, row.indexOf(',')) + "'")
                .hasMessageContaining(fault);
    }

    @Test
    void aTestPatientIsWelcomeInATest() throws IOException {
        Message message =
                Message.parse(Files.readAllBytes(Path.of("src/test/resources/golden/pid-3-test-number/breaks.hl7")));

        assertThat(Fixture.NATIONAL.check(message, Fixture.TEST).findings())
                .extracting(Finding::rule)
                .doesNotContain("pid-3-test-number");
    }

    private RuleSet rules(String rows) throws IOException {
        Files.writeString(folder.resolve("test-data.csv"), HEAD + rows);
        StringBuilder rules = new StringBuilder("rules:\n");
        for (String rule : List.of("number: PID-3.1", "birth: PID-7.1", "phone: PID-13.7")) {
            rules.append("  - id: ")
                    .append(rule.replaceFirst(":.*", ""))
                    .append("\n    path: ")
                    .append(rule.replaceFirst(".*: ", ""))
                    .append("\n    check: {not-marked: TEST-DATA}\n    severity: error\n    effect: message\n")
                    .append("    reason: It is marked.\n    remedy: Look at it.\n    guide: own\n");
        }
        return RuleSet.load(List.of(Files.writeString(folder.resolve("rules.yaml"), rules)), Fixture.CODES);
    }
}
