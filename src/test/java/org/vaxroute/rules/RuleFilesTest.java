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

        assertThatThrownBy(() -> load(file)).hasMessageContaining("required by sex-known");
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
