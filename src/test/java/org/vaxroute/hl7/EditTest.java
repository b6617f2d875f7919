package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EditTest {
    private final Message message = Texts.message(
            "MSH|^~\\&|EHR|F|||2026",
            "PID|1||7^^^A&B^MR~8||Sample^Ada",
            "ORC|RE||D1",
            "RXA|0|1|2020",
            "ORC|RE||D2",
            "RXA|0|1|2021");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PID-3.1; X; PID|1||X^^^A&B^MR~8||Sample^Ada",
                "PID-3[2].1; X; PID|1||7^^^A&B^MR~X||Sample^Ada",
                "PID-3[2].5; X; PID|1||7^^^A&B^MR~8^^^^X||Sample^Ada",
                "PID-3[4].1; X; PID|1||7^^^A&B^MR~8~~X||Sample^Ada",
                "PID-3.4.2; X; PID|1||7^^^A&X^MR~8||Sample^Ada",
                "PID-3.4.3; X; PID|1||7^^^A&B&X^MR~8||Sample^Ada",
                "PID-3.4; X; PID|1||7^^^X^MR~8||Sample^Ada",
                "PID-3; X; PID|1||X||Sample^Ada",
                "PID-3[1]; X; PID|1||X~8||Sample^Ada",
                "PID-8; F; PID|1||7^^^A&B^MR~8||Sample^Ada|||F",
                "PID-5.1; O'Neil & Sons|x^y~z\\; PID|1||7^^^A&B^MR~8||O'Neil \\T\\ Sons\\F\\x\\S\\y\\R\\z\\E\\^Ada"
            })
    void sets_one_place_and_leaves_the_others(String path, String value, String pid) {
        Message edited = message.edit().set(path, value).apply();
        assertThat(edited.get("PID")).isEqualTo(pid);
        assertThat(edited.get(path)).isEqualTo(value);
        assertThat(message.get("PID")).as("the original").isEqualTo("PID|1||7^^^A&B^MR~8||Sample^Ada");
    }

    @Test
    void sets_by_the_number_of_the_segment() {
        Message edited = message.edit()
                .set(5, 5, 1, 1, 0, "0|8")
                .setRaw(1, 3, 0, 0, 0, "1^^^C~2")
                .setRaw(1, 3, 2, 4, 2, "D")
                .set(1, 3, 1, 4, 0, "")
                .apply();
        assertThat(edited.get("ORDER[2]/RXA")).isEqualTo("RXA|0|1|2021||0\\F\\8");
        assertThat(edited.get("PID")).isEqualTo("PID|1||1~2^^^&D||Sample^Ada");
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().set(0, 2, 0, 0, 0, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().setRaw(1, 3, 1, 1, 0, "a^b"));
    }

    @Test
    void sets_header_fields_by_their_hl7_numbers() {
        Message edited = message.edit()
                .set("MSH-3", "Z")
                .set("MSH-10", "id")
                .set("MSH-11", "T")
                .apply();
        assertThat(edited.get("MSH")).isEqualTo("MSH|^~\\&|Z|F|||2026|||id|T");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MSH|^~\\&|EHR\rPID|1\rORC|RE\r",
                "\ufeffMSH|^~\\&|EHR|F|||2026||VXU^V04|OLD|T|2.5.1|||||||||||\r\n\r\nPID|1||7^^^A\r\n",
                "\u000bMSH$!~\\&$EHR$F$$$2026$$VXU!V04$OLD\nPID$1$$7!!!A\nNTE$1$$Jos\u00e9\n\u001c\r",
                "MSH|^~\\&|EHR"
            })
    void gives_a_text_another_header_as_an_edit_of_the_whole_does(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(Message.withHeader(bytes, msh -> msh.set("MSH-10", "N|1").set("MSH-11", "P")))
                .isEqualTo(Message.parse(bytes)
                        .edit()
                        .set("MSH-10", "N|1")
                        .set("MSH-11", "P")
                        .apply()
                        .bytes());
    }

    @Test
    void gives_no_other_header_to_what_has_none() {
        assertThatThrownBy(() -> Message.withHeader("PID|1\r".getBytes(StandardCharsets.UTF_8), msh -> msh))
                .isInstanceOf(Hl7FormatException.class);
    }

    @Test
    void sets_inside_the_dose_that_the_path_names() {
        Message edited = message.edit()
                .set("ORDER[2]/RXA-5.1", "08")
                .set("ORDER/RXA-4", "2019")
                .apply();
        assertThat(edited.get("ORDER[2]/RXA")).isEqualTo("RXA|0|1|2021||08");
        assertThat(edited.get("ORDER[1]/RXA")).isEqualTo("RXA|0|1|2020|2019");
    }

    @Test
    void drops_separators_that_a_cleared_place_leaves_at_the_end() {
        assertThat(message.edit().clear(Path.of("PID-5")).apply().get("PID")).isEqualTo("PID|1||7^^^A&B^MR~8");
        assertThat(message.edit().clear(Path.of("PID-3.5")).apply().get("PID-3"))
                .isEqualTo("7^^^A&B");
        assertThat(message.edit().clear(Path.of("PID-3[2]")).apply().get("PID"))
                .isEqualTo("PID|1||7^^^A&B^MR||Sample^Ada");
        assertThat(message.edit().clear(Path.of("PV1-3")).apply()).isEqualTo(message);
    }

    @Test
    void keeps_line_breaks_of_a_value_out_of_the_message() {
        Message edited = message.edit().set("PID-5.1", "a\r\nMSH|b\tc").apply();
        assertThat(edited.segments()).isEqualTo(message.segments());
        assertThat(edited.get("PID-5.1")).isEqualTo("a MSH|b c");
    }

    @Test
    void writes_er7_text_as_parts() {
        Message edited = message.edit()
                .setRaw(Path.of("PID-3"), "1^^^X^MR~2")
                .setRaw(Path.of("PID-5.1"), "a&b")
                .apply();
        assertThat(edited.get("PID")).isEqualTo("PID|1||1^^^X^MR~2||a&b^Ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"PID-3; a|b", "PID-3[1]; a~b", "PID-3.1; a^b", "PID-3.1; a~b", "PID-3.4.1; a&b", "PID-3; 'a\nb'"})
    void refuses_er7_text_that_reaches_beyond_its_place(String path, String er7) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message.edit().setRaw(Path.of(path), er7))
                .withMessageContaining(path)
                .withMessageNotContaining(er7);
    }

    @Test
    void drops_and_inserts_segments_by_their_place_in_the_original() {
        Message edited = message.edit()
                .dropSegment(2)
                .insertAfter(1, "PD1|||")
                .insertAfter(1, "NK1|1")
                .insertAfter(5, "RXR|IM")
                .dropSegment(1)
                .set("ORDER[2]/RXA-3", "2022")
                .apply();
        assertThat(edited.text())
                .isEqualTo(Texts.segments(
                        "MSH|^~\\&|EHR|F|||2026",
                        "PD1|||",
                        "NK1|1",
                        "RXA|0|1|2020",
                        "ORC|RE||D2",
                        "RXA|0|1|2022",
                        "RXR|IM"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "XX", "not a segment", "MSH|^~\\&|", "BTS|1"})
    void refuses_to_insert_what_is_no_segment(String segment) {
        assertThatThrownBy(() -> {
                    Message edited = message.edit().insertAfter(1, segment).apply();
                    assertThat(edited.segments()).as("nothing may slip in").isEqualTo(message.segments() + 1);
                })
                .isInstanceOfAny(Hl7FormatException.class, IllegalArgumentException.class);
    }

    @Test
    void refuses_to_change_what_gives_the_message_its_shape() {
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().set("MSH-1", "#"));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().set("MSH-2", "#"));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().set("PID", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().dropSegment(0));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().dropSegment(6));
        assertThatIllegalArgumentException().isThrownBy(() -> message.edit().insertAfter(1, "NTE|a\rMSH|^~\\&|"));
    }

    @Test
    void says_when_there_is_no_segment_to_change() {
        assertThatThrownBy(() -> message.edit().set("PD1-12", "N"))
                .isInstanceOf(Hl7FormatException.class)
                .hasMessageStartingWith("PD1-12");
    }

    @Test
    void gives_the_same_message_back_when_nothing_changes() {
        assertThat(message.edit().apply()).isSameAs(message);
    }
}
