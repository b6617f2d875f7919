package org.vaxroute.vxu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateReadingTest {
    private static final ZoneId TEXAS = ZoneId.of("America/Chicago");

    @ParameterizedTest
    @CsvSource({
        "2026-03-01, 20260301",
        "20260301, 20260301",
        "2026-03-01 23:30:00.123456, 20260301",
        "2026-03-01T23:30, 20260301",
        "2026-03-02T03:30:00Z, 20260301",
        "2026-03-02 03:30:00+00, 20260301",
        "2026-03-02T00:00:01Z, 20260301",
        "2026-03-02 00:00:00+00, 20260301",
        "2026-03-01T00:00:00Z, 20260301",
        "2026-03-01T00:00:00.000Z, 20260301",
        "2026-03-01T00:00+00:00, 20260301",
        "2026-03-01 23:30:00-06:00, 20260301",
        "2024-02-29, 20240229",
    })
    void readsDaysAsDatabasesAndFilesPrintThem(String text, String day) {
        assertThat(DateReading.ISO.day(text, TEXAS)).isEqualTo(day);
    }

    @ParameterizedTest
    @CsvSource({"2026-02-29", "2026-13-01", "0000-01-01", "soon", "2026", "2026/03/01", "2026-03-01 25:00", "2026-03-0x"
    })
    void takesNothingElseForADate(String text) {
        assertThat(DateReading.ISO.day(text, TEXAS)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "MM/dd/yyyy, 02/28/2026, 20260228",
        "d.M.yyyy HH:mm, 1.3.2026 08:15, 20260301",
        "MM/dd/yyyy, 02/30/2026,",
        "dd-MMM-yyyy, 01-SEP-2026, 20260901",
        "yyyy-MM-dd HH:mmXXX, 2026-03-02 03:30Z, 20260301",
        "yyyy-MM-dd'T'HH:mm:ss.SSSX, 2026-03-01T00:00:00.000Z, 20260301",
        "yyyy-MM-dd'T'HH:mm:ss.SSSX, 2026-03-02T03:30:00.000Z, 20260301",
        "dd-MMM-yyyy HH:mm:ss X, 02-OCT-2026 00:00:00 Z, 20261001"
    })
    void followsAPattern(String pattern, String text, String day) {
        assertThat(DateReading.of(pattern).day(text, TEXAS)).isEqualTo(day);
    }

    /** As docs elsewhere write dates, and as is easily mistaken. */
    @ParameterizedTest
    @ValueSource(strings = {"YYYY-MM-DD", "dd/mm/yyyy", "yyyy-MM-DD", "MM/yyyy", "dd.MM.YYYY"})
    void aPatternByWhichNoDayCanBeReadIsRefused(String pattern) {
        assertThatThrownBy(() -> DateReading.of(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfMonthsAreEnglishWhereverTheMachineStands() {
        Locale here = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(DateReading.of("MMM d, yyyy").day("Oct 5, 2026", TEXAS)).isEqualTo("20261005");
        } finally {
            Locale.setDefault(here);
        }
    }
}
