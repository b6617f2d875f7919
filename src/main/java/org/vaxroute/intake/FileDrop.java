package org.vaxroute.intake;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.HistoricalLoads;
import org.vaxroute.ledger.KeptLease;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pauses;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;
import org.vaxroute.ledger.SourceFiles;

/**
 * The drop folder: decides which file may be taken, and what becomes of it afterwards.
 *
 * <p>A file leaves its place only when all of it is stored ({@code .done}) or for a fault of its own ({@code .failed},
 * beside a text that says why). Whatever else goes wrong, it stays and goes on from its position.
 *
 * <p>What may be taken is asked by one thread, the file consumer's; what was taken is read and put away by others.
 */
public final class FileDrop {
    /** How the subject of an alarm begins that tells of a file that was not taken; source folder and name follow. */
    public static final String NOT_TAKEN = "file.failed.";

    private static final int MOST_OF_A_NAME = 100;

    private static final Logger LOG = LoggerFactory.getLogger(FileDrop.class);
    private static final Duration MOMENT = Duration.ofMillis(500);
    private static final int REMEMBERED = 20_000;

    private record Seen(FileStamp stamp, Instant since) {}

    private final IntakeSettings settings;
    private final Path directory;
    private final Map<String, FileSource> sources;
    private final SourceFiles ledger;
    private final HistoricalLoads loads;
    private final Pauses pauses;
    private final ReadingLease reading;
    private final SourceAlarms alarms;
    private final Clock clock;
    private final Map<Path, Seen> growing = remembering();
    private final Map<Path, FileStamp> refused = remembering();
    private final Places places;

    private record Passed(Path file, FileStamp stamp) {}

    /** By source, a file that had to wait: none behind it may be read before it, unless it is written to, which puts it behind them. */
    private final Map<String, Passed> passedOver = new HashMap<>();

    private volatile Instant awayUntil = Instant.MIN;

    public FileDrop(
            IntakeSettings settings,
            Collection<FileSource> sources,
            SourceFiles ledger,
            HistoricalLoads loads,
            Pauses pauses,
            Leases leases,
            String node,
            SourceAlarms alarms,
            Clock clock) {
        this.settings = settings;
        this.places = new Places(settings.readers());
        this.directory = settings.directory().toAbsolutePath().normalize();
        this.sources = sources.stream().collect(Collectors.toUnmodifiableMap(FileSource::id, Function.identity()));
        this.ledger = ledger;
        this.loads = loads;
        this.pauses = pauses;
        this.reading = new ReadingLease(leases, node);
        this.alarms = alarms;
        this.clock = clock;
    }

    /**
     * SHA-256 of the files that were read in a source's folder, in hex, in the order in which they were read, as far as that was noted.
     *
     * @throws IOException when the notes cannot be read
     */
    public static List<String> readOrder(Path sourceFolder) throws IOException {
        return PutAside.order(sourceFolder);
    }

    /**
     * Whether a file that was not taken still lies where it was put aside or dropped. A later file of its name, that was taken, says nothing of it: exports
     * have the same name every night.
     *
     * @param directory the drop folder
     * @param inDrop what stands behind {@link #NOT_TAKEN} in the alarm's subject
     */
    public static boolean liesAside(Path directory, String inDrop) {
        Path file = directory.resolve(inDrop);
        Path failed = PutAside.failedOf(directory.resolve(Path.of(inDrop).getName(0)));
        String name = file.getFileName().toString();
        return Files.exists(file)
                || IntStream.rangeClosed(1, MOST_OF_A_NAME)
                        .anyMatch(number -> Files.exists(failed.resolve(PutAside.name(name, number))));
    }

    /** Looks a file through and takes it in the ledger; empty when it is not to be read now. */
    Optional<Taking> begin(Path file, Duration minAge) {
        Path inDrop = directory.relativize(file.toAbsolutePath().normalize());
        if (waitsForLedger() || !hasSource(inDrop)) {
            return Optional.empty();
        }
        FileSource source = sources.get(inDrop.getName(0).toString());
        try {
            FileStamp stamp = FileStamp.of(file);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                alarms.raise(
                        "file." + inDrop,
                        "Only regular files are taken; replace the link or device " + inDrop + " by a file.");
                return Optional.empty();
            }
            if (stamp.equals(refused.get(file)) || !leftAlone(file, stamp, minAge)) {
                return Optional.empty();
            }
            return begin(source, file, inDrop, stamp);
        } catch (NoSuchFileException e) {
            LOG.info("{} was taken away before it was read", inDrop);
        } catch (AccessDeniedException e) {
            alarms.raise(
                    "file." + inDrop,
                    inDrop + " may not be read; give the user that runs VaxRoute the right to read and move it.");
        } catch (IOException e) {
            alarms.raise(
                    "file." + inDrop,
                    inDrop + " could not be read (" + e.getClass().getSimpleName()
                            + "); it stays where it is and is tried again.");
        } catch (LedgerException e) {
            ledgerFailed(e);
        }
        return Optional.empty();
    }

    /** One reads a source at a time, over all nodes, so that its files stay in their order. */
    private Optional<Taking> begin(FileSource source, Path file, Path inDrop, FileStamp stamp) throws IOException {
        if (isBehindAnother(source, file)) {
            return Optional.empty();
        }
        // Small files of a source follow one another within one look at the folder; a large one is not waited for.
        KeptLease lease = reading.await(source, MOMENT).orElse(null);
        Optional<Taking> taking = Optional.empty();
        try {
            if (!mayRead(source)) {
                return Optional.empty();
            }
            if (lease == null && places.isFree(source.feed())) {
                lease = reading.take(source).orElse(null);
            }
            if (lease == null) {
                passedOver.put(source.id(), new Passed(file, stamp));
                return Optional.empty();
            }
            // Throws when another node has read and moved it meanwhile.
            if (stamp.equals(FileStamp.of(file))) {
                FirstPass seen = FirstPasses.over(file, source, settings, clock);
                if (stamp.equals(FileStamp.of(file))) {
                    alarms.clear("file." + inDrop);
                    taking = take(source, file, inDrop, stamp, seen, lease);
                }
            }
            taking.ifPresent(begun -> places.take(begun.lease(), source.feed()));
            return taking;
        } finally {
            if (taking.isEmpty() && lease != null) {
                lease.close();
            }
        }
    }

    // The consumer goes through its files in their order. One that is passed over because the source is being read may
    // be
    // free a moment later, when those behind it are looked at.
    private boolean isBehindAnother(FileSource source, Path file) throws IOException {
        Passed first = passedOver.get(source.id());
        if (first != null && !first.file.equals(file) && liesAsItDid(first)) {
            return true;
        }
        passedOver.remove(source.id());
        return false;
    }

    private static boolean liesAsItDid(Passed first) throws IOException {
        try {
            return first.stamp.equals(FileStamp.of(first.file));
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** A paused source waits; history waits until its load runs, and while sending is behind. */
    private boolean mayRead(FileSource source) {
        return pauses.of(Pausable.source(source.connection(), source.id())).isEmpty()
                && (source.feed() != Feed.HISTORICAL || loads.mayRead(source.connection(), source.id()));
    }

    private boolean hasSource(Path inDrop) {
        String folder = inDrop.getName(0).toString();
        if (inDrop.getNameCount() == 1) {
            alarms.raise(
                    "drop-folder",
                    "A file lies in the drop folder itself; move it into the folder of its source, one of " + known()
                            + ".");
            return false;
        }
        if (!sources.containsKey(folder)) {
            alarms.raise(
                    "drop-folder." + folder,
                    "Files lie in the folder " + folder
                            + ", but no connection in use has a file source of that id. Add source."
                            + folder + ".kind = file to a connection with enabled = true, or move them to one of "
                            + known()
                            + ".");
            return false;
        }
        return true;
    }

    private String known() {
        return sources.keySet().stream().sorted().collect(Collectors.joining(", ", "[", "]"));
    }

    // Either the file's own time says so, or we have watched it for so long: its clock may differ from ours.
    private boolean leftAlone(Path file, FileStamp stamp, Duration minAge) {
        Instant now = clock.instant();
        if (!stamp.modified().isAfter(now.minus(minAge))) {
            return true;
        }
        Seen before = growing.get(file);
        // A first look that lies ahead was had before the clock was set back.
        if (before == null || !before.stamp().equals(stamp) || before.since().isAfter(now)) {
            growing.put(file, new Seen(stamp, now));
            return minAge.isZero();
        }
        return !before.since().isAfter(now.minus(minAge));
    }

    private Optional<Taking> take(
            FileSource source, Path file, Path inDrop, FileStamp stamp, FirstPass seen, KeptLease lease) {
        Path folder = directory.resolve(source.id());
        String name = folder.relativize(file.toAbsolutePath().normalize()).toString();
        List<String> faults = new ArrayList<>(seen.faults());
        // A submission file that strayed into a drop folder would be sent a second time, or a test file to production.
        ledger.ownFile(seen.sha256())
                .ifPresent(own -> faults.add("These are the bytes of the submission file " + own.name()
                        + ", which VaxRoute itself built for the registry ("
                        + own.stage().name().toLowerCase(Locale.ROOT)
                        + "). It is no export of an EHR; remove it, and drop the EHR's own file."));
        if (!seen.mayBeTaken() || !faults.isEmpty()) {
            refuse(source, file, inDrop, stamp, seen, name, faults);
            return Optional.empty();
        }
        SourceFile row = ledger.take(
                source.id(),
                source.connection(),
                source.feed(),
                name,
                seen.bytes(),
                seen.sha256(),
                seen.messages(),
                seen.doses());
        alarms.clear("ledger");
        var taking = new Taking(source, file, stamp, seen, row, lease, () -> mayRead(source));
        if (row.state() == SourceFileState.STORED) {
            putAway(taking);
            return Optional.empty();
        }
        return Optional.of(taking);
    }

    private void refuse(
            FileSource source,
            Path file,
            Path inDrop,
            FileStamp stamp,
            FirstPass seen,
            String name,
            List<String> faults) {
        String why = String.join(System.lineSeparator(), faults);
        ledger.refuse(source.id(), source.connection(), source.feed(), name, seen.bytes(), seen.sha256(), why);
        if (!putAside(source, file, inDrop, why)) {
            refused.put(file, stamp);
        }
    }

    /** Moves it to {@code .failed}; false when it cannot be moved. */
    private boolean putAside(FileSource source, Path file, Path inDrop, String why) {
        Path folder = directory.resolve(source.id());
        try {
            Path moved = PutAside.failed(file, folder, why);
            alarms.raise(
                    NOT_TAKEN + inDrop,
                    inDrop + " was not taken and lies in "
                            + directory.relativize(moved.toAbsolutePath().normalize()) + ": "
                            + why.lines().findFirst().orElse(""));
            return true;
        } catch (IOException e) {
            alarms.raise(
                    NOT_TAKEN + inDrop,
                    inDrop + " is not taken and cannot be moved to .failed ("
                            + e.getClass().getSimpleName()
                            + "); give VaxRoute the right to write there. Its fault: "
                            + why.lines().findFirst().orElse(""));
            return false;
        }
    }

    /** Puts the file where it belongs after its reading ended, well or not. */
    void finish(Taking taking) {
        try {
            putAway(taking);
        } finally {
            reading.end(taking.lease());
        }
    }

    private void putAway(Taking taking) {
        FileSource source = taking.source();
        Path inDrop = directory.relativize(taking.file().toAbsolutePath().normalize());
        try {
            if (taking.fault() != null) {
                ledger.failed(taking.row().id(), taking.fault());
                putAside(source, taking.file(), inDrop, taking.fault());
                return;
            }
            Optional<SourceFile> row = ledger.get(taking.row().id());
            if (row.map(SourceFile::state).orElse(null) == SourceFileState.STORED) {
                if (hasGrown(taking)) {
                    LOG.info("{} was written to after it was read; what is new in it is read in its turn", inDrop);
                } else {
                    moveAway(taking, inDrop);
                }
                ledger.done(taking.row().id());
                alarms.clear("source." + source.id());
            }
        } catch (LedgerException e) {
            ledgerFailed(e);
        } catch (IOException e) {
            alarms.raise(
                    "file." + inDrop,
                    inDrop + " is stored but cannot be moved to .done ("
                            + e.getClass().getSimpleName()
                            + "); give VaxRoute the right to write there. Nothing is lost or taken twice.");
        }
    }

    private static boolean hasGrown(Taking taking) throws IOException {
        try {
            return !taking.stamp().equals(FileStamp.of(taking.file()));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void moveAway(Taking taking, Path inDrop) throws IOException {
        try {
            Path moved = PutAside.done(
                    taking.file(),
                    directory.resolve(taking.source().id()),
                    taking.row().id(),
                    HexFormat.of().formatHex(taking.seen().sha256()));
            if (!isTheOneRead(moved, taking)) {
                PutAside.back(moved, taking.file());
                LOG.info("{} was replaced just before it was moved; the new one is read in its turn", inDrop);
            }
        } catch (NoSuchFileException e) {
            LOG.warn("{} is stored, but was taken away before it could be moved to .done", inDrop);
        }
    }

    // Another disk may keep time and number of a file otherwise, so where the stamp differs its bytes tell.
    private static boolean isTheOneRead(Path moved, Taking taking) throws IOException {
        if (taking.stamp().equals(FileStamp.of(moved))) {
            return true;
        }
        try (var in = new HashedInput(Files.newInputStream(moved))) {
            return Arrays.equals(in.sum(), taking.seen().sha256());
        }
    }

    // A wait that would last longer than any was begun before the clock was set back.
    private boolean waitsForLedger() {
        Instant now = clock.instant();
        return now.isBefore(awayUntil) && !awayUntil.isAfter(now.plus(settings.away()));
    }

    private void ledgerFailed(LedgerException e) {
        awayUntil = clock.instant().plus(settings.away());
        if (e instanceof LedgerUnavailable) {
            alarms.raiseWithoutLedger("ledger", "The ledger is away; files stay where they are until it is back.");
        } else {
            alarms.raise("ledger", "The ledger refused an intake file (" + e.getMessage() + "); it stays where it is.");
        }
    }

    private static <V> Map<Path, V> remembering() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
