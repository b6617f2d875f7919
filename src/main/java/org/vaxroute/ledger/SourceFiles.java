package org.vaxroute.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Files from EHRs: what each should hold, how far it was read, and how it ended. */
public final class SourceFiles {
    private static final String SELECT = "select f.*, s.connection, s.source, s.feed from source_file f"
            + " join source_position s on s.source_id = f.source_id ";

    private final Database database;
    private final Directory directory;
    private final Clock clock;

    SourceFiles(Database database, Directory directory, Clock clock) {
        this.database = database;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Takes a file that was looked through and may be taken. A file of the same name and content that is not DONE yet is the same file:
     * its row comes back, with the offset at which to go on. One that was done before and is dropped again is a new arrival.
     *
     * @param size in bytes
     * @param sha256 of the bytes, 32 bytes
     * @param messages messages that the first pass counted
     * @param doses doses that the first pass counted
     */
    public SourceFile take(
            String source,
            String connection,
            Feed feed,
            String name,
            long size,
            byte[] sha256,
            long messages,
            long doses) {
        int sourceId = directory.source(connection, source, feed);
        Optional<Arrival> last = latest(sourceId, name, sha256);
        Optional<SourceFile> begun = last.map(Arrival::file)
                .filter(f -> f.state() == SourceFileState.TAKING || f.state() == SourceFileState.STORED);
        if (begun.isPresent()) {
            return begun.get();
        }
        Instant now = clock.instant();
        OptionalLong id = insert(
                sourceId, name, size, sha256, Arrival.next(last), messages, doses, SourceFileState.TAKING, null, now);
        if (id.isEmpty()) {
            return latest(sourceId, name, sha256).orElseThrow().file();
        }
        return new SourceFile(
                id.getAsLong(),
                connection,
                source,
                feed,
                name,
                size,
                SourceFileState.TAKING,
                messages,
                doses,
                0,
                0,
                null,
                now);
    }

    /** Puts on record a file that may not be taken, for a fault of its own; nothing of it is stored. */
    public SourceFile refuse(
            String source, String connection, Feed feed, String name, long size, byte[] sha256, String reason) {
        int sourceId = directory.source(connection, source, feed);
        int arrival = Arrival.next(latest(sourceId, name, sha256));
        insert(sourceId, name, size, sha256, arrival, 0, 0, SourceFileState.FAILED, reason, clock.instant());
        return latest(sourceId, name, sha256).orElseThrow().file();
    }

    /** Says that every message is stored, for a file whose last chunk could not say so; it then must be true. */
    public void stored(long id) {
        if (!moved(id, "STORED", "TAKING", " and messages_stored = messages")) {
            throw wrong(id, "STORED");
        }
    }

    /** Says that the file was moved away after it was STORED. Harmless when said twice. */
    public void done(long id) {
        if (!moved(id, "DONE", "STORED", "")
                && get(id).map(f -> f.state() != SourceFileState.DONE).orElse(true)) {
            throw wrong(id, "DONE");
        }
    }

    /**
     * Says that the file cannot be taken after all, for a fault of its own that showed up late.
     *
     * @throws WrongTransition when it is stored already
     */
    public void failed(long id, String reason) {
        int failed =
                database.call(sql -> sql.sql("update source_file set state = 'FAILED', failed_why = ?, ended_at = ?"
                                + " where source_file_id = ? and state = 'TAKING'")
                        .params(Texts.cut(reason, 1000), Database.at(clock.instant()), id)
                        .update());
        if (failed == 0) {
            throw wrong(id, "FAILED");
        }
    }

    public Optional<SourceFile> get(long id) {
        return database.call(sql -> sql.sql(SELECT + "where f.source_file_id = ?")
                .param(id)
                .query(SourceFiles::file)
                .optional());
    }

    /** The latest arrivals, newest first. */
    public List<SourceFile> recent(int limit) {
        return database.call(sql -> sql.sql(SELECT + "order by f.source_file_id desc fetch first ? rows only")
                .param(limit)
                .query(SourceFiles::file)
                .list());
    }

    /** Empty when somebody else was faster. */
    private OptionalLong insert(
            int sourceId,
            String name,
            long size,
            byte[] sha256,
            int arrival,
            long messages,
            long doses,
            SourceFileState state,
            String reason,
            Instant now) {
        return database.ensureNumbered(
                "source_file_id",
                "insert into source_file (source_id, name, size_bytes, sha256, arrival, state, messages, doses, read_to,"
                        + " messages_stored, doses_stored, failed_why, taken_at) values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)",
                sourceId,
                name,
                size,
                sha256,
                arrival,
                state.name(),
                messages,
                doses,
                Texts.cut(reason, 1000),
                Database.at(now));
    }

    /** The submission file that has these very bytes; empty when the file is somebody else's. */
    public Optional<SubmissionFile> ownFile(byte[] sha256) {
        return database.call(sql -> sql.sql(
                        "select * from submission_file where sha256 = ? order by submission_file_id fetch first 1 rows only")
                .param(sha256)
                .query(SubmissionFiles::file)
                .optional());
    }

    /** @param number how often a file of this name and content has come */
    private record Arrival(SourceFile file, int number) {
        static int next(Optional<Arrival> last) {
            return last.map(Arrival::number).orElse(0) + 1;
        }
    }

    private Optional<Arrival> latest(int sourceId, String name, byte[] sha256) {
        return database.call(sql -> sql.sql(SELECT + "where f.source_id = ? and f.sha256 = ? and f.name = ?"
                        + " order by f.arrival desc fetch first 1 rows only")
                .params(sourceId, sha256, name)
                .query((row, n) -> new Arrival(file(row, n), row.getInt("arrival")))
                .optional());
    }

    private boolean moved(long id, String to, String from, String guard) {
        return database.call(sql -> sql.sql(
                                "update source_file set state = ?, ended_at = ? where source_file_id = ? and state = ?"
                                        + guard)
                        .params(to, Database.at(clock.instant()), id, from)
                        .update())
                == 1;
    }

    private WrongTransition wrong(long id, String to) {
        return new WrongTransition("Source file " + id + " cannot become " + to + ": "
                + get(id).map(f -> "it is " + f.state() + " with " + f.messagesStored() + " of " + f.messages()
                                + " messages stored.")
                        .orElse("there is none of that number."));
    }

    static SourceFile file(java.sql.ResultSet row, int n) throws java.sql.SQLException {
        return new SourceFile(
                row.getLong("source_file_id"),
                row.getString("connection"),
                row.getString("source"),
                Feed.valueOf(row.getString("feed")),
                row.getString("name"),
                row.getLong("size_bytes"),
                SourceFileState.valueOf(row.getString("state")),
                row.getLong("messages"),
                row.getLong("doses"),
                row.getLong("read_to"),
                row.getInt("messages_stored"),
                row.getString("failed_why"),
                Database.instant(row, "taken_at"));
    }
}
