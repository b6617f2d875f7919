package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Verdict;

/** What is held while it waits to leave takes nothing from the registry, and neither loses a dose nor brings an old one back. */
class WaitingCheckTest extends LedgerCase {
    @BeforeEach
    void likeTexas() {
        ledger.close();
        likeTexasAgain();
    }

    private void likeTexasAgain() {
        ledger = Ledger.open(settings, connection -> new ResendRules(true, ResendRules.Correction.DELETE_ADD), clock);
    }

    @AfterEach
    void balanced() {
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    /** What waits is judged anew: doses of these lots are held. */
    private int look(String... lots) {
        return ledger.waitingCheck()
                .look(CONNECTION, Feed.ONGOING, clock.instant().plusSeconds(1), 100, texts -> texts.stream()
                        .map(text -> judged(
                                TakenRecord.of(
                                        SourceRef.ofFile(0, 1), 1, text.received(), Message.parse(text.outgoing())),
                                Set.of(lots)))
                        .toList());
    }

    private TakenRecord judged(TakenRecord record, Set<String> lots) {
        Message text = record.message();
        record.judgement(deliverable(text.doses()));
        int[] held = java.util.stream.IntStream.rangeClosed(1, text.doses())
                .filter(dose -> lots.contains(text.get("ORDER[" + dose + "]/RXA-15")))
                .toArray();
        return held.length == 0 ? record : heldDose(record, "LOT", held);
    }

    /** Sends what waits in one file of at most so many messages: {@code order action lot, ...} for each. */
    private List<String> send(int most) {
        SubmissionFile file = ledger.submissionFiles().assemble(order(most)).orElseThrow();
        sent(file);
        List<String> messages = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> messages.add(doses(Message.parse(record.text()))));
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }

    private List<String> send() {
        return send(100);
    }

    private static String doses(Message message) {
        List<String> doses = new ArrayList<>();
        for (int dose = 1; dose <= message.doses(); dose++) {
            String place = "ORDER[" + dose + "]/";
            doses.add(message.get(place + "ORC-3.1") + " " + message.get(place + "RXA-21") + " "
                    + message.get(place + "RXA-15"));
        }
        return String.join(", ", doses);
    }

    private List<Long> held() {
        return ledger.records().held(null, null, null, 0, 100).stream()
                .map(HeldRecord::recordId)
                .toList();
    }

    private void release(long id) {
        ledger.records().release(id, "ann", "the lot is right");
    }

    /** Judges what is held from the text as received, as a mended rule does. */
    private Settlement recheck() {
        List<Settled> settled = ledger.records().heldTexts(held()).stream()
                .map(text -> {
                    byte[] own = text.own();
                    TakenRecord record = TakenRecord.of(SourceRef.ofFile(0, 1), 1, text.received(), Message.parse(own));
                    record.judgement(deliverable(record.message().doses()));
                    return new Settled(text, record, false);
                })
                .toList();
        return ledger.records().recheck(settled, "ann", "the rule was wrong");
    }

    @Test
    void aDeleteDoesNotLeaveWithoutTheCorrectionBehindIt() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 B O1"));

        assertThat(look("B")).isOne();

        assertThat(ledger.submissionFiles().assemble(order(100)))
                .as("the registry keeps what it has")
                .isEmpty();
        release(held().get(0));
        assertThat(send()).containsExactly("O1 D A", "O1 A B");
    }

    @Test
    void aDeleteOfSeveralDosesLeavesForThoseThatGo() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 C O2", "2024-07-01 08 E O3"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 B O1", "2024-06-01 08 D O2", "2024-07-01 08 F O3"));

        look("D");

        assertThat(send()).containsExactly("O1 D A, O3 D E", "O1 A B, O3 A F");
        assertThat(recheck().ready()).isOne();
        assertThat(send()).containsExactly("O2 D C", "O2 A D");
    }

    @Test
    void aDeleteStaysForACorrectionThatGoesInPlaceOfTheOneThatIsHeld() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 B O1"));
        store(record("P1", "Doe", "2024-05-01 03 C O1"));

        look("B");

        assertThat(send()).as("B was never sent").containsExactly("O1 D A", "O1 D B", "O1 A C");
        release(held().get(0));
        assertThat(held()).isEmpty();
        assertThat(ledger.submissionFiles().assemble(order(100)))
                .as("C is newer than B")
                .isEmpty();
    }

    @Test
    void noDeleteOfAChainLeavesWhenAllThatFollowsIsHeld() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 B O1", "2024-06-01 08 X O2"));
        store(record("P1", "Doe", "2024-05-01 03 C O1", "2024-06-01 08 Y O2"));
        look("B");

        look("B", "C");

        assertThat(send()).containsExactly("O2 D X", "O2 A Y");
        recheck();
        assertThat(send()).containsExactly("O1 D A", "O1 A C");
    }

    @Test
    void aVoidThatWaitsStillTakesItsDoseAway() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 A O1 D", "2024-06-01 08 Y O2"));

        look("Y");

        assertThat(send()).containsExactly("O1 D A");
    }

    @Test
    void aDeleteAndWhatTakesItsPlaceLeaveInOneFile() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        send();
        store(record("P2", "Roe", "2024-05-01 03 K O9"));
        store(record("P1", "Doe", "2024-05-01 03 B O1"));

        assertThat(send(2)).containsExactly("O9 A K");
        assertThat(send(2)).containsExactly("O1 D A", "O1 A B");
        store(record("P1", "Doe", "2024-05-01 03 C O1"));
        assertThat(send(1)).as("a limit that they do not fit").containsExactly("O1 D B");
        assertThat(send(1)).containsExactly("O1 A C");
    }

    @Test
    void aDoseThatIsHeldOfWhatWasCutBeforeIsNotTakenForAnother() {
        store(record("P1", "Doe", "2024-05-01 03 A O1"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2", "2024-07-01 08 Y O3"));

        look("Y");

        assertThat(send()).containsExactly("O2 A X");
        HeldRecord held = ledger.records().held(null, null, null, 0, 100).get(0);
        assertThat(held.rule()).isEqualTo("LOT");
        assertThat(ledger.records().editable(held.recordId()).text())
                .asString(StandardCharsets.UTF_8)
                .contains("O3^EHR")
                .doesNotContain("O2^EHR");
        assertThat(recheck().ready()).isOne();
        assertThat(send()).containsExactly("O3 A Y");
    }

    @Test
    void aRestoreBringsNoDeleteBackThatWasTakenBackSinceTheBackup() throws Exception {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 C O2"));
        store(record("P2", "Roe", "2024-05-01 03 K O8"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 B O1", "2024-06-01 08 D O2"));
        store(record("P2", "Roe", "2024-05-01 03 L O8", "2024-07-01 08 N O9"));
        Path backup = Files.createDirectories(folder.resolve("backup"));
        ledger.copy().to(backup);
        look("D", "L");
        SubmissionFile left = sent(ledger.submissionFiles().assemble(order(100)).orElseThrow());
        List<ReplayedFile.Member> members = new ArrayList<>();
        ledger.submissionFiles()
                .read(left, record -> members.add(new ReplayedFile.Member(record.trace(), record.text())));
        assertThat(members.stream().map(member -> doses(Message.parse(member.text()))))
                .containsExactly("O1 D A", "O1 A B", "O9 A N");
        Files.createDirectories(folder.resolve("restored"));

        restore(backup);
        ledger.replays().reserve(replayed(left, members));
        ledger.replays().enter(replayed(left, members));
        ledger.replays().renumber();

        assertThat(ledger.records().waiting(CONNECTION, Feed.ONGOING)).isZero();
        assertThat(held()).as("O2 D and O8 L").hasSize(2);
        assertThat(recheck().ready()).isEqualTo(2);
        assertThat(send()).containsExactlyInAnyOrder("O2 D C", "O2 A D", "O8 D K", "O8 A L");
    }

    private void restore(Path backup) throws Exception {
        ledger.close();
        settings = kind.fresh(folder.resolve("restored"));
        if (kind == TestDatabase.H2) {
            Files.delete(settings.file().orElseThrow());
            LedgerCopy.unpack(settings, backup);
        } else {
            LedgerCopy.load(settings, backup, clock.instant(), clock.instant(), "test");
        }
        likeTexasAgain();
        if (kind == TestDatabase.H2) {
            ledger.replays().begin(clock.instant(), "test");
        }
    }

    private static ReplayedFile replayed(SubmissionFile file, List<ReplayedFile.Member> members) {
        return new ReplayedFile(
                file.id(),
                file.connection(),
                file.feed(),
                file.firstNo(),
                file.lastNo(),
                file.generation(),
                0,
                file.account(),
                file.folder(),
                file.name(),
                file.series(),
                file.sequence(),
                file.envelope(),
                file.decidedAt(),
                new byte[32],
                file.size(),
                FileState.SENT,
                file.sentAt(),
                members);
    }

    @Test
    void aHeldDoseDoesNotRevertWhatWasSaidOfItSince() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2"));
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 Y O2"));

        look("X");

        assertThat(send().get(0)).isEqualTo("O1 A A");
        held().forEach(this::release);
        assertThat(held()).isEmpty();
        assertThat(ledger.submissionFiles().assemble(order(100)))
                .as("Y is newer than X")
                .isEmpty();
        assertThat(store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 Y O2"))
                        .duplicates())
                .isOne();
    }

    @Test
    void whatStaysIsKnownAgainWhenTheEhrHandsItOverOnceMore() {
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 C O2"));
        send();
        store(record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2 U", "2024-07-01 08 Y O3 U"));

        look("Y");

        Stored again = store(heldDose(
                record("P1", "Doe", "2024-05-01 03 A O1", "2024-06-01 08 X O2 U", "2024-07-01 08 Y O3 U"), "LOT", 3));
        assertThat(again.duplicates()).isOne();
        assertThat(held()).hasSize(1);
        assertThat(send()).containsExactly("O2 D C", "O2 A X");
    }

    @Test
    void aRecordWhoseDosesCannotBeToldApartIsHeldWholeAndHoldsUpNoFile() {
        String text = new String(vxu("C1", "P1", "Doe", "2024-05-01 03 A O1"), StandardCharsets.UTF_8)
                + "RXA|0|1|20240601||08^Vaccine^CVX|0.5|mL^^UCUM||00^New^NIP001||||||B|||||CP|A\r";
        byte[] bytes = text.replace("ORC|RE||O1^EHR\r", "ORC|RE||O3^EHR\rORC|RE||O1^EHR\r")
                .getBytes(StandardCharsets.UTF_8);
        Message message = Message.parse(bytes);
        TakenRecord record = TakenRecord.of(SourceRef.of(SOURCE, "odd", new byte[] {1}), 1, bytes, message);
        record.judgement(deliverable(message.doses()));
        store(record);

        ledger.waitingCheck()
                .look(CONNECTION, Feed.ONGOING, clock.instant().plusSeconds(1), 100, texts -> texts.stream()
                        .map(waits -> {
                            TakenRecord again = TakenRecord.of(
                                    SourceRef.ofFile(0, 1), 1, waits.received(), Message.parse(waits.outgoing()));
                            Verdict[] verdicts = new Verdict[again.message().doses()];
                            Arrays.fill(verdicts, Verdict.DELIVERABLE);
                            again.judgement(deliverable(verdicts.length));
                            return heldDose(again, "LOT", 2);
                        })
                        .toList());

        assertThat(ledger.records().held(null, null, null, 0, 100))
                .extracting(HeldRecord::rule)
                .containsExactly(Cut.INSEPARABLE);
    }
}
