package org.vaxroute.practice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files out of the drop-off once they have stopped changing, archives and answers them, and reports once a day what is wrong. A file that was archived but not
 * yet in the books when the registry was killed is answered after the next start.
 */
final class Desk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
    private static final String PART = ".part";

    private record Look(long size, long modified, long sinceNanos) {}

    private final RegistryFolder folder;
    private final Books books;
    private final OutTray tray;
    private final RegistryHabits habits;
    private final Clerk clerk;
    private final Clock clock;
    private final long stableNanos;
    private final Map<Path, Look> looks = new HashMap<>();
    private boolean mayBeUnanswered = true;

    Desk(RegistryFolder folder, Books books, OutTray tray, RegistryOptions options) {
        this.folder = folder;
        this.books = books;
        this.tray = tray;
        this.habits = options.habits();
        this.clerk = new Clerk(habits);
        this.clock = options.clock();
        this.stableNanos = options.stableFor().toNanos();
    }

    /** One round: files left over from a kill first, then what is stable in the drop-off. */
    void round() {
        try {
            if (mayBeUnanswered) {
                answerLeftOver();
            }
            List<Path> waiting = files(folder.dropOff());
            looks.keySet().retainAll(waiting);
            for (Path file : waiting) {
                if (!file.toString().endsWith(PART) && isStable(file)) {
                    looks.remove(file);
                    Path taken = take(file);
                    mayBeUnanswered = true;
                    answer(taken);
                    mayBeUnanswered = false;
                }
            }
            report();
            tray.handOut(clock.instant());
        } catch (IOException | UncheckedIOException e) {
            // A file may be renamed or removed by its sender between two looks; the next round sees it as it is.
            LOG.debug("The desk's round ended early: {}", e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            LOG.warn("The desk's round failed and is tried again", e);
        }
    }

    private void answerLeftOver() throws IOException {
        for (Path left : files(folder.archive())) {
            if (!books.knows(left.getFileName().toString())) {
                answer(left);
            }
        }
        mayBeUnanswered = false;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private boolean isStable(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        Look before = looks.get(file);
        if (before == null
                || before.size != now.size()
                || before.modified != now.lastModifiedTime().toMillis()) {
            looks.put(file, new Look(now.size(), now.lastModifiedTime().toMillis(), System.nanoTime()));
            return false;
        }
        return System.nanoTime() - before.sinceNanos >= stableNanos;
    }

    private Path take(Path file) throws IOException {
        String name = file.getFileName().toString();
        Path kept = folder.archive().resolve(name);
        for (int n = 2; Files.exists(kept); n++) {
            kept = folder.archive().resolve(name + "." + n);
        }
        return Files.move(file, kept, StandardCopyOption.ATOMIC_MOVE);
    }

    private void answer(Path archived) throws IOException {
        String name = archived.getFileName().toString();
        int number = books.taken().size() + 1;
        Submission submission = Submission.read(Files.readAllBytes(archived));
        String fault = submission.fault() == null && habits.refuses(number)
                ? "FIR-104::File could not be processed; correct it and send it again."
                : submission.fault();
        Books.Page page = books.page();
        List<Clerk.Opinion> opinions = new ArrayList<>();
        if (fault == null) {
            LocalDate today = LocalDate.now(clock);
            submission.messages().forEach(message -> opinions.add(clerk.judge(message, page, today)));
        }
        TakenFile taken = count(name, archived, opinions, page.isTest());
        Answers answers =
                new Answers(name, habits.loses(number), clock.instant().plus(habits.answerAfter()));
        if (habits.answers().contains(AnswerKind.ACK)) {
            answers.lay(".ack.hl7", acknowledgments(name, submission, fault, opinions));
        }
        if (habits.answers().contains(AnswerKind.WIR)) {
            answers.lay(".rsp.txt", response(name, fault, opinions));
        }
        if (habits.does(Oddity.LEGACY_FILES, name)) {
            legacy(answers, fault, taken, opinions);
        }
        books.keep(page, taken);
        LOG.info(
                "Took {}: {} messages, {} accepted, {} warned, {} rejected",
                name,
                opinions.size(),
                taken.accepted(),
                taken.warned(),
                taken.rejected());
    }

    /** Where the answers to one file go. */
    private final class Answers {
        private final String submission;
        private final boolean isLost;
        private final Instant due;

        Answers(String submission, boolean isLost, Instant due) {
            this.submission = submission;
            this.isLost = isLost;
            this.due = due;
        }

        void lay(String ending, String text) throws IOException {
            if (isLost) {
                tray.lose(submission + ending, text);
            } else {
                tray.lay(submission + ending, text, due);
            }
        }
    }

    private static TakenFile count(String name, Path archived, List<Clerk.Opinion> opinions, boolean isTest) {
        int accepted = 0;
        int warned = 0;
        int rejected = 0;
        for (Clerk.Opinion opinion : opinions) {
            if (opinion.remarks().isEmpty()) {
                accepted++;
            } else if (opinion.remarks().stream().noneMatch(Remark::isError)) {
                warned++;
            } else {
                rejected++;
            }
        }
        List<String> controlIds =
                opinions.stream().map(Clerk.Opinion::controlId).toList();
        return new TakenFile(name, archived, controlIds, accepted, warned, rejected, isTest);
    }

    private String acknowledgments(String name, Submission submission, String fault, List<Clerk.Opinion> opinions) {
        AckFile answer = new AckFile(name + ".ack.hl7", name, submission.controlId(), habits, clock);
        if (fault != null) {
            answer.add(Clerk.Opinion.refusal(submission.controlId(), "", Remark.error("FHS^1", 207, fault)));
        }
        opinions.forEach(answer::add);
        return answer.text();
    }

    private String response(String name, String fault, List<Clerk.Opinion> opinions) {
        ResponseFile answer = new ResponseFile(name, clock);
        if (fault != null) {
            answer.refused(fault);
        }
        opinions.forEach(answer::add);
        return answer.text();
    }

    // What the engine before ImmTrac2 wrote beside each acknowledgment file.
    private void legacy(Answers answers, String fault, TakenFile taken, List<Clerk.Opinion> opinions)
            throws IOException {
        String outcome = fault != null
                ? "file refused: " + fault
                : taken.controlIds().size() + " messages, " + taken.accepted() + " accepted, " + taken.warned()
                        + " with warnings, " + taken.rejected() + " with errors";
        answers.lay(".log.txt", clock.instant() + " " + taken.name() + "\n" + outcome + "\n");
        answers.lay(".report.html", "<html><body><h1>" + taken.name() + "</h1><p>" + outcome + "</p></body></html>\n");
        StringBuilder errors = new StringBuilder();
        opinions.forEach(opinion -> opinion.remarks().forEach(remark -> errors.append(opinion.controlId())
                .append(' ')
                .append(remark.text())
                .append('\n')));
        answers.lay(".errors.txt", errors.toString());
    }

    // Everything that is wrong and not yet corrected, whether or not it was reported before.
    private void report() throws IOException {
        LocalDate today = LocalDate.now(clock);
        if (!habits.answers().contains(AnswerKind.DQA) || today.equals(books.reported())) {
            return;
        }
        List<Complaint> complaints = books.complaints();
        if (books.reported() != null && !complaints.isEmpty()) {
            String name = "DQA_" + today.format(DateTimeFormatter.BASIC_ISO_DATE) + ".csv";
            tray.lay(name, DailyReport.of(complaints), clock.instant());
        }
        books.reported(today);
    }

    @Override
    public void close() {
        clerk.close();
    }
}
