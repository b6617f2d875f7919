package org.vaxroute.ledger;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The authorities (PID-3.4) with which a connection's patients are known. A patient key is made of id and authority; reports give the id
 * alone.
 */
final class Authorities {
    /** A source that writes a new authority into every record is not to be followed. */
    private static final int MOST = 200;

    private static final int LONGEST = 200;

    private final Database database;
    private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

    Authorities(Database database) {
        this.database = database;
    }

    /** Remembers what a chunk's patients are known with. */
    void note(String connection, Set<String> seen) {
        Set<String> before = of(connection);
        for (String authority : seen) {
            String kept = Texts.column(authority, LONGEST);
            // One that cannot be kept as it is would name other patients.
            if (before.size() < MOST && kept.equals(authority) && !before.contains(authority)) {
                database.ensure(
                        "insert into patient_authority (connection, authority) values (?, ?)", connection, authority);
                // Not before it is there: what was only thought to be would never be written.
                before.add(authority);
            }
        }
    }

    /** All that were seen, by this node or another. */
    Set<String> fresh(String connection) {
        known.remove(connection);
        return Set.copyOf(of(connection));
    }

    private Set<String> of(String connection) {
        return known.computeIfAbsent(connection, id -> {
            Set<String> all = ConcurrentHashMap.newKeySet();
            all.addAll(database.call(sql -> sql.sql("select authority from patient_authority where connection = ?")
                    .param(id)
                    .query(String.class)
                    .list()));
            return all;
        });
    }
}
