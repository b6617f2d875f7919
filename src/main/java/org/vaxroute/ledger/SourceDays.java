package org.vaxroute.ledger;

import java.time.LocalDate;
import java.util.List;

/** On which days each source gave something. */
public final class SourceDays {
    private final Database database;

    SourceDays(Database database) {
        this.database = database;
    }

    /** Remembers a day; one that is known already is left as it is. */
    public void note(String connection, String source, LocalDate day) {
        boolean known = database.call(
                sql -> sql.sql("select count(*) from source_day where connection = ? and source = ? and gave_on = ?")
                                .params(connection, source, day)
                                .query(Long.class)
                                .single()
                        > 0);
        if (!known) {
            database.ensure(
                    "insert into source_day (connection, source, gave_on) values (?, ?, ?)", connection, source, day);
        }
    }

    /** The days from that one on, oldest first. */
    public List<LocalDate> since(String connection, String source, LocalDate day) {
        return database.call(sql -> sql.sql(
                        "select gave_on from source_day where connection = ? and source = ? and gave_on >= ? order by gave_on")
                .params(connection, source, day)
                .query((row, n) -> row.getObject(1, LocalDate.class))
                .list());
    }
}
