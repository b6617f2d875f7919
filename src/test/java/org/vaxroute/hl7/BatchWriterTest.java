package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.EnvelopeTemplate.Header;

class BatchWriterTest {
    private static final Header FILE = new Header(
            "EHR", "0000012345", "TXImmTrac", "TxDSHS", "20261122080000-0600", "ABC26326.1.hl7", "F-1", "F-0");
    private static final Header BATCH = new Header("EHR^1.2^ISO", "", "", "", "", "", "B-1", "");
    private static final byte[] MESSAGE = Texts.bytes(Texts.TWO_DOSES);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writes_a_whole_envelope_that_the_reader_takes() throws IOException {
        BatchTotals totals = write(EnvelopeTemplate.full(FILE, BATCH), MESSAGE, MESSAGE, MESSAGE);
        assertThat(text())
                .isEqualTo("FHS|^~\\&|EHR|0000012345|TXImmTrac|TxDSHS|20261122080000-0600||ABC26326.1.hl7||F-1|F-0\r"
                        + "BHS|^~\\&|EHR^1.2^ISO||||||||B-1\r"
                        + Texts.TWO_DOSES.repeat(3) + "BTS|3\rFTS|1\r");
        Inspection inspection = Inspection.of(new ByteArrayInputStream(out.toByteArray()), Limits.STANDARD);
        assertThat(inspection.faults()).isEmpty();
        assertThat(totals.messages()).isEqualTo(inspection.messages()).isEqualTo(3);
        assertThat(totals.doses()).isEqualTo(inspection.doses()).isEqualTo(6);
        assertThat(totals.batches()).isEqualTo(inspection.batches()).isEqualTo(1);
        assertThat(totals.bytes()).isEqualTo(inspection.bytes());
        assertThat(totals.sha256()).isEqualTo(inspection.sha256());
        assertThat(totals.sha256Hex()).isEqualTo(inspection.sha256Hex());
    }

    @Test
    void writes_only_the_segments_that_the_registry_wants() throws IOException {
        for (int bits = 0; bits < 32; bits++) {
            out.reset();
            EnvelopeTemplate template = new EnvelopeTemplate(
                    (bits & 1) > 0,
                    (bits & 2) > 0,
                    (bits & 4) > 0,
                    (bits & 8) > 0,
                    (bits & 16) > 0,
                    Header.EMPTY,
                    Header.EMPTY);
            write(template, MESSAGE, MESSAGE);
            String expected = (template.fileHeader() ? "FHS|^~\\&|\r" : "")
                    + (template.batchHeader() ? "BHS|^~\\&|\r" : "")
                    + Texts.TWO_DOSES.repeat(2)
                    + (template.batchTrailer() ? template.counts() ? "BTS|2\r" : "BTS\r" : "")
                    + (template.fileTrailer() ? template.counts() ? "FTS|1\r" : "FTS\r" : "");
            assertThat(text()).isEqualTo(expected);
        }
    }

    @Test
    void writes_an_empty_batch_as_a_sign_of_life() throws IOException {
        write(EnvelopeTemplate.full(Header.EMPTY, Header.EMPTY));
        assertThat(text()).isEqualTo("FHS|^~\\&|\rBHS|^~\\&|\rBTS|0\rFTS|1\r");
    }

    @Test
    void ends_every_segment_with_cr_whatever_came_in() throws IOException {
        write(EnvelopeTemplate.full(FILE, BATCH), Texts.bytes("\ufeff" + Texts.TWO_DOSES.replace("\r", "\r\n")));
        assertThat(text()).doesNotContain("\n").endsWith("20261121\rBTS|1\rFTS|1\r");
    }

    @Test
    void writes_the_same_bytes_for_the_same_messages() throws IOException {
        BatchTotals first = write(EnvelopeTemplate.full(FILE, BATCH), MESSAGE);
        byte[] bytes = out.toByteArray();
        out.reset();
        assertThat(write(EnvelopeTemplate.full(FILE, BATCH), MESSAGE).sha256()).isEqualTo(first.sha256());
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void brings_messages_there_and_back() throws IOException {
        List<byte[]> messages = Texts.messages(50);
        write(EnvelopeTemplate.full(FILE, BATCH), messages.toArray(byte[][]::new));
        List<byte[]> back = new ArrayList<>();
        try (Splitter splitter = new Splitter(new ByteArrayInputStream(out.toByteArray()), 0, 1, Limits.STANDARD)) {
            splitter.forEachRemaining(split -> back.add(split.text()));
        }
        assertThat(back).containsExactlyElementsOf(messages);
    }

    @Test
    void takes_nothing_that_is_not_exactly_one_message() throws IOException {
        try (BatchWriter writer = new BatchWriter(out, EnvelopeTemplate.full(FILE, BATCH))) {
            int before = out.size();
            for (byte[] wrong : List.of(
                    new byte[0],
                    Texts.bytes("PID|1\r"),
                    Texts.joined(MESSAGE, MESSAGE),
                    Texts.joined(MESSAGE, Texts.bytes("BTS|1\r")))) {
                assertThatThrownBy(() -> writer.add(wrong)).isInstanceOf(Hl7FormatException.class);
            }
            assertThat(out.size()).isEqualTo(before);
            writer.add(MESSAGE);
            assertThat(writer.finish().messages()).isEqualTo(1);
        }
    }

    @Test
    void refuses_a_file_whose_bytes_hold_other_counts_than_were_added() throws IOException {
        for (byte[] wrong : List.of(Texts.joined(MESSAGE, MESSAGE), Texts.bytes("PID|1\r"))) {
            BatchWriter writer = new BatchWriter(new ByteArrayOutputStream(), EnvelopeTemplate.full(FILE, BATCH));
            writer.add(MESSAGE);
            assertThatThrownBy(() -> writer.add(wrong, 2))
                    .isInstanceOf(Hl7FormatException.class)
                    .hasMessageContaining("message 2");
            assertThatThrownBy(() -> writer.add(MESSAGE)).isInstanceOf(Hl7FormatException.class);
            assertThatThrownBy(writer::finish).isInstanceOf(Hl7FormatException.class);
        }
        BatchWriter doses = new BatchWriter(new ByteArrayOutputStream(), EnvelopeTemplate.full(FILE, BATCH));
        assertThatThrownBy(() -> doses.add(MESSAGE, 1)).isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void never_finishes_a_file_after_a_failed_write() throws IOException {
        OutputStream full = new OutputStream() {
            private int room = 1500;

            @Override
            public void write(int b) throws IOException {
                if (room-- == 0) {
                    throw new IOException("no space left");
                }
            }
        };
        BatchWriter writer = new BatchWriter(full, EnvelopeTemplate.full(FILE, BATCH));
        writer.add(MESSAGE);
        assertThatThrownBy(() -> writer.add(MESSAGE)).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void counts_the_same_in_whatever_pieces_the_bytes_go_by() throws IOException {
        byte[] file = Texts.joined(Texts.bytes("BHS|^~\\&|\r"), MESSAGE, MESSAGE);
        for (int piece = 1; piece < 40; piece++) {
            Recount recount = new Recount(OutputStream.nullOutputStream());
            for (int at = 0; at < file.length; at += piece) {
                recount.write(file, at, Math.min(piece, file.length - at));
            }
            BatchTotals totals = recount.totals();
            assertThat(totals.messages()).isEqualTo(2);
            assertThat(totals.doses()).isEqualTo(4);
            assertThat(totals.batches()).isEqualTo(1);
            assertThat(totals.bytes()).isEqualTo(file.length);
        }
    }

    @Test
    void refuses_header_values_that_would_break_the_header() {
        for (String value : List.of("a|b", "a\rb", "a\nMSH|^~\\&|")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Header(value, "", "", "", "", "", "", ""))
                    .withMessageNotContaining(value);
        }
    }

    private BatchTotals write(EnvelopeTemplate template, byte[]... messages) throws IOException {
        try (BatchWriter writer = new BatchWriter(out, template)) {
            for (byte[] message : messages) {
                writer.add(message);
            }
            assertThat(writer.messages()).isEqualTo(messages.length);
            return writer.finish();
        }
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
