package org.vaxroute.operate.retention;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.answers.AnswerArchive;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.FaultWords;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.submit.SubmissionFolder;

/**
 * Removes what has been kept for as long as it had to be. The route that calls it says how often. A file that cannot be removed keeps no
 * other one; an alarm says how many there are until a look that removed all, and the log names each.
 */
public final class Retention {
    /** Raised while something stays that was to go; the subject says of which kind. */
    static final String FAILING = "retention-failing";

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
        sweep("texts", settings.texts(), (before, sweep) -> ledger.retention().takeTexts(before));
    }

    /** Removes submission files whose time is over; their manifests and steps stay as proof of what was sent. */
    public void files() {
        sweep("files", settings.files(), (before, sweep) -> {
            for (SubmissionFile file : ledger.retention().filesBefore(before)) {
                sweep.remove(out.file(file.connection(), file.name()));
            }
        });
    }

    /** Removes files of EHRs that were read to their end, when their time is over. */
    public void sourceFiles() {
        sweep("source-files", settings.sourceFiles(), (before, sweep) -> {
            for (Path folder : settings.sourceFolders()) {
                sweep.removeArrivedBefore(before, folder.resolve(".done"));
            }
        });
    }

    /** Removes our copies of answers that were read to their end, when their time is over. */
    public void answers() {
        sweep("answers", settings.answers(), (before, sweep) -> {
            for (AnswerFile file : ledger.retention().answersBefore(before)) {
                sweep.remove(answers.file(file.connection(), file.keptAs()));
            }
        });
    }

    private void sweep(String what, Duration kept, BiConsumer<Instant, Sweep> work) {
        String subject = "retention:" + what;
        Sweep sweep = new Sweep();
        if (!kept.isZero()) {
            try {
                work.accept(clock.instant().minus(kept), sweep);
            } catch (LedgerUnavailable away) {
                throw away;
            } catch (RuntimeException fault) {
                ledger.alarms().raise(FAILING, subject, "What was kept long enough stays. " + FaultWords.of(fault));
                throw fault;
            }
        }
        if (sweep.removed > 0) {
            LOG.info("Retention removed {} files (retention.{})", sweep.removed, what);
        }
        if (sweep.stuck > 0) {
            ledger.alarms()
                    .raise(
                            FAILING,
                            subject,
                            sweep.stuck + " files or folders with patients' data could not be removed after their time"
                                    + " (retention." + what
                                    + "). Give the account of this process the right to; the log names"
                                    + " them.");
        } else {
            ledger.alarms().clear(FAILING, subject);
        }
    }

    /** What one look removed, and what it could not. */
    private static final class Sweep {
        private int removed;
        private int stuck;

        private void remove(Path file) {
            try {
                removed += Files.deleteIfExists(file) ? 1 : 0;
            } catch (IOException e) {
                stuck++;
                LOG.error(
                        "{} cannot be removed after its time; give the account of this process the right to", file, e);
            }
        }

        private void removeArrivedBefore(Instant before, Path folder) {
            for (Path file : files(folder)) {
                try {
                    if (arrived(file).isBefore(before)) {
                        remove(file);
                    }
                } catch (IOException e) {
                    stuck++;
                    LOG.error("The age of {} cannot be read", file, e);
                }
            }
        }

        private List<Path> files(Path folder) {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (Stream<Path> all = Files.list(folder)) {
                return all.filter(Files::isRegularFile).toList();
            } catch (IOException e) {
                stuck++;
                LOG.error("The folder {} cannot be read; give the account of this process the right to", folder, e);
                return List.of();
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
    }
}
