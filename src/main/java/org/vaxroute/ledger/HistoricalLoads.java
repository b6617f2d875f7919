package org.vaxroute.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The historical loads of each connection, and every step of them. History is loaded once: one load for all of a connection, or one after
 * the other for some of its sites, none of them twice. A step is one update that names the state it
 * starts from, and stands on the trail.
 */
public final class HistoricalLoads {
    private static final String ACTOR = "historical-load";

    private final Database database;
    private final Gates gates;
    private final Trail trail;
    private final Clock clock;

    HistoricalLoads(Database database, Gates gates, Trail trail, Clock clock) {
        this.database = database;
        this.gates = gates;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Keeps a plan. Nothing is read or sent for it before it is started.
     *
     * @param sites as {@link HistoricalLoad#sites} writes them
     */
    public HistoricalLoad plan(
            String connection,
            String sites,
            HistoricalLoad.Figures figures,
            List<HistoricalLoad.Source> sources,
            List<HistoricalLoad.Count> counts,
            String who) {
        return database.transact(sql -> {
            long id = insert(sql, connection, sites, LoadState.PLANNED, figures, who, "");
            for (HistoricalLoad.Source source : sources) {
                sql.sql(
                                "insert into historical_source (load_id, source, query, cut_off, ongoing) values (?, ?, ?, ?, ?)")
                        .params(id, source.id(), source.query(), source.cutOff(), source.ongoing())
                        .update();
            }
            for (HistoricalLoad.Count count : counts) {
                sql.sql("insert into historical_count (load_id, given, site, records, doses) values (?, ?, ?, ?, ?)")
                        .params(id, count.year(), Texts.column(count.site(), 64), count.records(), count.doses())
                        .update();
            }
            trail.append(
                    who,
                    "history-plan",
                    subject(connection),
                    "plan " + id + (sites.equals(HistoricalLoad.ALL_SITES) ? "" : " for " + sites));
            return get(id);
        });
    }

    /**
     * Starts a plan. From here on its ongoing sources begin where it ends.
     *
     * @throws WrongTransition when another load is under way, when one of its sites was loaded or waived, or when an ongoing source was
     *     begun elsewhere
     */
    public HistoricalLoad start(long id, String who) {
        HistoricalLoad plan = get(id);
        return database.transact(sql -> {
            gates.lock(plan.connection());
            obstacle(plan).ifPresent(why -> {
                throw new WrongTransition(why);
            });
            // What an earlier load, of other sites, has read of these sources is read again for this one.
            rewind(sql, plan);
            for (HistoricalLoad.Source source : plan.sources()) {
                begin(sql, plan, source);
            }
            return move(id, LoadState.PLANNED, LoadState.RUNNING, who, "started");
        });
    }

    /** Why a plan cannot be started: another load, or the plan itself, was started or waived before. Says what to do. */
    public Optional<String> obstacle(HistoricalLoad plan) {
        return of(plan.connection()).stream()
                .filter(other -> other.state() != LoadState.PLANNED)
                .filter(other -> other.meets(plan) || other.underWay())
                .findFirst()
                .map(other -> "The historical load of " + other.of() + " is " + other.state()
                        + (other.id() == plan.id() ? " already" : "") + " (plan " + other.id() + "); "
                        + (other.meets(plan) ? "history is loaded once. " : "one load goes at a time. ")
                        + remedy(other));
    }

    private static void rewind(JdbcClient sql, HistoricalLoad load) {
        for (HistoricalLoad.Source source : load.sources()) {
            sql.sql("update source_position set mark = null where connection = ? and source = ? and feed = ?")
                    .params(load.connection(), source.id(), Feed.HISTORICAL.name())
                    .update();
        }
    }

    private void begin(JdbcClient sql, HistoricalLoad plan, HistoricalLoad.Source source) {
        if (source.ongoing().isEmpty()) {
            return;
        }
        Optional<String> begun = beginning(plan.connection(), source.ongoing(), Feed.ONGOING);
        if (begun.isEmpty()) {
            sql.sql("insert into source_beginning (connection, source, feed, mark, begun_at) values (?, ?, ?, ?, ?)")
                    .params(
                            plan.connection(),
                            source.ongoing(),
                            Feed.ONGOING.name(),
                            source.cutOff(),
                            Database.at(clock.instant()))
                    .update();
        } else if (!begun.get().equals(source.cutOff())) {
            throw new WrongTransition("Plan " + plan.id() + " ends source " + source.id() + " at " + source.cutOff()
                    + ", but the ongoing source " + source.ongoing() + " was begun at " + begun.get()
                    + " meanwhile. Make a new plan: vaxroute backfill plan " + plan.connection() + ".");
        }
    }

    private static String remedy(HistoricalLoad other) {
        String name = other.connection();
        return switch (other.state()) {
            case RUNNING -> "Look at it: vaxroute backfill status " + name + ".";
            case PLANNED -> "Start it: vaxroute backfill start " + other.id() + ".";
            case PAUSED -> "Go on with it: vaxroute backfill resume " + name + " --why ....";
            default ->
                "If it must run again: vaxroute backfill reopen " + name + " --plan " + other.id()
                        + " --why ..., with what the registry agreed to.";
        };
    }

    /** Stops reading and sending history. */
    public HistoricalLoad pause(String connection, String who, String why) {
        return move(started(connection, "pause"), LoadState.PAUSED, who, why);
    }

    /** Goes on after a pause. */
    public HistoricalLoad resume(String connection, String who, String why) {
        HistoricalLoad load = started(connection, "resume");
        if (load.state() != LoadState.PAUSED) {
            throw wrong(load, LoadState.RUNNING);
        }
        return move(load, LoadState.RUNNING, who, why);
    }

    /** Everything was read and has left. */
    public HistoricalLoad done(long id, String why) {
        return move(id, LoadState.RUNNING, LoadState.DONE, ACTOR, why);
    }

    /** Decides that no history is sent; of a plan that was never started, or of a paused load for the rest of it. */
    public HistoricalLoad waive(String connection, String who, String why) {
        return database.transact(sql -> {
            gates.lock(connection);
            Optional<HistoricalLoad> load = current(connection);
            if (load.isPresent()) {
                return move(load.get(), LoadState.WAIVED, who, why);
            }
            long id = insert(
                    sql,
                    connection,
                    HistoricalLoad.ALL_SITES,
                    LoadState.PLANNED,
                    new HistoricalLoad.Figures(0, 0, 0, 0, 0, 0, 0),
                    who,
                    why);
            return move(id, LoadState.PLANNED, LoadState.WAIVED, who, why);
        });
    }

    /** Opens the load of a connection that ended last. */
    public HistoricalLoad reopen(String connection, String who, String why) {
        return reopen(started(connection, "reopen").id(), who, why);
    }

    /**
     * Opens a load that had ended. A waived one may be planned and started; one that was DONE runs again and reads its queries from
     * their beginning: what is stored already is recognised.
     *
     * @throws WrongTransition when it has not ended, or another load is under way
     */
    public HistoricalLoad reopen(long id, String who, String why) {
        return database.transact(sql -> {
            HistoricalLoad load = get(id);
            gates.lock(load.connection());
            of(load.connection()).stream()
                    .filter(other -> other.id() != id && other.underWay())
                    .findFirst()
                    .ifPresent(other -> {
                        throw new WrongTransition("The historical load of " + other.of() + " is " + other.state()
                                + " (plan " + other.id() + "); one load goes at a time. " + remedy(other));
                    });
            if (load.state() == LoadState.WAIVED) {
                return move(load, LoadState.PLANNED, who, why);
            }
            if (load.state() != LoadState.DONE) {
                throw wrong(load, LoadState.RUNNING);
            }
            sql.sql("update historical_source set read_at = null where load_id = ?")
                    .param(load.id())
                    .update();
            rewind(sql, load);
            return move(load, LoadState.RUNNING, who, why);
        });
    }

    /** A load by its plan's id. */
    public Optional<HistoricalLoad> find(long id) {
        return query("where load_id = ?", id).stream().findFirst();
    }

    /** The load of a connection that is under way, else the newest that was started or waived. */
    public Optional<HistoricalLoad> current(String connection) {
        List<HistoricalLoad> begun =
                query("where connection = ? and state <> 'PLANNED' order by load_id desc", connection);
        return begun.stream().filter(HistoricalLoad::underWay).findFirst().or(() -> begun.stream()
                .findFirst());
    }

    /** Connections of which a load runs. */
    public Set<String> running() {
        return database.call(sql -> sql.sql("select distinct connection from historical_load where state = 'RUNNING'")
                .query(String.class)
                .set());
    }

    /** Plans and loads of a connection, newest first. */
    public List<HistoricalLoad> of(String connection) {
        return query("where connection = ? order by load_id desc", connection);
    }

    /** What a plan counted. */
    public List<HistoricalLoad.Count> counts(long id) {
        return database.call(sql -> sql.sql("select given, site, records, doses from historical_count where load_id = ?"
                        + " order by given, site")
                .param(id)
                .query((row, n) ->
                        new HistoricalLoad.Count(row.getInt(1), row.getString(2), row.getLong(3), row.getLong(4)))
                .list());
    }

    /** Whether a source of history may be read on now: its load runs, and sending is not a whole day behind. */
    public boolean mayRead(String connection, String source) {
        return running(connection, source).filter(this::mayReadAhead).isPresent();
    }

    /** The mark up to which a query of history is read; empty while it may not be read or has been read. */
    public Optional<String> cutOff(String connection, String source) {
        return running(connection, source).flatMap(load -> load.sources().stream()
                .filter(part -> part.id().equals(source) && part.query() && part.readAt() == null)
                .map(HistoricalLoad.Source::cutOff)
                .findFirst());
    }

    private Optional<HistoricalLoad> running(String connection, String source) {
        return current(connection)
                .filter(load -> load.state() == LoadState.RUNNING)
                .filter(load ->
                        load.sources().stream().anyMatch(part -> part.id().equals(source)));
    }

    /** A query of history has been read to its cut-off, and everything is stored. */
    public void read(String connection, String source) {
        running(connection, source)
                .ifPresent(load -> database.call(
                        sql -> sql.sql("update historical_source set read_at = ? where load_id = ? and source = ?")
                                .params(Database.at(clock.instant()), load.id(), source)
                                .update()));
    }

    /** Whether fewer records wait for a file than the load may read ahead of sending. */
    public boolean mayReadAhead(HistoricalLoad load) {
        record Lane(int id, long filedNo, long numbers) {}
        long most = load.figures().readAhead();
        Optional<Lane> lane = database.call(sql -> sql.sql(
                        "select lane_id, filed_no, last_no - filed_no numbers from lane where connection = ? and feed = ?")
                .params(load.connection(), Feed.HISTORICAL.name())
                .query((row, n) -> new Lane(row.getInt(1), row.getLong(2), row.getLong(3)))
                .optional());
        // Records that were held since, or went ahead, leave their numbers empty, and no file takes the last of those
        // over: numbers alone would stop the reading for ever.
        return lane.isEmpty()
                || lane.get().numbers < most
                || database.call(sql -> sql.sql("select count(*) from (select record_id from record where lane_id = ?"
                                        + " and lane_no > ? fetch first ? rows only) counted")
                                .params(lane.get().id, lane.get().filedNo, most)
                                .query(Long.class)
                                .single())
                        < most;
    }

    /** The mark at which a query was begun; empty before it ever was. */
    public Optional<String> beginning(String connection, String source, Feed feed) {
        return database.call(
                sql -> sql.sql("select mark from source_beginning where connection = ? and source = ? and feed = ?")
                        .params(connection, source, feed.name())
                        .query(String.class)
                        .optional());
    }

    /** Begins a query at this mark, unless it was begun before; gives the mark at which it was. */
    public String begin(String connection, String source, Feed feed, String mark) {
        return beginning(connection, source, feed).orElseGet(() -> {
            database.ensure(
                    "insert into source_beginning (connection, source, feed, mark, begun_at) values (?, ?, ?, ?, ?)",
                    connection,
                    source,
                    feed.name(),
                    mark,
                    Database.at(clock.instant()));
            return beginning(connection, source, feed).orElseThrow();
        });
    }

    private HistoricalLoad started(String connection, String step) {
        return current(connection)
                .orElseThrow(
                        () -> new WrongTransition("There is no historical load of " + connection + " to " + step + ". "
                                + of(connection).stream()
                                        .findFirst()
                                        .map(plan -> "Plan " + plan.id()
                                                + " was never started: vaxroute backfill start " + plan.id() + ".")
                                        .orElse("Make a plan: vaxroute backfill plan " + connection + ".")));
    }

    private HistoricalLoad move(HistoricalLoad load, LoadState to, String who, String why) {
        return move(load.id(), load.state(), to, who, why);
    }

    /** The one place where a load changes. */
    private HistoricalLoad move(long id, LoadState from, LoadState to, String who, String why) {
        if (!from.mayBecome(to)) {
            throw wrong(get(id), to);
        }
        boolean ends = to == LoadState.DONE || to == LoadState.WAIVED;
        boolean begins = from == LoadState.PLANNED && to == LoadState.RUNNING;
        return database.transact(sql -> {
            Object now = Database.at(clock.instant());
            int moved = sql.sql("update historical_load set state = ?, why = ?, ended_at = ?"
                            + (begins ? ", started_at = ?" : "") + " where load_id = ? and state = ?")
                    .params(
                            begins
                                    ? Arrays.asList(to.name(), Texts.cut(why, 1000), null, now, id, from.name())
                                    : Arrays.asList(
                                            to.name(), Texts.cut(why, 1000), ends ? now : null, id, from.name()))
                    .update();
            HistoricalLoad load = get(id);
            if (moved == 0) {
                throw wrong(load, to);
            }
            trail.append(who, "history-" + to.name().toLowerCase(Locale.ROOT), subject(load.connection()), why);
            return load;
        });
    }

    private static WrongTransition wrong(HistoricalLoad load, LoadState to) {
        String is = "The historical load of " + load.of() + " (plan " + load.id() + ") is " + load.state();
        return new WrongTransition(
                (load.state() == to ? is + " already. " : is + "; it cannot become " + to + ". ") + remedy(load));
    }

    private static String subject(String connection) {
        return "history:" + connection;
    }

    private long insert(
            JdbcClient sql,
            String connection,
            String sites,
            LoadState state,
            HistoricalLoad.Figures figures,
            String who,
            String why) {
        return database.jdbc(jdbc -> {
            try (PreparedStatement insert = jdbc.prepareStatement(
                    "insert into historical_load (connection, site, state, records, doses, held, files, size_bytes,"
                            + " days, read_ahead, who, why, planned_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    new String[] {"load_id"})) {
                int i = 1;
                insert.setString(i++, connection);
                insert.setString(i++, sites);
                insert.setString(i++, state.name());
                insert.setLong(i++, figures.records());
                insert.setLong(i++, figures.doses());
                insert.setLong(i++, figures.held());
                insert.setInt(i++, figures.files());
                insert.setLong(i++, figures.bytes());
                insert.setInt(i++, figures.days());
                insert.setLong(i++, figures.readAhead());
                insert.setString(i++, Texts.cut(who, 200));
                insert.setString(i++, Texts.cut(why, 1000));
                insert.setObject(i, Database.at(clock.instant()));
                insert.executeUpdate();
                try (ResultSet key = insert.getGeneratedKeys()) {
                    key.next();
                    return key.getLong(1);
                }
            }
        });
    }

    private HistoricalLoad get(long id) {
        return find(id).orElseThrow(() ->
                new WrongTransition("There is no plan " + id + ". Make one: vaxroute backfill plan CONNECTION."));
    }

    private List<HistoricalLoad> query(String where, Object... values) {
        return database.call(
                sql -> sql
                        .sql("select * from historical_load " + where)
                        .params(values)
                        .query((row, n) -> row(row))
                        .list()
                        .stream()
                        .map(load -> load.with(sources(sql, load.id)))
                        .toList());
    }

    private static List<HistoricalLoad.Source> sources(JdbcClient sql, long id) {
        return sql.sql("select * from historical_source where load_id = ? order by source")
                .param(id)
                .query((row, n) -> new HistoricalLoad.Source(
                        row.getString("source"),
                        row.getBoolean("query"),
                        row.getString("cut_off"),
                        row.getString("ongoing"),
                        Database.instant(row, "read_at")))
                .list();
    }

    private record Row(
            long id,
            String connection,
            String site,
            LoadState state,
            HistoricalLoad.Figures figures,
            String who,
            String why,
            Instant plannedAt,
            Instant startedAt,
            Instant endedAt) {
        HistoricalLoad with(List<HistoricalLoad.Source> sources) {
            return new HistoricalLoad(
                    id, connection, site, state, figures, sources, who, why, plannedAt, startedAt, endedAt);
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong("load_id"),
                row.getString("connection"),
                row.getString("site"),
                LoadState.valueOf(row.getString("state")),
                new HistoricalLoad.Figures(
                        row.getLong("records"),
                        row.getLong("doses"),
                        row.getLong("held"),
                        row.getInt("files"),
                        row.getLong("size_bytes"),
                        row.getInt("days"),
                        row.getLong("read_ahead")),
                row.getString("who"),
                row.getString("why"),
                Database.instant(row, "planned_at"),
                Database.instant(row, "started_at"),
                Database.instant(row, "ended_at"));
    }
}
