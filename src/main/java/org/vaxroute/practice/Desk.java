package org.vaxroute.practice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files out of the drop-off once they have stopped changing, archives and answers them. A file that was archived but not
 * yet in the books when the registry was killed is answered after the next start.
 */
final class Desk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
    private static final String PART = ".part";

    private record Look(long size, long modified, long sinceNanos) {}

    private final RegistryFolder folder;
    private final Books books;
    private final Clerk clerk = new Clerk();
    private final Clock clock;
    private final long stableNanos;
    private final Map<Path, Look> looks = new HashMap<>();
    private boolean mayBeUnanswered = true;

    Desk(RegistryFolder folder, Books books, RegistryOptions options) {
        this.folder = folder;
        this.books = books;
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
        Submission submission = Submission.read(Files.readAllBytes(archived));
        String answerName = name + ".ack.hl7";
        AckFile answer = new AckFile(answerName, submission.controlId(), clock);
        Books.Page page = books.page();
        List<String> controlIds = new ArrayList<>();
        int accepted = 0;
        int warned = 0;
        int rejected = 0;
        if (submission.fault() != null) {
            answer.add(new Clerk.Opinion(
                    false, submission.controlId(), "", List.of(Remark.error("FHS^1", 207, submission.fault()))));
        } else {
            for (String message : submission.messages()) {
                Clerk.Opinion opinion = clerk.judge(message, page, LocalDate.now(clock));
                answer.add(opinion);
                controlIds.add(opinion.controlId());
                if (opinion.remarks().isEmpty()) {
                    accepted++;
                } else if (opinion.remarks().stream().noneMatch(Remark::isError)) {
                    warned++;
                } else {
                    rejected++;
                }
            }
        }
        Path part = folder.results().resolve(answerName + PART);
        Files.writeString(part, answer.text(), StandardCharsets.UTF_8);
        Files.move(part, folder.results().resolve(answerName), StandardCopyOption.REPLACE_EXISTING);
        books.keep(page, new TakenFile(name, archived, List.copyOf(controlIds), accepted, warned, rejected));
        LOG.info(
                "Took {}: {} messages, {} accepted, {} warned, {} rejected",
                name,
                controlIds.size(),
                accepted,
                warned,
                rejected);
    }

    @Override
    public void close() {
        clerk.close();
    }
}
