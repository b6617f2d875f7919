package org.vaxroute.intake;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Supplier;
import org.vaxroute.ledger.Feed;
import org.vaxroute.vxu.ColumnMap;

/**
 * A source whose records are read from an EHR's database.
 *
 * <p>The query returns rows that changed after a mark (the column map's {@code stamp} column, which only grows), ordered by
 * mark and patient, so that a patient's rows of one mark stand together; they become one record. It uses the named
 * parameters {@code :mark} and {@code :limit}, and should use {@code :patient}, the last patient read at that mark.
 *
 * @param zone of the connection
 * @param url JDBC address of the EHR's database
 * @param password read at each login, since it may change meanwhile; gives null for none
 * @param timetable says when it is due
 * @param query the SQL text
 * @param columns how the rows become a VXU
 * @param start mark to begin after when the source was never read
 * @param overlap how far a run reaches back behind its mark for rows that were committed late; for marks that are times
 * @param page rows read by one query
 * @param queryTimeout how long one page may take
 * @param most records that are taken from it at most, for a selection to test with; {@link #ALL} for no ceiling
 */
public record JdbcSource(
        String id,
        String connection,
        Feed feed,
        ZoneId zone,
        String url,
        String user,
        Supplier<String> password,
        Timetable timetable,
        String query,
        ColumnMap columns,
        String start,
        Duration overlap,
        int page,
        Duration queryTimeout,
        long most) {
    /** Without a ceiling. */
    public static final long ALL = Long.MAX_VALUE;

    /** The shipped default of {@code start}: before any immunization. */
    public static final String FROM_THE_BEGINNING = "1900-01-01 00:00:00+00";

    private static final List<String> PARAMETERS = List.of("mark", "patient", "limit");

    /**
     * Looks whether the query can be read on from a mark.
     *
     * @throws IllegalArgumentException saying what the query lacks
     */
    public void requireUsable() {
        NamedQuery named = new NamedQuery(query);
        List<String> unknown = named.besides(PARAMETERS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the query has a parameter :" + unknown.get(0)
                    + "; only :mark, :patient and :limit are known. Correct it");
        }
        boolean stamped = !columns.stampColumn().isEmpty();
        if (stamped && !named.uses("mark")) {
            throw new IllegalArgumentException(
                    "the query does not use :mark (in quotes it is no parameter), so each page would begin with the first row. Add where "
                            + columns.stampColumn() + " >= :mark, as docs/ehr-mapping.md says");
        }
        if (!stamped && named.uses("mark")) {
            throw new IllegalArgumentException(
                    "the query uses :mark, but columns.csv beside it has no line stamp. Add one with the column that tells when a row changed");
        }
    }

    @Override
    public String toString() {
        return "JdbcSource[" + id + "]";
    }
}
