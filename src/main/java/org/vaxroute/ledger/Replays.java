package org.vaxroute.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells a ledger that was restored from a backup what happened since: which files were decided and how far they came. Works on a ledger that
 * nothing else uses. What EHR files are read for a second time is told by {@link SecondReadings}. docs/decisions/0230.
 */
public final class Replays {
    /** Numbers of records are moved beyond the next multiple of this, so that none that the lost ledger gave is given again. */
    private static final long GAP = 1_000_000_000L;

    private static final HexFormat HEX = HexFormat.of();

    private final Database database;
    private final Directory directory;
    private final ReplayedRecords records;
    private final Restored restored;
    private final Alarms alarms;
    private final Clock clock;
    private final FileSeries series;

    Replays(Database database, Directory directory, Payloads payloads, Restored restored, Alarms alarms, Clock clock) {
        this.database = database;
        this.directory = directory;
        this.records = new ReplayedRecords(directory, payloads, clock);
        this.restored = restored;
        this.alarms = alarms;
        this.clock = clock;
        this.series = new FileSeries(database);
    }

    /** How far a restore came. */
    public enum State {
        /** What happened since the backup is being entered. */
        REPLAYING,
        /** All that is known is entered; files of EHRs are to be moved back. */
        REPLAYED,
        /** Over: a server may start. */
        DONE
    }

    /** Where the newest restore stands; empty for a ledger that never was restored. */
    public Optional<State> state() {
        return database.call(
                sql -> sql.sql("select state from ledger_restore order by restore_id desc fetch first 1 rows only")
                        .query(String.class)
                        .optional()
                        .map(State::valueOf));
    }

    /** Begins a restore in the ledger of a backup: at, now, who. */
    static final String BEGIN = "insert into ledger_restore (backup_at, begun_at, state, known, newest, who)"
            + " select cast(? as timestamp with time zone), cast(? as timestamp with time zone), 'REPLAYING',"
            + " greatest(coalesce(max(record_id), 0), coalesce(max(version_no), 0)), 0, ? from record";

    /** Says that this ledger is being restored, before anything else is done with it. */
    public void begin(Instant backupAt, String who) {
        database.patiently(() -> database.transact(sql -> sql.sql(BEGIN)
                .params(Database.at(backupAt), Database.at(clock.instant()), Texts.cut(who, 200))
                .update()));
        restored.forget();
    }

    /** Keeps the numbers of a lane up to this one, and a file's name, from being given again. */
    public void reserve(ReplayedFile file) {
        int lane = directory.lane(file.connection(), file.feed());
        database.call(sql -> sql.sql("update lane set last_no = ? where lane_id = ? and last_no < ?")
                .params(file.lastNo(), lane, file.lastNo())
                .update());
        reserve(file.connection(), file.account(), file.folder(), file.series(), file.sequence());
    }

    /** Keeps the numbers of a series of names up to this one from being given again. */
    public void reserve(String connection, String account, String folder, String name, long sequence) {
        series.reserve(new FileSeries.Series(connection, account, folder, name), sequence);
    }

    /**
     * Enters a file: all of it, or nothing. Files are entered in the order of their numbers, after every one was reserved.
     *
     * @return whether it was new to this ledger, or stood elsewhere than it says now
     */
    public boolean enter(ReplayedFile file) {
        int lane = directory.lane(file.connection(), file.feed());
        directory.standing(file.connection(), file.feed().stage());
        for (ReplayedFile.Member member : file.members()) {
            directory.source(
                    file.connection(), member.trace().source(), member.trace().sourceFeed());
        }
        return database.transact(sql -> {
            Optional<SubmissionFile> known = sql.sql(
                            "select * from submission_file where account = ? and folder = ? and name_folded = ?")
                    .params(file.account(), file.folder(), file.name().toLowerCase(java.util.Locale.ROOT))
                    .query(SubmissionFiles::file)
                    .optional();
            if (known.isPresent()) {
                return stand(sql, file, known.get());
            }
            database.jdbc(connection -> {
                records.write(connection, file, lane);
                return null;
            });
            insert(sql, file, lane);
            sql.sql("update lane set filed_no = ? where lane_id = ? and filed_no < ?")
                    .params(file.lastNo(), lane, file.lastNo())
                    .update();
            settle(sql, file);
            return true;
        });
    }

    /** Brings a file that the backup knows to where it came since. */
    private boolean stand(JdbcClient sql, ReplayedFile file, SubmissionFile known) {
        if (known.sha256() != null && !known.sha256().equals(HEX.formatHex(file.sha256()))) {
            throw new LedgerException("The manifest of " + file.name()
                    + " speaks of other bytes than the ledger of the backup; it belongs to another ledger.");
        }
        boolean built = known.sha256() == null;
        if (built) {
            sql.sql("update submission_file set sha256 = ?, size_bytes = ?, built_at = ? where submission_file_id = ?")
                    .params(file.sha256(), file.size(), Database.at(file.decidedAt()), known.id())
                    .update();
        }
        if (file.state() == known.state() || !file.left() || known.state() == FileState.ANSWERED) {
            return built;
        }
        moveTo(sql, file, known.id());
        settle(sql, file);
        return true;
    }

    private void moveTo(JdbcClient sql, ReplayedFile file, long id) {
        boolean sent = file.state() == FileState.SENT || file.state() == FileState.REFUSED;
        sql.sql(
                        "update submission_file set state = ?, sent_at = coalesce(sent_at, cast(? as timestamp with time zone)),"
                                + " next_attempt = null, last_error = ?, closed_why = ?, attempts = case when attempts = 0 then 1 else"
                                + " attempts end where submission_file_id = ?")
                .params(Arrays.asList(
                        file.state().name(),
                        sent ? Database.at(file.stateAt()) : null,
                        file.state() == FileState.UNSURE ? UNSURE : null,
                        file.state() == FileState.REFUSED || file.state() == FileState.WITHDRAWN ? CLOSED : null,
                        id))
                .update();
        // The alarm of the backup speaks of the time before.
        if (file.state() == FileState.UNSURE) {
            alarms.raise(SubmissionFiles.UNSURE, "file:" + file.name(), "File " + file.name() + ": " + UNSURE);
        } else {
            alarms.clear(SubmissionFiles.UNSURE, "file:" + file.name());
        }
    }

    private static final String UNSURE =
            "It was UNSURE before the ledger was lost. It is not sent again by itself. Ask the registry; then settle it.";
    private static final String CLOSED = "closed before the ledger was lost; the reason stands in no backup";

    private void insert(JdbcClient sql, ReplayedFile file, int lane) {
        boolean replaced = file.replaces() > 0
                && sql.sql("select count(*) from submission_file where submission_file_id = ?")
                                .param(file.replaces())
                                .query(Long.class)
                                .single()
                        > 0;
        sql.sql("insert into submission_file (submission_file_id, connection, stage, feed, lane_id, first_no, last_no,"
                        + " generation, replaces, account, folder, name, name_folded, series, sequence_no, envelope, state, messages,"
                        + " doses, sha256, size_bytes, attempts, decided_at, built_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                        + " ?, ?, 'BUILT', ?, ?, ?, ?, 0, ?, ?)")
                .params(Arrays.asList(
                        file.id(),
                        file.connection(),
                        file.feed().stage().name(),
                        file.feed().name(),
                        lane,
                        file.firstNo(),
                        file.lastNo(),
                        file.generation(),
                        replaced ? file.replaces() : null,
                        file.account(),
                        file.folder(),
                        file.name(),
                        file.name().toLowerCase(java.util.Locale.ROOT),
                        file.series(),
                        file.sequence(),
                        file.envelope(),
                        file.members().size(),
                        file.doses(),
                        file.sha256(),
                        file.size(),
                        Database.at(file.decidedAt()),
                        Database.at(file.decidedAt())))
                .update();
        if (replaced) {
            sql.sql(
                            "update submission_file set state = 'REFUSED', closed_why = ? where submission_file_id = ? and state <> 'REFUSED'")
                    .params(CLOSED, file.replaces())
                    .update();
        }
        if (file.left()) {
            moveTo(sql, file, file.id());
        }
    }

    private void settle(JdbcClient sql, ReplayedFile file) {
        if (file.state() == FileState.WITHDRAWN) {
            SubmissionFile now = sql.sql(
                            "select * from submission_file where account = ? and folder = ? and name_folded = ?")
                    .params(file.account(), file.folder(), file.name().toLowerCase(java.util.Locale.ROOT))
                    .query(SubmissionFiles::file)
                    .single();
            database.jdbc(connection -> {
                SubmissionFiles.drop(
                        connection, now.laneId(), now.firstNo(), now.lastNo(), "file " + now.name() + " withdrawn");
                return null;
            });
        }
    }

    /**
     * Keeps the numbers of records up to this one from being given again. To be called before the first file is entered, because what is
     * entered may need numbers of its own.
     *
     * @param highest number of a record, or of its place among the versions, in any file
     */
    public void reserve(long highest) {
        database.patiently(() -> database.transact(sql -> {
            long newest = Math.max(
                    highest,
                    sql.sql("select greatest(coalesce(max(record_id), 0), coalesce(max(version_no), 0)) from record")
                            .query(Long.class)
                            .single());
            sql.sql("update ledger_restore set newest = ? where state = 'REPLAYING'")
                    .param(newest)
                    .update();
            sql.sql("alter sequence record_id restart with " + ((newest / GAP + 1) * GAP + 1))
                    .update();
            return null;
        }));
    }

    /** Keeps the numbers of submission files from being given again. To be called when every file is entered. */
    public void renumber() {
        database.transact(sql -> {
            long file = sql.sql("select coalesce(max(submission_file_id), 0) from submission_file")
                    .query(Long.class)
                    .single();
            return sql.sql("alter table submission_file alter column submission_file_id restart with " + (file + 1))
                    .update();
        });
    }

    /** The highest number that a connection has given in a series of names, with whatever login; empty when it has given none. */
    public Optional<Long> lastNumber(String connection, String series) {
        return this.series.lastNumber(connection, series);
    }

    /** Says how far the restore came. */
    public void reached(State state) {
        database.call(sql -> sql.sql("update ledger_restore set state = ? where state <> 'DONE'")
                .param(state.name())
                .update());
        restored.forget();
    }
}
