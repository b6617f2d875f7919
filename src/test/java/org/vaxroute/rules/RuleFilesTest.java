package org.vaxroute.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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

class RuleFilesTest {
    private static final String RULE =
            """
            rules:
              - id: sex-known
                path: PID-8
                check: {one-of: [M, F]}
                severity: warning
                effect: field
                reason: The sex is not known.
                remedy: Ask.
                guide: PID-8
            """;

    @TempDir
    Path folder;

    @Test
    void aLaterFileTightensARuleAndKeepsWhatItDoesNotName() throws IOException {
        Path national = write("a.yaml", RULE);
        Path registry = write("b.yaml", "changes:\n  - {id: sex-known, severity: error, effect: message}\n");

        Rule rule = load(national, registry).rule("sex-known").orElseThrow();

        assertThat(rule.severity()).isEqualTo(Severity.ERROR);
        assertThat(rule.check()).isEqualTo("one-of: [M, F]");
        assertThat(rule.reason()).isEqualTo("The sex is not known.");
        assertThat(rule.origin()).endsWith("b.yaml:2");
    }

    @Test
    void aLaterFileSwitchesARuleOffAndTheLastWordCounts() throws IOException {
        Path national = write("a.yaml", RULE);
        Path registry = write("b.yaml", "changes:\n  - {id: sex-known, severity: error, effect: message}\n");
        Path site = write("c.yaml", "changes:\n  - {id: sex-known, off: true}\n");

        assertThat(load(national, registry, site).rules()).isEmpty();
        assertThatThrownBy(() -> load(national, site, registry)).hasMessageContaining("there is no rule 'sex-known'");
    }

    @Test
    void aFileInAnotherEncodingSaysHowToSaveIt() throws IOException {
        Path national = Files.write(folder.resolve("a.yaml"), ("# für alle\n" + RULE).getBytes(ISO_8859_1));

        assertThatThrownBy(() -> load(national)).hasMessageContaining("a.yaml: is not UTF-8; save it as UTF-8");
    }

    @Test
    void filesReadInTheWrongOrderAreToldSo() throws IOException {
        Path national = write("a.yaml", RULE);
        Path registry = write("b.yaml", "changes:\n  - {id: sex-knwon, off: true}\n");

        assertThatThrownBy(() -> load(national, registry))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("b.yaml:2")
                .hasMessageContaining("did you mean sex-known?");
    }

    @Test
    void oneIdStandsOnce() throws IOException {
        assertThatThrownBy(() -> load(write("a.yaml", RULE), write("b.yaml", RULE)))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("b.yaml:2")
                .hasMessageContaining("a.yaml:2")
                .hasMessageContaining("changes:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            path: PID-8              | path: PID-80          | 3 | PID has only 39 fields
            path: PID-8              | path: PIT-8           | 3 | no segment of an immunization record
            path: PID-8              | path: PID.8           | 3 | no HL7 location
            path: PID-8              | path: ORDER[2]/RXA-3  | 3 | without ORDER
            check: {one-of: [M, F]}  | check: {in: SEX}      | 4 | there is no code table 'SEX'
            check: {one-of: [M, F]}  | check: {pattern: '(['} | 4 | the pattern is wrong
            check: {one-of: [M, F]}  | check: {any: x}       | 4 | 'any' is no check
            check: {one-of: [M, F]}  | check: {date: soon}   | 4 | how precise the date has to be
            check: {one-of: [M, F]}  | check: {max-length: x} | 4 | a whole number belongs here
            severity: warning        | severity: fatal       | 5 | 'fatal' is not known
            severity: warning        | severity: error       | 2 | an error holds something
            effect: field            | effect: dose          | 2 | needs a place in a dose
            remedy: Ask.             | remedies: Ask.        | 8 | 'remedies' is not known here
            remedy: Ask.             | remedy: ''            | 8 | 'remedy' is empty
            """)
    void aBadRuleStopsWithFileLineAndRemedy(String good, String bad, int line, String message) throws IOException {
        Path file = write("a.yaml", RULE.replace(good, bad));

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("a.yaml:" + line)
                .hasMessageContaining(message);
    }

    @Test
    void conditionsAreReadAsStrictly() throws IOException {
        for (String when :
                List.of("dose: fresh", "age: {below: 3}", "RXA-3: present", "stage: live", "PID-5: {has: x}")) {
            Path file = write("a.yaml", RULE + "    when: {" + when + "}\n");

            assertThatThrownBy(() -> load(file))
                    .as(when)
                    .isInstanceOf(RuleFileException.class)
                    .hasMessageContaining("a.yaml:10");
        }
    }

    @Test
    void aPlaceCannotBeRequiredAndEmptyAtOnce() throws IOException {
        String other = RULE.replace("rules:\n", "").replace("sex-known", "sex-empty");
        Path file = write(
                "a.yaml", RULE.replace("{one-of: [M, F]}", "required") + other.replace("{one-of: [M, F]}", "empty"));

        assertThatThrownBy(() -> load(file))
                .hasMessageContaining("a.yaml:10: the rule 'sex-empty' contradicts sex-known (")
                .hasMessageContaining("one asks that it is there, the other that it is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            {one-of: [M, F]}  | {one-of: [1, 2]}       | no value is allowed by both
            {one-of: [M, F]}  | {not-one-of: [F, M, U]} | one forbids every value that the other allows
            {min-length: 3}   | {max-length: 2}        | one asks for more characters than the other allows
            {in: HL70001}     | {not-in: HL70001}      | one asks for codes of the table that the other forbids
            {one-of: [M, F]}  | {one-of: [M, F]}       | asks the same as sex-known
            """)
    void twoRulesThatCannotBothBeMeantAreNamed(String one, String other, String message) throws IOException {
        String second = RULE.replace("rules:\n", "").replace("sex-known", "sex-other");
        Path file = write("a.yaml", RULE.replace("{one-of: [M, F]}", one) + second.replace("{one-of: [M, F]}", other));

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("a.yaml:10")
                .hasMessageContaining(message);
        assertThatThrownBy(() -> load(
                        write("b.yaml", RULE.replace("{one-of: [M, F]}", other)),
                        write("c.yaml", RULE.replace("{one-of: [M, F]}", one).replace("sex-known", "sex-other"))))
                .isInstanceOf(RuleFileException.class);
        load(write(
                "d.yaml",
                RULE.replace("{one-of: [M, F]}", one)
                        + second.replace("{one-of: [M, F]}", other)
                                .replace("path: PID-8", "path: PID-8\n    when: {PID-30: Y}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            PID-8    | {PID-8: absent}                 | {one-of: [M, F]}     | only where there is none
            PID-8    | {PID-8: present}                | required             | only where there is one
            PID-8    | {PID-8: [M, F]}                 | {one-of: [M, F, U]}  | lets only values through
            PID-8    | {PID-8: [M]}                    | {not-one-of: [F, U]} | lets only values through
            PID-3.5  | {.5: ''}                        | {in: HL70203}        | only where there is none
            RXA-15   | {dose: new, RXA-9.1: ['01']}    | required             | a dose is new by RXA-9.1 = 00
            RXA-18   | {dose: refused, RXA-20: CP}     | required             | a dose is refused by RXA-20 = RE
            """)
    void aRuleThatCanNeverFindAnythingIsNamed(String path, String when, String check, String message)
            throws IOException {
        Path file = write(
                "a.yaml",
                RULE.replace("path: PID-8", "path: " + path + "\n    when: " + when)
                        .replace("{one-of: [M, F]}", check));

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("a.yaml:2: the rule 'sex-known' can never find anything")
                .hasMessageContaining(message);
    }

    @Test
    void everyFaultIsNamedAtOnce() throws IOException {
        Path file = write(
                "a.yaml",
                RULE.replace("PID-8", "PID-8.2")
                        + RULE.replace("rules:\n", "")
                                .replace("sex-known", "other")
                                .replace("{one-of: [M, F]}", "{in: SEX}"));

        assertThatThrownBy(() -> load(file))
                .hasMessageContaining("a.yaml:3: PID-8 has only 1 component")
                .hasMessageContaining("a.yaml:12: there is no code table 'SEX'");
    }

    @Test
    void aPlaceThatDoesNotExistIsFoundInConditionsToo() throws IOException {
        Path file = write("a.yaml", RULE.replace("path: PID-8", "path: PID-8\n    when: {PDI-12: Y}"));

        assertThatThrownBy(() -> load(file)).hasMessageContaining("a.yaml:4: 'PDI' is no segment");
    }

    @Test
    void textThatIsNoYamlIsNamedByItsLine() throws IOException {
        Path file = write("a.yaml", "rules:\n  - id: [a\n");

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(RuleFileException.class)
                .hasMessageContaining("a.yaml:");
    }

    private static RuleSet load(Path... files) {
        return RuleSet.load(List.of(files), Fixture.CODES);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
