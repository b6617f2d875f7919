package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where each connection stands on its way to live production, and what supports it. Which steps are allowed is for the feeds room to say. */
public final class Gates {
    private final Database database;
    private final Clock clock;
    private final Trail trail;

    Gates(Database database, Clock clock, Trail trail) {
        this.database = database;
        this.clock = clock;
        this.trail = trail;
    }

    /** Where a connection stands; one that was never seen is REGISTERED from now on. */
    public Gate of(String connection) {
        Optional<Gate> known = find(connection);
        if (known.isPresent()) {
            return known.get();
        }
        database.ensure(
                "insert into gate (connection, state, since) values (?, ?, ?)",
                connection,
                GateState.REGISTERED.name(),
                Database.at(clock.instant()));
        return find(connection).orElseThrow();
    }

    /** Where each connection stands that was ever seen, by its id. */
    public Map<String, Gate> all() {
        return database
                .call(sql -> sql.sql("select * from gate").query(Gates::gate).list())
                .stream()
                .collect(Collectors.toMap(Gate::connection, Function.identity()));
    }

    /** Connections with a test file that has left, or may have, and of which the record does not say how the registry took it. */
    public Set<String> withUnsettledTests() {
        return database.call(sql -> sql.sql(
                        "select distinct l.connection from lane l join submission_file f on f.lane_id = l.lane_id where l.feed = 'TEST'"
                                + " and f.state in ('SENT', 'ANSWERED', 'UNSURE') and not exists (select 1 from gate_evidence e"
                                + " where e.connection = l.connection and e.subject = f.name"
                                + " and e.kind like 'TEST_FILE_%')")
                .query(String.class)
                .set());
    }

    /** Keeps the gate as it is until the transaction that is open on this thread ends; others who ask for it wait. */
    public Gate lock(String connection) {
        Gate gate = of(connection);
        database.call(sql -> sql.sql("select connection from gate where connection = ? for update")
                .param(connection)
                .query(String.class)
                .single());
        return find(gate.connection()).orElseThrow();
    }

    /** The state alone. */
    public GateState state(String connection) {
        return of(connection).state();
    }

    /**
     * Moves a connection from one state to another, and writes who did it.
     *
     * @throws WrongTransition when it is not in {@code from} any more
     */
    public Gate move(String connection, GateState from, GateState to, String who, String why) {
        of(connection);
        return database.transact(sql -> {
            GateState resumeTo = to == GateState.SUSPENDED ? from : null;
            int moved = sql.sql(
                            "update gate set state = ?, resume_to = ?, why = ?, since = ? where connection = ? and state = ?")
                    .params(
                            to.name(),
                            resumeTo == null ? null : resumeTo.name(),
                            Texts.cut(why, 1000),
                            Database.at(clock.instant()),
                            connection,
                            from.name())
                    .update();
            if (moved == 0) {
                throw new WrongTransition("The gate of " + connection + " cannot go from " + from + " to " + to
                        + ": it is " + state(connection) + " now. Look at its status and decide again.");
            }
            trail.append(who, "gate-" + to.name().toLowerCase(java.util.Locale.ROOT), "gate:" + connection, why);
            return of(connection);
        });
    }

    /** Records something that supports a step. */
    public void evidence(String connection, String kind, String subject, String detail, String who) {
        database.transact(sql -> {
            sql.sql(
                            "insert into gate_evidence (connection, kind, subject, detail, who, recorded_at) values (?, ?, ?, ?, ?, ?)")
                    .params(
                            connection,
                            kind,
                            Texts.cut(subject, 500),
                            Texts.cut(detail == null ? "" : detail, 4000),
                            Texts.cut(who, 200),
                            Database.at(clock.instant()))
                    .update();
            trail.append(who, "gate-evidence", "gate:" + connection, kind + " " + subject);
            return null;
        });
    }

    /** What is on record for a connection, oldest first. */
    public List<GateEvidence> evidence(String connection) {
        return database.call(
                sql -> sql.sql("select * from gate_evidence where connection = ? order by gate_evidence_id")
                        .param(connection)
                        .query((row, n) -> new GateEvidence(
                                row.getLong("gate_evidence_id"),
                                row.getString("connection"),
                                row.getString("kind"),
                                row.getString("subject"),
                                row.getString("detail"),
                                row.getString("who"),
                                Database.instant(row, "recorded_at")))
                        .list());
    }

    private Optional<Gate> find(String connection) {
        return database.call((JdbcClient sql) -> sql.sql("select * from gate where connection = ?")
                .param(connection)
                .query(Gates::gate)
                .optional());
    }

    private static Gate gate(ResultSet row, int n) throws SQLException {
        return new Gate(
                row.getString("connection"),
                GateState.valueOf(row.getString("state")),
                row.getString("resume_to") == null ? null : GateState.valueOf(row.getString("resume_to")),
                row.getString("why"),
                Database.instant(row, "since"));
    }
}
