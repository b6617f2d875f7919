package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {
    private static final List<byte[]> FIVE = Texts.messages(5);

    /** The same five messages in every dress in which EHRs send them. */
    static Stream<Arguments> dresses() {
        String cr = new String(Texts.joined(FIVE.toArray(byte[][]::new)), StandardCharsets.UTF_8);
        String[] one =
                FIVE.stream().map(m -> new String(m, StandardCharsets.UTF_8)).toArray(String[]::new);
        String framed = "";
        String framedBare = "";
        for (String m : one) {
            framed += "\u000b" + m + "\u001c\r";
            framedBare += "\u000b" + m.stripTrailing() + "\u001c";
        }
        String fhs = "FHS|^~\\&|EHR\r";
        String bhs = "BHS|^~\\&\r";
        return Stream.of(
                Arguments.of("CR", cr),
                Arguments.of("LF", cr.replace('\r', '\n')),
                Arguments.of("CRLF", cr.replace("\r", "\r\n")),
                Arguments.of("mixed ends", mixed(cr)),
                Arguments.of("no last line end", cr.stripTrailing()),
                Arguments.of("blank lines", cr.replace("\r", "\r\n\r\n \t\r\n")),
                Arguments.of("byte-order mark", "\ufeff" + cr),
                Arguments.of(
                        "two files with byte-order marks put together",
                        "\ufeff" + one[0] + "\ufeff" + cr.substring(one[0].length())),
                Arguments.of("MLLP framing", framed),
                Arguments.of("MLLP framing without any line end between messages", framedBare),
                Arguments.of("form feeds between messages", String.join("\f", one)),
                Arguments.of("form feed and line feed", String.join("\f\n", one)),
                Arguments.of("old end-of-file mark", cr + "\u001a"),
                Arguments.of("full envelope", fhs + bhs + cr + "BTS|5\rFTS|1\r"),
                Arguments.of("full envelope, CRLF", (fhs + bhs + cr + "BTS|5\rFTS|1\r").replace("\r", "\r\n")),
                Arguments.of("batch only", bhs + cr + "BTS|5"),
                Arguments.of("bare trailers", "FHS|^~\\&\rBHS|^~\\&\r" + cr + "BTS\rFTS"),
                Arguments.of("messages under FHS without BHS", fhs + cr + "FTS"),
                Arguments.of(
                        "two batches in one file",
                        fhs + bhs + one[0] + one[1] + "BTS|2\r" + bhs + one[2] + one[3] + one[4] + "BTS|3\rFTS|2\r"),
                Arguments.of(
                        "two files in one",
                        fhs + bhs + one[0] + "BTS|1\rFTS|1\r" + fhs + bhs + one[1] + one[2] + one[3] + one[4]
                                + "BTS\rFTS"),
                Arguments.of("envelope with framing", fhs + bhs + framed + "BTS|5\rFTS|1\r\u001c\r"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dresses")
    void gives_the_same_bytes_whatever_stands_around_the_messages(String dress, String file) {
        List<Split> splits = split(Texts.bytes(file));
        assertThat(splits).extracting(Split::text).containsExactlyElementsOf(FIVE);
        assertThat(splits).extracting(Split::ordinal).containsExactly(1, 2, 3, 4, 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dresses")
    void goes_on_from_every_offset_as_if_it_had_never_stopped(String dress, String file) {
        byte[] bytes = Texts.bytes(file);
        List<Split> whole = split(bytes);
        for (int i = 0; i < whole.size(); i++) {
            Split last = whole.get(i);
            List<Split> rest = split(new ByteArrayInputStream(bytes), last.offset(), last.ordinal() + 1);
            List<Split> expected = whole.subList(i + 1, whole.size());
            assertThat(rest).extracting(Split::ordinal).containsExactlyElementsOf(ordinals(expected));
            assertThat(rest).extracting(Split::offset).containsExactlyElementsOf(offsets(expected));
            assertThat(rest).extracting(Split::text).containsExactlyElementsOf(texts(expected));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dresses")
    void does_not_mind_in_which_pieces_the_file_arrives(String dress, String file) {
        byte[] bytes = Texts.bytes(file);
        for (int piece = 1; piece <= 17; piece += 4) {
            assertThat(split(new Trickle(bytes, piece), 0, 1))
                    .extracting(Split::text)
                    .containsExactlyElementsOf(FIVE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dresses")
    void agrees_with_the_first_pass(String dress, String file) throws Exception {
        Inspection inspection = Inspection.of(new ByteArrayInputStream(Texts.bytes(file)), Limits.STANDARD);
        assertThat(inspection.faults()).isEmpty();
        assertThat(inspection.messages()).isEqualTo(5);
        assertThat(inspection.doses()).isEqualTo(10);
        assertThat(inspection.bytes()).isEqualTo(Texts.bytes(file).length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MSH of the patient",
                "MSH|see other note|",
                "MSH|^~\\",
                "MSH, seen, again",
                "MSH test 1234 test",
                "MSH|^~\\&",
                "FHS is not a header",
                "BHSX",
                "BTSX|1",
                "FTS 1"
            })
    void does_not_split_at_a_note_line_that_looks_like_a_header(String line) {
        String file = Texts.TWO_DOSES + "NTE|1||first\n" + line + "\nOBX|9\r" + Texts.TWO_DOSES;
        List<Split> splits = split(Texts.bytes(file));
        assertThat(splits).hasSize(2);
        assertThat(splits.get(0).text())
                .isEqualTo(Texts.bytes(Texts.TWO_DOSES + "NTE|1||first\r" + line + "\rOBX|9\r"));
        assertThatThrownBy(() -> Message.parse(splits.get(0).text())).isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void leaves_framing_bytes_inside_text_alone() {
        String message = Texts.segments("MSH|^~\\&|", "NTE|1||soft\u000bbreak\u001cand\fmore\u000bMSH", "OBX|1");
        List<Split> splits = split(Texts.bytes(message + message));
        assertThat(splits).extracting(Split::text).containsExactly(Texts.bytes(message), Texts.bytes(message));
    }

    @Test
    void splits_where_doubled_escapes_damaged_a_header_so_that_two_patients_never_become_one() {
        String damaged = Texts.TWO_DOSES.replace("MSH|^~\\&|", "MSH|^~\\\\&|");
        assertThat(split(Texts.bytes(Texts.TWO_DOSES + damaged))).hasSize(2);
    }

    @Test
    void takes_messages_with_their_own_encoding_characters() {
        String odd = "MSH#*%!@#EHR\rPID#1\r";
        String batch = "BHS#*%!@#\r" + odd + odd + "BTS#2\r";
        assertThat(split(Texts.bytes(batch)))
                .extracting(Split::text)
                .containsExactly(Texts.bytes(odd), Texts.bytes(odd));
    }

    @Test
    void finds_nothing_in_an_empty_batch() {
        assertThat(split(Texts.bytes("FHS|^~\\&|\rBHS|^~\\&|\rBTS|0\rFTS|1\r"))).isEmpty();
        assertThat(split(new byte[0])).isEmpty();
    }

    @Test
    void stops_at_a_message_over_the_limit() {
        byte[] file =
                Texts.joined(FIVE.get(0), Texts.bytes("MSH|^~\\&|\rNTE|1||" + "x".repeat(5000) + "\r"), FIVE.get(1));
        try (Splitter splitter = new Splitter(new ByteArrayInputStream(file), 0, 1, new Limits(2000, false))) {
            assertThat(splitter.next().text()).isEqualTo(FIVE.get(0));
            assertThatThrownBy(splitter::hasNext)
                    .isInstanceOf(Hl7FormatException.class)
                    .hasMessageContaining("message 2")
                    .hasMessageContaining("byte " + FIVE.get(0).length)
                    .hasMessageContaining("2000");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stops_rather_than_leave_text_out() {
        assertThatThrownBy(() -> split(Texts.bytes("hello\r" + Texts.TWO_DOSES)))
                .isInstanceOf(Hl7FormatException.class)
                .hasMessageContaining("byte 0");
        assertThatThrownBy(() -> split(Texts.bytes("BHS|^~\\&|\r" + Texts.TWO_DOSES + "BTS|1\rPID|1\r")))
                .isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void says_so_when_the_file_is_shorter_than_the_position_to_go_on_from() {
        assertThatThrownBy(() -> split(new ByteArrayInputStream(FIVE.get(0)), 100_000, 2))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void splits_mixed_files_of_any_size_at_any_buffer_border() {
        long seed = 20261122L;
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            List<byte[]> messages = new ArrayList<>();
            List<byte[]> pieces = new ArrayList<>();
            String[] ends = {"\r", "\n", "\r\n", "\r\n\r\n"};
            for (int i = 0; i < 40; i++) {
                String note = "n".repeat(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 300));
                String message =
                        Texts.segments("MSH|^~\\&|E|" + i, "PID|1||" + random.nextLong(), "NTE|1||" + note, "ORC|RE");
                messages.add(Texts.bytes(message));
                pieces.add(Texts.bytes(message.replace("\r", ends[random.nextInt(4)])));
            }
            byte[] file = Texts.joined(pieces.toArray(byte[][]::new));
            assertThat(split(new Trickle(file, 1 + random.nextInt(100_000)), 0, 1))
                    .as("seed %d round %d", seed, round)
                    .extracting(Split::text)
                    .containsExactlyElementsOf(messages);
        }
    }

    private static List<Split> split(byte[] file) {
        return split(new ByteArrayInputStream(file), 0, 1);
    }

    private static List<Split> split(InputStream in, long from, int ordinal) {
        List<Split> splits = new ArrayList<>();
        new Splitter(in, from, ordinal, Limits.STANDARD).forEachRemaining(splits::add);
        return splits;
    }

    private static String mixed(String text) {
        String[] ends = {"\r", "\n", "\r\n"};
        StringBuilder out = new StringBuilder();
        int n = 0;
        for (String line : text.split("\r")) {
            out.append(line).append(ends[n++ % 3]);
        }
        return out.toString();
    }

    private static List<Integer> ordinals(List<Split> splits) {
        return splits.stream().map(Split::ordinal).toList();
    }

    private static List<Long> offsets(List<Split> splits) {
        return splits.stream().map(Split::offset).toList();
    }

    private static List<byte[]> texts(List<Split> splits) {
        return splits.stream().map(Split::text).toList();
    }

    /** A stream that never gives more than a few bytes at once. */
    private static final class Trickle extends ByteArrayInputStream {
        private final int piece;

        Trickle(byte[] bytes, int piece) {
            super(bytes);
            this.piece = piece;
        }

        @Override
        public synchronized int read(byte[] b, int off, int len) {
            return super.read(b, off, Math.min(len, piece));
        }
    }
}
