package org.vaxroute.operate.retention;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.answers.AnswerArchive;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.submit.SubmissionFolder;

/**
 * Removes what has been kept for as long as it had to be. The route that calls it says how often. A file that cannot be removed is told of in
 * the log each time, and keeps no other one.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final RetentionSettings settings;
    private final Ledger ledger;
    private final SubmissionFolder out;
    private final AnswerArchive answers;
    private final Clock clock;

    public Retention(
            RetentionSettings settings, Ledger ledger, SubmissionFolder out, AnswerArchive answers, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.out = out;
        this.answers = answers;
        this.clock = clock;
    }

    /** Takes texts out of the ledger whose time is over. */
    public void texts() {
        limit(settings.texts()).ifPresent(before -> ledger.retention().takeTexts(before));
    }

    /** Removes submission files whose time is over; their manifests and steps stay as proof of what was sent. */
    public void files() {
        limit(settings.files()).ifPresent(before -> {
            int removed = 0;
            for (SubmissionFile file : ledger.retention().filesBefore(before)) {
                removed += remove(out.file(file.connection(), file.name()));
            }
            say(removed, "submission files");
        });
    }

    /** Removes files of EHRs that were read to their end, when their time is over. */
    public void sourceFiles() {
        limit(settings.sourceFiles()).ifPresent(before -> {
            int removed = 0;
            for (Path folder : settings.sourceFolders()) {
                for (Path file : files(folder.resolve(".done"))) {
                    removed += removeArrivedBefore(before, file);
                }
            }
            say(removed, "files of EHRs");
        });
    }

    /** Removes our copies of answers that were read to their end, when their time is over. */
    public void answers() {
        limit(settings.answers()).ifPresent(before -> {
            int removed = 0;
            for (AnswerFile file : ledger.retention().answersBefore(before)) {
                removed += remove(answers.file(file.connection(), file.keptAs()));
            }
            say(removed, "answers");
        });
    }

    private Optional<Instant> limit(Duration kept) {
        return kept.isZero() ? Optional.empty() : Optional.of(clock.instant().minus(kept));
    }

    private static int removeArrivedBefore(Instant before, Path file) {
        try {
            return arrived(file).isBefore(before) ? remove(file) : 0;
        } catch (IOException e) {
            LOG.error("The age of {} cannot be read", file, e);
            return 0;
        }
    }

    /** When it was moved to where it is: its own time is that of the EHR, which may have written it long before. */
    private static Instant arrived(Path file) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return written;
        }
        Instant moved = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        return moved.isAfter(written) ? moved : written;
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            LOG.error("The folder {} cannot be read; give the account of this process the right to", folder, e);
            return List.of();
        }
    }

    private static int remove(Path file) {
        try {
            return Files.deleteIfExists(file) ? 1 : 0;
        } catch (IOException e) {
            LOG.error("{} cannot be removed after its time; give the account of this process the right to", file, e);
            return 0;
        }
    }

    private static void say(int removed, String what) {
        if (removed > 0) {
            LOG.info("Retention removed {} {}", removed, what);
        }
    }
}
