package org.vaxroute.answers;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Bytes that a fuzzer makes up in place of a registry's answer: understood or refused, never anything else. */
class AnswersFuzzTest {
    private static final AnswerFormats FORMATS =
            AnswerFormats.load(List.of(Path.of("config/registries/national"), Path.of("config/registries/immtrac2")));

    @FuzzTest(maxDuration = "10m")
    void an_acknowledgment_is_understood_or_refused(byte[] file) throws IOException {
        explain(file, ".ack.hl7");
    }

    @FuzzTest(maxDuration = "10m")
    void a_report_is_understood_or_refused(byte[] file) throws IOException {
        explain(file, ".csv");
    }

    @FuzzTest(maxDuration = "10m")
    void a_spreadsheet_is_understood_or_refused(byte[] file) throws IOException {
        explain(file, ".xlsx");
    }

    private static void explain(byte[] bytes, String ending) throws IOException {
        if (bytes == null) {
            return;
        }
        Path file = Files.createTempFile("fuzzed", ending);
        try {
            Files.write(file, bytes);
            new AnswerExplanation(FORMATS).json(file, new StringBuilder());
        } catch (AnswerException refused) {
            // Said to the operator; that it comes as this exception is what is tested.
            refused.getMessage();
        } finally {
            Files.delete(file);
        }
    }
}
