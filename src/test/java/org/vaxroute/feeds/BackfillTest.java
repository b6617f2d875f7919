package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceRef;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.NameTemplate;

/** The life of a historical load, on a made-up EHR of six patients. */
class BackfillTest extends FeedCase {
    private static final String ADA = "ada";
    private static final String CUT_OFF = "2026-02-01 00:00:00";

    private final Ehr ehr = new Ehr();
    private Gatekeeper gate;
    private Backfill backfill;
    private RuntimeException trouble;

    @BeforeEach
    void build() {
        gate = new Gatekeeper(ledger, id -> GateSettings.DEFAULT, id -> List.of(), Owed.NOTHING, clock);
        HistorySettings pace = new HistorySettings(2, 2, 1_000_000, at -> true, work.resolve("reports"));
        backfill = new Backfill(ledger, gate, ehr, id -> inTrouble(pace), List.of(MAIN), clock);
        for (int patient = 1; patient <= 6; patient++) {
            ehr.doses.add(new String[] {"P" + patient, "D" + patient, (2014 + patient % 3) + "0301"});
        }
    }

    private HistorySettings inTrouble(HistorySettings pace) {
        if (trouble != null) {
            throw trouble;
        }
        return pace;
    }

    @Test
    void a_load_rests_after_trouble_of_its_own_but_not_because_the_ledger_was_away() {
        earned();
        backfill.start(backfill.plan(MAIN, Set.of(), ADA, records -> {}).load().id(), ADA);
        ehr.store();
        ledger.historicalLoads().read(MAIN, "old");

        trouble = new LedgerUnavailable("away for a moment", null);
        assertThat(backfill.due()).isEmpty();
        trouble = null;
        assertThat(backfill.due()).hasSize(1);

        trouble = new IllegalStateException("of its own");
        assertThat(backfill.due()).isEmpty();
        trouble = null;
        assertThat(backfill.due()).isEmpty();
        clock.advance(Duration.ofMinutes(15));
        assertThat(backfill.due()).hasSize(1);

        trouble = new IllegalStateException("of its own");
        assertThat(backfill.due()).isEmpty();
        trouble = null;
        clock.advance(Duration.ofDays(-1));
        assertThat(backfill.due()).as("the clock was set back").hasSize(1);
    }

    private void earned() {
        gate.adopt(MAIN, "letter", clock.instant(), true, ADA);
        gate.agreeHistory(MAIN, "email", ADA);
    }

    @Test
    void a_plan_counts_and_says_where_it_lies_and_the_gate_decides_on_its_start() throws Exception {
        Backfill.Planned planned = backfill.plan(MAIN, Set.of(), ADA, records -> {});

        assertThat(planned.load().figures().records()).isEqualTo(6);
        assertThat(planned.load().figures().held()).isOne();
        assertThat(planned.load().figures().files()).isEqualTo(3);
        assertThat(planned.load().figures().days()).isEqualTo(2);
        assertThat(planned.load().sources().get(0).cutOff()).isEqualTo(CUT_OFF);
        assertThat(planned.facts()).anyMatch(fact -> fact.contains("NO-CONSENT=1"));
        Path csv = work.resolve("reports/backfill-main-plan-" + planned.load().id() + ".csv");
        assertThat(Files.readAllLines(csv))
                .containsExactly(
                        "\"year\",\"site\",\"records\",\"doses\"",
                        "\"2014\",\"CLINIC\",\"2\",\"2\"",
                        "\"2015\",\"CLINIC\",\"2\",\"2\"",
                        "\"2016\",\"CLINIC\",\"2\",\"2\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(csv)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(planned.page())).contains("<table>").doesNotContain("Adams");
        assertThat(ledger.positions().all()).as("nothing is stored").isEmpty();

        assertThatThrownBy(() -> backfill.start(planned.load().id(), ADA))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("only when it is LIVE");
        earned();
        assertThat(backfill.start(planned.load().id(), ADA).state()).isEqualTo(LoadState.RUNNING);
        assertThatThrownBy(() -> backfill.start(planned.load().id(), ADA)).isInstanceOf(WrongTransition.class);
    }

    @Test
    void files_leave_at_their_pace_behind_the_ongoing_feed_and_the_load_ends_with_a_report_that_balances() {
        earned();
        backfill.start(backfill.plan(MAIN, Set.of(), ADA, records -> {}).load().id(), ADA);
        ehr.store();
        ledger.historicalLoads().read(MAIN, "old");
        records.store(MAIN, Feed.ONGOING, 1);
        SubmissionFile ongoing = assemble(Feed.ONGOING);
        assertThat(backfill.due()).as("the ongoing feed goes first").isEmpty();
        deliver(written(ongoing));

        assertThat(backfill.due()).extracting(DueFeed::getFeed).containsExactly(Feed.HISTORICAL);
        SubmissionFile first = assemble(Feed.HISTORICAL);
        assertThat(gate.maySend(MAIN, Feed.HISTORICAL).why()).contains("one file at a time");
        backfill.pause(MAIN, ADA, "month end");
        assertThat(gate.mayDeliver(MAIN, Feed.HISTORICAL).why()).contains("PAUSED", "backfill resume main");
        assertThat(backfill.due()).isEmpty();
        backfill.resume(MAIN, ADA, "over");
        deliver(written(first));
        assertThat(backfill.due()).hasSize(1);
        deliver(written(assemble(Feed.HISTORICAL)));
        assertThat(backfill.due()).as("two files within a day").isEmpty();
        assertThat(backfill.status(MAIN)).anyMatch(line -> line.contains("last 24 hours are used up"));
        clock.advance(Duration.ofHours(25));
        assertThat(backfill.due()).hasSize(1);
        deliver(written(assemble(Feed.HISTORICAL)));

        assertThat(backfill.due()).isEmpty();
        assertThat(ledger.historicalLoads().current(MAIN).orElseThrow().state()).isEqualTo(LoadState.DONE);
        HistoryReport report = backfill.report(MAIN, records -> {});
        assertThat(report.balanced()).as(report.summary()).isTrue();
        assertThat(report.summary())
                .isEqualTo("6 doses in the sources; the ledger holds 6 in all their versions: 5 in 3 historical files,"
                        + " 0 with the ongoing feed, 1 held; everything is accounted for");
        assertThat(report.lines()).extracting(HistoryReport.Line::source).containsExactly(2L, 2L, 2L);
        assertThat(report.lines()).extracting(HistoryReport.Line::filed).containsExactly(2L, 1L, 2L);
        assertThat(report.lines().get(1).words()).isEqualTo("1 held");
        assertThat(work.resolve("reports/backfill-main-report-1.html")).exists();
    }

    @Test
    void the_sites_of_a_connection_are_loaded_one_after_the_other_and_each_load_balances() throws Exception {
        earned();
        for (int patient = 1; patient <= 6; patient++) {
            ehr.sites.put("P" + patient, patient % 2 == 0 ? "north" : "south");
        }
        assertThatThrownBy(() -> backfill.plan(MAIN, Set.of("nowhere"), ADA, records -> {}))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("north, south");

        Backfill.Planned north = backfill.plan(MAIN, Set.of("north"), ADA, records -> {});
        assertThat(north.load().figures().records()).isEqualTo(3);
        assertThat(north.facts())
                .anyMatch(fact -> fact.contains("3 records of other sites stay where they are: south"));
        backfill.start(north.load().id(), ADA);
        loadAll();
        HistoryReport ofNorth = backfill.report(MAIN, records -> {});
        assertThat(ofNorth.balanced()).as(ofNorth.summary()).isTrue();
        assertThat(ofNorth.lines()).extracting(HistoryReport.Line::site).containsOnly("north");
        assertThat(ofNorth.lines()).extracting(HistoryReport.Line::filed).containsExactly(1L, 1L, 1L);

        records.store(MAIN, Feed.ONGOING, 1);
        deliver(written(assemble(Feed.ONGOING)));
        Backfill.Planned south = backfill.plan(MAIN, Set.of("south"), ADA, records -> {});
        assertThat(south.load().figures().held()).isOne();
        backfill.start(south.load().id(), ADA);
        loadAll();
        HistoryReport ofSouth = backfill.report(MAIN, records -> {});
        assertThat(ofSouth.balanced()).as(ofSouth.summary()).isTrue();
        assertThat(ofSouth.lines()).extracting(HistoryReport.Line::filed).containsExactly(1L, 0L, 1L);
        assertThat(work.resolve("reports/backfill-main-report-" + south.load().id() + ".html"))
                .content()
                .contains("site south");
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThatThrownBy(() -> backfill.start(
                        backfill.plan(MAIN, Set.of(), ADA, records -> {}).load().id(), ADA))
                .hasMessageContaining("history is loaded once");
    }

    private void loadAll() {
        ehr.store();
        ledger.historicalLoads().read(MAIN, "old");
        for (int day = 0; day < 5; day++) {
            while (!backfill.due().isEmpty()) {
                deliver(written(assemble(Feed.HISTORICAL)));
            }
            clock.advance(Duration.ofHours(25));
        }
        assertThat(ledger.historicalLoads().current(MAIN).orElseThrow().state()).isEqualTo(LoadState.DONE);
    }

    @Test
    void what_the_report_misses_is_named_and_raises_an_alarm() {
        earned();
        backfill.start(backfill.plan(MAIN, Set.of(), ADA, records -> {}).load().id(), ADA);
        ehr.store();
        ledger.historicalLoads().read(MAIN, "old");
        ehr.doses.add(new String[] {"P9", "D9", "20160301"});
        ehr.doses.remove(0);
        for (int day = 0; day < 3; day++) {
            while (!backfill.due().isEmpty()) {
                deliver(written(assemble(Feed.HISTORICAL)));
            }
            clock.advance(Duration.ofHours(25));
        }

        HistoryReport report = backfill.report(MAIN, records -> {});
        assertThat(report.balanced()).isFalse();
        assertThat(report.summary()).contains("1 doses of the sources are in no record", "backfill reopen main");
        assertThat(report.lines().get(1).words()).contains("1 changed or deleted in the EHR");
        assertThat(report.lines().get(2).words()).contains("1 NOT READ");
        assertThat(ledger.alarms().open()).extracting(alarm -> alarm.kind()).contains("historical-load");
    }

    @Test
    void files_that_nobody_reads_are_named_and_keep_back_neither_the_last_file_nor_the_end() {
        earned();
        ehr.ofFiles = true;
        ehr.unread = List.of("2 files in old/2019 are not read");
        Backfill.Planned planned = backfill.plan(MAIN, Set.of(), ADA, records -> {});
        assertThat(planned.facts()).contains("old: 2 files in old/2019 are not read");
        backfill.start(planned.load().id(), ADA);
        ehr.store();
        assertThat(backfill.status(MAIN)).contains("2 files in old/2019 are not read");
        for (int day = 0; day < 5; day++) {
            while (!backfill.due().isEmpty()) {
                deliver(written(assemble(Feed.HISTORICAL)));
            }
            clock.advance(Duration.ofHours(25));
        }

        assertThat(ledger.records().waiting(MAIN, Feed.HISTORICAL)).isZero();
        HistoricalLoad load = ledger.historicalLoads().current(MAIN).orElseThrow();
        assertThat(load.state()).isEqualTo(LoadState.DONE);
        assertThat(ledger.alarms().open())
                .anySatisfy(alarm -> assertThat(alarm.detail()).contains("2 files in old/2019 are not read"));
    }

    @Test
    void a_connection_without_history_says_how_to_waive_it() {
        ehr.doses.clear();
        assertThatThrownBy(() -> backfill.plan(MAIN, Set.of(), ADA, records -> {}))
                .isInstanceOf(GateRefused.class)
                .hasMessageContaining("nothing to load")
                .hasMessageContaining("backfill waive main");
        assertThatThrownBy(() -> backfill.waive(MAIN, ADA, " ")).hasMessageContaining("--why");
        backfill.waive(MAIN, ADA, "the EHR has none");
        assertThat(backfill.status(MAIN).get(0)).startsWith("WAIVED");
    }

    private SubmissionFile assemble(Feed feed) {
        return ledger.submissionFiles()
                .assemble(new Assembly(
                        MAIN,
                        feed,
                        MAIN,
                        "in",
                        2,
                        1_000_000,
                        "",
                        new NameTemplate(NameTemplate.DEFAULT, "ABCDEF", TEXAS, 64)))
                .orElseThrow();
    }

    private SubmissionFile written(SubmissionFile file) {
        return ledger.submissionFiles().built(file.id(), new byte[32], 1, file.messages(), file.doses());
    }

    /** One query; P1's record has a fault. */
    private final class Ehr implements HistorySurvey {
        private final List<String[]> doses = new ArrayList<>();
        private final Map<String, String> sites = new HashMap<>();
        private boolean ofFiles;
        private List<String> unread = List.of();

        @Override
        public List<Source> sources(String connection) {
            return List.of(ofFiles ? new Source("old", false, null, null) : new Source("old", true, "new", CUT_OFF));
        }

        @Override
        public Outcome plan(String connection, String source, String cutOff, Consumer<Chunk> each) {
            each.accept(chunk(new PositionMove.None()));
            return new Outcome(doses.isEmpty() || ofFiles ? null : CUT_OFF, unread);
        }

        @Override
        public Outcome again(String connection, String source, String cutOff, Consumer<Chunk> each) {
            return plan(connection, source, cutOff, each);
        }

        @Override
        public int filesWaiting(String source) {
            return 0;
        }

        @Override
        public List<String> filesUnread(String source) {
            return unread;
        }

        void store() {
            ledger.store(chunk(new PositionMove.Mark(CUT_OFF, null)));
        }

        private Chunk chunk(PositionMove move) {
            List<TakenRecord> records = new ArrayList<>();
            for (String[] dose : doses) {
                byte[] text = ("MSH|^~\\&|EHR|CLINIC|||20260203||VXU^V04^VXU_V04|" + dose[1]
                                + "|P|2.5.1\rPID|1||" + dose[0] + "^^^EHR^MR||Adams^Ana||20100309|F\rORC|RE||"
                                + dose[1] + "^EHR\rRXA|0|1|" + dose[2] + "||03^MMR^CVX|0.5\r")
                        .getBytes(StandardCharsets.US_ASCII);
                TakenRecord record = TakenRecord.of(
                        SourceRef.of("old", dose[1], text), records.size() + 1, text, Message.parse(text));
                if (sites.containsKey(dose[0])) {
                    record.site(sites.get(dose[0]));
                }
                record.judgement(dose[0].equals("P1") ? faulty() : clean());
                records.add(record);
            }
            return new Chunk(MAIN, "old", Feed.HISTORICAL, records, move, true);
        }

        private Judgement clean() {
            return new Judgement(Verdict.DELIVERABLE, Collections.nCopies(1, Verdict.DELIVERABLE), List.of());
        }

        private Judgement faulty() {
            return new Judgement(
                    Verdict.HELD,
                    List.of(Verdict.HELD),
                    List.of(new Finding(
                            "NO-CONSENT", Severity.ERROR, Effect.MESSAGE, "PD1-12", "No consent.", "Ask for it.")));
        }
    }
}
