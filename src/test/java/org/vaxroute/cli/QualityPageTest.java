package org.vaxroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the page says of acceptance over time. */
class QualityPageTest {
    private static Map<String, Object> rates(String name, String value, String feed, double rate) {
        return Map.of(
                name,
                value,
                "feed",
                feed,
                "rate",
                rate,
                "records",
                100,
                "accepted",
                1,
                "warned",
                0,
                "rejected",
                1,
                "waiting",
                0,
                "sentAt",
                "2026-11-02T08:00:00Z");
    }

    private static String page(List<Map<String, Object>> weeks, List<Map<String, Object>> files) {
        Map<String, Object> report = new HashMap<>(Map.of(
                "connection",
                "main",
                "from",
                "2026-11-01",
                "to",
                "2026-11-30",
                "made",
                "2026-11-30T12:00:00Z",
                "target",
                90.0,
                "dosesSent",
                10,
                "dosesTaken",
                10,
                "openTasks",
                0,
                "all",
                Map.of("rate", 97.0, "waiting", 0),
                "files",
                files));
        report.put("ongoingWeeks", weeks);
        report.put("causes", List.of());
        report.put("days", Map.of());
        report.put("sites", List.of());
        return new QualityPage(report).html();
    }

    @Test
    void theCurveIsTheOngoingFeedsWeekByWeek() {
        String page = page(
                List.of(
                        rates("week", "2026-11-02", "ONGOING", 86.4),
                        rates("week", "2026-11-09", "ONGOING", 91.0),
                        rates("week", "2026-11-16", "ONGOING", 98.2)),
                List.of());
        assertThat(page)
                .contains("Acceptance of the ongoing feed, week by week")
                .contains("It rose from 86.4 % in the first week to 98.2 % in the last; 2 of 3 weeks reached 90.0 %.");
    }

    @Test
    void whileThereAreFewWeeksItGoesFileByFileWithoutTestFiles() {
        String page = page(
                List.of(rates("week", "2026-11-02", "ONGOING", 86.4)),
                List.of(
                        rates("file", "A.0", "TEST", 10.0),
                        rates("file", "A.1", "ONGOING", 80.0),
                        rates("file", "A.2", "HISTORICAL", 99.0)));
        assertThat(page).contains("It rose from 80.0 % in the first file to 99.0 % in the last");
    }
}
