package org.vaxroute.submit;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.FaultWords;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Builds submission files, in the steps that the route shows: choose (one transaction decides records, order and name), write (the
 * bytes follow from those rows alone), prove (read back and counted), publish (final name, manifest, and the file is delivery's).
 *
 * <p>Whatever step a crash or a full disk meets, the next run takes the decided file up again and writes the same bytes.
 */
public final class FileAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(FileAssembler.class);
    /** After so long the files of other connections get their turn; the run goes on at the next tick. docs/decisions/0304. */
    private static final Duration TURN = Duration.ofSeconds(30);

    static final String FAILING = "feed-failing";

    private final Ledger ledger;
    private final Function<String, AssemblySettings> settings;
    private final SendGate gate;
    private final OwnCopies copies;
    private final BeforeLeaving beforeLeaving;
    private final String node;
    private Duration turn = TURN;

    /** What has to be done with waiting records before a file is decided, in the same transaction. */
    @FunctionalInterface
    public interface BeforeLeaving {
        /** Nothing. */
        BeforeLeaving NOTHING = (connection, feed, most) -> {};

        /** @param most how many records the file takes at most */
        void look(String connection, Feed feed, int most);
    }

    public FileAssembler(
            Ledger ledger, Function<String, AssemblySettings> settings, SendGate gate, SubmissionFolder folder) {
        this(ledger, settings, gate, folder, BeforeLeaving.NOTHING, "this node");
    }

    public FileAssembler(
            Ledger ledger,
            Function<String, AssemblySettings> settings,
            SendGate gate,
            SubmissionFolder folder,
            BeforeLeaving beforeLeaving,
            String node) {
        this.beforeLeaving = beforeLeaving;
        this.node = node;
        this.ledger = ledger;
        this.settings = settings;
        this.gate = gate;
        this.copies = new OwnCopies(ledger, folder);
    }

    /** Lets a test have shorter turns. */
    void turn(Duration most) {
        turn = most;
    }

    /** Begins a run over the files of one feed. */
    public FileRun open(String connection, Feed feed) {
        return new FileRun(connection, feed, ledger.records().waiting(connection, feed));
    }

    /**
     * Decides the next file of the run, or takes up one that was decided and never finished.
     *
     * @return false when the run has come to its end: nothing is ready, its ceiling is reached, or the gate is closed
     */
    public boolean choose(FileRun run) {
        return holding(run, () -> {
            if (run.file() != null) {
                // A route's loop asks once more after a step of it has failed, and then does not go on: the lease would
                // stay here with nobody to give it back. The next run takes the file up.
                run.over();
            }
            if (run.getFiles() > 0 && run.lasted(turn) && !run.isPaid()) {
                run.over();
            }
            boolean another = !run.isOver() && mayBuild(run) && next(run);
            if (!another) {
                run.letGo();
            }
            if (run.isDone()) {
                well(run);
            }
            return another;
        });
    }

    /** Of several nodes one builds the files of a feed: two would write the same file at once. One that takes no work builds none. */
    private boolean mayBuild(FileRun run) {
        if (run.mayGoOn()) {
            return true;
        }
        run.letGo();
        String lane = run.getConnection() + "/" + run.getFeed().name().toLowerCase(Locale.ROOT);
        Optional<KeptLease> lease = ledger.leases().keep("files:" + lane, "assembly" + Leases.at(node));
        if (lease.isEmpty()) {
            LOG.debug("Files of {} are not built here now", lane);
            run.over();
            return false;
        }
        run.ours(lease.get());
        return true;
    }

    // A step that fails ends the run, and the next one may be another node's.
    private <T> T holding(FileRun run, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            tell(run, e);
            run.over();
            throw e;
        }
    }

    /** Raises an alarm for a fault that keeps a feed from its files, but for those that pass by themselves or are told of by an alarm of their own. */
    private void tell(FileRun run, RuntimeException fault) {
        if (fault instanceof LedgerUnavailable || fault instanceof LeaseLost || fault instanceof FileMismatch) {
            return;
        }
        try {
            if (run.isTakenOver()) {
                // Another node may have finished the file under our hands, and tells of its own faults.
                return;
            }
            ledger.alarms()
                    .raise(
                            FAILING,
                            subject(run),
                            "No file of the " + run.getFeed().name().toLowerCase(Locale.ROOT) + " feed of "
                                    + run.getConnection() + " can be built; it is tried again at every tick. "
                                    + FaultWords.of(fault));
        } catch (LedgerException untold) {
            fault.addSuppressed(untold);
        }
    }

    private void well(FileRun run) {
        ledger.alarms().clear(FAILING, subject(run));
    }

    private static String subject(FileRun run) {
        return "connection:" + run.getConnection() + "/" + run.getFeed().name().toLowerCase(Locale.ROOT);
    }

    private boolean next(FileRun run) {
        Optional<SubmissionFile> unfinished =
                ledger.submissionFiles().of(run.getConnection(), run.getFeed(), Set.of(FileState.BUILT)).stream()
                        .filter(file -> file.sha256() == null)
                        .findFirst();
        if (unfinished.isPresent()) {
            run.chosen(unfinished.get());
            return true;
        }
        AssemblySettings connection = settings.apply(run.getConnection());
        if (run.isPaid()) {
            return heartbeat(run, connection);
        }
        if (run.getFiles() >= connection.filesPerRun()) {
            run.end("ceiling of " + connection.filesPerRun() + " files a run");
            return false;
        }
        Optional<SubmissionFile> decided;
        try {
            decided = ledger.transact(() -> decide(run, connection));
        } catch (TooManyDoses e) {
            run.end(e.getMessage());
            return false;
        }
        if (decided.isEmpty()) {
            return false;
        }
        run.chosen(decided.get());
        run.paid(decided.get().messages());
        LOG.info(
                "{} decided: {} messages, {} doses of {}",
                decided.get().name(),
                decided.get().messages(),
                decided.get().doses(),
                run.getConnection());
        return true;
    }

    /** A run that found nothing may owe the registry a sign of life. Before the connection is LIVE none is owed: that file is looked at. */
    private boolean heartbeat(FileRun run, AssemblySettings connection) {
        Optional<SubmissionFile> decided =
                run.getFeed() != Feed.ONGOING || !connection.heartbeat() || run.getFiles() > 0
                        ? Optional.empty()
                        : ledger.transact(() -> {
                            SendGate.Answer answer = gate.maySend(run.getConnection(), run.getFeed());
                            return answer.equals(SendGate.Answer.OPEN)
                                    ? ledger.submissionFiles().heartbeat(order(run, connection, FileLimits.DEFAULT))
                                    : Optional.empty();
                        });
        if (decided.isEmpty()) {
            run.end("");
            return false;
        }
        run.chosen(decided.get());
        LOG.info("{} decided: no message, a sign of life of {}", decided.get().name(), run.getConnection());
        return true;
    }

    /** Writes the file of the run under its temporary name. */
    public void write(FileRun run) {
        run.written(holding(run, () -> {
            try {
                return copies.write(run.file());
            } catch (FileMismatch e) {
                raise(run, e);
                throw e;
            }
        }));
    }

    /** Reads back what was written and compares it with the ledger. */
    public void prove(FileRun run) {
        holding(run, () -> {
            try {
                copies.prove(run.file(), run.written());
            } catch (FileMismatch e) {
                raise(run, e);
                throw e;
            }
            return null;
        });
    }

    private void raise(FileRun run, FileMismatch e) {
        ledger.alarms().raise(FileAlarms.MISMATCH, FileAlarms.FILE + run.file().name(), e.getMessage());
    }

    /** Gives the file its final name and its manifest, and hands it over to delivery. */
    public void publish(FileRun run) {
        holding(run, () -> {
            try {
                built(run);
            } catch (FileMismatch e) {
                raise(run, e);
                throw e;
            }
            well(run);
            return null;
        });
        run.published();
    }

    private void built(FileRun run) {
        if (!run.isOurs()) {
            throw new LeaseLost(
                    "Another node has taken over " + run.file().name() + " while it was written; it goes on there.");
        }
        copies.publish(run.file(), run.written());
        Manifest manifest = run.written().manifest();
        ledger.submissionFiles()
                .built(
                        run.file().id(),
                        HexFormat.of().parseHex(manifest.sha256()),
                        manifest.bytes(),
                        manifest.members().size(),
                        manifest.doses());
        ledger.alarms().clear(FileAlarms.MISMATCH, FileAlarms.FILE + run.file().name());
    }

    private Optional<SubmissionFile> decide(FileRun run, AssemblySettings connection) {
        SendGate.Answer answer = gate.maySend(run.getConnection(), run.getFeed());
        if (!answer.open()) {
            run.end(answer.why());
            return Optional.empty();
        }
        FileLimits limits = connection
                .limits()
                .getOrDefault(run.getFeed(), FileLimits.DEFAULT)
                .atMost(answer.maxMessages());
        if (run.getFeed() == Feed.TEST && answer.maxDoses() < Long.MAX_VALUE) {
            ledger.submissionFiles().smallFirst(run.getConnection(), answer.maxDoses());
        }
        beforeLeaving.look(run.getConnection(), run.getFeed(), limits.messages());
        Optional<SubmissionFile> file = ledger.submissionFiles().assemble(order(run, connection, limits));
        if (file.isEmpty()) {
            run.end(run.getFiles() == 0 ? "nothing was ready" : "");
        } else if (file.get().doses() > answer.maxDoses()) {
            throw new TooManyDoses(file.get(), answer.maxDoses());
        }
        return file;
    }

    private static Assembly order(FileRun run, AssemblySettings connection, FileLimits limits) {
        Destination destination = connection.destinations().get(run.getFeed().stage());
        return new Assembly(
                run.getConnection(),
                run.getFeed(),
                destination.account(),
                destination.folder(),
                limits.messages(),
                limits.messageBytes(),
                connection.envelopes().get(run.getFeed().stage()).text(),
                connection.names());
    }

    /** Takes a decision back: the gate wants a file with fewer doses than the next record has. */
    private static final class TooManyDoses extends RuntimeException {
        TooManyDoses(SubmissionFile file, long most) {
            super("the first test file holds at most " + most
                    + " dose(s), and each waiting test record has more, the next "
                    + file.doses()
                    + "; hand in a smaller one, which then goes first, or set gate.first-test-doses = 0");
        }
    }
}
