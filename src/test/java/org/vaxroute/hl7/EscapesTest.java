package org.vaxroute.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\\F\\\\S\\\\T\\\\R\\\\E\\; |^&~\\",
                "a\\T\\b; a&b",
                "\\X41\\\\X4243\\; ABC",
                "caf\\XC3A9\\; café",
                "caf\\Xe9\\; café",
                "\\X4\\; \\X4\\",
                "\\XZZ\\; \\XZZ\\",
                "a\\.br\\b\\H\\c; 'a\nb\\H\\c'",
                "lone \\ stays; lone \\ stays",
                "C:\\dir\\T\\x; C:\\dir&x",
                "ends with \\; ends with \\",
                "\\\\; \\\\",
                "plain; plain"
            })
    void reads_every_sequence_it_knows_and_leaves_the_rest(String escaped, String plain) {
        assertThat(Escapes.unescape(escaped, Encoding.STANDARD)).isEqualTo(plain);
    }

    @Test
    void writes_only_the_five_sequences_of_the_guide() {
        assertThat(Escapes.escape("a|b^c~d\\e&f", Encoding.STANDARD)).isEqualTo("a\\F\\b\\S\\c\\R\\d\\E\\e\\T\\f");
        assertThat(Escapes.escape("one\r\ntwo\nthree\tfour\u0000", Encoding.STANDARD))
                .isEqualTo("one two three four ");
        assertThat(Escapes.escape("a@b|c", new Encoding('#', '*', '%', '!', '@')))
                .isEqualTo("a!T!b|c");
    }

    @Test
    void brings_any_text_there_and_back() {
        long seed = 4711;
        Random random = new Random(seed);
        String alphabet = "|^~\\&#*%!@aXFSTRE0é漢\"' ";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (Encoding e : new Encoding[] {Encoding.STANDARD, new Encoding('#', '*', '%', '!', '@')}) {
                String escaped = Escapes.escape(text.toString(), e);
                assertThat(Escapes.unescape(escaped, e))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(text.toString());
            }
        }
    }

    @Test
    void needs_five_different_characters() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Encoding('|', '^', '^', '\\', '&'));
        assertThatIllegalArgumentException().isThrownBy(() -> new Encoding('|', 'a', '~', '\\', '&'));
        assertThatIllegalArgumentException().isThrownBy(() -> new Encoding('|', '\u015e', '~', '\\', '&'));
        assertThat(Encoding.STANDARD.characters()).isEqualTo("^~\\&");
    }
}
