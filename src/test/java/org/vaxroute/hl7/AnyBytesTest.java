package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever bytes come in, the answer is a result or an {@link Hl7FormatException}, and the readers agree. */
class AnyBytesTest {
    private static final long SEED = 20261122L;

    @Test
    void a_message_is_read_whole_or_refused() throws Exception {
        Random random = new Random(SEED);
        byte[] original = Texts.bytes(Texts.TWO_DOSES);
        String[] places = {"MSH-2", "MSH-10", "PID-3[2].4.2", "ORDER[2]/RXA-9", "ORDER/OBX[3]-5.1", "PID-11", "NK1"};
        int read = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] text = Texts.mutated(original, random);
            try {
                Message message = Message.parse(text);
                read++;
                assertThat(Message.parse(message.bytes()).bytes()).isEqualTo(message.bytes());
                int tokens = 0;
                for (int s = 0; s < message.segments(); s++) {
                    tokens += message.fields(s);
                    assertThat(message.segmentDose(s)).isBetween(0, message.doses());
                }
                assertThat(tokens).isGreaterThanOrEqualTo(message.segments() - 1);
                assertThat(Message.dosesIn(message.bytes())).isEqualTo(message.doses());
                for (String place : places) {
                    Path path = Path.of(place);
                    message.all(path);
                    if (message.isEmpty(path)) {
                        assertThat(message.get(path)).matches("[^A-Za-z0-9]*");
                    }
                }
                digestAll(message);
                for (int d = 1; d <= message.doses(); d++) {
                    int dose = d;
                    assertThat(message.keepDoses(n -> n != dose).doses()).isEqualTo(message.doses() - 1);
                }
            } catch (Hl7FormatException e) {
                assertThat(e.getMessage()).doesNotContain("Sample").doesNotContain("77123");
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + SEED + " round " + round, e);
            }
        }
        assertThat(read).as("enough mutations stay readable to mean something").isGreaterThan(1_000);
    }

    @Test
    void an_edit_changes_one_place_or_is_refused() {
        Random random = new Random(SEED + 1);
        byte[] original = Texts.bytes(Texts.TWO_DOSES);
        for (int round = 0; round < 5_000; round++) {
            Message message;
            try {
                message = Message.parse(Texts.mutated(original, random));
            } catch (Hl7FormatException e) {
                continue;
            }
            String place =
                    switch (random.nextInt(4)) {
                        case 0 -> "PID-" + (1 + random.nextInt(30));
                        case 1 -> "PID-3[" + (1 + random.nextInt(4)) + "]." + (1 + random.nextInt(6));
                        case 2 -> "ORDER[2]/RXA-5." + (1 + random.nextInt(6)) + "." + (1 + random.nextInt(3));
                        default -> "MSH-" + (3 + random.nextInt(20));
                    };
            String value = "v" + random.nextInt(100) + "|^~\\&";
            try {
                Message edited = message.edit().set(place, value).apply();
                assertThat(edited.get(place)).isEqualTo(value);
                assertThat(edited.segments()).isEqualTo(message.segments());
                for (int s = 0; s < message.segments(); s++) {
                    if (s != message.find(Path.of(place), 0)) {
                        assertThat(edited.field(s, 0, 0, 0)).isEqualTo(message.field(s, 0, 0, 0));
                    }
                }
            } catch (Hl7FormatException e) {
                assertThat(e.getMessage()).doesNotContain("Sample");
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + (SEED + 1) + " round " + round + " " + place, e);
            }
        }
    }

    @Test
    void the_first_pass_and_the_splitter_agree_about_every_file() {
        Random random = new Random(SEED + 2);
        byte[] original =
                Texts.bytes("FHS|^~\\&|E\r\nBHS|^~\\&|E\r\n" + Texts.TWO_DOSES + Texts.TWO_DOSES.replace('\r', '\n')
                        + "BTS|2\rBHS|^~\\&|E\r" + Texts.TWO_DOSES + "BTS|1\r\nFTS|2\r\n");
        int taken = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] file = Texts.mutated(original, random);
            try {
                Inspection inspection = Inspection.of(new ByteArrayInputStream(file), new Limits(1500, false));
                assertThat(inspection.bytes()).isEqualTo(file.length);
                assertThat(inspection.sha256()).isEqualTo(sha256(file));
                if (inspection.mayBeTaken()) {
                    taken++;
                    List<Split> splits = new ArrayList<>();
                    new Splitter(new ByteArrayInputStream(file), 0, 1, new Limits(1500, false))
                            .forEachRemaining(splits::add);
                    assertThat(splits).hasSize(inspection.messages());
                    assertThat(splits.stream()
                                    .mapToLong(s -> Message.dosesIn(s.text()))
                                    .sum())
                            .isEqualTo(inspection.doses());
                    rewriteReadableOnes(splits);
                } else {
                    new Splitter(new ByteArrayInputStream(file), 0, 1, new Limits(1500, false))
                            .forEachRemaining(split -> {});
                }
            } catch (Hl7FormatException e) {
                assertThat(e.getMessage()).doesNotContain("Sample");
            } catch (Exception | AssertionError e) {
                fail("seed " + (SEED + 2) + " round " + round, e);
            }
        }
        assertThat(taken).isGreaterThan(250);
    }

    @Test
    void going_on_from_any_message_equals_reading_from_the_start() {
        Random random = new Random(SEED + 3);
        byte[] original = Texts.joined(Texts.messages(6).toArray(byte[][]::new));
        for (int round = 0; round < 500; round++) {
            byte[] file = Texts.mutated(original, random);
            List<Split> whole = new ArrayList<>();
            try {
                new Splitter(new ByteArrayInputStream(file), 0, 1, Limits.STANDARD).forEachRemaining(whole::add);
            } catch (Hl7FormatException e) {
                continue;
            }
            for (int i = 0; i < whole.size(); i++) {
                List<Split> rest = new ArrayList<>();
                new Splitter(
                                new ByteArrayInputStream(file),
                                whole.get(i).offset(),
                                whole.get(i).ordinal() + 1,
                                Limits.STANDARD)
                        .forEachRemaining(rest::add);
                assertThat(keys(rest))
                        .as("seed %d round %d after message %d", SEED + 3, round, i + 1)
                        .isEqualTo(keys(whole.subList(i + 1, whole.size())));
            }
        }
    }

    private static List<String> keys(List<Split> splits) {
        return splits.stream()
                .map(s -> s.ordinal() + " " + s.offset() + " " + Arrays.hashCode(s.text()))
                .toList();
    }

    private static void rewriteReadableOnes(List<Split> splits) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BatchWriter writer = new BatchWriter(
                out, EnvelopeTemplate.full(EnvelopeTemplate.Header.EMPTY, EnvelopeTemplate.Header.EMPTY))) {
            int added = 0;
            for (Split split : splits) {
                Message message;
                try {
                    message = Message.parse(split.text());
                } catch (Hl7FormatException unreadable) {
                    continue;
                }
                writer.add(message);
                added++;
            }
            BatchTotals totals = writer.finish();
            assertThat(totals.messages()).isEqualTo(added);
            Inspection again = Inspection.of(new ByteArrayInputStream(out.toByteArray()), Limits.STANDARD);
            assertThat(again.messages()).isEqualTo(added);
            assertThat(again.doses()).isEqualTo(totals.doses());
            assertThat(again.sha256()).isEqualTo(totals.sha256());
        }
    }

    private static void digestAll(Message message) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        message.digest(digest);
        message.digestPatient(digest);
        for (int d = 1; d <= message.doses(); d++) {
            message.digestDose(d, digest);
        }
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
