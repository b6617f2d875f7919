package org.vaxroute.intake;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vaxroute.ledger.KeptLease;

/**
 * Reads the rows behind a mark, a page at a time. Rows that a page's edge may have cut off from others of their patient
 * are left for the next page; rows that are not in the order of their marks and patients are refused. The session may read and nothing else, and is the only one of ours at that database.
 */
final class RowPages implements Iterator<Map<String, String>>, AutoCloseable {
    private static final int LARGEST_PAGE = 1_000_000;

    private final JdbcSource source;
    private final NamedQuery query;
    private final Function<Map<String, String>, String> markOf;
    private final Function<Map<String, String>, String> patientOf;
    private final Function<Map<String, String>, String> patientAsGiven;
    private final KeptLease turn;
    private final Connection connection;
    private final Deque<Map<String, String>> page = new ArrayDeque<>();
    private String mark;
    private String given;
    private String patient = "";
    private Set<String> atEdge = Set.of();
    private boolean exhausted;
    private boolean closed;

    /**
     * @param turns lets one at a time read a database
     * @param patience how long another reading of the same database is waited for
     * @param patientAsGiven what the database puts its rows in order by, and so is told as where to go on
     * @throws DatabaseInUse when it goes on for longer
     * @throws EhrLoginRefused when the database does not let the source's account in
     * @throws SourceFaultException when the database cannot be reached
     */
    RowPages(
            JdbcSource source,
            EhrTurns turns,
            Duration patience,
            String after,
            Function<Map<String, String>, String> markOf,
            Function<Map<String, String>, String> patientOf,
            Function<Map<String, String>, String> patientAsGiven) {
        this.source = source;
        this.query = new NamedQuery(source.query());
        this.mark = after;
        this.markOf = markOf;
        this.patientOf = patientOf;
        this.patientAsGiven = patientAsGiven;
        this.turn = turns.take(source, patience);
        boolean open = false;
        try {
            this.connection = login();
            open = true;
        } finally {
            if (!open) {
                turn.close();
            }
        }
    }

    private Connection login() {
        var login = new Properties();
        if (source.user() != null) {
            login.setProperty("user", source.user());
        }
        String password = password();
        if (password != null) {
            login.setProperty("password", password);
        }
        requireDriver();
        try {
            Connection opened = DriverManager.getConnection(source.url(), login);
            try {
                opened.setReadOnly(true);
                opened.setAutoCommit(false);
                if (source.url().startsWith("jdbc:postgresql:")) {
                    readOnlySession(opened);
                }
                return opened;
            } catch (SQLException e) {
                opened.close();
                throw e;
            }
        } catch (SQLException e) {
            throw refused(e) ? loginRefused(e) : fault("its database cannot be reached", e);
        }
    }

    private void requireDriver() {
        try {
            DriverManager.getDriver(source.url());
        } catch (SQLException e) {
            throw new SourceFaultException(
                    source.id(),
                    "Source " + source.id() + " waits: no driver knows the address in source." + source.id()
                            + ".url. Correct it, or put the driver's jar into lib/ and restart.",
                    e);
        }
    }

    private EhrLoginRefused loginRefused(SQLException e) {
        return new EhrLoginRefused(
                source.id(),
                "Source " + source.id() + " waits: its database refuses the login; look at source." + source.id()
                        + ".user and source." + source.id() + ".password " + codes(e)
                        + ". Nothing is lost; so that the account is not locked, it is tried again in an hour and then every "
                        + EhrLogins.AFTER_OTHERS.toHours()
                        + " hours, and at once when the password changes or the source is paused and resumed.",
                e);
    }

    /** By the SQL standard the class of an invalid authorization. */
    private static boolean refused(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("28");
    }

    private String password() {
        try {
            return source.password().get();
        } catch (RuntimeException e) {
            throw new SourceFaultException(
                    source.id(),
                    "Source " + source.id() + " waits: the password of its database cannot be read. " + e.getMessage(),
                    e);
        }
    }

    // The driver makes each transaction read-only; a query that ends one by itself would not be held by that.
    private static void readOnlySession(Connection opened) throws SQLException {
        try (Statement session = opened.createStatement()) {
            session.execute("set default_transaction_read_only = on");
        }
        opened.commit();
    }

    @Override
    public boolean hasNext() {
        if (page.isEmpty() && !exhausted) {
            read();
        }
        return !page.isEmpty();
    }

    @Override
    public Map<String, String> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.poll();
    }

    private void read() {
        for (int limit = source.page(); ; limit *= 2) {
            List<Map<String, String>> rows = query(limit);
            requireOrder(rows);
            if (rows.size() < limit) {
                exhausted = true;
                page.addAll(rows);
                return;
            }
            int whole = rows.size() - 1;
            while (whole > 0 && together(rows.get(whole - 1), rows.get(whole))) {
                whole--;
            }
            if (whole > 0) {
                page.addAll(rows.subList(0, whole));
                mark = markOf.apply(rows.get(whole - 1));
                given = mark;
                patient = patientAsGiven.apply(rows.get(whole - 1));
                atEdge = patientsOf(mark, page);
                return;
            }
            if (limit > LARGEST_PAGE) {
                throw new SourceFaultException(
                        source.id(),
                        "The query of source " + source.id() + " returns over " + LARGEST_PAGE
                                + " rows that belong together; order it by mark and patient and use :patient.");
            }
        }
    }

    // What lies before the mark is never asked for again: a row that comes too late would be lost, or read for ever.
    private void requireOrder(List<Map<String, String>> rows) {
        String before = given;
        for (Map<String, String> row : rows) {
            String next = markOf.apply(row);
            if (before != null && !next.equals(before) && Marks.fallsBack(before, next)) {
                throw new SourceFaultException(
                        source.id(),
                        "Source " + source.id() + " waits: its query gives rows whose change stamp (column "
                                + source.columns().stampColumn()
                                + ") lies before that of the row in front, so rows would be passed over. Have query.sql begin at :mark and"
                                + " order by stamp and patient, as docs/ehr-mapping.md says, and restart.");
            }
            if (next.equals(given) && atEdge.contains(patientOf.apply(row))) {
                throw new SourceFaultException(
                        source.id(),
                        "Source " + source.id()
                                + " waits: its query gives a patient again who was among those of the same change stamp on the page in front, so it does not give them in the order that :patient goes by, and others"
                                + " would be passed over. Have query.sql order by stamp and patient, as docs/ehr-mapping.md says, and restart.");
            }
            before = next;
        }
    }

    private Set<String> patientsOf(String mark, Collection<Map<String, String>> rows) {
        return query.uses("patient")
                ? rows.stream()
                        .filter(row -> markOf.apply(row).equals(mark))
                        .map(patientOf)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    // Without :patient the next page begins behind a whole mark, so all rows of one mark must stay together.
    private boolean together(Map<String, String> a, Map<String, String> b) {
        return markOf.apply(a).equals(markOf.apply(b))
                && (!query.uses("patient") || patientOf.apply(a).equals(patientOf.apply(b)));
    }

    private List<Map<String, String>> query(int limit) {
        if (!turn.still()) {
            throw new SourceFaultException(
                    source.id(),
                    "Source " + source.id()
                            + " stops where it is: another node has taken over its database. Nothing is lost.");
        }
        try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
            statement.setFetchSize(Math.min(limit, 1_000));
            statement.setQueryTimeout((int) Math.max(1, source.queryTimeout().toSeconds()));
            query.bind(source.id(), statement, Map.of("mark", mark, "patient", patient, "limit", limit));
            try (ResultSet result = statement.executeQuery()) {
                return rows(result);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw fault("its query failed", e);
        }
    }

    private List<Map<String, String>> rows(ResultSet result) throws SQLException {
        String[] labels = labels(result.getMetaData());
        List<Map<String, String>> rows = new ArrayList<>();
        while (result.next()) {
            Map<String, String> row = new HashMap<>(labels.length * 2);
            for (int i = 0; i < labels.length; i++) {
                row.put(labels[i], result.getString(i + 1));
            }
            rows.add(row);
        }
        return rows;
    }

    private String[] labels(ResultSetMetaData columns) throws SQLException {
        String[] labels = new String[columns.getColumnCount()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = columns.getColumnLabel(i + 1);
        }
        for (String name : source.columns().columns()) {
            if (Arrays.stream(labels).filter(name::equalsIgnoreCase).count() > 1) {
                throw new SourceFaultException(
                        source.id(),
                        "Source " + source.id() + " waits: its query gives the column " + name
                                + " twice, and nobody can know which is meant. Name each column of the map once in query.sql, with an"
                                + " alias where two tables have it, and restart.");
            }
        }
        return labels;
    }

    // A driver's own words may quote values, so only its codes are told.
    private SourceFaultException fault(String what, SQLException e) {
        return new SourceFaultException(
                source.id(),
                "Source " + source.id() + " waits: " + what + " " + codes(e) + ". Nothing is lost; it is tried again.");
    }

    private static String codes(SQLException e) {
        return "(SQLState " + e.getSQLState() + ", code " + e.getErrorCode() + ")";
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            connection.close();
        } catch (SQLException e) {
            throw fault("its connection could not be closed", e);
        } finally {
            turn.close();
        }
    }
}
