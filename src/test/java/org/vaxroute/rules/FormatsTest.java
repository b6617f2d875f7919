package org.vaxroute.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
