package org.vaxroute.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.Destination;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.FileAssembler;
import org.vaxroute.submit.FileLimits;
import org.vaxroute.submit.FileRun;
import org.vaxroute.submit.Resending;
import org.vaxroute.submit.SendGate;
import org.vaxroute.submit.SubmissionFolder;

/** The life of an organization at its gate, with every wrong turn. */
class GatekeeperTest extends FeedCase {
    private static final String ADA = "ada";

    private final List<String> notReady = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final Map<String, AnswerBook.Answer> answers = new HashMap<>();
    private GateSettings settings = GateSettings.DEFAULT;
    private Gatekeeper gate;

    @BeforeEach
    void makeGate() {
        gate = gatekeeper(ledger);
    }

    @Test
    void an_organization_earns_production_step_by_step() {
        refused(() -> gate.requestReview(MAIN, ADA), "REGISTERED", "vaxroute gate test");
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 10);
        records.store(MAIN, Feed.ONGOING, 300);

        SubmissionFile first = answeredTestFile(0, 0);
        assertThat(first.messages()).isEqualTo(1);
        settings = new GateSettings(3, false, false, 2, 1, 100);
        SubmissionFile second = answeredTestFile(1, 0);
        assertThat(second.messages()).isEqualTo(2);
        answeredTestFile(0, 3);
        refused(() -> gate.requestReview(MAIN, ADA), "Only 2 of 3", second.name() + " had errors: 1 error, 0 warnings");
        assertThat(progress().of(MAIN)).startsWith("2 of 3 error-free test files");
        answeredTestFile(0, 0);
        assertThat(gate.maySend(MAIN, Feed.TEST).why())
                .contains("3 error-free test files", "vaxroute gate request-review main");
        assertThat(files(Feed.ONGOING)).isEmpty();

        assertThat(gate.requestReview(MAIN, ADA).state()).isEqualTo(GateState.REVIEW_REQUESTED);
        assertThat(files(Feed.TEST)).isEmpty();
        assertThat(files(Feed.ONGOING)).isEmpty();
        clock.advance(Duration.ofDays(9));
        gate.approve(MAIN, LocalDate.of(2026, 2, 12), "Data exchange desk", "Production email 7", ADA);

        assertThat(files(Feed.TEST)).isEmpty();
        refused(() -> gate.retest(MAIN, ADA, "one more"), "a test file would reach production", "Suspend");
        refused(() -> gate.live(MAIN, ADA), "No first production file", "vaxroute feed run main");
        List<SubmissionFile> production = files(Feed.ONGOING);
        assertThat(production).hasSize(1);
        assertThat(production.get(0).messages()).isEqualTo(100);
        assertThat(files(Feed.ONGOING)).isEmpty();
        refused(() -> gate.live(MAIN, ADA), production.get(0).name(), "attest");
        deliver(production.get(0));
        progress().settle();
        progress().settle();
        assertThat(notices).containsExactly("REVIEW_REQUEST 3", "FIRST_PRODUCTION_FILE 1", "GO_LIVE 1");
        answers.put(production.get(0).name(), new AnswerBook.Answer(0, 0, "all accepted"));
        progress().settle();

        assertThat(ledger.gates().state(MAIN)).isEqualTo(GateState.LIVE);
        assertThat(files(Feed.ONGOING)).extracting(SubmissionFile::messages).containsExactly(200);
        assertThat(notices)
                .containsExactly("REVIEW_REQUEST 3", "FIRST_PRODUCTION_FILE 1", "GO_LIVE 1", "HISTORY_QUESTIONS 0");
        assertThat(ledger.trail().of("gate:" + MAIN))
                .extracting("action")
                .contains("gate-testing", "gate-review_requested", "gate-approved", "gate-live");
    }

    @Test
    void testing_begins_when_login_code_and_server_are_ready() {
        notReady.add("The account has no known hosts file; make one with ssh-keyscan.");
        refused(() -> gate.startTesting(MAIN, ADA), "known hosts", "vaxroute gate test main");
        notReady.clear();
        assertThat(gate.startTesting(MAIN, ADA).state()).isEqualTo(GateState.TESTING);
    }

    @Test
    void test_files_go_one_at_a_time_and_an_attested_one_makes_room() {
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 10);
        SubmissionFile file = files(Feed.TEST).get(0);
        refused(
                () -> gate.attest(MAIN, file.name(), true, ADA, "by telephone"),
                "has not reached the registry",
                "Wait until it is SENT");
        deliver(file);
        assertThat(gate.maySend(MAIN, Feed.TEST).why())
                .contains(file.name(), "no answer yet", "vaxroute gate attest main " + file.name());
        refused(
                () -> gate.attest(MAIN, "nothing.hl7", true, ADA, "by telephone"),
                "no submission file",
                "vaxroute files");
        refused(() -> gate.attest(MAIN, file.name(), true, ADA, " "), "reply", "Give it");
        gate.attest(MAIN, file.name(), true, ADA, "email of 4 February");
        gate.attest(MAIN, file.name(), true, ADA, "and again");
        assertThat(gate.dossier(MAIN).cleanTestFiles()).containsExactly(file.name());
        assertThat(gate.maySend(MAIN, Feed.TEST).open()).isTrue();
    }

    @Test
    void the_first_test_file_has_one_dose_unless_told_otherwise() {
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 1, 9, 0);
        assertThat(run(Feed.TEST).getOutcome()).contains("at most 1 dose", "gate.first-test-doses = 0");
        assertThat(ledger.submissionFiles().of(MAIN, Feed.TEST)).isEmpty();
        settings = new GateSettings(3, false, false, 50, 0, 100);
        run(Feed.TEST);
        assertThat(ledger.submissionFiles().of(MAIN, Feed.TEST)).hasSize(1);
    }

    @Test
    void warnings_spoil_a_test_file_only_where_the_registry_says_so() {
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 10);
        SubmissionFile file = answeredTestFile(0, 1);
        assertThat(gate.dossier(MAIN).cleanTestFiles()).containsExactly(file.name());
        settings = new GateSettings(3, true, false, 1, 1, 100);
        SubmissionFile other = answeredTestFile(0, 1);
        assertThat(gate.dossier(MAIN).faultyTestFiles()).containsExactly(other.name());
    }

    @Test
    void a_test_file_whose_errors_are_reported_later_counts_no_more() {
        settings = new GateSettings(2, false, false, 50, 1, 100);
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 3);
        SubmissionFile first = answeredTestFile(0, 0);
        records.store(MAIN, Feed.TEST, 3);
        SubmissionFile second = answeredTestFile(0, 0);

        answers.put(second.name(), new AnswerBook.Answer(1, 0, "1 error"));
        progress().settle();
        progress().settle();

        assertThat(gate.dossier(MAIN).cleanTestFiles()).containsExactly(first.name());
        refused(() -> gate.requestReview(MAIN, ADA), "Only 1 of 2", second.name() + " had errors: 1 error");
        assertThat(gate.dossier(MAIN).evidence()).extracting("kind").containsOnlyOnce(Evidence.TEST_FILE_FAULTY.name());
        gate.attest(MAIN, second.name(), true, ADA, "the registry's own fault, email of 5 February");
        progress().settle();
        assertThat(gate.dossier(MAIN).cleanTestFiles())
                .as("a person's word stands")
                .containsExactly(first.name(), second.name());
    }

    @Test
    void a_request_for_review_says_when_a_file_that_it_names_turns_out_to_have_errors() {
        reviewed();
        SubmissionFile named = ledger.submissionFiles().of(MAIN, Feed.TEST).get(0);
        assertThat(gate.dossier(MAIN).nextStep()).startsWith("Next step, when the registry's Production email");

        answers.put(named.name(), new AnswerBook.Answer(1, 0, "1 error"));
        progress().settle();

        assertThat(gate.dossier(MAIN).nextStep())
                .contains("answered with errors since: " + named.name(), "vaxroute gate retest main", "gate approve");
    }

    @Test
    void a_test_file_that_could_still_leave_blocks_review_and_approval() {
        settings = new GateSettings(1, false, false, 50, 1, 100);
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile clean = answeredTestFile(0, 0);
        settings = new GateSettings(2, false, false, 50, 1, 100);
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile waiting = files(Feed.TEST).get(0);
        settings = new GateSettings(1, false, false, 50, 1, 100);
        refused(() -> gate.requestReview(MAIN, ADA), waiting.name(), "withdraw");
        ledger.submissionFiles().withdrawn(waiting.id(), ADA, "not needed");
        gate.requestReview(MAIN, ADA);
        assertThat(gate.dossier(MAIN).cleanTestFiles()).containsExactly(clean.name());
    }

    @Test
    void an_email_from_the_future_or_before_the_request_is_no_approval() {
        reviewed();
        refused(() -> gate.approve(MAIN, LocalDate.of(2026, 2, 10), "desk", "ref", ADA), "cannot answer", "date");
        refused(() -> gate.approve(MAIN, LocalDate.of(2026, 1, 20), "desk", "ref", ADA), "cannot answer", "date");
        refused(() -> gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "", ADA), "reference", "Give it");
        assertThat(gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "ref", ADA)
                        .state())
                .isEqualTo(GateState.APPROVED);
    }

    @Test
    void approving_too_early_says_what_comes_first() {
        refused(
                () -> gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "ref", ADA),
                "REGISTERED",
                "vaxroute gate test main");
        gate.startTesting(MAIN, ADA);
        refused(
                () -> gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "ref", ADA),
                "TESTING",
                "built by themselves from what sources with feed = test hand over. So far 0 of 3");
    }

    @Test
    void a_first_production_file_with_errors_makes_room_for_one_more() {
        reviewed();
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "ref", ADA);
        records.store(MAIN, Feed.ONGOING, 250);
        SubmissionFile first = files(Feed.ONGOING).get(0);
        deliver(first);
        answers.put(first.name(), new AnswerBook.Answer(2, 0, "2 errors"));
        progress().settle();
        assertThat(ledger.gates().state(MAIN)).isEqualTo(GateState.APPROVED);
        SubmissionFile second = files(Feed.ONGOING).get(0);
        deliver(second);
        gate.attest(MAIN, second.name(), true, ADA, "email");
        assertThat(gate.live(MAIN, ADA).state()).isEqualTo(GateState.LIVE);
    }

    @Test
    void a_test_file_that_the_registry_refused_whole_or_lost_is_sent_again() {
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 3);
        SubmissionFile file = files(Feed.TEST).get(0);
        deliver(file);

        assertThat(resending()
                        .resend(file.name(), "", ADA, "The registry refused it whole.")
                        .generation())
                .isEqualTo(2);
    }

    @Test
    void a_first_production_file_that_the_registry_lost_is_sent_again() {
        reviewed();
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "mail", ADA);
        records.store(MAIN, Feed.ONGOING, 3);
        SubmissionFile file = files(Feed.ONGOING).get(0);
        ledger.submissionFiles().sending(file.id());
        ledger.submissionFiles().unsure(file.id(), "The connection broke at the end.");

        assertThat(resending()
                        .resend(file.name(), "", ADA, "The registry never got it.")
                        .generation())
                .isEqualTo(2);
    }

    @Test
    void a_suspended_connection_sends_nothing_and_comes_back_where_it_was() {
        gate.adopt(MAIN, "letter", clock.instant(), false, ADA);
        records.store(MAIN, Feed.ONGOING, 3);
        records.store(MAIN, Feed.TEST, 3);
        refused(() -> gate.suspend(MAIN, ADA, ""), "a reason", "Give it");
        gate.suspend(MAIN, ADA, "the EHR sends wrong birth dates");
        assertThat(files(Feed.ONGOING)).isEmpty();
        assertThat(gate.mayDeliver(MAIN, Feed.ONGOING).why())
                .contains("wrong birth dates", "vaxroute gate resume main");
        assertThat(files(Feed.TEST)).isEmpty();
        gate.retest(MAIN, ADA, "try the mended export");
        SubmissionFile test = files(Feed.TEST).get(0);
        refused(() -> gate.resume(MAIN, ADA, "mended"), test.name(), "withdraw");
        deliver(test);
        assertThat(gate.resume(MAIN, ADA, "mended").state()).isEqualTo(GateState.LIVE);
        assertThat(gate.mayDeliver(MAIN, Feed.TEST).open()).isFalse();
        assertThat(files(Feed.ONGOING)).hasSize(1);
    }

    @Test
    void with_an_account_of_their_own_tests_go_on_beside_production() {
        settings = new GateSettings(3, false, true, 50, 1, 100);
        gate.adopt(MAIN, "letter", clock.instant(), false, ADA);
        records.store(MAIN, Feed.TEST, 3);
        assertThat(files(Feed.TEST)).isEmpty();
        gate.retest(MAIN, ADA, "a new interface");
        assertThat(files(Feed.TEST)).hasSize(1);
        settings = new GateSettings(3, false, false, 50, 1, 100);
        assertThat(gate.mayDeliver(MAIN, Feed.TEST).open())
                .as("the accounts were joined again")
                .isFalse();
    }

    @Test
    void with_two_logins_the_first_production_file_of_the_day_of_the_tests_opens_the_feed() {
        settings = new GateSettings(1, false, true, 50, 1, 100);
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 1);
        answeredTestFile(0, 0);
        gate.requestReview(MAIN, ADA);
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "mail", ADA);
        records.store(MAIN, Feed.ONGOING, 3);
        SubmissionFile production = files(Feed.ONGOING).get(0);
        deliver(production);
        answers.put(production.name(), new AnswerBook.Answer(0, 0, "all accepted"));
        progress().settle();
        assertThat(ledger.gates().state(MAIN)).isEqualTo(GateState.LIVE);
    }

    @Test
    void a_clean_test_file_does_not_speak_for_a_production_file_of_its_name() throws Exception {
        settings = new GateSettings(1, false, true, 50, 1, 100);
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 1);
        SubmissionFile test = answeredTestFile(0, 0);
        gate.requestReview(MAIN, ADA);
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "mail", ADA);
        records.store(MAIN, Feed.ONGOING, 3);
        SubmissionFile production = files(Feed.ONGOING).get(0);
        // Earlier versions counted each login by itself.
        try (Connection ledgers = DriverManager.getConnection(
                        settings().url(), settings().user(), settings().password());
                PreparedStatement rename = ledgers.prepareStatement(
                        "update submission_file set name = ?, name_folded = lower(?) where submission_file_id = ?")) {
            rename.setString(1, test.name());
            rename.setString(2, test.name());
            rename.setLong(3, production.id());
            rename.executeUpdate();
        }
        deliver(production);
        AnswerBook.Answer clean = answers.remove(test.name());
        progress().settle();
        assertThat(ledger.gates().state(MAIN)).as("not answered yet").isEqualTo(GateState.APPROVED);
        answers.put(test.name(), clean);
        progress().settle();
        assertThat(ledger.gates().state(MAIN)).isEqualTo(GateState.LIVE);
    }

    @Test
    void a_review_that_asks_for_more_goes_back_to_testing() {
        reviewed();
        assertThat(gate.retest(MAIN, ADA, "the registry wants one more").state())
                .isEqualTo(GateState.TESTING);
    }

    @Test
    void history_waits_for_live_and_for_the_registrys_word() {
        assertThat(gate.maySend(MAIN, Feed.HISTORICAL).open()).isFalse();
        gate.adopt(MAIN, "letter", clock.instant(), true, ADA);
        assertThat(gate.maySend(MAIN, Feed.HISTORICAL).why()).contains("agreement", "agree-history main");
        assertThat(gate.mayLoadHistory(MAIN).open()).isFalse();
        gate.agreeHistory(MAIN, "email of 5 March", ADA);
        assertThat(gate.mayLoadHistory(MAIN).open()).isTrue();
        assertThat(gate.maySend(MAIN, Feed.HISTORICAL).why()).contains("backfill plan main");
        refused(() -> gate.adopt(MAIN, "letter", Instant.EPOCH, true, ADA), "LIVE", "runs by itself");
    }

    @Test
    void test_and_production_records_never_meet_in_a_file() {
        settings = new GateSettings(3, false, true, 50, 0, 100);
        gate.adopt(MAIN, "letter", clock.instant(), false, ADA);
        gate.retest(MAIN, ADA, "both at once");
        for (int i = 0; i < 5; i++) {
            records.store(MAIN, i % 2 == 0 ? Feed.TEST : Feed.ONGOING, 3);
        }
        SubmissionFile test = files(Feed.TEST).get(0);
        deliver(test);
        gate.attest(MAIN, test.name(), true, ADA, "email");
        for (SubmissionFile file : files(Feed.TEST)) {
            members(file).forEach(record -> assertThat(
                            ledger.records().find(record).orElseThrow().feed())
                    .isEqualTo(Feed.TEST));
        }
        for (SubmissionFile file : files(Feed.ONGOING)) {
            members(file).forEach(record -> assertThat(
                            ledger.records().find(record).orElseThrow().feed())
                    .isEqualTo(Feed.ONGOING));
        }
    }

    @Test
    void two_nodes_decide_one_first_production_file() throws Exception {
        reviewed();
        gate.approve(MAIN, LocalDate.of(2026, 2, 3), "desk", "ref", ADA);
        records.store(MAIN, Feed.ONGOING, 250);
        assumeThat(database).as("an H2 file belongs to one process").isEqualTo(TestDatabase.POSTGRESQL);
        try (Ledger other = another(clock)) {
            ExecutorService nodes = Executors.newFixedThreadPool(2);
            List<Future<Boolean>> decided = nodes.invokeAll(List.of(
                    () -> assembler(ledger).choose(assembler(ledger).open(MAIN, Feed.ONGOING)),
                    () -> assembler(other).choose(assembler(other).open(MAIN, Feed.ONGOING))));
            for (Future<Boolean> future : decided) {
                future.get();
            }
            nodes.shutdown();
        }
        assertThat(ledger.submissionFiles().of(MAIN, Feed.ONGOING)).hasSize(1);
    }

    private Resending resending() {
        return new Resending(
                ledger,
                id -> settings.separateAccount() ? withTestLogin() : assembly(FileLimits.DEFAULT),
                new GateOfFeeds(gate));
    }

    private void reviewed() {
        settings = new GateSettings(1, false, false, 50, 1, 100);
        gate.startTesting(MAIN, ADA);
        records.store(MAIN, Feed.TEST, 1);
        answeredTestFile(0, 0);
        gate.requestReview(MAIN, ADA);
    }

    private SubmissionFile answeredTestFile(int errors, int warnings) {
        SubmissionFile file = files(Feed.TEST).get(0);
        deliver(file);
        answers.put(file.name(), new AnswerBook.Answer(errors, warnings, errors + " error, " + warnings + " warnings"));
        progress().settle();
        return file;
    }

    private TestProgress progress() {
        AnswerBook book = file -> Optional.ofNullable(answers.get(file.name()));
        return new TestProgress(ledger, gate, book, List.of(feedSettings()));
    }

    private FeedSettings feedSettings() {
        return new FeedSettings(
                MAIN, TEXAS, Schedule.cron("0 0 2 * * ?", TEXAS), settings, WatchSettings.DEFAULT, Map.of());
    }

    private Gatekeeper gatekeeper(Ledger of) {
        return new Gatekeeper(
                of,
                id -> settings,
                id -> notReady,
                (id, notice, occasion, files) -> {
                    if (of.notices().owe(id, notice.name(), occasion, String.join("\n", files))) {
                        notices.add(notice + " " + files.size());
                    }
                },
                clock);
    }

    private FileAssembler assembler(Ledger of) {
        Gatekeeper keeper = gatekeeper(of);
        return new FileAssembler(
                of,
                id -> settings.separateAccount() ? withTestLogin() : assembly(FileLimits.DEFAULT),
                new GateOfFeeds(keeper),
                new SubmissionFolder(work.resolve("out")));
    }

    private static AssemblySettings withTestLogin() {
        AssemblySettings shared = assembly(FileLimits.DEFAULT);
        return new AssemblySettings(
                shared.connection(),
                shared.names(),
                Map.of(
                        Stage.TEST,
                        new Destination("main/test", "hl7-dropoff"),
                        Stage.PRODUCTION,
                        shared.destinations().get(Stage.PRODUCTION)),
                shared.limits(),
                shared.envelopes(),
                shared.filesPerRun(),
                false);
    }

    /** What boot binds between the two rooms. */
    private record GateOfFeeds(Gatekeeper keeper) implements SendGate {
        @Override
        public Answer maySend(String connection, Feed feed) {
            return answer(keeper.maySend(connection, feed));
        }

        @Override
        public Answer mayDeliver(String connection, Feed feed) {
            return answer(keeper.mayDeliver(connection, feed));
        }

        private static Answer answer(Permission permission) {
            return new Answer(permission.open(), permission.maxMessages(), permission.maxDoses(), permission.why());
        }
    }

    private FileRun run(Feed feed) {
        FileAssembler assembler = assembler(ledger);
        FileRun run = assembler.open(MAIN, feed);
        while (assembler.choose(run)) {
            assembler.write(run);
            assembler.prove(run);
            assembler.publish(run);
        }
        return run;
    }

    private List<SubmissionFile> files(Feed feed) {
        List<Long> before = ledger.submissionFiles().of(MAIN, feed).stream()
                .map(SubmissionFile::id)
                .toList();
        run(feed);
        return ledger.submissionFiles().of(MAIN, feed).stream()
                .filter(file -> !before.contains(file.id()))
                .toList();
    }

    private List<Long> members(SubmissionFile file) {
        List<Long> ids = new ArrayList<>();
        try {
            ledger.submissionFiles().read(file, record -> ids.add(record.recordId()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ids;
    }

    private static void refused(ThrowingCallable step, String missing, String remedy) {
        assertThatThrownBy(step).isInstanceOfSatisfying(GateRefused.class, refusal -> assertThat(refusal)
                .hasMessageContaining(missing)
                .hasMessageContaining(remedy));
    }
}
