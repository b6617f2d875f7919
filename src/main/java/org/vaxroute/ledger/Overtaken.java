package org.vaxroute.ledger;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Records of a file of which the registry was told something newer since, which the file would undo. docs/decisions/0373. */
final class Overtaken {
    // What says the same again does no harm. Of another feed's records, which leave at another time, the order of the
    // versions tells which is newer.
    private static final String RECORDS =
            "select m.record_id from record m where m.lane_id = ? and m.lane_no between ? and ? and exists (select 1 from record n"
                    + " where n.patient_key = m.patient_key and n.state in ('READY', 'ACCEPTED', 'WARNED', 'REJECTED')"
                    + " and (n.lane_id = m.lane_id and n.lane_no > ? and n.lane_no <= ? or n.lane_id <> m.lane_id and n.lane_no is not null"
                    + " and coalesce(n.version_no, n.record_id) > coalesce(m.version_no, m.record_id))"
                    + " and (n.state <> 'REJECTED' and n.patient_hash <> m.patient_hash or exists (select 1 from dose d join dose e"
                    + " on e.dose_key = d.dose_key and (e.content_hash <> d.content_hash or e.action <> d.action)"
                    + " where e.state <> 'REJECTED' and d.dose_id between m.record_id * " + DoseIds.MOST
                    + " and m.record_id * "
                    + DoseIds.MOST + " + " + (DoseIds.MOST - 1) + " and e.dose_id between n.record_id * " + DoseIds.MOST
                    + " and n.record_id * " + DoseIds.MOST + " + " + (DoseIds.MOST - 1) + "))) order by m.lane_no";

    /** Records that a message names one by one. */
    private static final int NAMED = 10;

    private final Database database;

    Overtaken(Database database) {
        this.database = database;
    }

    /**
     * The records of a file that say something else than what was filed after them, of the patient or of a dose.
     *
     * @param filedNo how far the file's lane is filed
     */
    List<Long> of(JdbcClient sql, SubmissionFile file, long filedNo) {
        database.jdbc(connection -> {
            database.byIndex(connection);
            return null;
        });
        return sql.sql(RECORDS)
                .params(file.laneId(), file.firstNo(), file.lastNo(), file.lastNo(), filedNo)
                .query(Long.class)
                .list();
    }

    /** As {@link #of}, for a file that is to go again: why it may not, with the records and what to do; empty where there are none. */
    Optional<String> why(JdbcClient sql, SubmissionFile file, long filedNo) {
        List<Long> records = of(sql, file, filedNo);
        if (records.isEmpty()) {
            return Optional.empty();
        }
        String some = records.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        return Optional.of("File " + file.name() + " cannot be sent again: of " + records.size() + " of its "
                + file.messages()
                + " records the registry was told something newer since, or is about to be, which the old words would undo. "
                + (records.size() == 1 ? "It is record " : "They are records ") + some
                + (records.size() > NAMED ? " and " + (records.size() - NAMED) + " more" : "")
                + ". Withdraw the file, which drops what the registry did not answer of it: vaxroute files withdraw "
                + file.name()
                + " --why ... Then have the EHR hand over the current records of these patients and of all others in the file;"
                + " what the registry lacks goes by itself.");
    }
}
