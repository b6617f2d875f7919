package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The one load of history of a connection, and how it keeps out of the way of what is newer. */
class HistoricalLoadsTest extends LedgerCase {
    private static final String CUT_OFF = "2026-11-01 00:00:00+00";

    private HistoricalLoad planned() {
        return planned(HistoricalLoad.ALL_SITES);
    }

    private HistoricalLoad planned(String sites) {
        return ledger.historicalLoads()
                .plan(
                        CONNECTION,
                        sites,
                        new HistoricalLoad.Figures(3, 5, 1, 1, 900, 1, 10),
                        List.of(
                                new HistoricalLoad.Source(SOURCE, true, CUT_OFF, "changes", null),
                                new HistoricalLoad.Source("export", false, "", "", null)),
                        List.of(
                                new HistoricalLoad.Count(2019, "CLINIC", 2, 3),
                                new HistoricalLoad.Count(2020, "CLINIC", 1, 2)),
                        "ann");
    }

    @Test
    void aPlanIsKeptAndNothingIsReadBeforeItIsStarted() {
        HistoricalLoad plan = planned();
        reopen();

        assertThat(ledger.historicalLoads().find(plan.id())).contains(plan);
        assertThat(ledger.historicalLoads().counts(plan.id()))
                .extracting(HistoricalLoad.Count::doses)
                .containsExactly(3L, 2L);
        assertThat(ledger.historicalLoads().current(CONNECTION)).isEmpty();
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE)).isFalse();
        assertThat(ledger.historicalLoads().cutOff(CONNECTION, SOURCE)).isEmpty();

        ledger.historicalLoads().start(plan.id(), "ann");

        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE)).isTrue();
        assertThat(ledger.historicalLoads().cutOff(CONNECTION, SOURCE)).contains(CUT_OFF);
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, "other")).isFalse();
        assertThat(ledger.historicalLoads().beginning(CONNECTION, "changes", Feed.ONGOING))
                .as("the ongoing source begins where history ends")
                .contains(CUT_OFF);
    }

    @Test
    void startedTwiceItSaysWhatToDo() {
        HistoricalLoad plan = planned();
        HistoricalLoad other = planned();
        ledger.historicalLoads().start(plan.id(), "ann");

        assertThatThrownBy(() -> ledger.historicalLoads().start(other.id(), "bob"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("history is loaded once")
                .hasMessageContaining("backfill status main");
        assertThatThrownBy(() -> ledger.historicalLoads().start(plan.id(), "bob"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("is RUNNING");
        ledger.historicalLoads().done(plan.id(), "balances");
        assertThatThrownBy(() -> ledger.historicalLoads().start(other.id(), "bob"))
                .hasMessageContaining("backfill reopen main");
    }

    @Test
    void aPlanIsStaleWhenItsOngoingSourceWasBegunElsewhere() {
        HistoricalLoad plan = planned();
        assertThat(ledger.historicalLoads().begin(CONNECTION, "changes", Feed.ONGOING, "2026-10-01 00:00:00"))
                .isEqualTo("2026-10-01 00:00:00");
        assertThat(ledger.historicalLoads().begin(CONNECTION, "changes", Feed.ONGOING, "2026-12-01 00:00:00"))
                .as("a later setting changes nothing")
                .isEqualTo("2026-10-01 00:00:00");

        assertThatThrownBy(() -> ledger.historicalLoads().start(plan.id(), "ann"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("Make a new plan");
        assertThat(ledger.historicalLoads().current(CONNECTION)).isEmpty();
    }

    @Test
    void itIsPausedResumedWaivedAndReopenedAndEachStepIsOnTheTrail() {
        HistoricalLoads loads = ledger.historicalLoads();
        HistoricalLoad plan = planned();
        loads.start(plan.id(), "ann");
        assertThatThrownBy(() -> loads.waive(CONNECTION, "bob", "no"))
                .as("a running load is paused first")
                .isInstanceOf(WrongTransition.class);
        loads.pause(CONNECTION, "bob", "month end");
        assertThat(loads.mayRead(CONNECTION, SOURCE)).isFalse();
        loads.resume(CONNECTION, "bob", "over");
        assertThatThrownBy(() -> loads.resume(CONNECTION, "bob", "again")).isInstanceOf(WrongTransition.class);
        loads.read(CONNECTION, SOURCE);
        assertThat(loads.cutOff(CONNECTION, SOURCE)).isEmpty();
        loads.done(plan.id(), "balances");
        HistoricalLoad again = loads.reopen(CONNECTION, "ann", "the registry lost it");

        assertThat(again.state()).isEqualTo(LoadState.RUNNING);
        assertThat(loads.cutOff(CONNECTION, SOURCE)).as("it is read again").contains(CUT_OFF);
        assertThat(ledger.trail().of("history:" + CONNECTION))
                .extracting(TrailEntry::action)
                .containsExactly(
                        "history-plan",
                        "history-running",
                        "history-paused",
                        "history-running",
                        "history-done",
                        "history-running");
    }

    @Test
    void historyMayBeWaivedWithoutAPlanAndPlannedAfterAll() {
        HistoricalLoads loads = ledger.historicalLoads();
        loads.waive(CONNECTION, "ann", "the EHR has none");
        HistoricalLoad plan = planned();
        assertThatThrownBy(() -> loads.start(plan.id(), "ann")).hasMessageContaining("WAIVED");
        loads.reopen(CONNECTION, "ann", "found some");

        assertThat(loads.start(plan.id(), "ann").state()).isEqualTo(LoadState.RUNNING);
    }

    @Test
    void aSiteIsLoadedOnceAndOneLoadGoesAtATime() {
        HistoricalLoads loads = ledger.historicalLoads();
        HistoricalLoad north = planned("north,west");
        HistoricalLoad south = planned("south");
        HistoricalLoad again = planned("west");
        HistoricalLoad all = planned();
        loads.start(north.id(), "ann");
        assertThatThrownBy(() -> loads.start(south.id(), "ann"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("one load goes at a time")
                .hasMessageContaining("backfill status main");
        assertThat(loads.current(CONNECTION).orElseThrow().id()).isEqualTo(north.id());
        loads.done(north.id(), "all there");
        for (HistoricalLoad twice : List.of(again, all)) {
            assertThatThrownBy(() -> loads.start(twice.id(), "ann"))
                    .isInstanceOf(WrongTransition.class)
                    .hasMessageContaining("main, sites north,west")
                    .hasMessageContaining("history is loaded once");
        }
        assertThat(loads.start(south.id(), "ann").state()).isEqualTo(LoadState.RUNNING);
        assertThat(loads.pause(CONNECTION, "ann", "month end").id()).isEqualTo(south.id());
    }

    @Test
    void aLoadThatAnotherOneCameAfterIsReopenedByItsPlan() {
        HistoricalLoads loads = ledger.historicalLoads();
        HistoricalLoad north = loads.start(planned("north").id(), "ann");
        loads.read(CONNECTION, SOURCE);
        loads.done(north.id(), "all there");
        HistoricalLoad south = loads.start(planned("south").id(), "ann");
        assertThatThrownBy(() -> loads.reopen(north.id(), "ann", "some were lost"))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("one load goes at a time")
                .hasMessageContaining("backfill status main");
        loads.read(CONNECTION, SOURCE);
        loads.done(south.id(), "all there");

        assertThat(loads.reopen(north.id(), "ann", "some were lost").state()).isEqualTo(LoadState.RUNNING);

        assertThat(loads.current(CONNECTION).orElseThrow().id()).isEqualTo(north.id());
        assertThat(loads.cutOff(CONNECTION, SOURCE)).as("it is read again").contains(CUT_OFF);
        assertThatThrownBy(() -> loads.reopen(CONNECTION, "ann", "again")).isInstanceOf(WrongTransition.class);
        loads.done(north.id(), "all there");
        assertThat(loads.reopen(CONNECTION, "ann", "the other").id()).isEqualTo(south.id());
    }

    @Test
    void recordsOfOtherSitesAreLeftForALaterLoadWhichReadsThemAgain() {
        HistoricalLoads loads = ledger.historicalLoads();
        loads.start(planned("north").id(), "ann");
        SourceFile export =
                ledger.sourceFiles().take("export", CONNECTION, Feed.HISTORICAL, "all.hl7", 900, new byte[32], 2, 3);
        TakenRecord northern = at("north", record("P1", "Doe", "2019-05-01 03"));
        TakenRecord southern = at("south", record("P2", "Roe", "2019-05-01 03", "2020-05-01 03"));
        Stored stored = ledger.store(new Chunk(
                CONNECTION,
                "export",
                Feed.HISTORICAL,
                List.of(northern, southern),
                new PositionMove.InFile(export.id(), 900, 2, true),
                true));
        TakenRecord row = at("south", record("P3", "Poe", "2019-05-01 03"));
        ledger.store(new Chunk(
                CONNECTION, SOURCE, Feed.HISTORICAL, List.of(row), new PositionMove.Mark(CUT_OFF, null), true));

        assertThat(stored.ready()).isOne();
        assertThat(ask("select count(*) from record")).isOne();
        assertThat(ask("select messages_left from source_file")).isOne();
        Position position =
                ledger.positions().get(CONNECTION, SOURCE, Feed.HISTORICAL).orElseThrow();
        assertThat(position.recordsRead()).as("it was passed over").isZero();
        assertThat(position.value()).isEqualTo(CUT_OFF);
        assertThat(ledger.conservation().balance().differences()).isEmpty();

        loads.done(loads.current(CONNECTION).orElseThrow().id(), "all there");
        loads.start(planned("south").id(), "ann");
        assertThat(ledger.positions()
                        .get(CONNECTION, SOURCE, Feed.HISTORICAL)
                        .orElseThrow()
                        .value())
                .as("read from the beginning")
                .isNull();
        assertThat(ledger.store(new Chunk(
                                CONNECTION,
                                SOURCE,
                                Feed.HISTORICAL,
                                List.of(row, northern),
                                new PositionMove.Mark(CUT_OFF, null),
                                true))
                        .ready())
                .isOne();
        SourceFile twice =
                ledger.sourceFiles().take("export", CONNECTION, Feed.HISTORICAL, "again.hl7", 900, new byte[32], 2, 3);
        ledger.store(new Chunk(
                CONNECTION,
                "export",
                Feed.HISTORICAL,
                List.of(northern, southern),
                new PositionMove.InFile(twice.id(), 900, 2, true),
                true));
        assertThat(ask("select count(*) from record")).isEqualTo(3);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    private static TakenRecord at(String site, TakenRecord record) {
        record.site(site);
        return record;
    }

    @Test
    void readingStopsWhenSendingIsADayBehind() {
        ledger.historicalLoads().start(planned().id(), "ann");
        ledger.gates().move(CONNECTION, GateState.REGISTERED, GateState.LIVE, "ann", "live already");
        for (int i = 0; i < 10; i++) {
            ledger.store(chunk(Feed.HISTORICAL, record("P" + i, "Doe", "2019-05-01 03")));
        }
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE)).isFalse();
        sent(ledger.submissionFiles()
                .assemble(order(Feed.HISTORICAL, 4, Long.MAX_VALUE))
                .orElseThrow());
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE)).isTrue();
    }

    @Test
    void readingGoesOnWhenAllThatWasReadAheadLeftWithTheOngoingFeed() {
        ledger.historicalLoads().start(planned().id(), "ann");
        for (int i = 0; i < 10; i++) {
            ledger.store(chunk(Feed.HISTORICAL, record("P" + i, "Doe", "2019-05-01 03")));
        }
        for (int i = 0; i < 9; i++) {
            store(record("P" + i, "Doe-Smith", "2019-06-01 94"));
        }
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE))
                .as("one record waits")
                .isTrue();
        store(record("P9", "Doe-Smith", "2019-06-01 94"));

        assertThat(ledger.submissionFiles().assemble(order(Feed.HISTORICAL, 10, Long.MAX_VALUE)))
                .as("no file takes the numbers over")
                .isEmpty();
        assertThat(ledger.historicalLoads().mayRead(CONNECTION, SOURCE)).isTrue();
    }

    @Test
    void waitingHistoryOfAPatientGoesAheadOfANewerRecordAndIsStoredOnce() {
        TakenRecord old = record("P1", "Doe", "2019-05-01 03 LOT1", "2019-06-01 94 LOT1");
        TakenRecord stays = record("P2", "Roe", "2019-05-01 03 LOT1");
        ledger.store(chunk(Feed.HISTORICAL, old, stays));
        store(record("P1", "Doe-Smith", "2019-05-01 03 CORRECTED"));
        assertThat(ledger.store(chunk(Feed.HISTORICAL, old, stays)).repeated()).isEqualTo(2);

        SubmissionFile ongoing = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        assertThat(new String(write(ongoing).bytes(), java.nio.charset.StandardCharsets.UTF_8))
                .containsSubsequence("Doe^Ann", "Doe-Smith^Ann");
        assertThat(ledger.submissionFiles()
                        .assemble(order(Feed.HISTORICAL, 10, Long.MAX_VALUE))
                        .orElseThrow()
                        .messages())
                .isOne();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(ledger.historicalCounts().lines(CONNECTION))
                .extracting(HistoricalCounts.Line::year, HistoricalCounts.Line::filed, HistoricalCounts.Line::ahead)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2019, 1L, 2L));
    }

    @Test
    void historyThatIsInAFileAlreadyDoesNotGoAheadASecondTime() {
        TakenRecord filed = record("P1", "Doe", "2019-05-01 03");
        TakenRecord waits = record("P1", "Doe", "2020-05-01 03");
        ledger.store(chunk(Feed.HISTORICAL, filed, waits));
        SubmissionFile file = ledger.submissionFiles()
                .assemble(order(Feed.HISTORICAL, 1, Long.MAX_VALUE))
                .orElseThrow();

        store(record("P1", "Doe-Smith", "2019-06-01 94"));

        assertThat(new String(write(file).bytes(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("20190501");
        SubmissionFile ongoing = ledger.submissionFiles().assemble(order(10)).orElseThrow();
        assertThat(new String(write(ongoing).bytes(), java.nio.charset.StandardCharsets.UTF_8))
                .containsSubsequence("20200501", "20190601")
                .doesNotContain("20190501");
        assertThat(ledger.submissionFiles().assemble(order(Feed.HISTORICAL, 10, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void whatIsKnownOfADoseSaysWhoseRecordHasIt() {
        ledger.store(chunk(Feed.HISTORICAL, record("P1", "Doe", "2019-05-01 03")));
        store(record("P1", "Doe-Smith", "2020-05-01 03"));

        var known = ledger.knownDoses()
                .of(
                        chunk(
                                Feed.HISTORICAL,
                                record("P1", "Doe", "2019-05-01 03", "2020-05-01 03", "2021-05-01 03"),
                                record("P9", "Poe", "2019-05-01 03")),
                        false);

        assertThat(known.get(0).doses())
                .containsExactly(KnownDoses.By.HISTORY, KnownDoses.By.ONGOING, KnownDoses.By.NOBODY);
        assertThat(known.get(1).doses()).containsExactly(KnownDoses.By.NOBODY);
    }

    @Test
    void whatWaitsInHistoryIsKnownWhenTheOngoingFeedBringsItAgain() {
        TakenRecord old = record("P1", "Doe", "2019-05-01 03 LOT1");
        ledger.store(chunk(Feed.HISTORICAL, old));

        Stored again = ledger.store(chunk(Feed.ONGOING, old));

        assertThat(again.repeated()).isOne();
        assertThat(again.ready()).isZero();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }
}
