package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
    private final Message twoDoses = Message.parse(Texts.TWO_DOSES);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "MSH-1; |",
                "MSH-2; ^~\\&",
                "MSH-3; EHR",
                "MSH-4; 0000012345",
                "MSH-9.3; VXU_V04",
                "MSH-9; VXU^V04^VXU_V04",
                "MSH-10; A-1",
                "MSH-21.2; CDCPHINVS",
                "PID-3; 77123^^^EHR^MR",
                "PID-3.1; 77123",
                "PID-3[2].1; 999",
                "PID-3[2].4.2; 2.16.1",
                "PID-3[2].4&3; ISO",
                "PID-3[2].4.1; TX",
                "PID-8; F",
                "PID-8.1.1; F",
                "PID-11.1; 1 Elm&Oak St",
                "NK1[2]-3.1; FTH",
                "NK1-3.1; MTH",
                "OBX[4]-5.1; V02",
                "ORDER[2]/RXA-5.1; 20",
                "ORDER[2]/OBX[1]-5.1; V02",
                "ORDER/OBX[3]-5; 20240101",
                "ORDER/RXA-5.1; 08"
            },
            delimiter = ';')
    void reads_a_value_at_its_hl7_location(String path, String value) {
        assertThat(twoDoses.get(path)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MSH-1.2",
                "MSH-8",
                "MSH-50",
                "PID-2",
                "PID-3[3].1",
                "PID-3[2].9",
                "PID-3[2].4.4",
                "PD1-12",
                "NK1[3]-2",
                "ORDER[3]/RXA-3",
                "ORDER[2]/RXR-1",
                "ORDER[2]/OBX[2]-5",
                "ORDER/PID-3",
                "PV1"
            })
    void gives_nothing_for_a_place_that_is_not_there(String path) {
        assertThat(twoDoses.get(path)).isEmpty();
        assertThat(twoDoses.isEmpty(Path.of(path))).isTrue();
        assertThat(twoDoses.all(path)).isEmpty();
    }

    @Test
    void lists_every_value_that_a_path_matches() {
        assertThat(twoDoses.all("PID-3.1")).containsExactly("77123", "999");
        assertThat(twoDoses.all("NK1-2.1")).containsExactly("Sample");
        assertThat(twoDoses.all("ORDER/RXA-5.1")).containsExactly("08", "20");
        assertThat(twoDoses.all("ORDER[1]/OBX-4")).containsExactly("1", "2", "2");
        assertThat(twoDoses.all("ORDER/OBX[1]-4")).containsExactly("1", "3");
    }

    @Test
    void tells_which_segment_belongs_to_which_dose() {
        assertThat(twoDoses.doses()).isEqualTo(2);
        assertThat(twoDoses.segments()).isEqualTo(14);
        assertThat(twoDoses.segmentName(10)).isEqualTo("NTE");
        assertThat(twoDoses.segmentDose(10)).isEqualTo(1);
        assertThat(twoDoses.segmentDose(3)).isZero();
        assertThat(twoDoses.findInDose("RXA", 2)).isEqualTo(12);
    }

    @Test
    void opens_a_dose_at_an_rxa_that_no_orc_introduces() {
        Message old = Texts.message("MSH|^~\\&|", "PID|1", "RXA|0|1|2020", "RXA|0|1|2021", "RXR|IM", "PV1|1", "OBX|1");
        assertThat(old.doses()).isEqualTo(2);
        assertThat(old.get("ORDER[2]/RXA-3")).isEqualTo("2021");
        assertThat(old.segmentDose(5)).as("PV1 speaks of the patient").isZero();
        assertThat(old.segmentDose(6)).isEqualTo(2);
    }

    @Test
    void keeps_only_the_doses_asked_for() {
        Message second = twoDoses.keepDoses(d -> d == 2);
        assertThat(second.doses()).isEqualTo(1);
        assertThat(second.get("ORDER[1]/RXA-5.1")).isEqualTo("20");
        assertThat(second.text()).doesNotContain("D1^EHR").contains("NK1|2");
        assertThat(twoDoses.keepDoses(d -> true)).isSameAs(twoDoses);
        assertThat(twoDoses.keepDoses(d -> false).doses()).isZero();
    }

    @Test
    void never_makes_one_dose_of_two_broken_ones() {
        Message broken = Texts.message("MSH|^~\\&|", "ORC|RE||1", "ORC|RE||2", "RXA|0|1|2020", "RXA|0|1|2021");
        assertThat(broken.doses()).isEqualTo(3);
        assertThatThrownBy(() -> broken.keepDoses(d -> d != 2)).isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void reads_every_line_end_and_holds_cr() {
        for (String end : List.of("\n", "\r\n", "\r\n\r\n", "\r \r")) {
            Message message = Message.parse(Texts.TWO_DOSES.replace("\r", end));
            assertThat(message.bytes()).as(end).isEqualTo(Texts.bytes(Texts.TWO_DOSES));
        }
        assertThat(Message.parse("\ufeff\u000b" + Texts.TWO_DOSES.strip() + "\u001c\r")
                        .text())
                .isEqualTo(Texts.TWO_DOSES);
    }

    @Test
    void follows_the_encoding_characters_of_the_message() {
        Message odd = Texts.message("MSH#*%!@#EHR", "PID#1##7*a@b%8##O!T!B!F!rien*x^y|z");
        assertThat(odd.get("MSH-1")).isEqualTo("#");
        assertThat(odd.get("MSH-3")).isEqualTo("EHR");
        assertThat(odd.get("PID-3[2]")).isEqualTo("8");
        assertThat(odd.get("PID-3.2.2")).isEqualTo("b");
        assertThat(odd.get("PID-5.1")).isEqualTo("O@B#rien");
        assertThat(odd.get("PID-5.2")).isEqualTo("x^y|z");
        assertThat(odd.edit().set("PID-5.1", "a@b").apply().text()).contains("#a!T!b*x^y|z");
    }

    @Test
    void tolerates_a_fifth_encoding_character() {
        Message message = Texts.message("MSH|^~\\&#|EHR", "PID|1||5");
        assertThat(message.get("MSH-2")).isEqualTo("^~\\&#");
        assertThat(message.get("PID-3")).isEqualTo("5");
    }

    @Test
    void decodes_utf8_and_what_is_not_utf8_as_latin1() {
        String text = Texts.segments("MSH|^~\\&|", "PID|1||||Núñez^Zoë");
        assertThat(Message.parse(text.getBytes(StandardCharsets.UTF_8)).get("PID-5.1"))
                .isEqualTo("Núñez");
        Message latin = Message.parse(text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(latin.charset()).isEqualTo(StandardCharsets.ISO_8859_1);
        assertThat(latin.get("PID-5.2")).isEqualTo("Zoë");
        assertThat(latin.edit().set("PID-5.1", "Åse").apply().bytes())
                .isEqualTo(text.replace("Núñez", "Åse").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> latin.edit().set("PID-5.1", "Łucja"))
                .isInstanceOf(Hl7FormatException.class)
                .hasMessageNotContaining("ucja");
    }

    @Test
    void believes_msh_18_unless_the_bytes_contradict_it() {
        String header = "MSH|^~\\&|a|b|c|d|2026||VXU^V04|1|P|2.5.1||||||";
        String pid = "PID|1||||Ő^x";
        byte[] central =
                Texts.segments(header + "8859/2", pid).getBytes(java.nio.charset.Charset.forName("ISO-8859-2"));
        assertThat(Message.parse(central).get("PID-5.1")).isEqualTo("Ő");
        assertThat(Message.parse(Texts.segments(header + "8859/2", pid)).bytes())
                .isEqualTo(central);
        byte[] lying = Texts.segments(header + "UNICODE UTF-8", "PID|1||||ñ").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Message.parse(lying).get("PID-5")).isEqualTo("ñ");
        byte[] utf8 = Texts.segments(header + "8859/1", "PID|1||||L\u00f3pez^Mart\u00edn")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Message.parse(utf8).get("PID-5.1")).isEqualTo("L\u00f3pez");
        assertThat(Message.parse(utf8)
                        .edit()
                        .set("PID-5.2", "I\u00f1aki")
                        .apply()
                        .get("PID-5.1"))
                .isEqualTo("L\u00f3pez");
        assertThat(Message.parse(Texts.segments(header + "WHATEVER", pid)).get("PID-5.1"))
                .isEqualTo("Ő");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; MSH",
                "PID|1; MSH",
                "MSH; MSH",
                "MSH|^~\\; MSH",
                "MSH|^~\\&; MSH",
                "MSH|^^\\&|; MSH-2",
                "MSH|^~\\&|#pid|1; segment 2",
                "MSH|^~\\&|#PID 1; segment 2",
                "MSH|^~\\&|#NTE|1||first#second line of a note; segment 3",
                "MSH|^~\\&|#MSH|^~\\&|; segment 2",
                "MSH|^~\\&|#BTS|1; segment 2",
                "MSH|^~\\&|#PI; segment 2"
            })
    void refuses_what_is_no_message_and_says_where(String text, String location) {
        assertThatThrownBy(() -> Message.parse(text.replace('#', '\r')))
                .isInstanceOfSatisfying(
                        Hl7FormatException.class, e -> assertThat(e.location()).isEqualTo(location))
                .hasMessageNotContaining("note of")
                .hasMessageNotContaining("second line");
    }

    @Test
    void refuses_zero_bytes() {
        assertThatThrownBy(() -> Message.parse("MSH|^~\\&|\rPID|1|\u0000"))
                .isInstanceOf(Hl7FormatException.class)
                .hasMessageContaining("segment 2");
    }

    @Test
    void keeps_the_null_value_apart_from_an_empty_one() {
        Message message = Texts.message("MSH|^~\\&|", "PID|1||\"\"||^^|");
        assertThat(message.get("PID-3")).isEqualTo("\"\"");
        assertThat(message.isEmpty(Path.of("PID-3"))).isFalse();
        assertThat(message.isEmpty(Path.of("PID-5"))).isTrue();
        assertThat(message.isEmpty(Path.of("PID-6"))).isTrue();
    }

    @Test
    void compares_and_counts_without_making_objects() {
        int pid = twoDoses.find("PID", 0);
        assertThat(twoDoses.repetitions(pid, 3)).isEqualTo(2);
        assertThat(twoDoses.repetitions(pid, 2)).isZero();
        assertThat(twoDoses.components(pid, 3, 2)).isEqualTo(5);
        assertThat(twoDoses.fields(pid)).isEqualTo(11);
        assertThat(twoDoses.fields(0)).isEqualTo(21);
        assertThat(twoDoses.repetitions(0, 2)).isEqualTo(1);
        assertThat(twoDoses.field(pid, 3, 2, 4, 2)).isEqualTo("2.16.1");
        assertThat(twoDoses.holds(Path.of("PID-8"), Texts.bytes("F"))).isTrue();
        assertThat(twoDoses.holds(Path.of("PID-8"), Texts.bytes("FX"))).isFalse();
        assertThat(twoDoses.holds(pid, 3, 1, 1, Texts.bytes("77123"))).isTrue();
        assertThat(twoDoses.isEmpty(pid, 3, 1, 2)).isTrue();
        long span = twoDoses.span(Path.of("PID-8"));
        assertThat(twoDoses.byteAt(Message.start(span))).isEqualTo((byte) 'F');
        assertThat(Message.end(span) - Message.start(span)).isEqualTo(1);
    }

    @Test
    void says_nothing_of_the_patient_when_printed() {
        assertThat(twoDoses)
                .hasToString("Message[14 segments, 2 doses, 1000 bytes]".replace("1000", "" + twoDoses.length()));
    }

    @ParameterizedTest
    @CsvSource({
        "PID|1||7^^^A|, true",
        "PID|1||7^|x, true",
        "PID|1||7^^^A, false",
        "PID|1||7~|x, false",
        "PID|1||^^x, false",
        "PID, false"
    })
    void knows_separators_that_say_nothing(String segment, boolean trailing) {
        assertThat(Texts.message("MSH|^~\\&|EHR", segment, "NTE|1").hasTrailingSeparators())
                .isEqualTo(trailing);
    }

    @Test
    void knows_whether_it_is_ascii() {
        assertThat(Texts.message("MSH|^~\\&|EHR", "PID|1||||Jose").isAscii()).isTrue();
        assertThat(Texts.message("MSH|^~\\&|EHR", "PID|1||||José").isAscii()).isFalse();
    }
}
