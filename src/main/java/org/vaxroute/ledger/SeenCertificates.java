package org.vaxroute.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The certificates that registries' servers showed, one for each account: the only place where the day of their end can be learned. */
public final class SeenCertificates {
    private final Database database;
    private final Clock clock;

    SeenCertificates(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A certificate that was seen.
     *
     * @param server host and port
     * @param ends end of its validity
     */
    public record Seen(String server, Instant ends) {}

    /** Remembers what the server of an account showed; the newest counts. */
    public void note(String account, String server, Instant ends) {
        Optional<Seen> known = of(account);
        if (known.filter(new Seen(server, ends)::equals).isPresent()) {
            return;
        }
        if (known.isEmpty()
                && database.ensure(
                        "insert into seen_certificate (account, server, ends_at, seen_at) values (?, ?, ?, ?)",
                        account,
                        Texts.cut(server, 300),
                        Database.at(ends),
                        Database.at(clock.instant()))) {
            return;
        }
        database.call(
                sql -> sql.sql("update seen_certificate set server = ?, ends_at = ?, seen_at = ? where account = ?")
                        .params(Texts.cut(server, 300), Database.at(ends), Database.at(clock.instant()), account)
                        .update());
    }

    /** What the server of an account showed last; empty when it never showed one. */
    public Optional<Seen> of(String account) {
        return database.call(sql -> sql.sql("select server, ends_at from seen_certificate where account = ?")
                .param(account)
                .query((row, n) -> new Seen(row.getString("server"), Database.instant(row, "ends_at")))
                .optional());
    }
}
