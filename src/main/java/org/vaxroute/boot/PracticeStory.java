package org.vaxroute.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.cli.House;
import org.vaxroute.cli.ProgressScreen;
import org.vaxroute.feeds.Backfill;
import org.vaxroute.feeds.GateRefused;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.practice.AnswerKind;
import org.vaxroute.practice.BelievedDose;
import org.vaxroute.practice.Oddity;
import org.vaxroute.practice.PracticeClinic;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryMail;
import org.vaxroute.practice.RegistryOptions;
import org.vaxroute.practice.StoryClock;
import org.vaxroute.practice.StoryLog;

/**
 * The whole life of a connection, played on this machine by a fast clock: test files, review, the first production file, the
 * historical load, daily feeds, errors that the registry finds and the clinic mends. Killed and started again it goes on where it
 * was.
 */
final class PracticeStory {
    private static final String WHO = "practice";
    private static final String CONNECTION = PracticeHome.CONNECTION;
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");
    private static final long SEED = 42;
    private static final int CLEAN_FILES = 3;
    private static final int MOST_TEST_FILES = 9;
    private static final int TEST_MESSAGES = 20;
    private static final int HISTORY_FILES_A_DAY = 2;

    /** How many days after the last visit everything must be settled; more where the registry is slow or loses more. */
    private static final int AFTERMATH = 12;

    /** A lost answer is missed after a week, and what it says is mended and answered after that. */
    private static final int AFTERMATH_OF_LOSSES = 40;

    private static final int MOST_NIGHTS_TO_LIVE = 60;

    /** Before the first visit: testing, review and some reserve. */
    private static final int FOREPLAY = 20;

    private static final Duration ANSWER_AFTER = Duration.ofHours(4);
    private static final int USUAL_LOSS = 30;

    /** After this long what a registry that lists errors alone does not list is accepted. */
    private static final Duration SILENCE = Duration.ofDays(1);

    private static final LocalTime NIGHT = LocalTime.of(2, 0);
    private static final LocalTime DAWN = LocalTime.of(6, 30);
    private static final LocalTime MORNING = LocalTime.of(8, 0);

    private final House.Practice options;
    private final PrintStream out;
    private final ProgressScreen screen;
    private final Set<String> told = new HashSet<>();
    private final RegistryHabits habits;
    private StoryStage stage;
    private int chapter;

    PracticeStory(House.Practice options) {
        this.options = options;
        this.out = options.terminal();
        this.screen = new ProgressScreen(out, System.console() != null);
        this.habits = habits().with(options.habits());
    }

    /**
     * Plays the story to its end, and then keeps everything running until the process is told to stop.
     *
     * @param shipped the home whose routes and tables are used
     * @return 0 when the audit balances and the story came true, else 1
     */
    int run(Home shipped) throws IOException, InterruptedException {
        PracticeHome.requireAnEnd(habits);
        Path folder = shipped.folder().resolve("work/practice");
        PracticeHome home = PracticeHome.open(
                shipped, folder, options.fresh(), "--days " + options.days() + " --patients " + options.patients());
        // Alarms are told in the story; the log file has everything.
        StandaloneHouse.logTo(folder.resolve("work"), folder.resolve("work/log"), "OFF");
        Instant begin = Clock.systemUTC()
                .instant()
                .atZone(ZONE)
                .toLocalDate()
                .minusDays(foreplay() + options.days() + aftermath())
                .atTime(MORNING)
                .atZone(ZONE)
                .toInstant();
        StoryClock clock = StoryClock.open(folder.resolve("clock.txt"), begin, ZONE);
        out.println("VaxRoute practice: the life of a connection, on this machine and by a fast clock.");
        try (PracticeRegistry registry = PracticeRegistry.start(
                        folder.resolve("registry"),
                        RegistryOptions.of(clock)
                                .stableFor(Duration.ofMillis(200))
                                .testing()
                                .habits(habits));
                PracticeClinic clinic = PracticeClinic.open(folder.resolve("ehr"), SEED, options.patients(), clock)) {
            home.settings(registry, clinic, options.ftps());
            home.heed(habits, SILENCE.toDays() + "d");
            try (PracticeHome.Served served = home.serve(clock)) {
                introduce(home, registry, clinic);
                served.introduce(out);
                StoryLog log = StoryLog.open(folder.resolve("story.txt"));
                stage = new StoryStage(home, clock, log, registry, clinic, served.vaxRoute(), out, screen, habits);
                testing();
                review();
                days();
                clock.forwardTo(Clock.systemUTC().instant());
                boolean isTrue = ending();
                if (!options.exit()) {
                    out.println();
                    out.println(
                            "Everything goes on running, by the machine's own clock now. Ctrl-C ends it; --fresh begins anew.");
                    out.flush();
                    new CountDownLatch(1).await();
                }
                return isTrue ? 0 : 1;
            }
        }
    }

    private int foreplay() {
        return FOREPLAY + MOST_TEST_FILES * slowness();
    }

    private int aftermath() {
        boolean losesMuch = habits.losesOneIn() > 0 && habits.losesOneIn() < USUAL_LOSS;
        return (losesMuch ? AFTERMATH_OF_LOSSES : AFTERMATH) + 4 * slowness();
    }

    private boolean listsErrorsAlone() {
        return habits.odd().contains(Oddity.ERRORS_ONLY);
    }

    private int slowness() {
        return (int) habits.answerAfter().toDays() + (listsErrorsAlone() ? 1 : 0);
    }

    // Answers come after four hours, one in thirty is lost; what is wrong is repeated in a report each day.
    private static RegistryHabits habits() {
        return new RegistryHabits(
                SEED,
                EnumSet.of(AnswerKind.ACK, AnswerKind.DQA),
                EnumSet.of(Oddity.AE_FOR_WARNINGS, Oddity.EMPTY_SEQUENCE, Oddity.TWO_CODES),
                ANSWER_AFTER,
                USUAL_LOSS,
                0);
    }

    private void introduce(PracticeHome home, PracticeRegistry registry, PracticeClinic clinic) {
        out.printf(
                "  registry  SFTP localhost:%d, implicit FTPS localhost:%d%s%n",
                registry.sftpPort(), registry.ftpsPort(), options.ftps() ? " (used)" : "");
        out.printf(
                Locale.ROOT,
                "  clinic    %,d patients with ten years of doses; every day visits, walk-ins (MLLP) and a school's file%n",
                clinic.size());
        out.printf("  home      %s%n", home.folder());
        out.printf("  log       %s%n", home.folder().resolve("work/log/vaxroute.log"));
        out.flush();
    }

    private void testing() throws InterruptedException {
        if (state() != GateState.REGISTERED && state() != GateState.TESTING) {
            return;
        }
        stage.chapter(
                "1  Testing",
                "The registry looks at no sender before it has three test files without an error.",
                "The first has one message. They go one at a time, and each waits for its answer.");
        if (state() == GateState.REGISTERED) {
            stage.await("opening the test feed", this::startTesting);
        }
        for (int number = 1; clean() < CLEAN_FILES; number++) {
            if (number > MOST_TEST_FILES) {
                throw new StartFailed("The story stopped: " + MOST_TEST_FILES + " test files were not enough.", null);
            }
            if (!stage.log.isDone("test file " + number)) {
                testFile(number);
                stage.log.done("test file " + number);
            }
        }
    }

    // The gate looks at the way to the server first, and waits its turn with the account like everybody.
    private boolean startTesting() {
        try {
            stage.vaxRoute.gatekeeper().startTesting(CONNECTION, WHO);
            return true;
        } catch (GateRefused e) {
            LoggerFactory.getLogger(PracticeStory.class)
                    .info("The gate is asked again in a moment: {}", e.getMessage());
            return false;
        }
    }

    private void testFile(int number) throws InterruptedException {
        stage.clinic.exportSamples(number, number == 1 ? 1 : TEST_MESSAGES, stage.home.dropFolder("samples"));
        stage.awaitDropped("samples");
        stage.await(
                "test file " + number,
                () -> stage.files(Feed.TEST).size() >= number
                        && stage.ledger().records().waiting(CONNECTION, Feed.TEST) == 0);
        answersToTests();
        if (listsErrorsAlone()) {
            stage.forward(SILENCE);
        }
        stage.await(
                "the answer to test file " + number,
                () -> clean()
                                + stage.vaxRoute
                                        .gatekeeper()
                                        .dossier(CONNECTION)
                                        .faultyTestFiles()
                                        .size()
                        >= number);
        SubmissionFile file = stage.files(Feed.TEST).get(number - 1);
        stage.tell("test file " + file.name() + ", " + messages(file) + ": " + stage.outcome(file));
        if (stage.mend() > 0) {
            stage.tell("the clinic corrects the record; it comes again with the next test file");
        }
        stage.forwardTo(stage.today().plusDays(1), MORNING);
    }

    private void answersToTests() throws InterruptedException {
        do {
            stage.awaitDelivery();
            stage.forward(habits.answerAfter().plusMinutes(5));
            stage.awaitAnswers();
            stage.registry.unanswered().forEach(stage.registry::answerAfterAll);
        } while (stage.resendRefused());
    }

    private void review() throws InterruptedException {
        if (state() != GateState.TESTING && state() != GateState.REVIEW_REQUESTED) {
            return;
        }
        stage.chapter(
                "2  Review",
                "The registry is asked to look at the clean files. Its Production email opens production;",
                "who wrote it and when is kept as evidence. From then on no test file can leave.");
        if (state() == GateState.TESTING) {
            stage.vaxRoute.gatekeeper().requestReview(CONNECTION, WHO);
        }
        stage.sendNotices();
        stage.forwardTo(stage.today().plusDays(2), MORNING);
        RegistryMail mail = stage.registry.review(stage.request(), CLEAN_FILES);
        stage.tell("mail from " + mail.sender() + ": \"" + mail.subject() + "\"");
        mail.text().lines().forEach(line -> stage.quote(line));
        if (!mail.isProduction()) {
            throw new StartFailed("The story stopped: the registry did not open production.", null);
        }
        stage.vaxRoute.gatekeeper().approve(CONNECTION, mail.date(), mail.sender(), mail.subject(), WHO);
        stage.tell("approved, with that mail as evidence");
    }

    private void days() throws InterruptedException {
        for (int day = 1; day <= options.days() + aftermath(); day++) {
            if (day > options.days() && isSettled()) {
                return;
            }
            if (!stage.log.isDone("day " + day)) {
                day(day, date(day));
                stage.log.done("day " + day);
            }
        }
    }

    /** The days follow one another, but for the second: it waits until the first production file is answered. */
    private LocalDate date(int day) {
        String begin = day == 1 ? "day-1" : "day-2";
        if (stage.log.noted(begin).isEmpty()) {
            boolean isEarly = LocalTime.now(stage.clock).isBefore(MORNING);
            stage.log.done(
                    begin + " " + (isEarly ? stage.today() : stage.today().plusDays(1)));
        }
        return LocalDate.parse(stage.log.noted(begin).orElseThrow()).plusDays(Math.max(0, day - 2));
    }

    private void day(int day, LocalDate date) throws InterruptedException {
        heading(day);
        if (System.console() != null) {
            stage.bars(() -> show(day));
        }
        // A little later each day, so that the pace of history never falls on the same minute.
        stage.forwardTo(date, MORNING.plusMinutes(day));
        if (day > 1) {
            history();
        }
        if (day <= options.days()) {
            stage.clinic
                    .withdrawals(day)
                    .forEach(patient -> stage.registry.withdrawConsent(patient, date.minusDays(1)));
            stage.clinic.work(day, stage.home.dropFolder("school-nurse"), stage.home.mllpPort());
        }
        if (day == PracticeClinic.TABLE_MENDED) {
            stage.tell("the clinic mends its table of makers, where most of these came from");
        }
        int corrected = stage.mend();
        if (corrected > 0) {
            stage.tell("the clinic corrects " + corrected + (corrected == 1 ? " record" : " records")
                    + "; sent again tonight");
        }
        stage.awaitIntake();
        stage.awaitHistory(HISTORY_FILES_A_DAY);
        night(date.plusDays(1));
        if (day == 1) {
            goLive();
        }
        if (System.console() == null) {
            show(day);
        }
        stage.endBars();
    }

    private void night(LocalDate next) throws InterruptedException {
        Instant night = next.atTime(NIGHT).atZone(ZONE).toInstant();
        stage.forwardTo(next, NIGHT.plusSeconds(5));
        stage.awaitOngoingRun(night);
        stage.awaitDelivery();
        stage.forwardTo(next, DAWN);
        stage.awaitAnswers();
        tellAnswers();
        stage.tellAlarms();
        stage.askForLostAnswers();
        stage.resendRefused();
        stage.tellClosed();
    }

    // The answer to the first production file may come late, be lost, or refuse it.
    private void goLive() throws InterruptedException {
        for (int nights = 1; !isFirstFileAnswered(); nights++) {
            if (nights > MOST_NIGHTS_TO_LIVE) {
                throw new StartFailed("The story stopped: the first production file was not answered.", null);
            }
            night(stage.today().plusDays(1));
        }
        stage.await("going live", () -> state() == GateState.LIVE);
        stage.tell("LIVE: the daily feed runs by itself from now on");
        stage.sendNotices();
    }

    private boolean isFirstFileAnswered() {
        return stage.files(Feed.ONGOING).stream().anyMatch(file -> file.state() == FileState.ANSWERED);
    }

    private void heading(int day) {
        int now = day == 1 ? 3 : day == 2 ? 4 : 5;
        if (chapter == now) {
            return;
        }
        chapter = now;
        switch (now) {
            case 3 ->
                stage.chapter(
                        "3  First production file",
                        "After approval one production file may leave. Only when its answer is clean does more follow.");
            case 4 ->
                stage.chapter(
                        "4  Historical load",
                        "Once, with the registry's agreement: what was given before. Counted first, then sent at an agreed",
                        "pace (" + HISTORY_FILES_A_DAY + " files a day) behind the daily feed.");
            default ->
                stage.chapter(
                        "5  Day by day",
                        "Every night one file of what is new. The registry answers in the morning and says what is wrong; the",
                        "clinic corrects it, and the corrected record goes out with the next file.");
        }
    }

    private void history() {
        if (stage.load() != null) {
            return;
        }
        RegistryMail agreed = stage.registry.agreeToHistory();
        stage.tell("mail from " + agreed.sender() + ": \"" + agreed.subject() + "\"");
        stage.vaxRoute.gatekeeper().agreeHistory(CONNECTION, agreed.subject(), WHO);
        Backfill.Planned plan = stage.vaxRoute.backfill().plan(CONNECTION, Set.of(), WHO, counted -> {});
        HistoricalLoad.Figures figures = plan.load().figures();
        stage.tell(String.format(
                Locale.ROOT,
                "plan %d: %,d records with %,d doses, %d would be held, %d files in %d days",
                plan.load().id(),
                figures.records(),
                figures.doses(),
                figures.held(),
                figures.files(),
                figures.days()));
        stage.vaxRoute.backfill().start(plan.load().id(), WHO);
        stage.tell("started");
    }

    private void tellAnswers() {
        for (SubmissionFile file : stage.files()) {
            boolean isNews = file.state() == FileState.ANSWERED && told.add(file.name());
            boolean isFirst = chapter == 3 && file.feed() == Feed.ONGOING;
            if (isNews && (isFirst || isWrong(file)) && !stage.log.isDone("told " + file.name())) {
                stage.tell((file.feed() == Feed.HISTORICAL ? "history, " : "") + file.name() + ", " + messages(file)
                        + ": " + stage.outcome(file));
                stage.log.done("told " + file.name());
            }
        }
    }

    private boolean isWrong(SubmissionFile file) {
        return stage.ledger().answers().tally(file).rejected() > 0 && file.feed() != Feed.TEST;
    }

    private static String messages(SubmissionFile file) {
        return file.messages() == 1 ? "1 message" : file.messages() + " messages";
    }

    private GateState state() {
        return stage.ledger().gates().state(CONNECTION);
    }

    private int clean() {
        return stage.vaxRoute.gatekeeper().dossier(CONNECTION).cleanTestFiles().size();
    }

    private void show(int day) {
        Map<RecordState, Long> outcomes = stage.ledger().answers().outcomes(CONNECTION, Stage.PRODUCTION);
        long accepted = outcomes.getOrDefault(RecordState.ACCEPTED, 0L) + outcomes.getOrDefault(RecordState.WARNED, 0L);
        List<SubmissionFile> files = stage.files().stream()
                .filter(file -> file.stage() == Stage.PRODUCTION && file.state().delivered())
                .toList();
        long sent = files.stream().mapToLong(SubmissionFile::messages).sum();
        long history = files.stream()
                .filter(file -> file.feed() == Feed.HISTORICAL)
                .mapToLong(SubmissionFile::messages)
                .sum();
        HistoricalLoad load = stage.load();
        long planned = load == null ? 0 : load.figures().records();
        stage.show(List.of(
                new ProgressScreen.Stage("day", Math.min(day, options.days()), options.days(), ""),
                new ProgressScreen.Stage(
                        "history",
                        history,
                        planned,
                        load == null ? "not begun" : load.state().name().toLowerCase(Locale.ROOT)),
                new ProgressScreen.Stage("accepted", accepted, sent, "of what was sent, in " + files.size() + " files"),
                new ProgressScreen.Stage(
                        "tasks",
                        stage.openTasks(),
                        0,
                        "open: what the registry complains of; " + stage.closedTasks() + " closed"),
                new ProgressScreen.Stage("held", stage.heldToMend(), 0, "not sent: for the clinic to correct")));
    }

    private boolean isSettled() {
        HistoricalLoad load = stage.load();
        return load != null
                && load.state() == LoadState.DONE
                && stage.registry.complaints() == 0
                && stage.openTasks() == 0
                && stage.registry.unanswered().isEmpty()
                && stage.heldToMend() == 0
                && stage.ledger().records().waiting(CONNECTION, Feed.ONGOING) == 0
                && stage.files().stream().allMatch(StoryStage::isSettled);
    }

    private boolean ending() {
        stage.chapter("6  What came of it");
        List<SubmissionFile> files = stage.files();
        long refused =
                files.stream().filter(file -> file.state() == FileState.REFUSED).count();
        out.printf(Locale.ROOT, "  %-12s %8s %10s %10s%n", "feed", "files", "messages", "doses");
        for (Feed feed : Feed.values()) {
            List<SubmissionFile> own = stage.files(feed);
            out.printf(
                    Locale.ROOT,
                    "  %-12s %,8d %,10d %,10d%n",
                    feed.name().toLowerCase(Locale.ROOT),
                    own.size(),
                    own.stream().mapToLong(SubmissionFile::messages).sum(),
                    own.stream().mapToLong(SubmissionFile::doses).sum());
        }
        out.println();
        Balance balance = stage.ledger().conservation().balance();
        List<BelievedDose> truth = stage.clinic.truth(options.days());
        List<BelievedDose> believed = stage.registry.believed();
        Set<BelievedDose> distinct = new HashSet<>(believed);
        Set<BelievedDose> missing = new HashSet<>(truth);
        missing.removeAll(distinct);
        Set<BelievedDose> foreign = new HashSet<>(distinct);
        truth.forEach(foreign::remove);
        HistoricalLoad load = stage.load();
        boolean isTrue = promise(state() == GateState.LIVE, "the gate is LIVE");
        isTrue &= promise(
                load != null && load.state() == LoadState.DONE,
                "the historical load is done: " + (load == null ? "never begun" : load.why()));
        isTrue &= promise(
                files.stream().allMatch(StoryStage::isSettled),
                "every file is answered" + (refused == 0 ? "" : "; " + refused + " refused whole were sent again"));
        isTrue &= promise(
                stage.openTasks() == 0 && stage.registry.complaints() == 0,
                String.format(
                        Locale.ROOT,
                        "no task is open: %d were closed when the registry accepted the corrected record",
                        stage.closedTasks()));
        isTrue &= promise(
                stage.heldToMend() == 0,
                stage.heldToMend() + " held records to correct; " + stage.heldToWait()
                        + " wait for a family's consent, and may not be sent without");
        isTrue &= promise(
                believed.size() == distinct.size() && missing.isEmpty() && foreign.isEmpty(),
                String.format(
                        Locale.ROOT,
                        "the registry holds each of the clinic's %,d doses once (%d missing, %d too many)",
                        truth.size(),
                        missing.size(),
                        foreign.size() + believed.size() - distinct.size()));
        isTrue &= promise(balance.balanced(), "the audit balances: every record is in exactly one place");
        balance.differences().forEach(difference -> out.println("      " + difference));
        out.flush();
        return isTrue;
    }

    private boolean promise(boolean isKept, String text) {
        out.println("  " + (isKept ? "yes  " : "NO   ") + text);
        return isKept;
    }
}
