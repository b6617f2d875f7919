package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.vxu.ColumnMap;

class RowReadingTest {
    private static CsvRows csv(String text) throws IOException {
        return new CsvRows(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1_000);
    }

    @Test
    void namedParametersAreFoundOutsideOfCommentsQuotesAndCasts() {
        var query = new NamedQuery(
                "-- :no\nselect ':no', x::text /* :no */ from t where a > :mark and b = :patient limit :limit;");
        assertThat(query.sql())
                .endsWith("where a > ? and b = ? limit ?")
                .contains("x::text")
                .contains("':no'");
        assertThat(query.uses("patient")).isTrue();
        assertThat(query.uses("no")).isFalse();
    }

    @Test
    void marksAreOrderedAsTheTimesOrNumbersThatTheyAre() {
        assertThat(Marks.compare("2026-11-20 08:00:00+00", "2026-11-20 03:00:00-06"))
                .isNegative();
        assertThat(Marks.compare("2026-11-20 08:00:00.5", "2026-11-20 08:00:00"))
                .isPositive();
        assertThat(Marks.compare("9", "10")).isNegative();
    }

    @Test
    void theOverlapReachesBackInTimeAndLeavesNumbersAlone() {
        assertThat(Marks.back("2026-11-20 00:05:00.25-06", Duration.ofMinutes(10)))
                .isEqualTo("2026-11-19 23:55:00.25-06:00");
        assertThat(Marks.back("2026-11-20T08:00:00Z", Duration.ofMinutes(1))).isEqualTo("2026-11-20 07:59:00+00:00");
        assertThat(Marks.back("2026-11-20 08:00:00", Duration.ofMinutes(1))).isEqualTo("2026-11-20 07:59:00");
        assertThat(Marks.back("4711", Duration.ofMinutes(10))).isEqualTo("4711");
    }

    @Test
    void neighbouringRowsOfOnePatientFormAGroupAndRowsWithoutAPatientStandAlone() {
        List<Map<String, String>> rows = Stream.of("A", "A", "", "", "A")
                .map(p -> Map.of("p", p, "d", "1"))
                .toList();
        var groups = new RowGroups(rows.iterator(), row -> row.get("p"), 10);
        assertThat(groups).toIterable().extracting(RowGroups.Group::firstRow).containsExactly(11L, 13L, 14L, 15L);
    }

    @Test
    void rowsOfCommasAloneAreNoRecordsAndTheOthersKeepTheirNumbers() throws IOException {
        var groups = new RowGroups(csv("p,d\n,\nA,1\n , \nA,2\nB,3\n,\n,\n"), row -> row.get("p"), 0);
        assertThat(groups).toIterable().extracting(RowGroups.Group::firstRow).containsExactly(2L, 4L, 5L);
    }

    @Test
    void aTextThatIsWrittenAsAFormulaIsThatText() throws IOException {
        assertThat(csv("a,b,c,d\n=\"012\",\"=\"\"0 \"\"\"\"7\"\"\"\"\"\"\",=1+1,=\"\"\n")
                        .next())
                .isEqualTo(Map.of("a", "012", "b", "0 \"7\"", "c", "=1+1", "d", ""));
    }

    @Test
    void whatIsNoCsvIsNamedByItsRow() {
        assertThatThrownBy(() -> csv("a,b\n1,2\n1\n").forEachRemaining(row -> {}))
                .hasMessageStartingWith("Row 2 has 1");
        assertThatThrownBy(() -> csv("a,b\n1,\"2\n").forEachRemaining(row -> {}))
                .hasMessageContaining("quotes");
        assertThatThrownBy(() -> csv("a,a\n1,2\n")).hasMessageContaining("repeated");
        assertThatThrownBy(() -> csv("a;b\n1;2\n")).hasMessageContaining("export the file with commas");
        assertThatThrownBy(() -> csv("a\n\"" + "x".repeat(200_000)).forEachRemaining(row -> {}))
                .hasMessageContaining("never closed");
    }

    @Test
    void theOverlapBehindALocalMarkPassesInTheZoneOfItsSource() {
        String noon = "2026-11-20 12:00:00";
        Duration overlap = Duration.ofHours(2);
        assertThat(Marks.passed(noon, overlap, IntakeHouse.TEXAS, Instant.parse("2026-11-20T19:59:00Z")))
                .isFalse();
        assertThat(Marks.passed(noon, overlap, IntakeHouse.TEXAS, Instant.parse("2026-11-20T20:00:00Z")))
                .isTrue();
        assertThat(Marks.passed(noon + "+00", overlap, IntakeHouse.TEXAS, Instant.parse("2026-11-20T14:00:00Z")))
                .isTrue();
    }

    @Test
    void aMarkLiesAheadWhenNoClockOfTheWorldCouldHaveWrittenIt() {
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        assertThat(Marks.ahead("2026-11-20 23:00:00", now)).isFalse();
        assertThat(Marks.ahead("2026-11-22 00:00:00", now)).isTrue();
        assertThat(Marks.ahead("2126-11-20 08:00:00+00", now)).isTrue();
        assertThat(Marks.ahead("20991231", now)).as("a number").isFalse();
    }

    @Test
    void aMarkFallsBackWhereTheOrderIsWrongAndNotWhereAClockIsSetBack() {
        assertThat(Marks.fallsBack("2026-11-20 08:00:00+00", "2026-11-20 07:59:59+00"))
                .isTrue();
        assertThat(Marks.fallsBack("2026-11-20 08:00:00+00", "2026-11-20 03:00:00-06"))
                .isFalse();
        assertThat(Marks.fallsBack("2026-11-01 01:59:59", "2026-11-01 01:00:00"))
                .as("summer time ends")
                .isFalse();
        assertThat(Marks.fallsBack("2026-11-01 23:59:59", "2026-11-01 01:00:00"))
                .isTrue();
        assertThat(Marks.fallsBack("10", "9")).isTrue();
        assertThat(Marks.fallsBack("b", "a")).as("a database's own order").isFalse();
        assertThat(Marks.fallsBack("", "2026-11-20 08:00:00")).isFalse();
    }

    @Test
    void aQueryThatCannotBeReadOnFromAMarkIsRefusedBeforeItRuns() {
        source("select * from dose where changed >= :mark order by changed limit :limit")
                .requireUsable();
        assertThatThrownBy(() ->
                        source("select * from dose where changed >= ':mark'").requireUsable())
                .hasMessageContaining("does not use :mark")
                .hasMessageContaining("where changed >= :mark");
        assertThatThrownBy(() ->
                        source("select * from dose where changed >= :since").requireUsable())
                .hasMessageContaining("a parameter :since");
    }

    private static JdbcSource source(String query) {
        return new JdbcSource(
                "rows",
                "main",
                Feed.ONGOING,
                IntakeHouse.TEXAS,
                "jdbc:h2:mem:nothing",
                null,
                () -> null,
                (since, now) -> Optional.empty(),
                query,
                ColumnMap.load(Path.of("src/test/resources/intake/rows")),
                JdbcSource.FROM_THE_BEGINNING,
                Duration.ZERO,
                100,
                Duration.ofSeconds(1),
                JdbcSource.ALL);
    }

    @Test
    void locationsAreWrittenAsErr2WantsThem() {
        assertThat(Acknowledgment.position("ORDER[2]/RXA-9")).isEqualTo("RXA^2^9^1");
        assertThat(Acknowledgment.position("PID-3[2].4")).isEqualTo("PID^1^3^2^4");
        assertThat(Acknowledgment.position("ORDER[3]/OBX[2]-5.1")).isEqualTo("OBX^2^5^1^1");
        assertThat(Acknowledgment.position("MSH")).isEqualTo("MSH^1");
        assertThat(Acknowledgment.position("")).isEmpty();
        assertThat(Acknowledgment.position("what ever")).isEmpty();
    }

    @Test
    void aLongNameKeepsRoomForItsReason() {
        assertThat(PutAside.name("é".repeat(127), 1).getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(255 - ".reason.txt".length());
        assertThat(PutAside.name("a.hl7", 3)).isEqualTo("a.hl7-3");
    }
}
