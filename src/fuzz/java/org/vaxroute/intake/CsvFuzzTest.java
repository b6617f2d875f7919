package org.vaxroute.intake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.vaxroute.intake.CsvRows.CsvFormatException;

/** Bytes that a fuzzer makes up in place of an EHR's table: rows or a refusal, never anything else. */
class CsvFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void a_table_is_read_or_refused(byte[] file) throws IOException {
        if (file == null) {
            return;
        }
        try (CsvRows rows = new CsvRows(new ByteArrayInputStream(file), 4096)) {
            rows.forEachRemaining(row -> row.values().forEach(value -> {}));
        } catch (CsvFormatException refused) {
            // The sender is told where and why; that it comes as this exception is what is tested.
            refused.getMessage();
        }
    }
}
