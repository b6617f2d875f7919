package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

/** One dose that two sources call by different order numbers, and two doses that look like one (docs/decisions/0190). */
class SeveralSourcesTest extends LedgerCase {
    private static final String FLU = "2024-10-01 150 ";

    private Stored school(TakenRecord record) {
        return school(Feed.ONGOING, record);
    }

    private Stored school(Feed feed, TakenRecord record) {
        return ledger.store(new Chunk(CONNECTION, "school", feed, List.of(record), new PositionMove.None(), true));
    }

    /** A record with this text in one field of its doses. */
    private TakenRecord with(String field, String value, TakenRecord record) {
        var edit = record.message().edit();
        for (int dose = 1; dose <= record.message().doses(); dose++) {
            edit.set("ORDER[" + dose + "]/" + field, value);
        }
        byte[] text = edit.apply().bytes();
        TakenRecord changed = TakenRecord.of(record.ref(), record.ordinal(), text, Message.parse(text));
        changed.judgement(deliverable(changed.message().doses()));
        return changed;
    }

    private TakenRecord hearsay(TakenRecord record) {
        return with("RXA-9.1", "01", record);
    }

    /** Sends what waits, and gives each dose as {@code order action lot place}. */
    private List<String> send() {
        List<String> doses = new ArrayList<>();
        var file = ledger.submissionFiles().assemble(order(100));
        if (file.isEmpty()) {
            return doses;
        }
        sent(file.get());
        try {
            ledger.submissionFiles().read(file.get(), record -> {
                Message message = Message.parse(record.text());
                for (int dose = 1; dose <= message.doses(); dose++) {
                    String place = "ORDER[" + dose + "]/";
                    doses.add((message.get(place + "ORC-3.1") + " " + message.get(place + "RXA-21") + " "
                                    + message.get(place + "RXA-15") + " " + message.get(place + "RXA-11.4"))
                            .strip());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        return doses;
    }

    private HeldRecord onlyHeld(String rule) {
        List<HeldRecord> held = ledger.records().held(null, null, null, 0, 10);
        assertThat(held).singleElement().extracting(HeldRecord::rule).isEqualTo(rule);
        return held.get(0);
    }

    @Test
    void whatTheRegistryHasAlreadyIsNotSentUnderASecondNumber() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        assertThat(send()).containsExactly("O1 A L1");

        Stored stored = school(record("P1", "Doe", FLU + "L1 S1"));

        assertThat(stored.duplicates()).isOne();
        assertThat(send()).isEmpty();
    }

    @Test
    void twoNumbersOfOneAuthorityAreTwoDosesWhicheverSourceTellsOfThem() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P1", "Doe", FLU + "L1 O2"));

        assertThat(send()).containsExactly("O1 A L1", "O2 A L1");
    }

    @Test
    void otherContentIsAnUpdateUnderTheNumberThatTheRegistryKnows() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")));

        assertThat(send()).containsExactly("O1 U L1 GYM");
        assertThat(ask("select count(distinct dose_key) from dose")).isOne();
    }

    @Test
    void whereTheProfileWantsItTheDoseIsDeletedAndAddedUnderTheKnownNumber() {
        ledger.close();
        ledger = Ledger.open(settings, connection -> new ResendRules(true, ResendRules.Correction.DELETE_ADD), clock);
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")));

        assertThat(send()).containsExactly("O1 D L1", "O1 A L1 GYM");
    }

    @Test
    void sourcesThatResendTheirWholeHistoryDoNotUndoEachOther() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")));
        send();

        store(record("P1", "Doe", FLU + "L1 O1"));
        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")));
        store(record("P1", "Doe", FLU + "L1 O1"));
        assertThat(send()).isEmpty();

        store(with("RXA-11.4", "WARD", record("P1", "Doe", FLU + "L1 O1")));
        assertThat(send()).as("something new").containsExactly("O1 U L1 WARD");
    }

    @Test
    void aCorrectionUnderTheOtherNumberFindsTheDoseAlsoOnAnotherDay() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P1", "Doe", FLU + "L1 S1"));
        send();

        school(record("P1", "Doe", "2024-10-02 150 L1 S1"));

        assertThat(send()).containsExactly("O1 U L1");
    }

    @Test
    void whoGaveTheDoseIsBelievedBeforeWhoHeardOfIt() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        assertThat(school(hearsay(record("P1", "Doe", FLU + "- S1"))).duplicates())
                .isOne();
        assertThat(send()).containsExactly("O1 A L1");

        school(hearsay(record("P2", "Roe", FLU + "- S2")));
        send();
        store(record("P2", "Roe", FLU + "L1 O2"));
        assertThat(send()).containsExactly("S2 U L1");
    }

    @Test
    void aRecordWithNewPatientDataSaysWhatTheRegistryHasOfADoseItKnowsByHearsay() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        school(hearsay(record("P1", "Miller", FLU + "- S1")));

        assertThat(send()).containsExactly("O1 A L1");
        assertThat(school(hearsay(record("P1", "Miller", FLU + "- S1"))).duplicates())
                .isOne();
    }

    @Test
    void twoNumbersOfOneSourceAreTwoDoses() {
        store(record("P1", "Doe", FLU + "L1 O1"), record("P1", "Doe", FLU + "L1 O2"));
        store(record("P1", "Doe", FLU + "L1 O3", FLU + "L1 O4"));

        assertThat(send()).hasSize(4);
        assertThat(ledger.records().heldCounts()).isEmpty();
    }

    @Test
    void theSecondNumberOfASourceIsNoThirdNameOfTheDose() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P1", "Doe", FLU + "L1 S1"));
        school(record("P1", "Doe", FLU + "L1 S2"));

        assertThat(send()).containsExactly("O1 A L1", "S2 A L1");
    }

    @Test
    void ofTwoDosesOfADayTheLotTellsWhichIsWhich() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L2 S1", FLU + "l-1 S2")));

        assertThat(send()).containsExactlyInAnyOrder("S1 A L2 GYM", "O1 U l-1 GYM");
        assertThat(ledger.records().heldCounts()).isEmpty();
    }

    @Test
    void twoDosesOfADayThatCannotBeToldApartWaitForAPerson() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        school(hearsay(record("P1", "Doe", FLU + "- S1", FLU + "- S2", "2024-10-03 08 L9 S3")));

        assertThat(send()).containsExactly("S3 A L9");
        assertThat(onlyHeld("ONE-DOSE-OR-TWO").doses()).isEqualTo(2);
    }

    @Test
    void givenTwiceByTheirWordFromDifferentLotsItWaitsForAPersonWhoMayReleaseIt() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();
        school(record("P1", "Doe", FLU + "L2 S1"));
        assertThat(send()).isEmpty();
        HeldRecord held = onlyHeld("ONE-DOSE-OR-TWO");
        assertThat(ledger.records().find(held.recordId()).orElseThrow().findings())
                .singleElement()
                .extracting(StoredFinding::location)
                .isEqualTo("ORDER[1]/ORC-3");

        ledger.records().release(held.recordId(), "ann", "two doses in the chart");

        assertThat(send()).containsExactly("S1 A L2");
        school(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L2 S1")));
        assertThat(send()).as("it is a dose of its own from now on").containsExactly("S1 U L2 GYM");
    }

    @Test
    void aDoseThatOneSourceTakesBackAndAnotherGaveIsDeletedWhenBothTakeItBack() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P1", "Doe", FLU + "L1 S1"));
        send();

        store(record("P1", "Doe", FLU + "L1 O1 D"));
        assertThat(send()).isEmpty();
        HeldRecord held = onlyHeld("DOSE-OF-ANOTHER-SOURCE");

        school(record("P1", "Doe", FLU + "L1 S1 D"));
        assertThat(send()).containsExactly("O1 D L1");
        ledger.records().release(held.recordId(), "ann", "not given");
        assertThat(send()).as("deleted once").isEmpty();
    }

    @Test
    void aPersonMayDeleteWhatOnlyOneSourceTakesBack() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P1", "Doe", FLU + "L1 S1"));
        send();
        school(record("P1", "Doe", FLU + "L1 S1 D"));

        ledger.records().release(onlyHeld("DOSE-OF-ANOTHER-SOURCE").recordId(), "ann", "not given");

        assertThat(send()).containsExactly("O1 D L1");
        store(record("P1", "Doe", FLU + "L1 O1"));
        assertThat(send())
                .as("the other source repeats what it said before the person decided")
                .isEmpty();
    }

    @Test
    void aDoseThatComesBackUnderAnotherNumberAfterItsDeletionKeepsTheOneThatTheRegistryKnew() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        store(record("P1", "Doe", FLU + "L1 O1 D"));
        school(record("P1", "Doe", FLU + "L1 S1"));
        assertThat(send()).containsExactly("O1 A L1", "O1 D L1", "O1 A L1");

        store(with("RXA-11.4", "WARD", record("P1", "Doe", FLU + "L1 O1")));

        assertThat(send()).containsExactly("O1 U L1 WARD");
    }

    @Test
    void whatIsHeldKeepsItsOwnNumberAndFindsTheDoseWhenItGoes() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();
        school(held(with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")), "CONSENT"));
        assertThat(send()).isEmpty();

        ledger.records().release(onlyHeld("CONSENT").recordId(), "ann", "consent is in the chart");

        assertThat(send()).containsExactly("O1 U L1 GYM");
    }

    @Test
    void historyAddsNothingToWhatAnotherSourceTold() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        send();

        Stored stored = school(Feed.HISTORICAL, with("RXA-11.4", "GYM", record("P1", "Doe", FLU + "L1 S1")));

        assertThat(stored.duplicates()).isOne();
        assertThat(stored.ready()).isZero();
    }

    @Test
    void twinsAreTwoPatientsWhateverTheSource() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(record("P2", "Doe", FLU + "L1 S1"));

        assertThat(send()).containsExactly("O1 A L1", "S1 A L1");
    }

    @Test
    void aRefusalAndADoseOfOneDayAreNotCompared() {
        store(record("P1", "Doe", FLU + "L1 O1"));
        school(with("RXA-20", "RE", record("P1", "Doe", FLU + "- S1")));

        assertThat(send()).containsExactly("O1 A L1", "S1 A -");
    }

    @Test
    void unknownVaccinesOfOneDayAreNotCompared() {
        store(record("P1", "Doe", "2024-10-01 999 L1 O1"));
        school(record("P1", "Doe", "2024-10-01 999 L1 S1"));

        assertThat(send()).hasSize(2);
    }
}
