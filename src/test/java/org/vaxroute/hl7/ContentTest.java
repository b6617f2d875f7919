package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTest {
    private static final String TEXT = Texts.TWO_DOSES;
    private static final BiConsumer<Message, MessageDigest> WHOLE = Message::digest;
    private static final BiConsumer<Message, MessageDigest> PATIENT = Message::digestPatient;
    private static final BiConsumer<Message, MessageDigest> DOSE_1 = (m, d) -> m.digestDose(1, d);
    private static final BiConsumer<Message, MessageDigest> DOSE_2 = (m, d) -> m.digestDose(2, d);

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "20261122080910-0600; 20261123",
                "|A-1|; |other control id|",
                "^M^^^^L||; ^M^^^^L^^^||",
                "^USA^L; ^USA^L|||",
                "ISO^SR|; ISO^SR~|",
                "TX&2.16.1&ISO; TX&2.16.1&ISO&",
                "NK1|2|; NK1|7|",
                "NTE|1|; NTE||",
                "OBX|4|CE; OBX|1|CE",
                "^LN|3|V02; ^LN|1|V02",
                "PID|1|; PID||",
                "||Given at home; ||Given at home|"
            })
    void takes_no_notice_of_what_does_not_matter(String from, String to) {
        assertThat(TEXT).contains(from);
        assertSame(TEXT.replace(from, to));
    }

    @Test
    void takes_no_notice_of_line_ends() {
        assertSame(TEXT.replace("\r", "\r\n"));
        assertSame(TEXT.replace("\r", "||||\n"));
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "77123; 77124; patient",
                "Austin; Dallas; patient",
                "MTH^; FTH^; patient",
                "|F||2106; |\"\"||2106; patient",
                "~999^; ^999^; patient",
                "20261120||08; 20261119||08; dose 1",
                "D1^EHR; D3^EHR; dose 1",
                "Given at; Given in; dose 1",
                "^LN|2|20240101; ^LN|1|20240101; dose 1",
                "V02^; V03^; dose 2",
                "20261121||20; 20261121|20261121|20; dose 2",
                "|P|2.5.1; |T|2.5.1; message",
                "EHR|0000012345; EHR|0000012346; message"
            })
    void notices_what_matters_and_only_where_it_is(String from, String to, String part) {
        assertThat(TEXT).contains(from);
        Message before = Message.parse(TEXT);
        Message after = Message.parse(TEXT.replace(from, to));
        assertThat(hash(after, WHOLE)).isNotEqualTo(hash(before, WHOLE));
        assertThat(hash(after, PATIENT).equals(hash(before, PATIENT))).isEqualTo(!part.equals("patient"));
        assertThat(hash(after, DOSE_1).equals(hash(before, DOSE_1))).isEqualTo(!part.equals("dose 1"));
        assertThat(hash(after, DOSE_2).equals(hash(before, DOSE_2))).isEqualTo(!part.equals("dose 2"));
    }

    @Test
    void gives_a_dose_one_fingerprint_wherever_it_stands() {
        Message message = Message.parse(TEXT);
        Message alone = message.keepDoses(d -> d == 2);
        assertThat(hash(alone, DOSE_1)).isEqualTo(hash(message, DOSE_2));
        assertThat(hash(alone, PATIENT)).isEqualTo(hash(message, PATIENT));
        assertThat(hash(alone, WHOLE)).isNotEqualTo(hash(message, WHOLE));
    }

    @Test
    void keeps_fields_apart_that_hold_the_same_bytes_elsewhere() {
        Message left = Texts.message("MSH|^~\\&|", "PID|1||a||b");
        Message right = Texts.message("MSH|^~\\&|", "PID|1||a|b");
        assertThat(hash(left, PATIENT)).isNotEqualTo(hash(right, PATIENT));
        assertThat(hash(Texts.message("MSH|^~\\&|", "PID|1||a~~b"), PATIENT))
                .isNotEqualTo(hash(Texts.message("MSH|^~\\&|", "PID|1||a~b"), PATIENT));
        assertThat(hash(Texts.message("MSH|^~\\&|", "PID|1||a^^~b"), PATIENT))
                .isEqualTo(hash(Texts.message("MSH|^~\\&|", "PID|1||a~b^&"), PATIENT));
    }

    @Test
    void numbers_any_count_of_observation_groups() {
        Message counted = observations(0, 1);
        Message later = observations(900, 1);
        Message together = observations(0, 0);
        assertThat(hash(counted, DOSE_1)).isEqualTo(hash(later, DOSE_1));
        assertThat(hash(counted, DOSE_1)).isNotEqualTo(hash(together, DOSE_1));
    }

    @Test
    void knows_only_the_doses_that_there_are() {
        Message message = Message.parse(TEXT);
        assertThatThrownBy(() -> hash(message, (m, d) -> m.digestDose(3, d)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> hash(message, (m, d) -> m.digestDose(0, d)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Message observations(int first, int step) {
        StringBuilder text = new StringBuilder("MSH|^~\\&|\rORC|RE\rRXA|0\r");
        for (int i = 0; i < 120; i++) {
            text.append("OBX|")
                    .append(i)
                    .append("|CE|c|")
                    .append(first + i * step)
                    .append('|')
                    .append(i)
                    .append('\r');
        }
        return Message.parse(text.toString());
    }

    private static void assertSame(String changed) {
        Message before = Message.parse(TEXT);
        Message after = Message.parse(changed);
        assertThat(hash(after, WHOLE)).isEqualTo(hash(before, WHOLE));
        assertThat(hash(after, PATIENT)).isEqualTo(hash(before, PATIENT));
        assertThat(hash(after, DOSE_1)).isEqualTo(hash(before, DOSE_1));
        assertThat(hash(after, DOSE_2)).isEqualTo(hash(before, DOSE_2));
    }

    private static String hash(Message message, BiConsumer<Message, MessageDigest> feed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            feed.accept(message, digest);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
