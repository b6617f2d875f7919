package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that a fuzzer makes up, guided by what they reach. It searches with {@code JAZZER_FUZZ=1} in the environment, one method a run; what it
 * finds becomes a plain test.
 */
class Hl7FuzzTest {
    private static final Limits LIMITS = new Limits(4096, false);

    @FuzzTest(maxDuration = "10m")
    void what_the_first_pass_takes_the_splitter_gives_back_whole(byte[] file) throws IOException {
        if (file == null) {
            return;
        }
        Inspection inspection = Inspection.of(new ByteArrayInputStream(file), LIMITS);
        assertThat(inspection.bytes()).isEqualTo(file.length);
        if (!inspection.mayBeTaken()) {
            assertThat(inspection.faults()).isNotEmpty();
            return;
        }
        List<Split> splits = new ArrayList<>();
        new Splitter(new ByteArrayInputStream(file), 0, 1, LIMITS).forEachRemaining(splits::add);
        assertThat(splits).hasSize(inspection.messages());
        assertThat(splits.stream().mapToLong(split -> Message.dosesIn(split.text())).sum())
                .isEqualTo(inspection.doses());
    }

    @FuzzTest(maxDuration = "10m")
    void a_message_is_read_and_written_the_same_or_refused(byte[] text) {
        if (text == null) {
            return;
        }
        Message message;
        try {
            message = Message.parse(text);
        } catch (Hl7FormatException refused) {
            return;
        }
        assertThat(Message.parse(message.bytes()).bytes()).isEqualTo(message.bytes());
        assertThat(Message.dosesIn(message.bytes())).isEqualTo(message.doses());
        message.get("PID-3[2].4.2");
        message.get("ORDER[2]/RXA-9");
        for (int dose = 1; dose <= Math.min(3, message.doses()); dose++) {
            int left = dose;
            assertThat(message.keepDoses(n -> n != left).doses()).isEqualTo(message.doses() - 1);
        }
    }
}
