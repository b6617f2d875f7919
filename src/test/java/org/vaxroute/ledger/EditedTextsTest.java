package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EditedTextsTest extends LedgerCase {
    @Test
    void whatBeganWithAnOlderTextIsRefusedWithWhoEditedItAndWhen() {
        long id = heldRecord();
        EditableText opened = ledger.records().editable(id);
        clock.advance(Duration.ofHours(2));
        ledger.records().edit(id, renamed(opened, "Dow"), opened.version(), "bob", "first");
        EditableText now = ledger.records().editable(id);

        for (String version : new String[] {null, opened.version(), "4711"}) {
            assertThatThrownBy(() -> ledger.records().edit(id, renamed(opened, "Dew"), version, "ann", "second"))
                    .isInstanceOf(WrongTransition.class)
                    .hasMessageContaining("Record " + id + " was edited by bob at 2026-11-22T14:00:00Z")
                    .hasMessageContaining("held show " + id + " --hl7")
                    .hasMessageContaining("--began-with");
        }
        assertThat(said(id)).contains("Dow");

        ledger.records().edit(id, renamed(now, "Day"), now.version(), "ann", "third");
        assertThat(said(id)).contains("Day");
        assertThat(ledger.trail().of("record:" + id))
                .extracting(entry -> entry.who() + " " + entry.action())
                .containsExactlyInAnyOrder("bob edit", "ann edit");
    }

    @Test
    void aVersionOfAnotherRecordIsRefusedToo() {
        long id = heldRecord();

        assertThatThrownBy(() ->
                        ledger.records().edit(id, ledger.records().editable(id).text(), "4711", "ann", "x"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("another record's");
    }

    @Test
    void ofTwoWhoHandInAtTheSameMomentOneIsTaken() throws Exception {
        long id = heldRecord();
        EditableText opened = ledger.records().editable(id);
        ExecutorService people = Executors.newFixedThreadPool(2);
        try {
            handIn(people, id, opened, null);
            handIn(people, id, opened, ledger.records().editable(id).version());
        } finally {
            people.shutdownNow();
        }
    }

    private void handIn(ExecutorService people, long id, EditableText opened, String version) throws Exception {
        long before = edits(id);
        List<Callable<Boolean>> both = List.of(
                () -> taken(id, renamed(opened, "Dow" + before), version, "ann"),
                () -> taken(id, renamed(opened, "Dew" + before), version, "bob"));
        int won = 0;
        for (Future<Boolean> one : people.invokeAll(both, 60, TimeUnit.SECONDS)) {
            won += one.get() ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
        assertThat(edits(id)).isEqualTo(before + 1);
    }

    private long heldRecord() {
        store(held(record("P1", "Doe", "2024-05-01 03 A O1"), "NAME"));
        return ask("select min(record_id) from held");
    }

    private boolean taken(long id, byte[] text, String version, String who) {
        try {
            ledger.records().edit(id, text, version, who, "typo");
            return true;
        } catch (WrongTransition tooLate) {
            return false;
        }
    }

    private long edits(long id) {
        return ask("select count(*) from edited_text where record_id = " + id);
    }

    private String said(long id) {
        return new String(ledger.records().editable(id).text(), StandardCharsets.UTF_8);
    }

    private static byte[] renamed(EditableText text, String name) {
        return new String(text.text(), StandardCharsets.UTF_8)
                .replaceFirst("D[a-z]+\\^", name + "^")
                .getBytes(StandardCharsets.UTF_8);
    }
}
