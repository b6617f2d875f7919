package org.vaxroute.answers;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.StalePosition;
import org.vaxroute.ledger.SubmissionFile;

/** The steps of the route that reads answers, bound as <code>answers</code>: which files wait, their answers in chunks, applying a chunk. */
public final class AnswerDesk {
    static final String UNREADABLE = "answer-unreadable";
    static final String UNMATCHED = "answers-unmatched";
    static final String UNKNOWN_CODE = "answer-code-unknown";
    static final String FILE_REFUSED = "file-refused-by-registry";
    static final String COPY_AWAY = "answer-copy-away";

    private static final Logger LOG = LoggerFactory.getLogger(AnswerDesk.class);
    private static final int AT_ONCE = 100;
    private static final Set<FileState> UNDER_WAY = Set.of(FileState.SENDING, FileState.UPLOADED, FileState.UNSURE);
    private static final Duration USUAL_LAG = Duration.ofDays(1);

    private final Ledger ledger;
    private final AnswerArchive archive;
    private final Map<String, AnswerFormats> formats;
    private final Map<String, Silence> silences;
    private final Looks looks;
    private final int chunk;
    private final Clock clock;
    private final Set<String> toldCodes = ConcurrentHashMap.newKeySet();
    private final AnswerAlarms alarms;

    /**
     * @param formats by connection
     * @param silences by connection; a connection without one waits for ever
     * @param chunk answers applied in one transaction
     */
    AnswerDesk(
            Ledger ledger,
            AnswerArchive archive,
            Map<String, AnswerFormats> formats,
            Map<String, Silence> silences,
            Looks looks,
            int chunk,
            Clock clock) {
        this.ledger = ledger;
        this.archive = archive;
        this.formats = Map.copyOf(formats);
        this.silences = Map.copyOf(silences);
        this.looks = looks;
        this.chunk = chunk;
        this.clock = clock;
        this.alarms = new AnswerAlarms(ledger, this.formats);
    }

    /**
     * Settles files that have waited as long as their registry's profile lets a silence last, in which its results folders were looked
     * through, wakes tasks that slept too long, and ends alarms whose cause is gone.
     */
    public void settleSilent() {
        alarms.end();
        silences.forEach((connection, silence) -> {
            int woken = ledger.tasks().wake(connection, clock.instant().minus(silence.sleep()));
            if (woken > 0) {
                LOG.info("{} tasks of connection {} slept for {} and are open now", woken, connection, silence.sleep());
            }
            if (silence.means() != Silence.Means.NOTHING) {
                looks.silentUntil(connection, clock.instant()).ifPresent(until -> ledger.answers()
                        .settleSilent(
                                connection, until.minus(silence.after()), silence.means() == Silence.Means.NO_ERRORS)
                        .forEach(file -> LOG.info(
                                "File {}: what was not answered within {} is taken as accepted",
                                file.name(),
                                silence.after())));
            }
        });
    }

    private Duration reportLag(String connection) {
        Silence silence = silences.get(connection);
        return silence == null ? USUAL_LAG : silence.reportLag();
    }

    private ZoneId zone(String connection) {
        Silence silence = silences.get(connection);
        return silence == null ? ZoneOffset.UTC : silence.zone();
    }

    /** Files that wait to be read, of connections that are in use, oldest first. */
    public List<AnswerFile> waiting() {
        return ledger.answers().waiting(formats.keySet(), AT_ONCE);
    }

    /**
     * The answers of a file that are not applied yet; none when it is in no form that is known or lost, of which an alarm tells.
     *
     * @throws AnswerException when our copy cannot be read from the disk
     */
    public Iterator<AnswerChunk> chunks(AnswerFile waiting) {
        Path copy = archive.file(waiting.connection(), waiting.keptAs());
        try {
            Optional<AnswerFormat> format = formats.get(waiting.connection()).find(waiting.name(), copy);
            if (format.isEmpty()) {
                unreadable(waiting, "is in no form of answer that is known here");
                return List.<AnswerChunk>of().iterator();
            }
            return chunks(waiting, format.get(), copy);
        } catch (NoSuchFileException e) {
            // A folder that is away as a whole comes back; a copy that is missing in it does not.
            if (!Files.isDirectory(copy.getParent())) {
                throw copyAway(waiting, e);
            }
            unreadable(waiting, "is gone from our folder work/answers");
            return List.<AnswerChunk>of().iterator();
        } catch (IOException e) {
            throw copyAway(waiting, e);
        }
    }

    private AnswerException copyAway(AnswerFile file, IOException e) {
        String told = "Our copy work/answers/" + file.connection() + "/" + file.keptAs()
                + " of an answer cannot be read (" + e.getClass().getSimpleName() + "). It is tried again at each"
                + " tick, and meanwhile no silence of the connection is taken for consent. Look at the disk of the"
                + " work folder, or put the copy back from the backup.";
        ledger.alarms().raise(COPY_AWAY, subject(file), told);
        return new AnswerException(told, e);
    }

    private Iterator<AnswerChunk> chunks(AnswerFile waiting, AnswerFormat format, Path copy) throws IOException {
        try {
            AnswerFile file = waiting.messages() < 0 ? lookThrough(waiting, format, copy) : waiting;
            return new Chunks(file, format.open(copy));
        } catch (AnswerException e) {
            unreadable(waiting, "cannot be read: " + e.getMessage());
            return List.<AnswerChunk>of().iterator();
        }
    }

    private AnswerFile lookThrough(AnswerFile file, AnswerFormat format, Path copy) throws IOException {
        int messages = 0;
        try (AnswerFormat.Answers answers = format.open(copy)) {
            while (answers.next() != null) {
                messages++;
            }
            boolean byPlace = format.goesMessageByMessage();
            Long answered = answeredFile(file, answers.reference().orElse(""), byPlace);
            return ledger.answers().begin(file.id(), format.name(), messages, byPlace, answers.speaksFor(), answered);
        }
    }

    /** What the file itself refers to, else what its name begins with: registries append to the name of what they answer. */
    private Long answeredFile(AnswerFile file, String reference, boolean alsoByName) {
        List<String> candidates = new ArrayList<>();
        candidates.add(reference);
        for (String name = alsoByName ? file.name() : ""; !name.isEmpty(); ) {
            candidates.add(name);
            int dot = name.lastIndexOf('.');
            name = dot < 0 ? "" : name.substring(0, dot);
        }
        return candidates.stream()
                .filter(name -> !name.isEmpty())
                .flatMap(name -> ledger.submissionFiles().named(name).stream())
                .filter(sent -> sent.connection().equals(file.connection()) && mayHaveArrived(sent))
                .map(SubmissionFile::id)
                .findFirst()
                .orElse(null);
    }

    private static boolean mayHaveArrived(SubmissionFile file) {
        return file.sentAt() != null || UNDER_WAY.contains(file.state());
    }

    private void unreadable(AnswerFile file, String why) {
        ledger.answers().unreadable(file.id(), "The file " + why + (why.endsWith(".") ? "" : "."));
        ledger.alarms()
                .raise(
                        UNREADABLE,
                        subject(file),
                        "The answer " + file.keptAs() + " of connection " + file.connection() + " " + why
                                + (why.endsWith(".") ? "" : ".")
                                + " Add a reader for it, or put back the copy that is lost, and have it read again (vaxroute answers"
                                + " again). Or read it yourself, do what it asks, and put it aside (vaxroute answers dismiss). Until then"
                                + " no silence of the connection is taken for consent.");
    }

    /** Applies a chunk. */
    public void apply(AnswerChunk chunk) {
        try {
            ledger.answers().apply(chunk.answerFile(), chunk.answers(), chunk.reportLag(), chunk.zone());
        } catch (StalePosition e) {
            // Another node has read on in the same file; what it applied is not applied again.
            LOG.debug("{}", e.getMessage());
            return;
        }
        AnswerFile file = ledger.answers().find(chunk.answerFile()).orElseThrow();
        for (Answer answer : chunk.answers()) {
            answer.items().forEach(item -> tell(file, item));
        }
    }

    private void tell(AnswerFile file, Answer.Item item) {
        if (item.scope() == Answer.Scope.FILE && item.severity() == Answer.Severity.ERROR) {
            ledger.alarms()
                    .raise(
                            FILE_REFUSED,
                            subject(file),
                            "The answer " + file.keptAs() + " of connection " + file.connection() + " says "
                                    + item.code()
                                    + ": a whole file was refused. Find out why, mend the cause, then send its records again under a"
                                    + " new name.");
        }
        // What is no short code may be anything, and stays in the table.
        if (item.known() || !item.code().matches("[A-Za-z0-9.-]{1,20}")) {
            return;
        }
        String subject = AnswerAlarms.subject(file.connection(), item.code());
        if (!toldCodes.add(subject)) {
            return;
        }
        ledger.alarms()
                .raise(
                        UNKNOWN_CODE,
                        subject,
                        "The registry of connection " + file.connection() + " answers with code " + item.code()
                                + ", which the catalogue does not have. Read its words with vaxroute answers explain, then add a line to"
                                + " answers.csv of the registry's profile.");
    }

    /** Everything in the file is applied: closes it, and tells of what speaks of no record of ours. */
    public void finish(AnswerFile waiting) {
        AnswerFile file = ledger.answers().find(waiting.id()).orElse(waiting);
        if (file.state() != AnswerFile.State.FETCHED || file.readTo() < file.messages() || file.messages() < 0) {
            return;
        }
        if (file.messages() == 0 && file.submissionFile() == null) {
            unreadable(file, "holds no answer, and does not say what it answers");
            return;
        }
        AnswerFile read = ledger.answers().finished(file.id());
        if (read.counts().unmatched() > 0) {
            ledger.alarms()
                    .raise(
                            UNMATCHED,
                            subject(read),
                            read.counts().unmatched() + " of " + read.messages() + " answers in " + read.keptAs()
                                    + " speak of no record that connection " + read.connection()
                                    + " sent. They are kept; look at them with vaxroute answers explain.");
        }
        LOG.info(
                "Answer {}: {} accepted, {} warned, {} rejected, {} unknown, {} unmatched",
                read.keptAs(),
                read.counts().accepted(),
                read.counts().warned(),
                read.counts().rejected(),
                read.counts().unknown(),
                read.counts().unmatched());
    }

    private static String subject(AnswerFile file) {
        return AnswerAlarms.ANSWER + file.keptAs();
    }

    /** Reads on behind what is applied; the file is closed with the last chunk or by whoever gives up. */
    private final class Chunks implements Iterator<AnswerChunk>, Closeable {
        private final AnswerFile file;
        private final AnswerFormat.Answers answers;
        private List<Answer> next;

        private boolean atEnd;

        Chunks(AnswerFile file, AnswerFormat.Answers answers) throws IOException {
            this.file = file;
            this.answers = answers;
            for (int i = 0; i < file.readTo(); i++) {
                answers.next();
            }
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = read();
            }
            return !next.isEmpty();
        }

        private List<Answer> read() {
            List<Answer> some = new ArrayList<>(chunk);
            try {
                while (!atEnd && some.size() < chunk) {
                    Answer answer = answers.next();
                    if (answer == null) {
                        // Whoever asks once more must not reach into a file that is closed.
                        atEnd = true;
                        close();
                    } else {
                        some.add(answer);
                    }
                }
                return some;
            } catch (IOException e) {
                throw copyAway(file, e);
            }
        }

        @Override
        public AnswerChunk next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The file has no more answers");
            }
            AnswerChunk some = new AnswerChunk(file.id(), next, reportLag(file.connection()), zone(file.connection()));
            next = null;
            return some;
        }

        @Override
        public void close() throws IOException {
            answers.close();
        }
    }
}
