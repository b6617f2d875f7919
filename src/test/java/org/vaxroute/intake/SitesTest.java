package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Verdict;

class SitesTest {
    private static final String HEAD =
            "site,name,sourceFacility,registryId,parent,agreementUntil,activeFrom,activeUntil,connection\n";
    private static final Pattern TEN_DIGITS = Pattern.compile("[0-9]{10}");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 25);

    @TempDir
    Path folder;

    @Test
    void writesTheIdsOfTheClinicThatTheRecordNames() throws IOException {
        Sites sites = sites("MSH-4.1=id, MSH-22.1=parent-name, MSH-22.10=parent-id, RXA-11.4.1=id");
        TakenRecord record = record("NORTH 2", "20261101", "00");

        sites.assign(record, "files");

        assertThat(record.site()).isEqualTo("north");
        assertThat(record.message().get("MSH-4.1")).isEqualTo("0123456781");
        assertThat(record.message().get("MSH-22.1")).isEqualTo("Health Center");
        assertThat(record.message().get("MSH-22.10")).isEqualTo("0123456780");
        assertThat(record.message().get("ORDER[1]/RXA-11.4.1")).isEqualTo("0123456781");
        assertThat(record.message().get("ORDER[2]/RXA-11.4.1"))
                .as("given elsewhere")
                .isEmpty();
        assertThat(record.changes())
                .containsExactly(
                        new Change("sites", "MSH-4.1"),
                        new Change("sites", "MSH-22.1"),
                        new Change("sites", "MSH-22.10"),
                        new Change("sites", "ORDER[1]/RXA-11.4.1"));
        assertThat(judged(sites, record)).isEmpty();
    }

    @Test
    void aDoseGivenAtAnotherClinicKeepsThatClinic() throws IOException {
        Sites sites = sites("RXA-11.4.1=id");
        TakenRecord record = record("NORTH", "20261101", "00", "^^^HC");

        sites.assign(record, "files");

        assertThat(record.site()).isEqualTo("north");
        assertThat(record.message().get("MSH-4.1")).isEqualTo("NORTH");
        assertThat(record.message().get("ORDER[1]/RXA-11.4.1")).isEqualTo("0123456780");
    }

    @Test
    void aRecordThatAlreadyCarriesTheRegistryIdIsKnownByIt() throws IOException {
        Sites sites = sites("MSH-4.1=id");
        TakenRecord record = record("0123456781", "20261101", "00");

        sites.assign(record, "files");

        assertThat(record.site()).isEqualTo("north");
        assertThat(record.changes()).isEmpty();
    }

    @Test
    void holdsWhatNoClinicOfTheTableSent() throws IOException {
        Sites sites = sites("MSH-4.1=id");
        TakenRecord unknown = record("ELSEWHERE", "20261101", "00");
        TakenRecord unnamed = record("", "20261101", "00");

        sites.assign(unknown, "files");
        sites.assign(unnamed, "files");

        assertThat(unknown.judgement().verdict()).isEqualTo(Verdict.HELD);
        assertThat(unnamed.judgement().verdict()).isEqualTo(Verdict.HELD);
        assertThat(judged(sites, unknown)).containsExactly("SITE-UNKNOWN MSH-4.1");
        assertThat(judged(sites, unnamed)).containsExactly("SITE-UNKNOWN MSH-4.1");
        Finding finding = unknown.judgement().findings().get(0);
        assertThat(finding.reason() + finding.remedy())
                .contains("config/sites.csv")
                .doesNotContain("ELSEWHERE");
        assertThat(unnamed.judgement().findings().get(0).remedy()).contains("source.<id>.site");
        assertThat(unknown.message().get("MSH-4.1")).as("left as it came").isEqualTo("ELSEWHERE");
    }

    @Test
    void aSourceOfOneClinicNeedsNoFacilityInItsMessages() throws IOException {
        Sites sites = new Sites(
                table().of("main", TEN_DIGITS),
                List.of(org.vaxroute.hl7.Path.of("MSH-4.1")),
                List.of(SiteFill.of("MSH-4.1=id")),
                Map.of("north-csv", "north"));
        TakenRecord record = record("", "20261101", "00");

        sites.assign(record, "north-csv");

        assertThat(record.message().get("MSH-4.1")).isEqualTo("0123456781");
        assertThatThrownBy(() -> new Sites(List.of(), List.of(), List.of(), Map.of("a", "south")))
                .hasMessageContaining("source.a.site names south");
    }

    @Test
    void holdsTheRecordsOfASiteWhoseAgreementOrWhoseParentsAgreementHasEnded() throws IOException {
        Sites sites = sites("MSH-4.1=id");
        TakenRecord record = record("OLD", "20261101", "00");
        sites.assign(record, "files");

        sites.judge(record, LocalDate.of(2026, 6, 30));
        assertThat(record.judgement()).isNull();

        assertThat(judged(sites, record)).containsExactly("SITE-EXPIRED MSH-4.1");
        assertThat(record.judgement().verdict()).isEqualTo(Verdict.HELD);
    }

    @Test
    void holdsADoseThatWasGivenBeforeItsClinicOpened() throws IOException {
        Sites sites = sites("MSH-4.1=id");
        TakenRecord record = record("NORTH", "20240229", "00");
        sites.assign(record, "files");

        assertThat(judged(sites, record)).containsExactly("SITE-INACTIVE ORDER[1]/RXA-3");
        assertThat(record.judgement().doses()).containsExactly(Verdict.HELD, Verdict.DELIVERABLE);

        TakenRecord historical = record("NORTH", "20240229", "01");
        sites.assign(historical, "files");
        assertThat(judged(sites, historical)).isEmpty();
    }

    @Test
    void withoutATableNothingHappens() throws IOException {
        SiteTable none = SiteTable.read(folder.resolve("absent.csv"), List.of("main"));
        Sites sites = new Sites(none.of("main", TEN_DIGITS), List.of(), List.of(), Map.of());
        TakenRecord record = record("ANY", "20261101", "00");

        sites.assign(record, "files");

        assertThat(judged(sites, record)).isEmpty();
        assertThat(record.site()).isEqualTo("ANY");
        assertThat(SiteTable.read(Path.of("config/sites.csv"), List.of("main")).of("main", TEN_DIGITS))
                .as("shipped")
                .isEmpty();
    }

    @Test
    void namesEveryFaultOfTheTableWithLineAndRemedy() throws IOException {
        Path file = Files.writeString(
                folder.resolve("sites.csv"),
                HEAD
                        + "north,,N,0123456781,away,,,,\n"
                        + "# a remark\n"
                        + "north,,M,0123456782,,2026-13-01,,,\n"
                        + "south,,N,0123456782,,,2026-02-01,2026-01-01,other\n"
                        + "a b,,,,,,,,\n"
                        + "up,,U,0123456783,down,,,,\n"
                        + "down,,D,0123456784,up,,,,\n");

        assertThatThrownBy(() -> SiteTable.read(file, List.of("main", "other")))
                .isInstanceOf(SiteTableException.class)
                .satisfies(e -> assertThat(e.getMessage().lines())
                        .anyMatch(at(2, "there is no site 'away'"))
                        .anyMatch(at(4, "the site 'north' stands in line 2 as well"))
                        .anyMatch(at(4, "agreementUntil '2026-13-01' is no day that exists; write it as YYYY-MM-DD"))
                        .anyMatch(at(5, "the sourceFacility 'N' stands in line 2 as well"))
                        .anyMatch(at(5, "the registryId '0123456782' stands in line 4 as well"))
                        .anyMatch(at(5, "activeUntil lies before activeFrom"))
                        .anyMatch(at(6, "'a b' is no id"))
                        .anyMatch(at(6, "the site has no registry id"))
                        .anyMatch(at(7, "its parents go round in a circle"))
                        .anyMatch(at(8, "its parents go round in a circle"))
                        .doesNotHaveDuplicates());

        Files.writeString(file, "\uFEFF" + HEAD + "north,,N,123456781,,,,,nowhere\n");
        assertThatThrownBy(() -> SiteTable.read(file, List.of("main")))
                .hasMessageContaining(":2: there is no connection 'nowhere'");

        Files.writeString(file, "\uFEFF" + HEAD + "north,,N,123456781,,,,,\n");
        SiteTable table = SiteTable.read(file, List.of("main"));
        assertThatThrownBy(() -> table.of("main", TEN_DIGITS)).hasMessageContaining("leading zeros");

        Files.writeString(file, HEAD.strip() + ",,\r\nnorth,,N,0123456781,,,,,,,\r\n");
        assertThat(SiteTable.read(file, List.of("main")).size())
                .as("filled up by a spreadsheet")
                .isEqualTo(1);

        Files.writeString(file, "clinic;id\nnorth;1\n");
        assertThatThrownBy(() -> SiteTable.read(file, List.of("main")))
                .hasMessageContaining("begin with the line site,");
    }

    @Test
    void aFillThatCannotBeMeantIsRefused() {
        for (String wrong : List.of("MSH-4", "MSH-4=number", "PID-3=id", "MSH-2=id", "RXA=id", "RXA[2]-11=id")) {
            assertThatThrownBy(() -> SiteFill.of(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("MSH-4.1=id");
        }
    }

    private java.util.function.Predicate<String> at(int line, String what) {
        return text -> text.contains("sites.csv:" + line + ": " + what);
    }

    private SiteTable table() throws IOException {
        Path file = Files.writeString(
                folder.resolve("sites.csv"),
                HEAD
                        + "head,Health Center,HC;MAIN,0123456780,,2027-06-30,,,\n"
                        + "north,Health Center North,NORTH;NORTH 2,0123456781,head,,2024-03-01,,main\n"
                        + "past,Former Partner,,0123456785,,2026-06-30,,,\n"
                        + "old,Old Town,OLD,0123456782,past,2028-01-01,,,\n");
        return SiteTable.read(file, List.of("main"));
    }

    private Sites sites(String fills) throws IOException {
        return new Sites(
                table().of("main", TEN_DIGITS),
                List.of(org.vaxroute.hl7.Path.of("MSH-4.1")),
                Arrays.stream(fills.split(",")).map(SiteFill::of).toList(),
                Map.of());
    }

    private static List<String> judged(Sites sites, TakenRecord record) {
        sites.judge(record, TODAY);
        return record.judgement() == null
                ? List.of()
                : record.judgement().findings().stream()
                        .map(finding -> finding.rule() + " " + finding.location())
                        .toList();
    }

    private static TakenRecord record(String facility, String given, String information) {
        return record(facility, given, information, "");
    }

    /** A record with one dose as described and one of old that another provider gave. */
    private static TakenRecord record(String facility, String given, String information, String place) {
        String text = "MSH|^~\\&|EHR|" + facility + "|||20261122101500-0600||VXU^V04^VXU_V04|1|P|2.5.1\r"
                + "PID|1||1^^^EHR^MR||Adams^Ana||20190309|F\r"
                + "ORC|RE||1^EHR\rRXA|0|1|" + given + "||03^MMR^CVX|0.5|mL^mL^UCUM||" + information + "||" + place
                + "\r"
                + "ORC|RE||2^EHR\rRXA|0|1|20200101||03^MMR^CVX|999|||01\r";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return TakenRecord.of(SourceRef.of("files", facility, bytes), 1, bytes, Message.parse(bytes));
    }
}
