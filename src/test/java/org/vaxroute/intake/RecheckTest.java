package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.EditableText;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.Settlement;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.StoredDose;
import org.vaxroute.ledger.StoredFinding;
import org.vaxroute.ledger.StoredRecord;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Transforms;
import org.vaxroute.vxu.Referee;

/** Held records judged again by rules and transforms from files, as a person mends them. */
class RecheckTest {
    private static final String RULES =
            """
            about: rules of this test
            rules:
              - id: consent
                path: PD1-12
                check: required-always
                severity: error
                effect: message
                reason: No consent.
                remedy: Record it.
                guide: test
              - id: adult
                path: PD1-12
                when: {age: {on: today, at-least: 18}}
                check: {not-one-of: [TXY]}
                severity: error
                effect: message
                reason: A child's consent for an adult.
                remedy: Ask the adult.
                guide: test
              - id: lot
                path: RXA-15
                check: {not-one-of: [BAD]}
                severity: error
                effect: dose
                reason: The lot is wrong.
                remedy: Mend it.
                guide: test
              - id: test-name
                path: PID-5.1
                check: {not-one-of: [TEST]}
                severity: error
                effect: message
                reason: Looks like a test.
                remedy: Say so.
                guide: test
            """;
    private static final String MENDED =
            """
            about: what was mended
            operations:
              - {id: mend-lot, do: set, path: RXA-15, value: GOOD, when: {RXA-15: BAD}}
            """;

    @TempDir
    Path folder;

    private final Referee referee = new Referee();
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }
    };
    private Ledger ledger;
    private int ordinal;

    @BeforeEach
    void open() {
        ledger = Ledger.open(TestDatabase.H2.fresh(folder), clock);
    }

    @AfterEach
    void close() {
        ledger.close();
        referee.close();
    }

    private Transform transform(String... yaml) {
        try {
            List<Path> files = new ArrayList<>();
            for (String text : yaml) {
                files.add(Files.writeString(folder.resolve("transform-" + files.size() + ".yaml"), text));
            }
            CodeTables codes = CodeTables.load(Path.of("config/codes"));
            return new Transform(Map.of("main", Transforms.load(files, codes, ZoneOffset.UTC)), Map.of());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Check check() {
        try {
            Path file = Files.writeString(folder.resolve("rules.yaml"), RULES);
            RuleSet rules = RuleSet.load(List.of(file), CodeTables.load(Path.of("config/codes")));
            return new Check(
                            Map.of("main", rules),
                            Map.of(),
                            referee,
                            new IntakeSettings(
                                    folder,
                                    Duration.ZERO,
                                    false,
                                    10,
                                    2,
                                    4,
                                    1 << 20,
                                    Duration.ofMillis(200),
                                    1000,
                                    1000,
                                    1000),
                            Map.of("main", ZoneOffset.UTC),
                            clock)
                    .heeding(new RealPersons(ledger.realPeople(), Map.of("main", List.of("test-*"))));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Recheck recheck(String... transforms) {
        return new Recheck(transform(transforms), new NewerData(ledger.knownDoses()), check(), ledger.records());
    }

    /** A record of a patient; doses such as {@code "O1 LOT"}. */
    private TakenRecord record(String patient, String family, String birth, String consent, String... doses) {
        StringBuilder text = new StringBuilder("MSH|^~\\&|EHR|CLINIC|IIS|TX|20261122||VXU^V04^VXU_V04|C" + (++ordinal)
                + "|P|2.5.1\rPID|1||" + patient + "^^^CLINIC^MR||" + family + "^Ann||" + birth + "|F\rPD1|||||||||||"
                + "|"
                + consent + "\r");
        for (String dose : doses) {
            String[] part = dose.split(" ");
            text.append("ORC|RE||" + part[0] + "^EHR\rRXA|0|1|20261101||03^X^CVX|0.5|mL^^UCUM||00^New^NIP001||||||"
                    + part[1] + "|||||CP|A\r");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return TakenRecord.of(
                SourceRef.of("ehr", "row" + ordinal, new byte[] {1}), ordinal, bytes, Message.parse(bytes));
    }

    private void take(TakenRecord... records) {
        Chunk chunk = new Chunk("main", "ehr", Feed.ONGOING, List.of(records), new PositionMove.None(), true);
        transform().apply(chunk);
        check().check(chunk);
        ledger.store(chunk);
    }

    private List<Long> held() {
        return ledger.records().held(null, null, null, 0, 10_000).stream()
                .map(HeldRecord::recordId)
                .toList();
    }

    private StoredRecord find(long id) {
        return ledger.records().find(id).orElseThrow();
    }

    private String outgoing(long id) {
        return new String(ledger.records().text(id).outgoing(), StandardCharsets.UTF_8);
    }

    private void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aMendedMappingFreesWhatItHeldInTheOrderInWhichItCame() {
        take(
                record("P1", "A", "20200101", "TXY", "O1 BAD"),
                record("P2", "B", "20200101", "TXY", "O2 BAD", "O3 L3"),
                record("P3", "C", "20200101", "", "O4 BAD"));
        List<Long> ids = held();
        assertThat(ids).hasSize(3);

        assertThat(recheck().of(ids, "ann", "nothing was mended")).isEqualTo(new Settlement(0, 3, 0, 0, 0));
        assertThat(recheck(MENDED).of(ids, "ann", "lot mapped")).isEqualTo(new Settlement(2, 1, 0, 0, 0));

        assertThat(held()).hasSize(1);
        assertThat(find(held().get(0)).holdRule()).isEqualTo("consent");
        StoredRecord whole = find(ids.get(0));
        assertThat(whole.state()).isEqualTo(RecordState.READY);
        assertThat(outgoing(whole.id())).contains("|GOOD|");
        assertThat(whole.changes()).extracting(change -> change.operation()).contains("mend-lot");
        StoredRecord part = find(ids.get(1));
        assertThat(part.partOf()).isNotNull();
        assertThat(part.doses()).extracting(StoredDose::origin).containsExactly(1);
        assertThat(outgoing(part.id())).contains("O2^EHR").doesNotContain("O3^EHR");
        assertThat(part.laneNo()).isGreaterThan(whole.laneNo());
        assertThat(ledger.trail().of("record:" + whole.id())).singleElement().satisfies(entry -> {
            assertThat(entry.who()).isEqualTo("ann");
            assertThat(entry.action()).isEqualTo("recheck");
        });
        balanced();

        assertThat(recheck(MENDED).of(ids, "ann", "again").ready())
                .as("a second time does nothing")
                .isZero();
        balanced();
    }

    /** As the operator's door does it. */
    private Settlement edit(long id, String from, String to, String... transforms) {
        return ledger.transact(() -> {
            EditableText opened = ledger.records().editable(id);
            String text = new String(opened.text(), StandardCharsets.UTF_8);
            assertThat(text).contains(from);
            byte[] now = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
            ledger.records().edit(id, now, opened.version(), "ann", "typing error");
            return recheck(transforms).of(List.of(id), "ann", "edited");
        });
    }

    @Test
    void anEditedTextIsJudgedFromTheStartAndTheTextAsReceivedIsKept() {
        take(record("P1", "TEST", "20200101", "TXY", "O1 BAD", "O2 L2"));
        long id = held().get(0);

        assertThat(edit(id, "TEST^Ann", "Tester^Ann").ready())
                .as("the name is well, one dose still has the wrong lot")
                .isEqualTo(1);
        assertThat(outgoing(id)).contains("Tester^Ann").contains("O2^EHR").doesNotContain("O1^EHR");
        long part = held().get(0);
        assertThat(find(part).partOf()).isEqualTo(id);
        assertThat(new String(ledger.records().editable(part).text(), StandardCharsets.UTF_8))
                .as("what was cut off was edited with it")
                .contains("Tester^Ann")
                .contains("O1^EHR")
                .doesNotContain("O2^EHR");
        balanced();

        assertThat(edit(part, "|BAD|", "|L9|").ready()).isEqualTo(1);
        assertThat(outgoing(part)).contains("Tester^Ann").contains("|L9|").doesNotContain("O2^EHR");
        assertThat(find(part).doses()).extracting(StoredDose::origin).containsExactly(1);
        assertThat(held()).isEmpty();
        for (long each : List.of(id, part)) {
            String received = new String(ledger.records().text(each).received(), StandardCharsets.UTF_8);
            assertThat(received).contains("TEST^Ann").contains("|BAD|").contains("O2^EHR");
            assertThat(ledger.trail().of("record:" + each))
                    .extracting(entry -> entry.action())
                    .containsExactly("edit", "recheck");
        }
        balanced();
    }

    @Test
    void anEditHoldsWhenTheRecordIsJudgedAgainAndATransformComesAfterIt() {
        take(record("P1", "TEST", "20200101", "", "O1 BAD"));
        long id = held().get(0);

        assertThat(edit(id, "TEST^Ann", "Tester^Ann")).isEqualTo(new Settlement(0, 1, 0, 0, 0));
        assertThat(edit(id, "|" + "\r", "|TXY\r", MENDED).ready()).isEqualTo(1);

        assertThat(outgoing(id)).contains("Tester^Ann").contains("|TXY\r").contains("|GOOD|");
        balanced();
    }

    @Test
    void anEditedRecordNeverRevertsWhatIsNewer() {
        take(record("P1", "Old", "20200101", "TXY", "O1 BAD", "O2 BAD"));
        long id = held().get(0);
        take(record("P1", "New", "20200101", "TXY", "O1 L1"));

        assertThat(edit(
                                id,
                                "O1^EHR\rRXA|0|1|20261101||03^X^CVX|0.5|mL^^UCUM||00^New^NIP001||||||BAD",
                                "O1^EHR\rRXA|0|1|20261101||03^X^CVX|0.5|mL^^UCUM||00^New^NIP001||||||L3")
                        .ready())
                .isZero();
        assertThat(edit(held().get(0), "|BAD|", "|L4|").ready()).isEqualTo(1);

        StoredRecord freed = ledger.records().find(id).orElseThrow();
        assertThat(held()).isEmpty();
        assertThat(freed.state()).isIn(RecordState.READY, RecordState.SUPERSEDED);
        String sent = ledger.records().find(id).map(r -> outgoing(r.id())).orElseThrow();
        assertThat(sent).contains("New^Ann").doesNotContain("O1^EHR");
        balanced();
    }

    @Test
    void whatIsNoCorrectionIsRefusedAndChangesNothing() {
        take(record("P1", "TEST", "20200101", "TXY", "O1 L1"), record("P2", "B", "20200101", "TXY", "O2 L2"));
        long id = held().get(0);
        EditableText opened = ledger.records().editable(id);
        String text = new String(opened.text(), StandardCharsets.UTF_8);
        byte[] corrected = text.replace("TEST", "Tester").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ledger.records().edit(id, "no message".getBytes(), null, "ann", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
        String oneMore = text + text.substring(text.indexOf("ORC")).replace("O1", "O7");
        assertThatThrownBy(() -> ledger.records().edit(id, oneMore.getBytes(), null, "ann", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 doses, the record has 1");
        ledger.records().edit(id, text.replace("TEST", "Someone").getBytes(), opened.version(), "bob", "first");
        assertThatThrownBy(() -> ledger.records().edit(id, corrected, opened.version(), "ann", "second"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("edited by bob");
        long sent = id + 1;
        assertThatThrownBy(() -> ledger.records().edit(sent, corrected, null, "ann", "x"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("READY");
        assertThatThrownBy(() -> ledger.records().editable(4711)).hasMessageContaining("no record 4711");
        assertThat(find(id).state()).isEqualTo(RecordState.HELD);
        balanced();
    }

    @Test
    void aPartThatIsFreedAgainInPartKeepsTheNumbersOfItsDoses() {
        take(record("P1", "A", "20200101", "TXY", "O1 L1", "O2 BAD", "O3 L3", "O4 BAD"));
        long part = held().get(0);
        assertThat(find(part).doses()).extracting(StoredDose::origin).containsExactly(2, 4);

        recheck(
                        """
                about: one of them
                operations:
                  - {id: one, do: set, path: RXA-15, value: GOOD, when: {ORC-3.1: O2}}
                """)
                .of(List.of(part), "ann", "");

        assertThat(find(part).state()).isEqualTo(RecordState.READY);
        assertThat(find(part).doses()).extracting(StoredDose::origin).containsExactly(2);
        long rest = held().get(0);
        assertThat(find(rest).doses()).extracting(StoredDose::origin).containsExactly(4);
        assertThat(find(rest).findings()).extracting(StoredFinding::location).containsExactly("ORDER[4]/RXA-15");
        recheck(MENDED).of(List.of(rest), "ann", "");
        assertThat(outgoing(rest)).contains("O4^EHR").contains("GOOD").doesNotContain("O2^EHR");
        balanced();
    }

    @Test
    void aKilledRecheckHasDonePortionsWholeOrNotAtAll() {
        for (int i = 0; i < 30; i++) {
            take(record("P" + i, "A", "20200101", "TXY", "O" + i + " BAD"));
        }
        List<Long> ids = held();
        AtomicInteger portions = new AtomicInteger();

        for (int from = 0; from < 30; from += 10) {
            List<Long> portion = ids.subList(from, from + 10);
            boolean dies = portions.getAndIncrement() == 1;
            if (dies) {
                assertThatThrownBy(() -> ledger.transact(() -> {
                            recheck(MENDED).of(portion, "ann", "");
                            throw new IllegalStateException("killed before the commit");
                        }))
                        .hasMessageContaining("killed");
            } else {
                recheck(MENDED).of(portion, "ann", "");
            }
            balanced();
        }
        assertThat(held()).containsExactlyElementsOf(ids.subList(10, 20));

        assertThat(recheck(MENDED).of(ids, "ann", "begun again")).isEqualTo(new Settlement(10, 0, 0, 20, 0));
        assertThat(held()).isEmpty();
        balanced();
    }

    @Test
    void whatIsFreedTakesThePatientOfTodayAndLeavesNewerDosesAlone() {
        take(record("P1", "Old", "20200101", "TXY", "O1 BAD", "O2 BAD"));
        take(record("P1", "New", "20200101", "TXY", "O1 L9"));

        assertThat(recheck(MENDED).of(held(), "ann", "").ready()).isOne();

        StoredRecord freed = find(1);
        assertThat(freed.state()).isEqualTo(RecordState.READY);
        assertThat(outgoing(1)).contains("New^Ann").contains("O2^EHR").doesNotContain("O1^EHR");
        balanced();
    }

    @Test
    void aCorrectedRecordSupersedesWhatIsHeldAlsoAfterARecheckAndDoseByDose() {
        take(record("P1", "A", "20200101", "TXY", "O1 L1", "O2 BAD"));
        recheck().of(held(), "ann", "");

        take(record("P1", "A", "20200101", "TXY", "O2 L2"));

        assertThat(held()).isEmpty();
        take(record("P1", "A", "20200101", "TXY", "O3 BAD"));
        long third = held().get(0);
        recheck(MENDED).of(List.of(third), "ann", "");
        take(record("P1", "A", "20200101", "TXY", "O3 L3"));
        assertThat(find(third).state())
                .as("what was told is told; the correction follows it")
                .isEqualTo(RecordState.READY);
        balanced();
    }

    @Test
    void aRealPersonIsRememberedAndOtherRulesStillHold() {
        take(record("P1", "TEST", "20200101", "TXY", "O1 L1"), record("P2", "TEST", "20200101", "TXY", "O2 L2"));
        assertThat(held()).hasSize(2);
        long first = held().get(0);

        assertThat(ledger.realPeople().remember(first, "ann", "spoke to the mother"))
                .isTrue();
        assertThat(ledger.realPeople().remember(first, "ann", "again")).isFalse();
        assertThat(recheck().of(held(), "ann", "").ready()).isOne();
        take(record("P1", "TEST", "20200101", "TXY", "O9 L9"));
        assertThat(held()).as("the other TEST is nobody's word").hasSize(1);
        take(record("P1", "TEST", "20200101", "", "O10 L9"));

        assertThat(held()).hasSize(2);
        assertThat(find(held().get(1)).findings())
                .extracting(StoredFinding::rule, StoredFinding::severity)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("test-name", Severity.INFORMATION),
                        org.assertj.core.groups.Tuple.tuple("consent", Severity.ERROR));
        assertThat(ledger.trail().of("record:" + first))
                .extracting(entry -> entry.action())
                .contains("real-person");
    }

    @Test
    void whatWaitedLongIsCheckedAgainBeforeItLeaves() {
        take(
                record("P1", "A", "20081201", "TXY", "O1 L1"),
                record("P2", "B", "20200101", "TXY", "O2 L2"),
                record("P3", "C", "20081201", "", "O3 L3"));
        ledger.records().release(held().get(0), "ann", "consent is on paper");
        assertThat(held()).isEmpty();
        CheckBeforeLeaving before =
                new CheckBeforeLeaving(ledger.waitingCheck(), check(), Map.of("main", Duration.ofDays(7)), clock);

        now = Instant.parse("2026-11-29T12:00:00Z");
        before.look("main", Feed.ONGOING, 100);
        assertThat(held()).as("not old enough to look").isEmpty();

        now = Instant.parse("2026-12-03T12:00:00Z");
        before.look("main", Feed.ONGOING, 100);

        assertThat(held()).as("P1 turned 18; P3 was released by a person").containsExactly(1L);
        assertThat(find(1).holdRule()).isEqualTo("adult");
        assertThat(ledger.trail().of("record:1"))
                .extracting(entry -> entry.who())
                .containsExactly("assembly");
        assertThat(ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(2);
        balanced();
        before.look("main", Feed.ONGOING, 100);
        assertThat(ledger.trail().of("record:1")).as("looked at once").hasSize(1);
    }

    @Test
    void aDoseThatWouldBeHeldNowIsHeldAloneAndTheRestLeaves() {
        take(record("P1", "A", "20200101", "TXY", "O1 L1", "O2 L2"));
        int held = ledger.waitingCheck().look("main", Feed.ONGOING, now.plusSeconds(1), 100, texts -> texts.stream()
                .map(text -> {
                    TakenRecord record =
                            TakenRecord.of(SourceRef.ofFile(0, 1), 1, text.received(), Message.parse(text.outgoing()));
                    Findings.holdDose(
                            record, new Finding("late", Severity.ERROR, Effect.DOSE, "ORDER[2]/RXA-3", "", ""), 2);
                    return record;
                })
                .toList());

        assertThat(held).isOne();
        assertThat(find(1).state()).isEqualTo(RecordState.READY);
        assertThat(find(1).laneNo()).isEqualTo(1);
        assertThat(outgoing(1)).contains("O1^EHR").doesNotContain("O2^EHR");
        assertThat(find(held().get(0)).partOf()).isEqualTo(1);
        assertThat(find(held().get(0)).holdRule()).isEqualTo("late");
        balanced();
    }

    @Test
    void aFaultOfARowStandsUntilATransformWritesSomethingElseThere() {
        TakenRecord draft = record("P1", "A", "20200101", "TXY", "O1 1/2/20");
        Findings.holdDose(
                draft,
                new Finding(RowRecords.UNFIT, Severity.ERROR, Effect.DOSE, "ORDER[1]/RXA-15", "Column lot.", "Mend."),
                1);
        take(draft);

        assertThat(recheck().of(held(), "ann", "").stillHeld()).isOne();
        assertThat(find(1).holdRule()).isEqualTo(RowRecords.UNFIT);

        assertThat(recheck(
                                """
                        about: the row is mended by hand
                        operations:
                          - {id: lot, do: set, path: RXA-15, value: L7}
                        """)
                        .of(held(), "ann", "")
                        .ready())
                .isOne();
        balanced();
    }
}
