package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Change;

class StoringTest extends LedgerCase {

    @Test
    void aNewRecordIsReadyAndItsTextComesBackAsItWasReceived() {
        TakenRecord taken = record("P1", "Doe", "2024-05-01 03 LOT1", "2024-06-01 08 LOT2");

        assertThat(store(taken)).isEqualTo(new Stored(1, 0, 0, 0, 0));

        StoredRecord stored = ledger.records().find(firstId()).orElseThrow();
        assertThat(stored.state()).isEqualTo(RecordState.READY);
        assertThat(stored.laneNo()).isEqualTo(1);
        assertThat(stored.controlId()).isEqualTo("C1");
        assertThat(stored.site()).isEqualTo("CLINIC");
        assertThat(stored.doses()).extracting(StoredDose::cvx).containsExactly("03", "08");
        assertThat(stored.doses()).extracting(StoredDose::kind).containsOnly(DoseKind.NEW);
        assertThat(stored.doses().get(0).date()).isEqualTo("2024-05-01");
        assertThat(ledger.records().text(stored.id()).received()).isEqualTo(taken.received());
        assertThat(ledger.controlIds().record(stored.sentAs())).hasValue(stored.id());
        balanced();
    }

    @Test
    void theSameContentIsADuplicateEvenWithinOneChunkAndUnderAnotherControlId() {
        assertThat(store(record("P1", "Doe", "2024-05-01 03"), record("P1", "Doe", "2024-05-01 03")))
                .isEqualTo(new Stored(1, 0, 1, 0, 0));
        assertThat(store(record("P1", "Doe", "2024-05-01 03"))).isEqualTo(new Stored(0, 0, 1, 0, 0));
        balanced();
    }

    @Test
    void contentThatComesBackAfterItHadChangedIsSentAgain() {
        store(record("P1", "Doe", "2024-05-01 03 LOT1"));
        store(record("P1", "Doe", "2024-05-01 03 LOT2"));

        assertThat(store(record("P1", "Doe", "2024-05-01 03 LOT1")).ready()).isOne();
        assertThat(store(record("P1", "Doe", "2024-05-01 03 LOT1")).duplicates())
                .isOne();
        balanced();
    }

    @Test
    void aZeroCharacterThatIsWrittenAsAnEscapeKeepsNoChunkOut() {
        Stored stored = store(
                record("P1^^^A\\X00\\~P1", "Doe", "2024-05-01 03\\X00\\ LOT1 77 \\X00\\"),
                record("P2", "Roe", "2024-05-01 03"));

        assertThat(stored.ready()).isEqualTo(2);
    }

    @Test
    void aBAInOneChunkIsThreeRecordsToSend() {
        assertThat(store(
                        record("P1", "Doe", "2024-05-01 03 A"),
                        record("P1", "Doe", "2024-05-01 03 B"),
                        record("P1", "Doe", "2024-05-01 03 A")))
                .isEqualTo(new Stored(3, 0, 0, 0, 0));
    }

    @Test
    void dosesSentInSeveralRecordsMakeTheirSumADuplicate() {
        store(record("P1", "Doe", "2024-05-01 03"));
        store(record("P1", "Doe", "2024-06-01 08"));

        assertThat(store(record("P1", "Doe", "2024-05-01 03", "2024-06-01 08")).duplicates())
                .isOne();
    }

    @Test
    void newPatientDataIsSentThoughNoDoseChanged() {
        store(record("P1", "Doe", "2024-05-01 03"));

        assertThat(store(record("P1", "Miller", "2024-05-01 03")).ready()).isOne();
    }

    @Test
    void twoEqualDosesInOneRecordDoNotMakeItNewForEver() {
        store(record("P1", "Doe", "2024-05-01 03 A", "2024-05-01 03 B"));

        assertThat(store(record("P1", "Doe", "2024-05-01 03 A", "2024-05-01 03 B"))
                        .duplicates())
                .isOne();
        assertThat(store(record("P1", "Doe", "2024-05-01 03 A", "2024-05-01 03 C"))
                        .ready())
                .isOne();
    }

    @Test
    void orderNumbersTellDosesApartWherePatientDateAndVaccineDoNot() {
        store(record("P1", "Doe", "2024-05-01 03 A ORD1"));

        assertThat(store(record("P1", "Doe", "2024-05-02 03 A ORD1")).ready())
                .as("moved date")
                .isOne();
        assertThat(store(record("P1", "Doe", "2024-05-02 03 A ORD1")).duplicates())
                .isOne();
    }

    @Test
    void patientsWithoutAnIdAreNotTakenForEachOther() {
        assertThat(store(record("", "Doe", "2024-05-01 03"), record("", "Miller", "2024-05-01 03"))
                        .ready())
                .isEqualTo(2);
        assertThat(store(record("", "Doe", "2024-05-01 03")).duplicates()).isOne();
    }

    @Test
    void testAndProductionKnowNothingOfEachOther() {
        ledger.store(chunk(Feed.TEST, record("P1", "Doe", "2024-05-01 03")));

        assertThat(ledger.store(chunk(Feed.HISTORICAL, record("P1", "Doe", "2024-05-01 03")))
                        .ready())
                .isOne();
        assertThat(ledger.store(chunk(Feed.ONGOING, record("P1", "Doe", "2024-05-01 03")))
                        .duplicates())
                .as("history and ongoing are one stage")
                .isOne();
        balanced();
    }

    @Test
    void aRejectedRecordCountsAsNotSent() throws Exception {
        store(record("P1", "Doe", "2024-05-01 03"));
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("update record set state = 'REJECTED'");
        }

        assertThat(store(record("P1", "Doe", "2024-05-01 03")).ready()).isOne();
    }

    @Test
    void whatWasReadTwiceIsStoredOnce() {
        TakenRecord first = record("P1", "Doe", "2024-05-01 03");
        TakenRecord second = record("P2", "Roe", "2024-05-01 03");
        store(first);

        assertThat(store(first, second)).isEqualTo(new Stored(1, 0, 0, 0, 1));
        assertThat(store(first, second)).isEqualTo(new Stored(0, 0, 0, 0, 2));
        assertThat(ledger.positions()
                        .get(CONNECTION, SOURCE, Feed.ONGOING)
                        .orElseThrow()
                        .repeated())
                .isEqualTo(3);
        balanced();
    }

    @Test
    void theSameRowIsStoredOncePerFeedThatReadsIt() {
        TakenRecord first = record("P1", "Doe", "2024-05-01 03");
        TakenRecord second = record("P2", "Roe", "2024-05-01 03");
        ledger.store(chunk(Feed.TEST, first, second));

        assertThat(ledger.store(chunk(Feed.ONGOING, first, second))).isEqualTo(new Stored(2, 0, 0, 0, 0));
        assertThat(ledger.store(chunk(Feed.ONGOING, first, second))).isEqualTo(new Stored(0, 0, 0, 0, 2));
        balanced();
    }

    @Test
    void oneBadDoseIsHeldAloneAndTheRestGoes() {
        store(heldDose(record("P1", "Doe", "2024-05-01 03", "2024-06-01 999", "2024-07-01 08"), "CVX-KNOWN", 2));

        StoredRecord ready = ledger.records().find(firstId()).orElseThrow();
        HeldRecord line = ledger.records().held(CONNECTION, null, null, 0, 10).get(0);
        StoredRecord rest = ledger.records().find(line.recordId()).orElseThrow();
        assertThat(ready.state()).isEqualTo(RecordState.READY);
        assertThat(ready.doses()).extracting(StoredDose::origin).containsExactly(1, 3);
        assertThat(rest.partOf()).isEqualTo(ready.id());
        assertThat(rest.doses()).extracting(StoredDose::cvx).containsExactly("999");
        assertThat(line.rule()).isEqualTo("CVX-KNOWN");
        assertThat(Message.parse(ledger.records().text(ready.id()).outgoing()).all("ORDER/RXA-5.1"))
                .containsExactly("03", "08");
        assertThat(Message.parse(ledger.records().text(rest.id()).outgoing()).all("ORDER/RXA-5.1"))
                .containsExactly("999");
        assertThat(ledger.records().text(rest.id()).received())
                .isEqualTo(ledger.records().text(ready.id()).received());
        assertThat(rest.findings()).extracting(StoredFinding::location).containsExactly("ORDER[2]/RXA-5");
        balanced();
    }

    @Test
    void theSameRecordWithTheSameBadDoseIsADuplicateAndOneWithThatDoseMendedGoes() {
        store(heldDose(record("P1", "Doe", "2024-05-01 03", "2024-06-01 999 A ORD2"), "CVX-KNOWN", 2));

        assertThat(store(heldDose(record("P1", "Doe", "2024-05-01 03", "2024-06-01 999 A ORD2"), "CVX-KNOWN", 2)))
                .isEqualTo(new Stored(0, 0, 1, 0, 0));
        assertThat(store(record("P1", "Doe", "2024-05-01 03", "2024-06-01 08 A ORD2"))
                        .ready())
                .isOne();
        assertThat(ledger.records().heldCounts())
                .as("the mended record settled it")
                .isEmpty();
        assertThat(ask("select count(*) from record where state = 'SUPERSEDED' and superseded_by is not null"))
                .isOne();
        balanced();
    }

    @Test
    void aRecordThatWasHeldGoesOnceTheRulesLetIt() {
        store(held(record("P1", "Doe", "2024-05-01 03"), "CONSENT"));

        assertThat(store(held(record("P1", "Doe", "2024-05-01 03"), "CONSENT")).duplicates())
                .isOne();
        assertThat(store(record("P1", "Doe", "2024-05-01 03")).ready()).isOne();
        assertThat(ledger.records().heldCounts()).isEmpty();
        balanced();
    }

    @Test
    void aHeldRecordMendedInTheSameChunkIsSupersededThere() {
        assertThat(store(held(record("P1", "Doe", "2024-05-01 03"), "CONSENT"), record("P1", "Roe", "2024-05-01 03")))
                .isEqualTo(new Stored(1, 1, 0, 0, 0));
        assertThat(ledger.records().heldCounts()).isEmpty();
        assertThat(ask("select count(*) from dose where state = 'SUPERSEDED'")).isOne();
        balanced();
    }

    @Test
    void aRecordWithAllDosesHeldIsHeldWhole() {
        store(heldDose(record("P1", "Doe", "2024-05-01 999", "2024-06-01 999"), "CVX-KNOWN", 1, 2));

        assertThat(ask("select count(*) from record")).isOne();
        assertThat(ledger.records().heldCounts()).singleElement().satisfies(count -> assertThat(count.doses())
                .isEqualTo(2));
        balanced();
    }

    @Test
    void whatIsNoMessageIsHeldWithItsText() {
        store(unreadable("PID|who am I"));

        HeldRecord held = ledger.records().held(null, null, "UNREADABLE", 0, 10).get(0);
        assertThat(new String(ledger.records().text(held.recordId()).received(), StandardCharsets.UTF_8))
                .isEqualTo("PID|who am I");
        assertThatThrownBy(() -> ledger.records().release(held.recordId(), "ann", "looks fine"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("no HL7 message");
        ledger.records().drop(held.recordId(), "ann", "noise on the line");
        assertThat(ledger.records().find(held.recordId()).orElseThrow().droppedWhy())
                .isEqualTo("noise on the line");
        balanced();
    }

    @Test
    void aRecordThatAStepLeftOutIsDroppedForItsReason() {
        TakenRecord left = record("P1", "Doe", "2024-05-01 03");
        left.exclude("site is not ours");

        assertThat(store(left).dropped()).isOne();
        assertThat(ledger.records().find(firstId()).orElseThrow().droppedWhy()).isEqualTo("site is not ours");
        assertThat(store(record("P1", "Doe", "2024-05-01 03")).ready())
                .as("it told the registry nothing")
                .isOne();
        balanced();
    }

    @Test
    void anUncheckedRecordIsRefusedLoudly() {
        byte[] text = vxu("C9", "P1", "Doe", "2024-05-01 03");
        TakenRecord unchecked = TakenRecord.of(SourceRef.ofFile(1, 1), 1, text, Message.parse(text));

        assertThatThrownBy(() -> store(unchecked))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("check step");
    }

    @Test
    void aReleasedRecordTakesItsPlaceAtTheEndOfTheLane() {
        store(held(record("P1", "Doe", "2024-05-01 03"), "NAME"), record("P2", "Roe", "2024-05-01 03"));
        long id = ledger.records().held(null, null, null, 0, 1).get(0).recordId();

        ledger.records().release(id, "ann", "is a real person");

        StoredRecord released = ledger.records().find(id).orElseThrow();
        assertThat(released.state()).isEqualTo(RecordState.READY);
        assertThat(released.laneNo()).isEqualTo(2);
        assertThat(released.doses()).extracting(StoredDose::state).containsOnly(RecordState.READY);
        assertThat(ledger.trail().of("record:" + id))
                .extracting(TrailEntry::who)
                .containsExactly("ann");
        assertThatThrownBy(() -> ledger.records().release(id, "bob", "again")).isInstanceOf(WrongTransition.class);
        balanced();
    }

    @Test
    void whatATransformChangedIsKeptBesideWhatWasReceived() {
        TakenRecord taken = record("P1", "Doe", "2024-05-01 03");
        taken.message(
                taken.message()
                        .edit()
                        .set(org.vaxroute.hl7.Path.of("PID-5.2"), "Anna")
                        .apply(),
                List.of(new Change("full-name", "PID-5.2")));
        store(taken);

        RecordText text = ledger.records().text(firstId());
        assertThat(Message.parse(text.received()).get("PID-5.2")).isEqualTo("Ann");
        assertThat(Message.parse(text.outgoing()).get("PID-5.2")).isEqualTo("Anna");
        assertThat(ledger.records().find(firstId()).orElseThrow().changes())
                .containsExactly(new Change("full-name", "PID-5.2"));
    }

    @Test
    void aMessageOfTenMegabytesIsBorne() {
        byte[] noise = new byte[5_000_000];
        new java.util.Random(7).nextBytes(noise);
        String base64 = java.util.Base64.getEncoder().encodeToString(noise);
        String text = new String(vxu("BIG", "P1", "Doe", "2024-05-01 03"), StandardCharsets.UTF_8)
                + "OBX|2|ED|18776-5^Plan^LN|1|" + base64 + "\r"
                + "NTE|1||" + "x".repeat(3_300_000) + "\r";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TakenRecord big = TakenRecord.of(SourceRef.ofFile(77, 2), 2, bytes, Message.parse(bytes));
        big.judgement(deliverable(1));

        store(record("P2", "Roe", "2024-05-01 03"), big, record("P3", "Poe", "2024-05-01 03"));

        SubmissionFile file = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        Written written = write(file);
        assertThat(written.count()).isEqualTo(3);
        assertThat(Arrays.equals(ledger.records().text(firstId() + 1).received(), bytes))
                .isTrue();
    }

    @Test
    void aMarkMovesOnlyFromWhereItStands() {
        ledger.store(marked(new PositionMove.Mark("10", null), record("P1", "Doe", "2024-05-01 03")));
        ledger.store(marked(new PositionMove.Mark("20", "10"), record("P2", "Doe", "2024-05-01 03")));

        assertThatThrownBy(() ->
                        ledger.store(marked(new PositionMove.Mark("15", "10"), record("P3", "Doe", "2024-05-01 03"))))
                .isInstanceOf(StalePosition.class);
        Position position =
                ledger.positions().get(CONNECTION, SOURCE, Feed.ONGOING).orElseThrow();
        assertThat(position.value()).isEqualTo("20");
        assertThat(position.recordsRead()).isEqualTo(2);
        assertThat(position.stored().ready()).isEqualTo(2);
        assertThat(ask("select count(*) from record"))
                .as("nothing of the late chunk")
                .isEqualTo(2);
        balanced();
    }

    @Test
    void everythingIsStillThereAfterTheLedgerWasOpenedAgain() {
        store(record("P1", "Doe", "2024-05-01 03"));
        String tag = ledger.controlIds().tag();

        reopen();

        assertThat(ledger.controlIds().tag()).isEqualTo(tag);
        assertThat(store(record("P1", "Doe", "2024-05-01 03")).duplicates())
                .as("the hash key is the same")
                .isOne();
        assertThat(store(record("P2", "Doe", "2024-05-01 03")).ready()).isOne();
        balanced();
    }

    private Chunk marked(PositionMove.Mark mark, TakenRecord... records) {
        return new Chunk(CONNECTION, SOURCE, Feed.ONGOING, List.of(records), mark, false);
    }

    private long firstId() {
        return ask("select min(record_id) from record");
    }

    private void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void nothingIsStoredOfAPausedSourceThatHeedsIt() {
        Chunk chunk = chunk(record("P1", "Doe", "2024-05-01 03"));
        ledger.store(chunk(record("P0", "Poe", "2024-05-01 03")));
        ledger.pauses().pause(Pausable.source(CONNECTION, SOURCE), "ann", "the wrong codes");

        assertThat(ledger.records().storeUnlessPaused(chunk, () -> {})).isEmpty();

        assertThat(ask("select count(*) from record")).isOne();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        ledger.pauses().resume(Pausable.source(CONNECTION, SOURCE), "ann", "they are right");
        assertThat(ledger.records().storeUnlessPaused(chunk, () -> {})).contains(new Stored(1, 0, 0, 0, 0));
    }

    @Test
    void aChunkThatWaitsForItsTurnHoldsNobodyUpAndComesAfterThem() {
        TakenRecord waits = record("P1", "Doe", "2024-05-01 03");
        TakenRecord goes = record("P2", "Roe", "2024-05-01 03");

        assertThat(ledger.records().storeUnlessPaused(chunk(waits), () -> store(goes)))
                .contains(new Stored(1, 0, 0, 0, 0));

        assertThat(ask("select lane_no from record where control_id = '" + goes.controlId() + "'"))
                .isEqualTo(1);
        assertThat(ask("select lane_no from record where control_id = '" + waits.controlId() + "'"))
                .isEqualTo(2);
    }

    /** It is a day that no vaccine was given on, but what a source says is kept, and keeps nobody else from being stored. */
    @Test
    void aDoseOfTheYearNoughtIsStored() {
        assertThat(store(record("P1", "Doe", "0000-02-29 03"), record("P2", "Roe", "2024-05-01 03"))
                        .ready())
                .isEqualTo(2);

        assertThat(ask("select count(*) from dose where dose_date < '0001-01-01'"))
                .isOne();
    }

    @Test
    void anAuthorityIsKeptThoughTheLedgerWasAwayWhenItWasFirstSeen() throws Exception {
        if (kind == TestDatabase.H2) {
            settings = LedgerSettings.of(settings.url() + ";LOCK_TIMEOUT=300", "vaxroute", "", folder);
            reopen();
        }
        store(held(record("", "Nobody", "2024-05-01 03 A O0"), "NAME"));
        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute(
                    kind == TestDatabase.POSTGRESQL
                            ? "lock table patient_authority in exclusive mode"
                            : "insert into patient_authority (connection, authority) values ('main', 'CLINIC')");
            assertThatThrownBy(() -> store(record("P1", "Doe", "2024-05-01 03 A O1")))
                    .isInstanceOf(LedgerUnavailable.class);
            other.rollback();
        }

        assertThat(store(record("P1", "Doe", "2024-05-01 03 A O1")).ready()).isOne();
        assertThat(ask("select count(*) from patient_authority where authority = 'CLINIC'"))
                .isOne();
    }
}
