package org.vaxroute.boot;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.vaxroute.cli.ProgressScreen;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.feeds.Owed;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.AnswerTally;
import org.vaxroute.ledger.Answers;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.HistoricalLoad;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LoadState;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.NoticeState;
import org.vaxroute.ledger.Run;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.Task;
import org.vaxroute.ledger.Tasks;
import org.vaxroute.practice.Oddity;
import org.vaxroute.practice.PracticeClinic;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.StoryClock;
import org.vaxroute.practice.StoryLog;
import org.vaxroute.practice.TakenFile;

/** Everybody in the practice story and the clock between them: puts it forward and waits until everybody has done what was due. */
final class StoryStage {
    static final String CONNECTION = PracticeHome.CONNECTION;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d MMM", Locale.ROOT);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ALL = 100_000;

    /** A day more than the shipped watch.answer-within. */
    private static final Duration MISSED_AFTER = Duration.ofDays(8);

    private static final int WIDTH = 88;

    final PracticeHome home;
    final StoryClock clock;
    final StoryLog log;
    final PracticeRegistry registry;
    final PracticeClinic clinic;
    final VaxRoute vaxRoute;
    private final ProgressScreen screen;
    private final RegistryHabits habits;
    private final PrintStream out;
    private Runnable bars = () -> {};

    StoryStage(
            PracticeHome home,
            StoryClock clock,
            StoryLog log,
            PracticeRegistry registry,
            PracticeClinic clinic,
            VaxRoute vaxRoute,
            PrintStream out,
            ProgressScreen screen,
            RegistryHabits habits) {
        this.home = home;
        this.clock = clock;
        this.log = log;
        this.registry = registry;
        this.clinic = clinic;
        this.vaxRoute = vaxRoute;
        this.out = out;
        this.screen = screen;
        this.habits = habits;
    }

    @FunctionalInterface
    interface Condition {
        boolean isMet() throws InterruptedException;
    }

    Ledger ledger() {
        return vaxRoute.ledger();
    }

    LocalDate today() {
        return LocalDate.now(clock);
    }

    // ---- what is told ----

    void chapter(String title, String... lines) {
        screen.clear();
        out.println();
        out.println(title);
        for (String line : lines) {
            out.println("  " + line);
        }
        out.flush();
    }

    /** A dated line. */
    void tell(String text) {
        String date = DAY.format(today());
        for (String line : lines(text)) {
            screen.say(String.format(Locale.ROOT, "  %-10s  %s", date, line));
            date = "";
        }
    }

    /** A line of a mail. */
    void quote(String text) {
        lines(text).forEach(line -> screen.say("              | " + line));
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + word.length() >= WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    void show(List<ProgressScreen.Stage> stages) {
        screen.show(stages);
    }

    void endBars() {
        bars = () -> {};
    }

    /** What is drawn while something is waited for. */
    void bars(Runnable drawn) {
        bars = drawn;
    }

    // ---- time ----

    void forwardTo(LocalDate day, LocalTime time) {
        clock.forwardTo(day.atTime(time).atZone(clock.getZone()).toInstant());
    }

    void forward(Duration time) {
        clock.forwardTo(clock.instant().plus(time));
    }

    /**
     * Waits in the machine's own time.
     *
     * @throws StartFailed when it did not happen
     */
    void await(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.isMet()) {
            if (System.nanoTime() > end) {
                screen.clear();
                throw new StartFailed(
                        "The story stopped: " + what + " did not happen within " + PATIENCE.toMinutes()
                                + " minutes. Look into " + home.folder().resolve("work/log/vaxroute.log")
                                + "; started again, it goes on from here.",
                        null);
            }
            bars.run();
            dismissUnreadable(vaxRoute, habits);
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    // ---- what VaxRoute has done ----

    /** Everything that the clinic handed over until now is in the ledger. */
    void awaitIntake() throws InterruptedException {
        awaitDropped("school-nurse");
        Instant handedOver = clock.instant();
        forward(Duration.ofSeconds(2));
        await("reading the clinic's database", () -> ended("source:clinic", handedOver));
    }

    void awaitDropped(String source) throws InterruptedException {
        await("taking the files of " + source, () -> {
            String[] left = home.dropFolder(source)
                    .toFile()
                    .list((folder, name) -> !name.startsWith(".") && name.endsWith(".hl7"));
            return left == null || left.length == 0;
        });
    }

    /** The run of the ongoing feed that was due at this moment, or a later one, came to its end. */
    void awaitOngoingRun(Instant due) throws InterruptedException {
        await("the nightly feed", () -> ended(OngoingFeed.SUBJECT, due.minusMillis(1)));
    }

    private boolean ended(String subject, Instant after) {
        return ledger().runs()
                .last(CONNECTION, subject)
                .filter(run -> run.scheduledFor().isAfter(after))
                .map(Run::endedAt)
                .isPresent();
    }

    /** Everything that was built has left, and the registry has judged it. */
    void awaitDelivery() throws InterruptedException {
        await(
                "delivering",
                () -> ledger().submissionFiles().in(FileState.NOT_AWAY, 1).isEmpty());
        await("the registry's taking the files", () -> {
            Set<String> taken = registry.taken().stream().map(TakenFile::name).collect(Collectors.toSet());
            return files().stream().map(SubmissionFile::name).allMatch(taken::contains);
        });
    }

    /** Every answer that is due was read; files whose answer the registry lost, and those that it refused whole, stay without. */
    void awaitAnswers() throws InterruptedException {
        await("the registry's answers", registry::isCaughtUp);
        boolean mayBeSilent = habits.odd().contains(Oddity.ERRORS_ONLY);
        Set<String> without = new HashSet<>(registry.unanswered());
        without.addAll(registry.answersToCome());
        await(
                "reading the answers",
                () -> ledger().answers()
                                .waiting(Set.of(PracticeHome.CONNECTION), 1)
                                .isEmpty()
                        && ledger().submissionFiles().in(EnumSet.of(FileState.SENT), ALL).stream()
                                .allMatch(file ->
                                        mayBeSilent || without.contains(file.name()) || isRefused(file, vaxRoute)));
    }

    /**
     * Sends the records of files again that the registry refused whole, and tells of it.
     *
     * @return whether there were any
     */
    boolean resendRefused() {
        Map<String, String> again = resendRefused(vaxRoute);
        again.forEach(
                (file, next) -> tell("the registry refused " + file + " whole; its records leave again as " + next));
        return !again.isEmpty();
    }

    /** Sends the records of files again that the registry refused whole: the names of the new files by those of the old. */
    static Map<String, String> resendRefused(VaxRoute vaxRoute) {
        Map<String, String> again = new TreeMap<>();
        for (SubmissionFile file : vaxRoute.ledger().submissionFiles().in(EnumSet.of(FileState.SENT), ALL)) {
            if (isRefused(file, vaxRoute)) {
                again.put(file.name(), vaxRoute.resend(file.name(), "", "practice", "refused whole by the registry"));
            }
        }
        return again;
    }

    private static boolean isRefused(SubmissionFile file, VaxRoute vaxRoute) {
        return !vaxRoute.ledger().tasks().ofFile(file.id()).isEmpty();
    }

    /** Somebody has read what the registry lays down for people, and puts it aside: as long as it stands, silence means nothing. */
    static void dismissUnreadable(VaxRoute vaxRoute, RegistryHabits habits) {
        if (habits.odd().contains(Oddity.LEGACY_FILES)) {
            Answers answers = vaxRoute.ledger().answers();
            answers.recent(ALL).stream()
                    .filter(file -> file.state() == AnswerFile.State.UNREADABLE)
                    .forEach(file -> answers.dismiss(file.id(), "practice", "for people, and read by them"));
        }
    }

    /** Whether nothing more is to be waited for: the file was answered, or its records left in another. */
    static boolean isSettled(SubmissionFile file) {
        return EnumSet.of(FileState.ANSWERED, FileState.REFUSED).contains(file.state());
    }

    /** The historical load has sent what it may send in a day, or has nothing left. */
    void awaitHistory(int filesPerDay) throws InterruptedException {
        if (load() == null || load().state() != LoadState.RUNNING) {
            return;
        }
        Instant yesterday = clock.instant().minus(Duration.ofDays(1));
        await(
                "the day's history",
                () -> load().state() != LoadState.RUNNING
                        || files(Feed.HISTORICAL).stream()
                                        .filter(file -> file.decidedAt().isAfter(yesterday))
                                        .count()
                                >= filesPerDay);
        awaitDelivery();
    }

    HistoricalLoad load() {
        return ledger().historicalLoads().current(CONNECTION).orElse(null);
    }

    List<SubmissionFile> files() {
        return ledger().submissionFiles().recent(ALL);
    }

    /** Without those whose records left again in another. */
    List<SubmissionFile> files(Feed feed) {
        return ledger().submissionFiles().of(CONNECTION, feed).stream()
                .filter(file -> file.state() != FileState.REFUSED)
                .toList();
    }

    // ---- what people do ----

    /**
     * Shows the clinic each record that an open task names or that is held, once; it corrects what it can. What it cannot, since a
     * family has not consented, waits.
     *
     * @return how many were corrected now
     */
    int mend() throws InterruptedException {
        closeWhatNobodyKnows();
        List<Long> wrong = new ArrayList<>();
        toMend().stream().map(Task::record).filter(Objects::nonNull).distinct().forEach(wrong::add);
        ledger().records().held(CONNECTION, null, null, 0, ALL).forEach(held -> wrong.add(held.recordId()));
        int corrected = 0;
        for (long id : wrong) {
            String step = "mended " + id;
            if (!log.isDone(step)) {
                String text =
                        new String(ledger().records().text(id).received(), java.nio.charset.StandardCharsets.UTF_8);
                if (clinic.mend(text, home.dropFolder("school-nurse"), home.mllpPort())) {
                    corrected++;
                } else {
                    log.done("waits " + id);
                }
                log.done(step);
            }
        }
        return corrected;
    }

    // Warnings with codes that nobody has described: somebody asks the registry, and there is nothing to mend.
    private void closeWhatNobodyKnows() {
        for (Task task : toMend()) {
            if (task.settling() == Answer.Settling.REVIEW && task.severity() == Answer.Severity.WARNING) {
                ledger().tasks().close(task.id(), "practice", "The registry was asked: nothing has to be done.");
                tell("somebody asks the registry what " + task.code() + " means: nothing has to be done");
            }
        }
    }

    private List<Task> toMend() {
        return ledger().tasks().list(tasks(Task.State.OPEN), 0, ALL);
    }

    /** Tasks that somebody has to see to. */
    long openTasks() {
        return toMend().size();
    }

    /** Tasks that are done, without those in which nothing was wrong. */
    long closedTasks() {
        return ledger().tasks().list(tasks(Task.State.CLOSED), 0, ALL).stream()
                .filter(StoryStage::wasMended)
                .count();
    }

    private static Tasks.Filter tasks(Task.State state) {
        return new Tasks.Filter(CONNECTION, state, null, null, null, null, false);
    }

    private static boolean wasMended(Task task) {
        return !EnumSet.of(Answer.Settling.BENIGN, Answer.Settling.REVIEW).contains(task.settling());
    }

    /** Tells each task that was closed since because the registry accepted the corrected record. */
    void tellClosed() {
        for (Task task : ledger().tasks().list(tasks(Task.State.CLOSED), 0, ALL)) {
            String step = "closed " + task.id() + " " + task.closedAt();
            if (wasMended(task) && !log.isDone(step)) {
                tell("accepted: task " + task.id() + " (" + task.code() + ") is closed; the registry said it "
                        + (task.said() == 1 ? "once" : task.said() + " times"));
                log.done(step);
            }
        }
    }

    /** A person sends the notices that VaxRoute wrote as drafts, and says so. */
    void sendNotices() throws InterruptedException {
        await("writing the notices", () -> ledger().notices().owed().stream()
                .allMatch(notice -> notice.state() == NoticeState.DRAFTED));
        for (Notice notice : ledger().notices().owed()) {
            tell("notice to " + notice.recipient() + ": \"" + notice.subject() + "\"");
            ledger().notices().sent(notice.id(), "practice", "sent from the draft");
        }
    }

    /** The text of the last request for review. */
    String request() {
        return ledger().notices().recent(ALL).stream()
                .filter(notice -> notice.kind().equals(Owed.Kind.REVIEW_REQUEST.name()))
                .max(Comparator.comparingLong(Notice::id))
                .map(Notice::body)
                .orElseThrow();
    }

    /** Held records that somebody could mend. */
    long heldToMend() {
        return ledger().records().held(CONNECTION, null, null, 0, ALL).stream()
                .filter(held -> !log.isDone("waits " + held.recordId()))
                .count();
    }

    /** Held records that wait for what nobody can correct. */
    long heldToWait() {
        return ledger().records().held(CONNECTION, null, null, 0, ALL).size() - heldToMend();
    }

    /** Tells of each kind of alarm when it comes up for the first time. */
    void tellAlarms() {
        for (Alarm alarm : ledger().alarms().open()) {
            if (!log.isDone("alarm " + alarm.kind())) {
                tell("alarm: " + alarm.detail());
                log.done("alarm " + alarm.kind());
            }
        }
    }

    /** Asks the registry for the answers that the due watch misses. */
    void askForLostAnswers() throws InterruptedException {
        for (String name : registry.unanswered()) {
            if (isOverdue(name)) {
                // Where nothing else is to be done, days go by faster than the watch looks.
                await("the alarm about the answer to " + name, () -> isMissed(name));
            }
            if (isMissed(name)) {
                tell("somebody asks the registry; it lays the answer to " + name + " down again");
                registry.answerAfterAll(name);
            }
        }
    }

    private boolean isMissed(String name) {
        return ledger().alarms().open().stream()
                .anyMatch(alarm ->
                        alarm.subject().contains(name) || alarm.detail().contains(name));
    }

    private boolean isOverdue(String name) {
        Instant expected = clock.instant().minus(MISSED_AFTER);
        return ledger().submissionFiles().in(EnumSet.of(FileState.SENT), ALL).stream()
                .anyMatch(file -> file.name().equals(name) && file.sentAt().isBefore(expected));
    }

    /** What the registry said of a file, in a few words. */
    String outcome(SubmissionFile file) {
        AnswerTally tally = ledger().answers().tally(file);
        String codes = tally.codes().entrySet().stream()
                .map(code -> code.getValue() + " " + code.getKey())
                .collect(Collectors.joining(", "));
        if (tally.rejected() == 0) {
            return "no error" + (tally.warned() == 0 ? "" : ", " + tally.warned() + " with warnings (" + codes + ")");
        }
        return tally.rejected() + " of " + file.messages() + " with an error (" + codes + ")";
    }
}
