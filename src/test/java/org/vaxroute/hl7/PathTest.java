package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    @ParameterizedTest
    @CsvSource({
        "PID-3, PID-3",
        "PID-3[2].4, PID-3[2].4",
        "PID-3[2].4&1, PID-3[2].4.1",
        "PID-11.3.2, PID-11.3.2",
        "NK1[2]-2[1].1, NK1[2]-2[1].1",
        "ORDER[2]/RXA-9, ORDER[2]/RXA-9",
        "ORDER/OBX[3]-5, ORDER/OBX[3]-5",
        "PD1, PD1",
        "ORDER[12]/RXR[1], ORDER[12]/RXR[1]",
        "PID-003, PID-3"
    })
    void writes_every_location_in_one_way(String text, String canonical) {
        Path path = Path.of(text);
        assertThat(path).hasToString(canonical);
        assertThat(Path.of(canonical)).isEqualTo(path).hasSameHashCodeAs(path);
    }

    @Test
    void knows_its_parts() {
        Path path = Path.of("ORDER[2]/OBX[3]-5[4].6.7");
        assertThat(path.inOrder()).isTrue();
        assertThat(path.order()).isEqualTo(2);
        assertThat(path.segment()).isEqualTo("OBX");
        assertThat(path.segmentIndex()).isEqualTo(3);
        assertThat(path.field()).isEqualTo(5);
        assertThat(path.repetition()).isEqualTo(4);
        assertThat(path.component()).isEqualTo(6);
        assertThat(path.subcomponent()).isEqualTo(7);
        assertThat(Path.of("ORDER/RXA-9").inOrder(3)).hasToString("ORDER[3]/RXA-9");
        assertThat(Path.of("RXA-9").inOrder(1)).hasToString("ORDER[1]/RXA-9");
        assertThat(Path.of("PID-13.2").atRepetition(2)).hasToString("PID-13[2].2");
        assertThat(Path.of("ORDER[1]/OBX[2]-5[4].6.7").atRepetition(3)).hasToString("ORDER[1]/OBX[2]-5[3].6.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "pid-3",
                "PID-",
                "PID-0",
                "PID-x",
                "PID-3[0]",
                "PID-3[",
                "PID-3[1",
                "PID-3.",
                "PID-3.1.",
                "PID-3.1.2.3",
                "PID3",
                "PID-3 ",
                "ORDER",
                "ORDER-1",
                "ORDER[2]RXA-9",
                "ORDER[]/RXA-9",
                "PID-99999999999",
                "1ID-3",
                "PID[2"
            })
    void refuses_other_text_and_names_it(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Path.of(text)).withMessageContaining("\"" + text + "\"");
    }

    @Test
    void refuses_nothing_at_all() {
        assertThatIllegalArgumentException().isThrownBy(() -> Path.of(null));
    }
}
