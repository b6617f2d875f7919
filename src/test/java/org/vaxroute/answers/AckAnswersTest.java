package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vaxroute.ledger.Answer;

/** Acknowledgments that break off, come in another encoding, or say things in their own places. */
class AckAnswersTest {
    private static final AckFormat FORMAT = new AckFormat(AnswerExplanationTest.catalogue());
    private static final String HEAD = "MSH|^~\\&|IIS|STATE|||20261127||ACK^V04^ACK|1|P|2.5.1\r";

    private static List<Answer> read(String text, Charset charset) throws IOException {
        List<Answer> all = new ArrayList<>();
        try (AnswerFormat.Answers answers = FORMAT.read(new ByteArrayInputStream(text.getBytes(charset)))) {
            for (Answer answer = answers.next(); answer != null; answer = answers.next()) {
                all.add(answer);
            }
        }
        return all;
    }

    private static Answer.Item only(String error) throws IOException {
        List<Answer> all = read(HEAD + "MSA|AE|QWRT-A1\r" + error + "\r", StandardCharsets.US_ASCII);
        assertThat(all).hasSize(1);
        assertThat(all.get(0).items()).hasSize(1);
        return all.get(0).items().get(0);
    }

    @Test
    void theLastMessageOfAnEnvelopeThatBreaksOffInALineIsNobodysBecauseHalfAnIdIsAnothersId() throws IOException {
        String cut = "FHS|^~\\&|\rBHS|^~\\&|\r" + HEAD + "MSA|AA|QWRT-A1\r" + HEAD + "MSA|AA|QWRT-A";

        assertThat(read(cut, StandardCharsets.US_ASCII))
                .extracting(Answer::controlId)
                .containsExactly("QWRT-A1", "");
    }

    @Test
    void anEnvelopeThatIsClosedMayEndWithoutALineEnd() throws IOException {
        String whole = "BHS|^~\\&|\r" + HEAD + "MSA|AA|QWRT-A1\rBTS|1";

        assertThat(read(whole, StandardCharsets.US_ASCII))
                .extracting(Answer::controlId)
                .containsExactly("QWRT-A1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-8"})
    void anAcknowledgmentIsKnownInAnyEncoding(String name) throws IOException {
        String text = HEAD + "MSA|AA|QWRT-A1\r";
        Charset charset = Charset.forName(name);

        assertThat(FORMAT.recognises("a.hl7", text.getBytes(charset))).isTrue();
        assertThat(read(text, charset)).extracting(Answer::controlId).containsExactly("QWRT-A1");
    }

    @ParameterizedTest
    @CsvSource({"E, ERROR", "Error, ERROR", "F, ERROR", "w, WARNING", "Warning, WARNING", "Information, INFORMATION"})
    void aSeverityMayBeAWord(String word, Answer.Severity severity) throws IOException {
        assertThat(only("ERR||PID^1^5|101|" + word + "||||name").severity()).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource({"IMR-111^Invalid manufacturer^L, IMR-111", "5^Table value not found^HL70533, 103", "'', 103"})
    void theRegistrysOwnCodeMayStandInItsOwnPlace(String application, String code) throws IOException {
        assertThat(only("ERR||RXA^1^17|103|E|" + application + "|||Invalid manufacturer")
                        .code())
                .isEqualTo(code);
    }
}
