package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;

class SourceFilesTest extends LedgerCase {

    @Test
    void aFileGoesOnWhereTheLastCommittedChunkEnded() {
        SourceFile file = take("a.hl7", 5);
        ledger.store(part(file, 1, 2, 200, false));
        reopen();

        SourceFile again = take("a.hl7", 5);

        assertThat(again.id()).isEqualTo(file.id());
        assertThat(again.offset()).isEqualTo(200);
        assertThat(again.messagesStored()).isEqualTo(2);
        ledger.store(part(again, 3, 5, 500, true));
        assertThat(ledger.sourceFiles().get(file.id()).orElseThrow().state()).isEqualTo(SourceFileState.STORED);
        ledger.sourceFiles().done(file.id());
        ledger.sourceFiles().done(file.id());
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aLateWriterOfTheSameFileStoresNothing() {
        SourceFile file = take("a.hl7", 4);
        ledger.store(part(file, 1, 2, 200, false));

        assertThatThrownBy(() -> ledger.store(part(file, 1, 2, 200, false)))
                .isInstanceOf(StalePosition.class)
                .hasMessageContaining("position on record");
        assertThatThrownBy(() -> ledger.store(part(file, 4, 4, 400, true))).isInstanceOf(StalePosition.class);
        assertThat(ask("select count(*) from record")).isEqualTo(2);
    }

    @Test
    void aFileDroppedAgainAfterItWasDoneIsANewArrivalOfDuplicates() {
        SourceFile first = take("a.hl7", 2);
        ledger.store(part(first, 1, 2, 200, true));
        ledger.sourceFiles().done(first.id());

        SourceFile second = take("a.hl7", 2);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(ledger.store(part(second, 1, 2, 200, true)).duplicates()).isEqualTo(2);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aFileThatStoredFewerMessagesThanItsFirstPassCountedIsADifference() {
        SourceFile file = take("a.hl7", 3);
        ledger.store(part(file, 1, 2, 200, true));

        assertThat(ledger.conservation().balance().differences())
                .anySatisfy(d -> assertThat(d.what()).startsWith("messages counted in the file"));
    }

    @Test
    void aRefusedFileIsOnRecordWithItsReason() {
        SourceFile refused = ledger.sourceFiles()
                .refuse(SOURCE, CONNECTION, Feed.ONGOING, "b.hl7", 10, new byte[32], "FHS without FTS");

        assertThat(refused.state()).isEqualTo(SourceFileState.FAILED);
        assertThat(refused.failedWhy()).isEqualTo("FHS without FTS");
        assertThatThrownBy(() -> ledger.sourceFiles().done(refused.id())).isInstanceOf(WrongTransition.class);
        assertThat(ledger.sourceFiles().recent(5)).hasSize(1);
        SourceFile mended = take("b.hl7", 1);
        assertThat(mended.state()).isEqualTo(SourceFileState.TAKING);
        ledger.sourceFiles().failed(mended.id(), "cut short meanwhile");
    }

    private SourceFile take(String name, int messages) {
        return ledger.sourceFiles()
                .take(SOURCE, CONNECTION, Feed.ONGOING, name, messages * 100L, new byte[32], messages, messages);
    }

    private Chunk part(SourceFile file, int from, int to, long offset, boolean last) {
        List<TakenRecord> records = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            byte[] text = vxu("F" + i, "P" + i, "Doe", "2024-05-01 03");
            TakenRecord record = TakenRecord.of(SourceRef.ofFile(file.id(), i), i, text, Message.parse(text));
            record.judgement(deliverable(1));
            records.add(record);
        }
        return new Chunk(
                CONNECTION, SOURCE, Feed.ONGOING, records, new PositionMove.InFile(file.id(), offset, to, last), last);
    }
}
