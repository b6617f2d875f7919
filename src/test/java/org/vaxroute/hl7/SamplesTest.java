package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Public sample files, where the folder with them lies beside the project. */
class SamplesTest {
    @Test
    void every_sample_file_is_taken_and_every_message_read() throws IOException {
        List<java.nio.file.Path> files = Texts.samples("vxu");
        assumeFalse(files.isEmpty(), "no samples beside the project");
        int messages = 0;
        for (java.nio.file.Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Inspection inspection = Inspection.of(new ByteArrayInputStream(bytes), Limits.STANDARD);
            assertThat(inspection.faults()).as(file.toString()).isEmpty();
            List<Split> splits = split(bytes);
            assertThat(splits)
                    .as(file.toString())
                    .hasSize(inspection.messages())
                    .isNotEmpty();
            for (Split split : splits) {
                Message message = Message.parse(split.text());
                assertThat(message.bytes()).isEqualTo(split.text());
                assertThat(message.get("MSH-9.1"))
                        .as("%s message %d", file, split.ordinal())
                        .isEqualTo("VXU");
                assertThat(message.doses())
                        .as("%s message %d", file, split.ordinal())
                        .isPositive();
                assertThat(message.all("ORDER/RXA-3")).hasSize(message.doses());
                assertThat(message.edit().set("PID-3.1", "1").apply().get("PID-3.1"))
                        .isEqualTo("1");
                messages++;
            }
        }
        assertThat(messages).isGreaterThanOrEqualTo(20);
    }

    @Test
    void the_batch_sample_of_laboratory_messages_is_a_whole_file() throws IOException {
        List<java.nio.file.Path> files = Texts.samples("batch");
        assumeFalse(files.isEmpty(), "no samples beside the project");
        for (java.nio.file.Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Inspection inspection = Inspection.of(new ByteArrayInputStream(bytes), Limits.STANDARD);
            assertThat(inspection.faults()).as(file.toString()).isEmpty();
            assertThat(inspection.enveloped()).isTrue();
            assertThat(split(bytes))
                    .allSatisfy(split -> assertThat(Message.parse(split.text()).get("MSH-9.1"))
                            .isEqualTo("ORU"));
        }
    }

    private static List<Split> split(byte[] file) throws IOException {
        List<Split> splits = new ArrayList<>();
        try (Splitter splitter = new Splitter(new ByteArrayInputStream(file), 0, 1, Limits.STANDARD)) {
            splitter.forEachRemaining(splits::add);
        }
        return splits;
    }
}
