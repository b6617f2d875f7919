package org.vaxroute.ledger;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The processes that work on this ledger, each under a name of its own, and which of them are to take no work. Who is there is judged by the
 * database's clock, never by a node's.
 */
public final class Nodes {
    /** Kind of the alarm that stands while a node is drained. */
    public static final String DRAINED = "node-drained";

    private static final String REMEMBERED_DAYS = "7";

    private final Database database;
    private final Trail trail;
    private final Alarms alarms;
    private final SecureRandom chance = new SecureRandom();

    Nodes(Database database, Trail trail, Alarms alarms) {
        this.database = database;
        this.trail = trail;
        this.alarms = alarms;
    }

    /**
     * Takes a name for a process that begins, if no other process has it: none that lives, as far as can be told.
     *
     * @param place machine and process number, for people
     * @param ended the session of an earlier process of this name that is known to have ended; 0 when none is
     * @return the session by which this process is known from now on; empty while another one may be at work under this name
     */
    public Optional<Long> enter(String name, String place, String version, long ended) {
        long session = chance.nextLong(1, Long.MAX_VALUE);
        String where = Texts.cut(place, 400);
        String what = Texts.cut(version, 60);
        int taken = database.call(sql -> sql.sql("update node set session = ?, place = ?, version = ?, started_at = "
                        + now() + ", seen_at = " + now()
                        + ", state = 'RUNNING' where name = ? and (state = 'STOPPED' or "
                        + gone() + " or session = ?)")
                .params(session, where, what, name, ended)
                .update());
        if (taken == 0
                && !database.ensure(
                        "insert into node (name, session, place, version, started_at, seen_at, state) values (?, ?, ?, ?, "
                                + now() + ", " + now() + ", 'RUNNING')",
                        name,
                        session,
                        where,
                        what)) {
            return Optional.empty();
        }
        forgetOld();
        return Optional.of(session);
    }

    // Names that a container engine made up would pile up for ever.
    private void forgetOld() {
        database.call((JdbcClient sql) -> sql.sql("delete from node where drain_who is null and seen_at < " + now()
                        + " - interval '" + REMEMBERED_DAYS + "' day")
                .update());
    }

    /**
     * Shows that a process lives.
     *
     * @param state what it does
     * @return false when another process has taken its name
     */
    public boolean seen(String name, long session, Node.State state) {
        return database.update(
                        Leases.SILENCE,
                        "update node set seen_at = " + now() + ", state = ? where name = ? and session = ?",
                        state.name(),
                        name,
                        session)
                == 1;
    }

    /** Tells a node to take no work, from now on and over restarts, until {@link #undrain}. An alarm stands meanwhile. */
    public void drain(String name, String who, String why) {
        database.transact(sql -> {
            Node node = known(name);
            int told = sql.sql("update node set drain_who = ?, drain_why = ?, drain_since = " + now()
                            + " where name = ? and drain_who is null")
                    .params(Texts.cut(who, 200), Texts.cut(why, 1000), name)
                    .update();
            if (told == 0) {
                throw new WrongTransition("The node " + name + " is "
                        + node.drain().map(Node.Drain::text).orElse("drained already")
                        + ". Let it take work again: vaxroute"
                        + " nodes undrain " + name + " --why ....");
            }
            trail.append(who, "node-drain", "node:" + name, why);
            alarms.raise(
                    DRAINED,
                    "node:" + name,
                    "The node " + name + " takes no work: " + who + " drained it (" + why
                            + "). Let it take work again: vaxroute nodes undrain " + name + " --why ....");
            return null;
        });
    }

    /** Lets a node take work again. */
    public void undrain(String name, String who, String why) {
        database.transact(sql -> {
            known(name);
            int told = sql.sql("update node set drain_who = null, drain_why = null, drain_since = null"
                            + " where name = ? and drain_who is not null")
                    .param(name)
                    .update();
            if (told == 0) {
                throw new WrongTransition("The node " + name + " is not drained.");
            }
            trail.append(who, "node-undrain", "node:" + name, why);
            alarms.clear(DRAINED, "node:" + name);
            return null;
        });
    }

    private Node known(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("There is no node " + name + ". Known: "
                        + all().stream().map(Node::name).collect(Collectors.joining(", ")) + "."));
    }

    public Optional<Node> find(String name) {
        return all().stream().filter(node -> node.name().equals(name)).findFirst();
    }

    /** Every node that was there within a week, by name. */
    public List<Node> all() {
        Map<String, String> held = held();
        return database.call(
                sql -> sql.sql("select name, place, version, started_at, seen_at, state, drain_who, drain_why,"
                                + " drain_since, " + gone() + " as gone from node order by name")
                        .query((row, n) -> node(row, held))
                        .list());
    }

    /** Who holds each lease. */
    private Map<String, String> held() {
        Map<String, String> held = new TreeMap<>();
        database.call((JdbcClient sql) -> sql.sql("select name, owner from lease where held_until > " + now())
                .query((row, n) -> held.put(row.getString("name"), row.getString("owner")))
                .list());
        return held;
    }

    /** The database's clock. */
    public Instant time() {
        return database.call(
                (JdbcClient sql) -> sql.sql("select cast(" + now() + " as timestamp with time zone) as moment")
                        .query((row, n) -> Database.instant(row, "moment"))
                        .single());
    }

    private static Node node(ResultSet row, Map<String, String> held) throws SQLException {
        String name = row.getString("name");
        List<String> leases = new ArrayList<>();
        held.forEach((lease, owner) -> {
            if (owner.endsWith(Leases.at(name))) {
                leases.add(lease);
            }
        });
        Instant since = Database.instant(row, "drain_since");
        Node.State state = Node.State.valueOf(row.getString("state"));
        return new Node(
                name,
                row.getString("place"),
                row.getString("version"),
                Database.instant(row, "started_at"),
                Database.instant(row, "seen_at"),
                state != Node.State.STOPPED && row.getBoolean("gone") ? Node.State.GONE : state,
                since == null
                        ? Optional.empty()
                        : Optional.of(new Node.Drain(row.getString("drain_who"), row.getString("drain_why"), since)),
                List.copyOf(leases));
    }

    private String gone() {
        return gone(database.dialect());
    }

    private static String gone(Dialect dialect) {
        return "(seen_at <= " + dialect.now + " - interval '" + Leases.HOLD.toSeconds() + "' second)";
    }

    /** The condition on a row of {@code node} that a process works under its name, as far as can be told. */
    static String lives(Dialect dialect) {
        return "(state <> 'STOPPED' and not " + gone(dialect) + ")";
    }

    private String now() {
        return database.dialect().now;
    }
}
