package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.NameTemplate;

/** Tests and production are kept apart by the ledger itself, whatever settings, routes or direct calls ask for. */
class StagesApartTest extends FeedCase {
    private static final String ADA = "ada";

    private Gatekeeper gate;

    @BeforeEach
    void makeGate() {
        gate = new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
    }

    @Test
    void a_file_holds_records_of_its_own_lane_alone() {
        records.store(MAIN, Feed.TEST, 3);
        records.store(MAIN, Feed.ONGOING, 2);

        SubmissionFile test = file(Feed.TEST, MAIN);
        SubmissionFile production = file(Feed.ONGOING, MAIN);

        assertThat(test.messages()).isEqualTo(3);
        assertThat(production.messages()).isEqualTo(2);
        assertThat(test.laneId()).isNotEqualTo(production.laneId());
    }

    @Test
    void the_database_takes_no_production_file_for_a_test_account() {
        records.store(MAIN, Feed.ONGOING, 1);
        records.store(MAIN, Feed.TEST, 1);

        refusedByTheDatabase(() -> file(Feed.ONGOING, MAIN + "/test"));
        assertThat(file(Feed.TEST, MAIN + "/test").messages()).isEqualTo(1);
        assertThat(ledger.records().waiting(MAIN, Feed.ONGOING)).isEqualTo(1);
    }

    @Test
    void a_test_file_never_begins_to_leave_after_approval() {
        earnReview();
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile left = file(Feed.TEST, MAIN);
        ledger.gates().move(MAIN, GateState.REVIEW_REQUESTED, GateState.APPROVED, ADA, "by force");

        assertThatThrownBy(() -> ledger.submissionFiles().sending(left.id()))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("must not leave");
        assertThat(gate.mayDeliver(MAIN, Feed.TEST).open()).isFalse();
        assertThat(ledger.submissionFiles().find(left.id()).orElseThrow().state())
                .isEqualTo(FileState.BUILT);
    }

    @Test
    void a_test_file_on_its_way_keeps_the_approval_waiting() {
        earnReview();
        gate.retest(MAIN, ADA, "the registry wants one more");
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile more = file(Feed.TEST, MAIN);
        ledger.submissionFiles().sending(more.id());

        assertThatThrownBy(() -> gate.requestReview(MAIN, ADA))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining(more.name())
                .hasMessageContaining("vaxroute files withdraw");
    }

    @Test
    void a_production_file_never_begins_to_leave_before_approval_nor_while_suspended() {
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.ONGOING, 1);
        SubmissionFile early = file(Feed.ONGOING, MAIN);
        assertThatThrownBy(() -> ledger.submissionFiles().sending(early.id())).hasMessageContaining("must not leave");

        ledger.gates().move(MAIN, GateState.TESTING, GateState.SUSPENDED, ADA, "why");
        assertThatThrownBy(() -> ledger.submissionFiles().sending(early.id())).hasMessageContaining("must not leave");
    }

    @Test
    void a_connection_without_a_row_of_its_gate_has_earned_nothing() {
        records.store(MAIN, Feed.ONGOING, 1);
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile production = file(Feed.ONGOING, MAIN);
        SubmissionFile test = file(Feed.TEST, MAIN);

        for (SubmissionFile early : List.of(production, test)) {
            assertThatThrownBy(() -> ledger.submissionFiles().sending(early.id()))
                    .isInstanceOf(WrongTransition.class)
                    .hasMessageContaining("REGISTERED")
                    .hasMessageContaining("must not leave");
            assertThat(ledger.submissionFiles().find(early.id()).orElseThrow().state())
                    .isEqualTo(FileState.BUILT);
        }
    }

    @Test
    void with_an_account_of_its_own_a_retest_leaves_beside_production() {
        gate.adopt(MAIN, "letter", clock.instant(), false, ADA);
        records.store(MAIN, Feed.TEST, 2);

        SubmissionFile own = file(Feed.TEST, MAIN + "/test");
        assertThat(ledger.submissionFiles().sending(own.id()).state()).isEqualTo(FileState.SENDING);
        SubmissionFile shared = fileOf(Feed.TEST, MAIN, 1);
        assertThat(shared).isNull();
    }

    @Test
    void a_login_for_production_stays_locked_until_the_approval() {
        assertThat(gate.productionUnlocked(MAIN)).isFalse();
        earnReview();
        assertThat(gate.productionUnlocked(MAIN)).isFalse();
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "mail 7", ADA);
        assertThat(gate.productionUnlocked(MAIN)).isTrue();
        gate.suspend(MAIN, ADA, "a look");
        assertThat(gate.productionUnlocked(MAIN)).isTrue();
    }

    private void earnReview() {
        gate.startTesting(MAIN, ADA);
        for (int i = 0; i < 3; i++) {
            records.store(MAIN, Feed.TEST, 1);
            SubmissionFile test = deliver(file(Feed.TEST, MAIN));
            gate.attest(MAIN, test.name(), true, ADA, "mail");
        }
        gate.requestReview(MAIN, ADA);
    }

    private SubmissionFile file(Feed feed, String account) {
        SubmissionFile file = fileOf(feed, account, 100);
        return ledger.submissionFiles()
                .built(file.id(), HexFormat.of().parseHex("ab".repeat(32)), 100, file.messages(), file.doses());
    }

    private SubmissionFile fileOf(Feed feed, String account, int messages) {
        return ledger.submissionFiles()
                .assemble(new Assembly(
                        MAIN,
                        feed,
                        account,
                        "drop",
                        messages,
                        1_000_000,
                        "",
                        new NameTemplate("{code}{yy}{ddd}.{seq}.hl7", "ABC", TEXAS)))
                .orElse(null);
    }

    private static void refusedByTheDatabase(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOf(LedgerException.class);
    }
}
