package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Severity;
import org.vaxroute.rules.Verdict;

/**
 * Where in the past the records of a chunk belong that is read for a second time after a restore. What left between the backup and the loss
 * is in the ledger already when its source is read again, so a record may come in behind a newer one that was sent long ago: it must neither
 * revert it nor be sent once more. docs/decisions/0230.
 */
final class SecondReading {
    /** Name of the rule that holds what nobody but a person can put in its order. */
    static final String RULE = "RESTORED";

    /** Nothing is read for a second time. */
    static final SecondReading NONE = new SecondReading(null, new TreeMap<>(), false);

    private final Place file;
    private final TreeMap<Long, Member> members;
    private final boolean holdsAll;

    /**
     * A record that was in a submission file.
     *
     * @param id of its last row that was
     * @param dropped whether it was only in files that were taken back
     * @param begun whether nothing of it left but what VaxRoute made to go before it, such as the delete before a correction
     */
    private record Member(long id, boolean dropped, boolean begun) {}

    private SecondReading(Place file, TreeMap<Long, Member> members, boolean holdsAll) {
        this.file = file;
        this.members = members;
        this.holdsAll = holdsAll;
    }

    /**
     * Where a record belongs.
     *
     * @param after number of the last record that is known to be older
     * @param before number of the first record that is known to be newer, or its own number when it was sent; the highest number when
     *     none is known
     * @param newest highest number that was given before the loss
     * @param source that the record comes from
     */
    record Place(long after, long before, long newest, int source) {
        /** Its place among the versions of its patient; null where it is newer than everything else. */
        Long version() {
            return before == Long.MAX_VALUE ? null : Long.valueOf(Math.max(after, before - 1));
        }

        /** Whether that record tells something newer, or is this very record as it was sent. */
        boolean isBehind(PatientHistory.Past past) {
            return past.isStored() && past.id <= newest && past.version >= before;
        }

        /** Whether nobody can tell which of the two is newer. */
        boolean isUnclear(PatientHistory.Past past) {
            return past.isStored()
                    && (past.id > newest ? past.source != source : past.version > after && past.version < before);
        }
    }

    /**
     * @param source of the chunk
     * @param holdsAll whether nobody knows how much of what is read was sent
     */
    static SecondReading of(Connection connection, Chunk chunk, int source, boolean holdsAll) throws SQLException {
        if (!(chunk.move() instanceof PositionMove.InFile in) || chunk.records().isEmpty()) {
            return new SecondReading(null, new TreeMap<>(), holdsAll);
        }
        try (PreparedStatement select = connection.prepareStatement(
                "select a.sha256, a.after_id, a.before_id,"
                        + " (select max(newest) from ledger_restore) newest, (select max(known) from ledger_restore) known from source_file f join read_again a"
                        + " on a.source_id = f.source_id and a.sha256 = f.sha256 and a.arrival = f.arrival where f.source_file_id = ?")) {
            select.setLong(1, in.sourceFileId());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return new SecondReading(null, new TreeMap<>(), holdsAll);
                }
                Place file = new Place(
                        // Whatever the backup holds is older than what was read since.
                        Math.max(row.getLong("after_id"), row.getLong("known")),
                        row.getLong("before_id"),
                        row.getLong("newest"),
                        source);
                return new SecondReading(file, members(connection, chunk, source, row.getBytes("sha256")), holdsAll);
            }
        }
    }

    /** Numbers of the sent records by their ordinals: those of the chunk, and the nearest before and behind it. */
    private static TreeMap<Long, Member> members(Connection connection, Chunk chunk, int source, byte[] sha256)
            throws SQLException {
        long first = chunk.records().get(0).ref().lo();
        long last = chunk.records().get(chunk.records().size() - 1).ref().lo();
        TreeMap<Long, Member> members = new TreeMap<>();
        List<String> queries = new ArrayList<>(
                List.of(
                        "p.ordinal between ? and ?",
                        "p.ordinal = (select max(ordinal) from replayed_record where source_id = ? and sha256 = ? and ordinal < ?)",
                        "p.ordinal = (select min(ordinal) from replayed_record where source_id = ? and sha256 = ? and ordinal > ?)"));
        for (int i = 0; i < queries.size(); i++) {
            try (PreparedStatement select = connection.prepareStatement(
                    "select p.ordinal, max(p.record_id), min(case when r.state = 'DROPPED' then 1 else 0 end),"
                            + " min(case when r.made_for is null then 0 else 1 end) from"
                            + " replayed_record p join record r on r.record_id = p.record_id where p.source_id = ? and p.sha256 = ? and "
                            + queries.get(i) + " group by p.ordinal")) {
                select.setInt(1, source);
                select.setBytes(2, sha256);
                if (i == 0) {
                    select.setLong(3, first);
                    select.setLong(4, last);
                } else {
                    select.setInt(3, source);
                    select.setBytes(4, sha256);
                    select.setLong(5, i == 1 ? first : last);
                }
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        members.put(row.getLong(1), new Member(row.getLong(2), row.getInt(3) == 1, row.getInt(4) == 1));
                    }
                }
            }
        }
        return members;
    }

    /** Where a record belongs; null when it is newer than everything that is known, as usual. */
    Place of(TakenRecord taken) {
        if (file == null) {
            return null;
        }
        long ordinal = taken.ref().lo();
        Member own = members.get(ordinal);
        if (own != null && !own.begun) {
            return new Place(own.id, own.id, file.newest, file.source);
        }
        Map.Entry<Long, Member> before = members.floorEntry(ordinal);
        Map.Entry<Long, Member> behind = members.higherEntry(ordinal);
        return new Place(
                before == null ? file.after : before.getValue().id,
                behind == null ? file.before : behind.getValue().id,
                file.newest,
                file.source);
    }

    /** Whether it was only in files that a person took back: it stays dropped. */
    boolean isTakenBack(TakenRecord taken) {
        return file != null
                && members.containsKey(taken.ref().lo())
                && members.get(taken.ref().lo()).dropped;
    }

    /** Whether everything is to be held that the registry is not known to have. */
    boolean holdsAll() {
        return holdsAll;
    }

    /** Notes on the record why it is held. */
    static void note(TakenRecord taken, String location) {
        Judgement before = taken.judgement();
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                RULE,
                Severity.ERROR,
                location.isEmpty() ? Effect.MESSAGE : Effect.DOSE,
                location,
                "The ledger was restored from a backup, and nobody can tell whether this was sent since, or whether something newer was",
                "Compare it with what the registry has; then release or drop it"));
        if (before != null) {
            findings.addAll(before.findings());
        }
        taken.judgement(new Judgement(
                before == null ? Verdict.DELIVERABLE : before.verdict(),
                before == null ? List.of() : before.doses(),
                findings));
    }
}
