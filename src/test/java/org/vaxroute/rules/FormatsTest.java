package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Locale;
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
                form("day", Formats::isDay, text -> Formats.day(text, texas)),
                form("time", Formats::isTimeWithOffset, text -> Formats.timeWithOffset(text, texas)),
                form("digits", Formats::isDigits, Formats::digits),
                form("upper", Formats::isUpper, text -> text.toUpperCase(Locale.ROOT)),
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
        assertThat(Formats.day(written, Fixture.TEXAS_TIME)).isEqualTo(day);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "20261121013000+0000, 20261120",
        "202611210130-0000, 20261120",
        "2026112101+0000, 20261120",
        "20261121013000.123+0000, 20261120",
        "2026-11-21T01:30:00Z, 20261120",
        "2026-11-21 01:30:00.5+00:00, 20261120",
        "20261121180000+0000, 20261121",
        "20260715043000+0000, 20260714",
        "20260715053000+0000, 20260715",
        "20261121250000+0000, 20261121"
    })
    void a_time_of_greenwich_is_the_day_that_it_was_at_the_clinic(String written, String day) {
        assertThat(Formats.day(written, Fixture.TEXAS_TIME)).isEqualTo(day);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "20190314000000+0000, 20190314",
        "201903140000+0000, 20190314",
        "2019-03-14T00:00:00.000Z, 20190314",
        "2019-03-14 00:00:00+00, 20190314"
    })
    void midnight_at_greenwich_is_a_day_without_a_time(String written, String day) {
        assertThat(Formats.day(written, Fixture.TEXAS_TIME)).isEqualTo(day);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "20260115233000-0700, 20260115",
        "20260115003000-0500, 20260115",
        "20260115233000, 20260115",
        "2026-01-15T23:30:00-07:00, 20260115"
    })
    void another_offset_is_the_clock_of_whoever_writes(String written, String day) {
        assertThat(Formats.day(written, Fixture.TEXAS_TIME)).isEqualTo(day);
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
        "O\u0092Brien, O'Brien",
        "Smith\u0096Jones, Smith-Jones",
        "Mar\u009a\u009ek, Marszk",
        "Mar\u0081a, Mar?a",
        "L\u00c3\u00b3pez, Lopez",
        "NU\u00c3\u2018EZ, NUNEZ",
        "MAR\u00c3\u008dA, MARIA",
        "O\u00e2\u20ac\u2122Brien, O'Brien",
        "O\u00e2\u0080\u0099Brien, O'Brien",
        "1 Main\u00c2\u00a0St, 1 Main St",
        "Nguy\u00e1\u00bb\u2026n, Nguyen",
        "\u00c4\u0090\u00e1\u00ba\u00b7ng, Dang",
        "Tr\u00c6\u00b0\u00c6\u00a1ng, Truong",
        "Wa\u00c5\u201a\u00c4\u2122sa, Walesa",
        "\u00c4\u00df, Ass",
        "Jo\u00e3o \u00c2ngela, Joao Angela",
        "S\u00c3O, SAO",
        "S\u00c3\u00c3, SAA",
        "LEIR\u00c3\u2019S, LEIRA'S",
        "ANDR\u00c9\u2019S, ANDRE'S",
        "1 Main\u0085Suite 2, 1 Main Suite 2",
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
