package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.Answer.Outcome;
import org.vaxroute.ledger.Answer.Severity;

/** Rows of a report, among them such as nobody can read by their columns. */
class ReportLinesTest {
    private static final String HEADINGS = "MRN,Provider,Error Code,Severity,Message\n";
    private static final ReportFormat FORMAT = ReportFormat.load(
            AnswerExplanationTest.catalogue(), List.of(Path.of("config/registries/national/answers-report.csv")));

    private static List<Answer> read(String rows) throws IOException {
        List<Answer> all = new ArrayList<>();
        try (AnswerFormat.Answers answers =
                FORMAT.read(new ByteArrayInputStream((HEADINGS + rows).getBytes(StandardCharsets.UTF_8)))) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                all.add(answer);
            }
        }
        return all;
    }

    private static Answer only(String row) throws IOException {
        List<Answer> all = read(row);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "E, ERROR, REJECTED",
        "err, ERROR, REJECTED",
        "Error, ERROR, REJECTED",
        "FATAL, ERROR, REJECTED",
        "Rejected, ERROR, REJECTED",
        "w, WARNING, WARNED",
        "Warning, WARNING, WARNED",
        "I, INFORMATION, ACCEPTED",
        "Informational, INFORMATION, ACCEPTED",
        "Immunization rejected, WARNING, UNKNOWN",
        "Invalid, WARNING, UNKNOWN",
        "'', WARNING, UNKNOWN"
    })
    void aSeverityIsAWholeWordAndAnyOtherWordIsNone(String word, Severity severity, Outcome outcome)
            throws IOException {
        Answer answer = only("P3,Smith,," + word + ",Vaccine code not usable\n");

        assertThat(answer.outcome()).isEqualTo(outcome);
        assertThat(answer.items()).singleElement().satisfies(item -> {
            assertThat(item.severity()).isEqualTo(severity);
            assertThat(item.text()).endsWith("Vaccine code not usable");
        });
    }

    @Test
    void whatStandsForASeverityAndIsNoneBelongsToTheWords() throws IOException {
        Answer answer = only("P3,Smith,,Immunization rejected,Vaccine code not usable\n");

        assertThat(answer.items())
                .extracting(Answer.Item::text)
                .containsExactly("Immunization rejected Vaccine code not usable");
    }

    @Test
    void aRowThatGoesBeyondItsHeadingsIsNobodysAndKeepsItsCodes() throws IOException {
        Answer answer = only("P2,Smith, MD,IMR-111,E,Manufacturer\n");

        assertThat(answer.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(answer.subject().patientId()).isNull();
        assertThat(answer.items()).extracting(Answer.Item::code).containsExactly("IMR-111");
    }

    @Test
    void delimitersBehindTheLastCellMakeNoRowLonger() throws IOException {
        assertThat(only("P1,Smith,IMR-111,E,Manufacturer,,\n").outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void aRowBehindOneThatCannotBeReadIsNotFilledDownFromTheOneBeforeIt() throws IOException {
        List<Answer> answers = read("P1,Smith,IMR-111,E,Manufacturer\n" + "P2,Smith, MD,IMR-111,E,Manufacturer\n"
                + ",Smith,IMR-110,E,Route\n");

        assertThat(answers).extracting(answer -> answer.subject().patientId()).containsExactly("P1", null, null);
    }

    @ParameterizedTest
    @CsvSource({
        "11/20/2026, 2026-11-20",
        "11/20/26, 2026-11-20",
        "11/20/2026 12:00:00 AM, 2026-11-20",
        "20-NOV-2026, 2026-11-20",
        "20-Nov-26, 2026-11-20",
        "20-OCT-2026, 2026-10-20",
        "2026-11-20T00:00, 2026-11-20",
        "3/4/85, 1985-03-04",
        "N/A,",
        "00/00/0000,",
        "'',"
    })
    void aDayIsReadAsRegistriesWriteIt(String written, LocalDate day) throws IOException {
        Answer answer = ofDose(written);

        assertThat(answer.subject().doseDate()).isEqualTo(day);
        assertThat(answer.subject().patientId()).isEqualTo("P1");
    }

    @ParameterizedTest
    @CsvSource({"20 November", "2026/47", "13/45/2026"})
    void aLineWhoseDayCannotBeReadIsNobodys(String written) throws IOException {
        Answer answer = ofDose(written);

        assertThat(answer.subject().patientId()).isNull();
        assertThat(answer.items()).extracting(Answer.Item::code).containsExactly("IMR-111");
    }

    private static Answer ofDose(String day) throws IOException {
        String report = "MRN,Vaccine Date,CVX,Message\nP1," + day + ",08,IMR-111::Manufacturer\n";
        try (AnswerFormat.Answers answers =
                FORMAT.read(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)))) {
            return answers.next();
        }
    }

    @ParameterizedTest
    @CsvSource({"IMR-111, IMR-111", "ZZZ-42, ZZZ-42", "207, 207", "CLR-7, CLR-7"})
    void aCodeIsTakenWhereItLooksLikeOne(String cell, String code) throws IOException {
        assertThat(only("P1,Smith," + cell + ",E,Something\n").items())
                .extracting(Answer.Item::code)
                .containsExactly(code);
    }

    @ParameterizedTest
    @CsvSource({"MD", "Quillfeather", "20190314", "03/14/2019", "A1234567", "000123"})
    void aNameANumberOrADateIsNoCodeButBelongsToTheWords(String cell) throws IOException {
        assertThat(only("P1,Smith," + cell + ",E,Something\n").items())
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.code()).isEmpty();
                    assertThat(item.severity()).isEqualTo(Severity.ERROR);
                    assertThat(item.text()).isEqualTo(cell + " Something");
                });
    }
}
