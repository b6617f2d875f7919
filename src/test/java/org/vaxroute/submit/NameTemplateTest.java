package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameTemplateTest {
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");
    private static final Instant NOON = Instant.parse("2026-02-03T18:05:09Z");

    @Test
    void the_default_is_code_year_day_of_year_and_a_number_from_zero() {
        assertThat(new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS).name(NOON, 0))
                .isEqualTo("ABCDEF26034.0.hl7");
    }

    @ParameterizedTest
    @CsvSource({
        "{code}{yyyy}{mm}{dd}-{hh}{mi}{ss}_{seq:3:1}.HL7, ABCDEF20260203-120509_007.HL7",
        "{code}{yy}{ddd}{seq:2}.hl7, ABCDEF2603407.hl7",
        "{code}.{seq}.hl7, ABCDEF.7.hl7"
    })
    void every_token_is_the_connections_own_time(String template, String name) {
        assertThat(new NameTemplate(template, "ABCDEF", TEXAS).name(NOON, 7)).isEqualTo(name);
    }

    @Test
    void a_number_wider_than_its_width_is_written_whole() {
        assertThat(new NameTemplate("{code}{yy}{ddd}.{seq:2}.hl7", "ABCDEF", TEXAS).name(NOON, 1234))
                .isEqualTo("ABCDEF26034.1234.hl7");
    }

    @Test
    void the_day_is_the_day_in_texas_also_when_it_is_tomorrow_in_utc() {
        NameTemplate template = new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS);
        assertThat(template.name(Instant.parse("2026-01-01T05:59:59Z"), 0)).isEqualTo("ABCDEF25365.0.hl7");
        assertThat(template.name(Instant.parse("2026-01-01T06:00:00Z"), 0)).isEqualTo("ABCDEF26001.0.hl7");
        assertThat(template.name(Instant.parse("2028-12-31T18:00:00Z"), 0)).isEqualTo("ABCDEF28366.0.hl7");
    }

    @Test
    void the_series_leaves_the_number_open_and_knows_no_case() {
        assertThat(new NameTemplate(NameTemplate.DEFAULT, "ABCdef", TEXAS).series(NOON))
                .isEqualTo("abcdef26034.*.hl7");
    }

    @ParameterizedTest
    @CsvSource({
        "{yy}{ddd}.{seq}.hl7, {code} is missing",
        "{code}{julian}.hl7, {julian} is no token",
        "{code}{seq}{seq}.hl7, stands in it twice",
        "{code}/{seq}.hl7, only letters",
        "{code} {seq}.hl7, only letters",
        "{code}..{seq}.hl7, two points",
        "{code}{seq}., only letters",
        "con.{code}{seq}, no Windows server",
        "{code}{yyyy}{mm}{dd}{hh}{mi}{ss}-a-very-long-tail-of-a-name-that-no-old-server-would-take.{seq}.hl7, at most 64"
    })
    void a_bad_template_is_refused_and_says_why(String template, String why) {
        assertThatThrownBy(() -> new NameTemplate(template, "ABCDEF", TEXAS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void without_a_file_code_there_is_no_name() {
        assertThatThrownBy(() -> new NameTemplate(NameTemplate.DEFAULT, " ", TEXAS))
                .hasMessageContaining("set file-code");
    }
}
