package org.vaxroute.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One run of the conservation sums. */
final class Balancing {
    private final JdbcClient sql;
    private final List<Balance.Difference> differences = new ArrayList<>();
    private final Map<Integer, Sums> sources = new TreeMap<>();

    Balancing(JdbcClient sql) {
        this.sql = sql;
    }

    Balance balance() {
        sql.sql("select * from source_position order by source_id").query(row -> {
            sources.put(row.getInt("source_id"), new Sums(row));
        });
        outsideLanes();
        for (int lane : sql.sql("select lane_id from lane order by lane_id")
                .query(Integer.class)
                .list()) {
            lane(lane);
        }
        sourceFiles();
        heldList();
        doses();
        List<Balance.Line> lines = new ArrayList<>();
        for (Sums sums : sources.values()) {
            lines.add(sums.line());
            same(
                    sums.subject(),
                    "records read, against records in the ledger",
                    sums.read.records(),
                    sums.total().records());
            same(
                    sums.subject(),
                    "doses read, against doses in the ledger",
                    sums.read.doses(),
                    sums.total().doses());
        }
        return new Balance(lines, differences);
    }

    private static final class Sums {
        private final String connection;
        private final String source;
        private final Feed feed;
        private final Balance.Count read;
        private Balance.Count ready = Balance.Count.NONE;
        private Balance.Count batched = Balance.Count.NONE;
        private Balance.Count sent = Balance.Count.NONE;
        private Balance.Count held = Balance.Count.NONE;
        private Balance.Count duplicate = Balance.Count.NONE;
        private Balance.Count superseded = Balance.Count.NONE;
        private Balance.Count dropped = Balance.Count.NONE;

        Sums(java.sql.ResultSet row) throws java.sql.SQLException {
            connection = row.getString("connection");
            source = row.getString("source");
            feed = Feed.valueOf(row.getString("feed"));
            read = new Balance.Count(
                    row.getLong("records_read") - row.getLong("repeated"),
                    row.getLong("doses_read") - row.getLong("repeated_doses"));
        }

        String subject() {
            return connection + "/" + source + " (" + feed + ")";
        }

        Balance.Count total() {
            return ready.plus(batched)
                    .plus(sent)
                    .plus(held)
                    .plus(duplicate)
                    .plus(superseded)
                    .plus(dropped);
        }

        Balance.Line line() {
            return new Balance.Line(
                    connection, source, feed, read, ready, batched, sent, held, duplicate, superseded, dropped);
        }
    }

    private record Group(int source, RecordState state, Balance.Count count) {}

    /**
     * Of what was cut off a record only the doses count; the record counts where its first part is. What VaxRoute made itself no source
     * has handed over.
     */
    private static final String GROUPS =
            "select source_id, state, sum(case when part_of is null then 1 else 0 end) records,"
                    + " sum(doses) doses, sum(doses_cut) cut from record where made_for is null and ";

    private List<Group> groups(String where, Object... values) {
        List<Group> groups = new ArrayList<>();
        sql.sql(GROUPS + where + " group by source_id, state").params(values).query(row -> {
            RecordState state = RecordState.valueOf(row.getString("state"));
            groups.add(new Group(
                    row.getInt("source_id"), state, new Balance.Count(row.getLong("records"), row.getLong("doses"))));
            // Doses that a transform took out are left out for a reason that the record's changes name.
            groups.add(
                    new Group(row.getInt("source_id"), RecordState.DROPPED, new Balance.Count(0, row.getLong("cut"))));
        });
        return groups;
    }

    private void outsideLanes() {
        for (Group group : groups("lane_no is null")) {
            Sums sums = sums(group);
            switch (group.state) {
                case HELD -> sums.held = sums.held.plus(group.count);
                case DUPLICATE -> sums.duplicate = sums.duplicate.plus(group.count);
                case SUPERSEDED -> sums.superseded = sums.superseded.plus(group.count);
                case DROPPED -> sums.dropped = sums.dropped.plus(group.count);
                default ->
                    different(
                            sums.subject(),
                            "records " + group.state + " without a place in a lane",
                            0,
                            group.count.records());
            }
        }
    }

    private record FileRow(String name, long first, long last, FileState state, int messages, long doses) {}

    /** Walks the lane from its first number to its last: every record in exactly one file that was not refused, or waiting behind them. */
    private void lane(int lane) {
        long filedNo = sql.sql("select filed_no from lane where lane_id = ?")
                .param(lane)
                .query(Long.class)
                .single();
        long lastNo = sql.sql("select last_no from lane where lane_id = ?")
                .param(lane)
                .query(Long.class)
                .single();
        long highest = sql.sql("select coalesce(max(lane_no), 0) from record where lane_id = ?")
                .param(lane)
                .query(Long.class)
                .single();
        if (highest > lastNo) {
            different("lane " + lane, "last number given, against highest number of a record", lastNo, highest);
        }
        List<FileRow> files = sql.sql("select name, first_no, last_no, state, messages, doses from submission_file"
                        + " where lane_id = ? and state <> 'REFUSED' order by first_no")
                .param(lane)
                .query((row, n) -> new FileRow(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        FileState.valueOf(row.getString(4)),
                        row.getInt(5),
                        row.getLong(6)))
                .list();
        long next = 1;
        long begin = 1;
        FileState run = null;
        long messages = 0;
        long doses = 0;
        for (FileRow file : files) {
            if (file.first != next) {
                different(
                        "file " + file.name,
                        "first number of the file, against the number after the file before",
                        next,
                        file.first);
            }
            next = file.last + 1;
            if (run != null && phase(run) != phase(file.state)) {
                filed(lane, begin, file.first - 1, run, messages, doses);
                begin = file.first;
                messages = 0;
                doses = 0;
            }
            run = file.state;
            messages += file.messages;
            doses += file.doses;
        }
        if (run != null) {
            filed(lane, begin, next - 1, run, messages, doses);
        }
        same("lane " + lane, "records given to files, against the ends of the files", filedNo, next - 1);
        for (Group group : groups("lane_id = ? and lane_no > ?", lane, filedNo)) {
            Sums sums = sums(group);
            if (group.state == RecordState.READY) {
                sums.ready = sums.ready.plus(group.count);
            } else if (group.count.records() > 0) {
                different(sums.subject(), "records " + group.state + " that wait for a file", 0, group.count.records());
            } else {
                sums.dropped = sums.dropped.plus(group.count);
            }
        }
    }

    private static int phase(FileState state) {
        return state.delivered() ? 2 : state == FileState.WITHDRAWN ? 1 : 0;
    }

    /** Files that stand next to each other in one phase are summed up in one look. What a withdrawn file did not drop had been answered. */
    private void filed(int lane, long first, long last, FileState state, long messages, long doses) {
        Balance.Count found = Balance.Count.NONE;
        long rows = sql.sql("select count(*) from record where lane_id = ? and lane_no between ? and ?")
                .params(lane, first, last)
                .query(Long.class)
                .single();
        for (Group group : groups("lane_id = ? and lane_no between ? and ?", lane, first, last)) {
            Sums sums = sums(group);
            if (group.state == RecordState.DROPPED) {
                sums.dropped = sums.dropped.plus(group.count);
            } else if (phase(state) > 0) {
                sums.sent = sums.sent.plus(group.count);
            } else {
                sums.batched = sums.batched.plus(group.count);
            }
            found = found.plus(group.count);
        }
        String subject = "files of lane " + lane + " from " + first + " to " + last;
        same(subject, "messages in the files, against records", messages, rows);
    }

    /** What the first pass over each file counted, against what was stored of it. */
    private void sourceFiles() {
        sql.sql("select source_file_id, state, messages, doses, messages_stored, doses_stored from source_file"
                        + " where state in ('STORED', 'DONE') and messages > 0")
                .query(row -> {
                    String subject = "source file " + row.getLong("source_file_id");
                    same(
                            subject,
                            "messages counted in the file, against those stored",
                            row.getLong("messages"),
                            row.getLong("messages_stored"));
                    same(
                            subject,
                            "doses counted in the file, against those stored",
                            row.getLong("doses"),
                            row.getLong("doses_stored"));
                });
    }

    private void heldList() {
        same(
                "held",
                "records HELD, against the list of held records",
                count("select count(*) from record where state = 'HELD'"),
                count("select count(*) from held h join record r on r.record_id = h.record_id and r.state = 'HELD'"));
        same(
                "held",
                "lines of the list of held records that are not HELD",
                0,
                count(
                        "select count(*) from held h"
                                + " where not exists (select 1 from record r where r.record_id = h.record_id and r.state = 'HELD')"));
    }

    private void doses() {
        same(
                "doses",
                "doses that the records count, against dose rows",
                count("select coalesce(sum(doses), 0) from record"),
                count("select count(*) from dose"));
    }

    private long count(String query) {
        return sql.sql(query).query(Long.class).single();
    }

    private Sums sums(Group group) {
        return sources.get(group.source);
    }

    private void same(String subject, String what, long expected, long found) {
        if (expected != found) {
            different(subject, what, expected, found);
        }
    }

    private void different(String subject, String what, long expected, long found) {
        differences.add(new Balance.Difference(subject, what, expected, found));
    }
}
