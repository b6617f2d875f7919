package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTest {
    private static final String FHS = "FHS|^~\\&|EHR\r";
    private static final String BHS = "BHS|^~\\&|EHR\r";
    private static final String M = Texts.TWO_DOSES;

    @Test
    void measures_a_whole_file() throws Exception {
        byte[] file = Texts.bytes(FHS + BHS + M + M + "BTS|2\r" + BHS + M + "BTS|1\rFTS|2\r");
        Inspection inspection = inspect(file);
        assertThat(inspection.mayBeTaken()).isTrue();
        assertThat(inspection.messages()).isEqualTo(3);
        assertThat(inspection.doses()).isEqualTo(6);
        assertThat(inspection.batches()).isEqualTo(2);
        assertThat(inspection.enveloped()).isTrue();
        assertThat(inspection.bytes()).isEqualTo(file.length);
        assertThat(inspection.sha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(file));
        assertThat(inspect(Texts.bytes(M)).enveloped()).isFalse();
    }

    @Test
    void counts_doses_as_the_message_view_does() {
        String odd =
                Texts.segments("MSH|^~\\&|", "ORC|RE", "ORC|RE", "RXA|0", "RXA|1", "OBX|1", "ORC|RE", "PID|1", "RXA|2");
        assertThat(inspect(odd + odd).doses()).isEqualTo(2L * Message.parse(odd).doses());
        assertThat(Message.dosesIn(Texts.bytes(odd)))
                .isEqualTo(Message.parse(odd).doses());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "\ufeff", "  \n \n", "\u000b\u001c\r"})
    void refuses_an_empty_file(String file) {
        assertThat(codes(file)).containsExactly(Fault.Code.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"resourceType\":\"Bundle\"}", "a,b,c\r\n1,2,3", "%PDF-1.4 x", "MSH|^~\\", "PID|1\rORC|RE\r"})
    void refuses_a_file_that_is_not_hl7(String file) {
        assertThat(codes(file)).containsExactly(Fault.Code.NOT_HL7);
    }

    @Test
    void refuses_binary_files() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Texts.bytes(M));
        }
        assertThat(inspect(packed.toByteArray()).faults())
                .extracting(Fault::code)
                .containsExactly(Fault.Code.BINARY);
        assertThat(inspect(M.getBytes(StandardCharsets.UTF_16LE)).faults())
                .extracting(Fault::code)
                .containsExactly(Fault.Code.BINARY);
        byte[] oneZero = Texts.bytes(M + M);
        oneZero[700] = 0;
        assertThat(inspect(oneZero).faults()).singleElement().satisfies(fault -> {
            assertThat(fault.code()).isEqualTo(Fault.Code.BINARY);
            assertThat(fault.offset()).isEqualTo(700);
        });
    }

    @Test
    void notices_every_missing_end_of_an_envelope() {
        assertThat(codes(FHS + BHS + M + "BTS|1\r")).containsExactly(Fault.Code.FILE_TRUNCATED);
        assertThat(codes(FHS + BHS + M + "FTS|1\r")).containsExactly(Fault.Code.BATCH_TRUNCATED);
        assertThat(codes(FHS + BHS + M)).containsExactly(Fault.Code.BATCH_TRUNCATED, Fault.Code.FILE_TRUNCATED);
        assertThat(codes(BHS + M)).containsExactly(Fault.Code.BATCH_TRUNCATED);
        assertThat(codes(FHS + BHS + M + BHS + M + "BTS|1\rFTS|2\r")).containsExactly(Fault.Code.BATCH_TRUNCATED);
        assertThat(codes(FHS + M + FHS + M + "FTS\r")).containsExactly(Fault.Code.FILE_TRUNCATED);
        assertThat(codes(FHS)).containsExactly(Fault.Code.FILE_TRUNCATED);
        assertThat(codes(M + "BTS|1\r")).containsExactly(Fault.Code.TRAILER_ALONE);
        assertThat(codes(M + "FTS|1\r")).containsExactly(Fault.Code.TRAILER_ALONE);
    }

    @Test
    void compares_the_counts_with_what_was_read() {
        assertThat(codes(BHS + M + M + "BTS|3\r")).containsExactly(Fault.Code.BATCH_COUNT);
        assertThat(codes(BHS + M + M + "BTS|1\r")).containsExactly(Fault.Code.BATCH_COUNT);
        assertThat(codes(BHS + M + M + "BTS|two\r")).containsExactly(Fault.Code.BATCH_COUNT);
        assertThat(codes(BHS + "BTS|1\r")).containsExactly(Fault.Code.BATCH_COUNT);
        assertThat(codes(BHS + M + M + "BTS| 0002 |comment\r")).isEmpty();
        assertThat(codes(BHS + M + M + "BTS||comment\r")).isEmpty();
        assertThat(codes(FHS + BHS + M + "BTS|1\rFTS|2\r")).containsExactly(Fault.Code.FILE_COUNT);
        assertThat(codes(FHS + M + "FTS|1\r"))
                .as("messages without BHS are one batch")
                .isEmpty();
        assertThat(codes(FHS + BHS + M + M + M + "BTS|3\rFTS|3\r"))
                .as("the number of messages")
                .isEmpty();
        assertThat(codes(FHS + BHS + M + M + M + "BTS|3\rFTS|2\r")).containsExactly(Fault.Code.FILE_COUNT);
        assertThat(codes(FHS + M + M + "FTS|2\r" + FHS + M + "FTS|3\r"))
                .as("of its own file")
                .containsExactly(Fault.Code.FILE_COUNT);
        assertThat(codes(FHS + M + "FTS|99999999999999999999\r")).containsExactly(Fault.Code.FILE_COUNT);
        assertThat(inspect(BHS + M + M + "BTS|96\r").faults()).singleElement().satisfies(fault -> {
            assertThat(fault.text()).contains("says 96").contains("holds 2 messages");
            assertThat(fault.offset()).isEqualTo(BHS.length() + 2L * Texts.bytes(M).length);
        });
    }

    @Test
    void takes_a_file_with_other_counts_when_told_to_and_still_says_so() throws IOException {
        Inspection inspection = Inspection.of(
                new ByteArrayInputStream(Texts.bytes(FHS + BHS + M + "BTS|5\rFTS|7\r")), new Limits(10_000, true));
        assertThat(inspection.mayBeTaken()).isTrue();
        assertThat(inspection.acceptedDifferences())
                .extracting(Fault::code)
                .containsExactly(Fault.Code.BATCH_COUNT, Fault.Code.FILE_COUNT);
    }

    @Test
    void takes_an_empty_batch() {
        Inspection inspection = inspect(FHS + BHS + "BTS|0\rFTS|1\r");
        assertThat(inspection.mayBeTaken()).isTrue();
        assertThat(inspection.messages()).isZero();
    }

    @Test
    void refuses_text_outside_of_messages() {
        assertThat(codes("exported by EHR\r" + M)).containsExactly(Fault.Code.TEXT_OUTSIDE);
        assertThat(codes(BHS + M + "BTS|1\rPID|1\rORC|RE\r")).containsExactly(Fault.Code.TEXT_OUTSIDE);
        assertThat(codes("MSH|^~\\|EHR\rPID|1\r" + M))
                .as("a damaged first header")
                .containsExactly(Fault.Code.TEXT_OUTSIDE);
    }

    @Test
    void notices_a_last_message_that_breaks_off() {
        assertThat(codes(M + "MSH|^~\\&|EHR|0000")).containsExactly(Fault.Code.MESSAGE_CUT);
        assertThat(codes(M + "MSH|^~\\&|EHR\rPI")).containsExactly(Fault.Code.MESSAGE_CUT);
        assertThat(codes(M + "ORC|RE||D3^E")).containsExactly(Fault.Code.MESSAGE_CUT);
        assertThat(codes(M + "ORC|RE||D3^EHR\r")).containsExactly(Fault.Code.MESSAGE_CUT);
        assertThat(codes("\u000b" + M + "\u001c\r\u000b" + M)).containsExactly(Fault.Code.MESSAGE_CUT);
        assertThat(codes(M + M.stripTrailing())).as("no last line end").isEmpty();
    }

    @Test
    void finds_a_cut_of_an_enveloped_file_at_every_byte() {
        byte[] file = Texts.bytes(FHS + BHS + M + "BTS|1\rFTS|1\r");
        for (int end = 0; end < file.length - "FTS|1\r".length() + 3; end++) {
            assertThat(inspect(Texts.slice(file, 0, end)).mayBeTaken())
                    .as("cut at %d of %d", end, file.length)
                    .isFalse();
        }
    }

    @Test
    void refuses_a_message_over_the_limit_and_counts_on() throws IOException {
        String big = "MSH|^~\\&|\rNTE|1||" + "x".repeat(300_000) + "\rRXA|0\r";
        String grown = "MSH|^~\\&|\r" + "NTE|1||0123456789\r".repeat(200);
        byte[] file = Texts.bytes(M + big + M + grown + M);
        Inspection inspection = Inspection.of(new ByteArrayInputStream(file), new Limits(2_000, false));
        assertThat(inspection.faults())
                .extracting(Fault::code, Fault::message)
                .containsExactly(tuple(Fault.Code.MESSAGE_TOO_LONG, 2), tuple(Fault.Code.MESSAGE_TOO_LONG, 4));
        assertThat(inspection.faults().get(0).offset()).isEqualTo(Texts.bytes(M).length);
        assertThat(inspection.messages()).isEqualTo(5);
        assertThat(inspection.doses()).isEqualTo(7);
        assertThat(inspection.bytes()).isEqualTo(file.length);
    }

    @Test
    void lists_a_hundred_faults_and_counts_the_rest() {
        Inspection inspection = inspect((BHS + M + "BTS|9\r").repeat(250));
        assertThat(inspection.faults()).hasSize(100);
        assertThat(inspection.faultCount()).isEqualTo(250);
    }

    @Test
    void never_repeats_content_of_the_file() {
        List<String> files = new ArrayList<>(List.of(
                "SECRET\r" + M.replace("Sample", "SECRET"),
                BHS + "MSH|^~\\&|SECRET\rPID|SECRET\rBTS|SECRET\r",
                "SECRET",
                "MSH|^~\\&|EHR\rSECRET",
                "SECRET\u0000SECRET",
                FHS.replace("EHR", "SECRET"),
                "MSH|^~\\&|\rSECRET|" + "SECRET".repeat(400_000)));
        for (String file : files) {
            Inspection inspection = inspect(file);
            assertThat(inspection.faults()).isNotEmpty().allSatisfy(fault -> {
                assertThat(fault.toString()).doesNotContain("SECRET");
                assertThat(fault.text()).endsWith(".");
            });
        }
    }

    private static List<Fault.Code> codes(String file) {
        return inspect(file).faults().stream().map(Fault::code).toList();
    }

    private static Inspection inspect(String file) {
        return inspect(Texts.bytes(file));
    }

    private static Inspection inspect(byte[] file) {
        try {
            return Inspection.of(new ByteArrayInputStream(file), Limits.STANDARD);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
