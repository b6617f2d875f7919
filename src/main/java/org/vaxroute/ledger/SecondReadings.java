package org.vaxroute.ledger;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which files of EHRs are read for a second time after a restore, and between which records of the first time theirs belong. Works on a ledger
 * that nothing else uses, when every file was entered by {@link Replays}. docs/decisions/0230.
 */
public final class SecondReadings {
    private static final HexFormat HEX = HexFormat.of();

    private final Database database;
    private final Directory directory;

    SecondReadings(Database database, Directory directory) {
        this.database = database;
        this.directory = directory;
    }

    /**
     * Whether a file of an EHR is read to its end, by what this ledger knows.
     *
     * @param sha256 of its bytes, 32 bytes
     */
    public Optional<SourceFile> readBefore(String connection, String source, Feed feed, byte[] sha256) {
        return database.call(sql -> sql.sql(
                        "select f.*, s.connection, s.source, s.feed from source_file f"
                                + " join source_position s on s.source_id = f.source_id where s.connection = ? and s.source = ? and s.feed = ?"
                                + " and f.sha256 = ? and f.state <> 'FAILED' order by f.source_file_id desc fetch first 1 rows only")
                .params(connection, source, feed.name(), sha256)
                .query(SourceFiles::file)
                .optional());
    }

    /** Whether records of a file of an EHR were sent since the backup, as far as submission files tell. */
    public boolean wasSent(String connection, String source, Feed feed, byte[] sha256) {
        int sourceId = directory.source(connection, source, feed);
        return database.call(sql -> sql.sql("select count(*) from replayed_record where source_id = ? and sha256 = ?")
                        .params(sourceId, sha256)
                        .query(Long.class)
                        .single())
                > 0;
    }

    /**
     * Says that a file of an EHR is going to be read for a second time, so that its records find their place among those that were sent
     * since the backup. To be called when every file is entered.
     *
     * @param name under which it will be found
     * @param order SHA-256 of the source's files in hex, in the order in which they were read, as far as that is known
     */
    public void readAgain(String connection, String source, Feed feed, String name, byte[] sha256, List<String> order) {
        int sourceId = directory.source(connection, source, feed);
        database.patiently(() -> database.transact(sql -> {
            // A file that the backup knows half read goes on as the same arrival.
            int arrival = sql.sql("select coalesce(max(case when state = 'TAKING' or state = 'STORED' then arrival else"
                            + " arrival + 1 end), 1) from source_file where source_id = ? and sha256 = ? and name = ?")
                    .params(sourceId, sha256, name)
                    .query(Integer.class)
                    .single();
            sql.sql("delete from read_again where source_id = ? and sha256 = ? and arrival = ?")
                    .params(sourceId, sha256, arrival)
                    .update();
            long[] bounds = bounds(sql, sourceId, HEX.formatHex(sha256), order);
            sql.sql("insert into read_again (source_id, sha256, arrival, after_id, before_id) values (?, ?, ?, ?, ?)")
                    .params(sourceId, sha256, arrival, bounds[0], bounds[1])
                    .update();
            return null;
        }));
    }

    /**
     * Files of one source are read one after the other, so the numbers of their records put them into their order; one of which no record
     * was sent needs to be known by its place.
     */
    private static long[] bounds(JdbcClient sql, int source, String own, List<String> order) {
        record Span(String file, long first, long last) {}
        List<Span> spans = sql.sql(
                        "select sha256, min(record_id), max(record_id) from replayed_record where source_id = ?"
                                + " and sha256 is not null group by sha256")
                .param(source)
                .query((row, n) -> new Span(HEX.formatHex(row.getBytes(1)), row.getLong(2), row.getLong(3)))
                .list();
        Optional<Span> span = spans.stream().filter(s -> s.file.equals(own)).findFirst();
        int place = order.indexOf(own);
        long after = 0;
        long before = Long.MAX_VALUE;
        for (Span other : spans) {
            int its = order.indexOf(other.file);
            boolean older = span.isPresent() ? other.last < span.get().first : place >= 0 && its >= 0 && its < place;
            boolean newer = span.isPresent() ? other.first > span.get().last : place >= 0 && its > place;
            if (older) {
                after = Math.max(after, other.last);
            } else if (newer) {
                before = Math.min(before, other.first);
            }
        }
        return new long[] {after, before};
    }
}
