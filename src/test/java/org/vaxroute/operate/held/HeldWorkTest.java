package org.vaxroute.operate.held;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.Job;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.Settlement;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/** Jobs on many held records: what a stop or a kill leaves, and how they go on. */
class HeldWorkTest {
    private static final int RECORDS = 700;

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void hold() {
        ledger = Ledger.open(TestDatabase.H2.fresh(folder), Clock.systemUTC());
        List<TakenRecord> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            byte[] text = ("MSH|^~\\&|EHR|CLINIC|IIS|TX|20261122||VXU^V04^VXU_V04|C" + i + "|P|2.5.1\rPID|1||P" + i
                            + "^^^CLINIC^MR||Doe^Ann||20200101|F\rORC|RE||D" + i
                            + "^EHR\rRXA|0|1|20260111||100^X^CVX|0.5\r")
                    .getBytes(StandardCharsets.UTF_8);
            TakenRecord record = TakenRecord.of(SourceRef.of("ehr", "C" + i, text), i + 1, text, Message.parse(text));
            record.judgement(new Judgement(
                    Verdict.HELD,
                    List.of(Verdict.HELD),
                    List.of(new Finding(
                            i % 2 == 0 ? "even" : "odd", Severity.ERROR, Effect.MESSAGE, "PID-5", "", ""))));
            records.add(record);
        }
        ledger.store(new Chunk("main", "ehr", Feed.ONGOING, records, new PositionMove.None(), true));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private HeldWork work() {
        return new HeldWork(ledger, () -> null, "node");
    }

    private Job ended(long id) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> ledger.jobs().find(id).orElseThrow().state() != Job.State.RUNNING);
        return ledger.jobs().find(id).orElseThrow();
    }

    private long held() {
        return ledger.records().heldCounts().stream()
                .mapToLong(count -> count.records())
                .sum();
    }

    @Test
    void aJobWorksOnWhatItsFilterMeans() {
        try (HeldWork work = work()) {
            Job begun = work.begin(Job.Kind.DROP, HeldFilter.of("", "", "odd"), "ann", "not ours");

            Job done = ended(begun.id());

            assertThat(done.state()).isEqualTo(Job.State.DONE);
            assertThat(done.seen()).isEqualTo(RECORDS / 2);
            assertThat(done.dropped()).isEqualTo(RECORDS / 2);
            assertThat(held()).isEqualTo(RECORDS / 2);
            assertThat(ledger.conservation().balance().differences()).isEmpty();
        }
    }

    @Test
    void aJobThatAKillBrokeOffGoesOnBehindItsLastPortionAtTheNextStart() {
        Job begun = ledger.jobs().begin(Job.Kind.RELEASE, HeldFilter.ALL, "node", "ann", "all are well");
        List<Long> portion = ledger.jobs().next(begun, 500);
        ledger.transact(() -> {
            Settlement settled = ledger.records().release(portion, "ann", "all are well");
            return ledger.jobs().reached(begun, portion.get(499), 500, settled, 0);
        });
        assertThat(held()).isEqualTo(RECORDS - 500);

        try (HeldWork next = work()) {
            next.resume();

            Job done = ended(begun.id());
            assertThat(done.ready()).isEqualTo(RECORDS);
            assertThat(held()).isZero();
            assertThat(ledger.records().waiting("main", Feed.ONGOING)).isEqualTo(RECORDS);
            assertThat(ledger.conservation().balance().differences()).isEmpty();
        }
    }

    @Test
    void aJobOfANodeThatDiesWhileThisOneRunsIsTakenUp() {
        try (HeldWork runs = work()) {
            runs.resume(Duration.ofMillis(100));
            Job ofAnother = ledger.jobs().begin(Job.Kind.RELEASE, HeldFilter.ALL, "gone", "ann", "all are well");

            assertThat(ended(ofAnother.id()).ready()).isEqualTo(RECORDS);
            assertThat(held()).isZero();
        }
    }

    @Test
    void aStoppedJobDoesNothingMore() {
        Job begun = ledger.jobs().begin(Job.Kind.RELEASE, HeldFilter.ALL, "node", "ann", "x");
        ledger.jobs().end(begun.id(), Job.State.STOPPED, "by ann");

        try (HeldWork next = work()) {
            next.resume();
            Job other = next.begin(Job.Kind.DROP, HeldFilter.of("", "", "none"), "ann", "x");
            assertThat(ended(other.id()).seen()).isZero();
        }
        assertThat(held()).isEqualTo(RECORDS);
    }
}
