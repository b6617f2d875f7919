package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vaxroute.hl7.Encoding;
import org.vaxroute.hl7.Message;

class FormatsTest {
    private static final String LETTERS = "0123456789 0123456789-+/.:TZ ab'Ñ\\";
    private static final String[] GROWN = {
        "20240105",
        "20240105081500-0600",
        "99999999999999+9999",
        "5125551212",
        "O'NEIL-SMITH",
        "ANA MARIA",
        "2024-01-05",
        ""
    };

    static Stream<Arguments> forms() {
        ZoneId texas = ZoneId.of("America/Chicago");
        return Stream.of(
                form("day", Formats::isDay, Formats::day),
                form("time", Formats::isTimeWithOffset, text -> Formats.timeWithOffset(text, texas)),
                form("digits", Formats::isDigits, Formats::digits),
                form("name", Formats::isName, Formats::name),
                form("strip", Formats::isName, String::strip));
    }

    private static Arguments form(String name, Formats.Settled settled, UnaryOperator<String> form) {
        return Arguments.of(name, settled, form);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void what_is_settled_comes_out_as_it_was(String name, Formats.Settled settled, UnaryOperator<String> form) {
        Random random = new Random(20261125);
        int seen = 0;
        for (int i = 0; i < 50_000; i++) {
            String value = value(random);
            Message message = Message.parse(("MSH|^~\\&|\rPID|" + value + "\r").getBytes(StandardCharsets.UTF_8));
            long span = message.span(1, 1, 1, 0, 0);
            if (Message.start(span) < Message.end(span) && settled.is(message, span)) {
                seen++;
                String text = message.field(1, 1, 1, 0);
                assertThat(form.apply(text)).as("%s of '%s'", name, text).isEqualTo(text);
            }
        }
        assertThat(seen).as("settled values among those tried").isGreaterThan(1_000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "02/29/2012, 20120229",
        "2-9-2012, 20120209",
        "2012/2/9, 20120209",
        "2012-02-09T08:00, 20120209",
        "02/30/2012, 02/30/2012",
        "04-31-2012, 04-31-2012",
        "2011/02/29, 2011/02/29",
        "2011-02-29, 2011-02-29"
    })
    void a_day_that_does_not_exist_becomes_no_other(String written, String day) {
        assertThat(Formats.day(written)).isEqualTo(day);
    }

    @Test
    void a_time_of_a_day_that_does_not_exist_stays() {
        assertThat(Formats.timeWithOffset("20120230081500", ZoneId.of("America/Chicago")))
                .isEqualTo("20120230081500");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "(512) 234-5678, 5122345678",
        "234-5678 x12, 2345678",
        "234-5678 #12, 2345678",
        "512.234.5678 ext. 12, 5122345678",
        "Cell 234-5678, 2345678",
        "none, ''"
    })
    void an_extension_is_no_part_of_the_number(String written, String digits) {
        assertThat(Formats.digits(written)).isEqualTo(digits);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "Nguy\u1ec5n, Nguyen",
        "Ka\u02bbahumanu, Ka'ahumanu",
        "O\u02bcNeil, O'Neil",
        "Vasil\u02b9ev, Vasil'ev",
        "M\u0327ajro, Majro",
        "Ana\u200b, Ana",
        "\u0418\u0432\u0430\u043d, ????",
        "1 Main \uff5e B, 1 Main \\R\\ B",
        "a\uff5cb\uff3ec\uff06d\uff3ce, a\\F\\b\\S\\c\\T\\d\\E\\e"
    })
    void letters_become_their_spelling_and_never_a_separator(String written, String plain) {
        assertThat(Formats.ascii(written, Encoding.STANDARD)).isEqualTo(plain);
    }

    /** A good value with a few characters changed. */
    private static String value(Random random) {
        StringBuilder value = new StringBuilder(GROWN[random.nextInt(GROWN.length)]);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            char c = LETTERS.charAt(random.nextInt(LETTERS.length()));
            int at = random.nextInt(value.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> value.insert(at, c);
                case 1 ->
                    value.replace(
                            Math.min(at, Math.max(0, value.length() - 1)), Math.min(at + 1, value.length()), "" + c);
                default -> value.delete(at, Math.min(at + 1, value.length()));
            }
        }
        return value.toString();
    }
}
