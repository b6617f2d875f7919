package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Reads and writes files far larger than what may be held, and watches what is allocated. */
class FlatMemoryTest {
    private static final int COUNT = 400_000;
    private static final byte[] MESSAGE = Texts.bytes(Texts.TWO_DOSES);

    @Test
    void looks_through_a_file_of_hundreds_of_megabytes_with_a_fixed_buffer() throws IOException {
        long before = allocated();
        Inspection inspection = Inspection.of(new Repeated(MESSAGE, COUNT), Limits.STANDARD);
        assertThat(inspection.messages()).isEqualTo(COUNT);
        assertThat(inspection.doses()).isEqualTo(2L * COUNT);
        assertThat(inspection.bytes()).isEqualTo((long) COUNT * MESSAGE.length).isGreaterThan(300_000_000L);
        assertThat(allocated() - before).isLessThan(10_000_000L);
    }

    @Test
    void splits_it_with_nothing_but_the_message_at_hand() throws IOException {
        long before = allocated();
        long bytes = 0;
        int last = 0;
        try (Splitter splitter = new Splitter(new Repeated(MESSAGE, COUNT), 0, 1, Limits.STANDARD)) {
            while (splitter.hasNext()) {
                Split split = splitter.next();
                bytes += split.text().length;
                last = split.ordinal();
            }
        }
        assertThat(last).isEqualTo(COUNT);
        assertThat(bytes).isEqualTo((long) COUNT * MESSAGE.length);
        assertThat(allocated() - before).as("each message once").isLessThan(bytes + COUNT * 100L + 10_000_000L);
    }

    @Test
    void passes_over_one_endless_line_without_keeping_it() throws IOException {
        long before = allocated();
        Inspection inspection = Inspection.of(
                new Repeated(Texts.bytes("MSH|^~\\&|endless line without any end |"), 8_000_000), Limits.STANDARD);
        assertThat(inspection.faults()).extracting(Fault::code).contains(Fault.Code.MESSAGE_TOO_LONG);
        assertThat(inspection.bytes()).isGreaterThan(300_000_000L);
        assertThat(allocated() - before).isLessThan(20_000_000L);
    }

    @Test
    void writes_a_batch_without_keeping_it() throws IOException {
        Message message = Message.parse(MESSAGE);
        long before = allocated();
        try (BatchWriter writer = new BatchWriter(
                OutputStream.nullOutputStream(),
                EnvelopeTemplate.full(EnvelopeTemplate.Header.EMPTY, EnvelopeTemplate.Header.EMPTY))) {
            for (int i = 0; i < COUNT; i++) {
                writer.add(message);
            }
            assertThat(writer.finish().messages()).isEqualTo(COUNT);
        }
        assertThat(allocated() - before).isLessThan(10_000_000L);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** One text many times over, made while it is read. */
    private static final class Repeated extends InputStream {
        private final byte[] text;
        private long left;
        private int at;

        Repeated(byte[] text, int times) {
            this.text = text;
            this.left = (long) text.length * times;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int done = 0;
            while (done < length && left > 0) {
                int n = (int) Math.min(Math.min(length - done, text.length - at), left);
                System.arraycopy(text, at, target, offset + done, n);
                at = (at + n) % text.length;
                left -= n;
                done += n;
            }
            return done;
        }
    }
}
