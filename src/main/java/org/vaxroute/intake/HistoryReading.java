package org.vaxroute.intake;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.PositionMove;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;
import org.vaxroute.ledger.TakenRecord;

/** Reads sources of history without storing anything: for the plan, and for asking again at the end. */
public final class HistoryReading {
    private final IntakeSettings settings;
    private final FileReach reach;
    private final List<FileSource> files;
    private final List<JdbcSource> queries;
    private final Transform transform;
    private final NewerData newer;
    private final Check check;
    private final EhrTurns turns;
    private final Clock clock;

    public HistoryReading(
            IntakeSettings settings,
            FileReach reach,
            Collection<FileSource> files,
            Collection<JdbcSource> queries,
            Transform transform,
            NewerData newer,
            Check check,
            EhrTurns turns,
            Clock clock) {
        this.settings = settings;
        this.reach = reach;
        this.files = List.copyOf(files);
        this.queries = List.copyOf(queries);
        this.transform = transform;
        this.newer = newer;
        this.check = check;
        this.turns = turns;
        this.clock = clock;
    }

    /**
     * A source of history.
     *
     * @param ongoing the ongoing query of the same database; null when there is none
     * @param ongoingStart where that one is set to begin; null when it is left to begin with the first row
     */
    public record Source(String id, boolean query, String ongoing, String ongoingStart) {}

    /**
     * What a reading came upon besides records.
     *
     * @param newest mark of the last rows that were read; null for files, and where there was no row
     * @param faults files that may not be taken, each with the reason
     */
    public record Outcome(String newest, List<String> faults) {}

    /** The sources of history of a connection. */
    public List<Source> sources(String connection) {
        List<Source> sources = new ArrayList<>();
        for (FileSource file : files) {
            if (file.connection().equals(connection) && file.feed() == Feed.HISTORICAL) {
                sources.add(new Source(file.id(), false, null, null));
            }
        }
        for (JdbcSource query : queries) {
            if (query.connection().equals(connection) && query.feed() == Feed.HISTORICAL) {
                Optional<JdbcSource> ongoing = queries.stream()
                        .filter(other -> other.connection().equals(connection) && other.feed() == Feed.ONGOING)
                        .filter(other ->
                                other.url().equals(query.url()) && other.query().equals(query.query()))
                        .findFirst();
                sources.add(new Source(
                        query.id(),
                        true,
                        ongoing.map(JdbcSource::id).orElse(null),
                        ongoing.map(JdbcSource::start)
                                .filter(start -> !start.equals(JdbcSource.FROM_THE_BEGINNING))
                                .orElse(null)));
            }
        }
        return sources;
    }

    /**
     * Gives every record of a source as it would be stored, transformed and checked.
     *
     * @param cutOff the mark up to which a query is read; null for all that is there
     */
    public Outcome plan(String connection, String source, String cutOff, Consumer<Chunk> each) {
        Optional<JdbcSource> query = query(connection, source);
        Consumer<Chunk> prepared = chunk -> {
            transform.apply(chunk);
            newer.keep(chunk);
            check.check(chunk);
            each.accept(chunk);
        };
        return query.isPresent()
                ? rows(query.get(), cutOff, prepared)
                : folder(file(connection, source), reach.read(folder(source)), prepared);
    }

    /** Gives every record of a source again, transformed: a query's as the EHR has it now, files from where they lie when stored. */
    public Outcome again(String connection, String source, String cutOff, Consumer<Chunk> each) {
        Optional<JdbcSource> query = query(connection, source);
        Consumer<Chunk> prepared = chunk -> {
            transform.apply(chunk);
            each.accept(chunk);
        };
        return query.isPresent()
                ? rows(query.get(), cutOff, prepared)
                : folder(file(connection, source), stored(source), prepared);
    }

    /** Files of a source that wait in its drop folder to be read. */
    public int filesWaiting(String source) {
        return reach.waiting(folder(source), clock.instant());
    }

    /** Files in the drop folder of a source that nobody will read: how many, where, why and what to do, a line each. */
    public List<String> filesUnread(String source) {
        return reach.unread(folder(source), clock.instant());
    }

    private Outcome rows(JdbcSource source, String cutOff, Consumer<Chunk> each) {
        try (JdbcChunks chunks = new JdbcChunks(
                source, source.start(), null, cutOff, turns, source.queryTimeout(), () -> true, settings, clock)) {
            while (chunks.hasNext()) {
                each.accept(chunks.next());
            }
            return new Outcome(
                    chunks.newest(),
                    cutOff == null && chunks.ahead()
                            ? List.of(
                                    "rows whose change stamp lies more than a day ahead are no part of it; have them mended in the EHR")
                            : List.of());
        }
    }

    private Outcome folder(FileSource source, List<Path> paths, Consumer<Chunk> each) {
        List<String> faults = new ArrayList<>(filesUnread(source.id()));
        Set<String> contents = new HashSet<>();
        for (Path path : paths) {
            try {
                FirstPass seen = FirstPasses.over(path, source, settings, clock);
                if (!contents.add(HexFormat.of().formatHex(seen.sha256()))) {
                    // An export that was dropped again, such as for another site, is the same records.
                    continue;
                }
                if (seen.mayBeTaken()) {
                    records(source, path, each);
                } else {
                    faults.add("cannot be taken: " + path.getFileName() + ": "
                            + seen.faults().get(0));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Outcome(null, faults);
    }

    private void records(FileSource source, Path path, Consumer<Chunk> each) throws IOException {
        SourceFile row = new SourceFile(
                0,
                source.connection(),
                source.id(),
                source.feed(),
                path.getFileName().toString(),
                0,
                SourceFileState.TAKING,
                0,
                0,
                0,
                0,
                null,
                Instant.EPOCH);
        var in = new HashedInput(new BufferedInputStream(Files.newInputStream(path)));
        try (in;
                FileRecords records = FirstPasses.csv(path)
                        ? new CsvRecords(in, source, row, settings.largestMessage(), clock)
                        : new Hl7Records(in, row, FirstPasses.limits(settings))) {
            while (records.hasNext()) {
                List<TakenRecord> chunk = new ArrayList<>();
                while (chunk.size() < settings.chunk() && records.hasNext()) {
                    chunk.add(records.next());
                }
                each.accept(new Chunk(
                        source.connection(),
                        source.id(),
                        source.feed(),
                        chunk,
                        new PositionMove.None(),
                        !records.hasNext()));
            }
        }
    }

    private Path folder(String source) {
        return settings.directory().resolve(source);
    }

    private List<Path> stored(String source) {
        Path done = folder(source).resolve(".done");
        if (!Files.isDirectory(done)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(done)) {
            return found.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<JdbcSource> query(String connection, String id) {
        return queries.stream()
                .filter(source -> source.id().equals(id) && source.connection().equals(connection))
                .findFirst();
    }

    private FileSource file(String connection, String id) {
        return files.stream()
                .filter(source -> source.id().equals(id) && source.connection().equals(connection))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The connection " + connection + " has no source " + id
                        + " any more. Set it again, or make a new plan."));
    }
}
