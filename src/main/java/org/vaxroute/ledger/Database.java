package org.vaxroute.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Connections, transactions and the meaning of their failures. Every statement of this room goes through here. */
final class Database implements AutoCloseable {
    // Whoever waits for a commit, such as an MLLP sender, has to be told before it gives up by itself.
    private static final long SERVER_MILLIS = 5_000;

    // As long as a statement waits for a lock: only the processor and the disk are between us and an H2 file.
    private static final long FILE_MILLIS = 15_000;

    private final Lines pool;
    private final Runnable ending;
    private final Dialect dialect;
    private final JdbcTemplate template;
    private final JdbcClient client;
    private final TransactionTemplate transactions;
    private final TransactionTemplate snapshots;
    private final boolean syncFiles;

    private Database(Lines pool, Runnable ending, Dialect dialect, boolean syncFiles) {
        this.pool = pool;
        this.ending = ending;
        this.dialect = dialect;
        this.syncFiles = syncFiles && dialect == Dialect.H2;
        this.template = new JdbcTemplate(pool);
        this.client = JdbcClient.create(template);
        this.transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        this.snapshots = new TransactionTemplate(transactions.getTransactionManager());
        // In H2 only this level shows every table as it stood at one moment; in PostgreSQL the lower one does.
        snapshots.setIsolationLevel(
                dialect == Dialect.H2
                        ? TransactionTemplate.ISOLATION_SERIALIZABLE
                        : TransactionTemplate.ISOLATION_REPEATABLE_READ);
    }

    /**
     * Opens the database and brings its schema up to date.
     *
     * @throws LedgerUnavailable when it cannot be reached, or goes away meanwhile
     * @throws LedgerException when it lets nobody in by these settings, or its schema is not one that this version can work with
     */
    static Database open(LedgerSettings settings) {
        Dialect dialect = Dialect.of(settings.url());
        FirstSteps steps = FirstSteps.of(settings);
        HikariDataSource pool = null;
        try {
            steps.begin();
            pool = pool(settings, dialect);
            settings.file().ifPresent(Database::closeToOthers);
            if (steps.copies() && isBehind(flyway(pool, dialect), dialect)) {
                pool.close();
                steps.copy();
                pool = pool(settings, dialect);
            }
            Lines lines = new Lines(pool, dialect);
            lines.patiently(() -> migrate(flyway(lines, dialect), dialect));
            Database database = new Database(lines, pool::close, dialect, settings.syncFiles());
            if (steps.begun()) {
                // What undoes the migration may go only when the migrated file is on the disk.
                database.force();
                steps.done();
            }
            return database;
        } catch (SQLException e) {
            close(pool);
            throw steps.undone(unopened(settings, dialect, e));
        } catch (RuntimeException e) {
            close(pool);
            throw steps.undone(e);
        }
    }

    /**
     * Looks whether the database lets us in, and no more.
     *
     * @throws LedgerUnavailable when it may do so later
     * @throws LedgerException when it will not by these settings
     */
    static void reach(LedgerSettings settings) {
        Dialect dialect = Dialect.of(settings.url());
        try {
            DriverManager.getConnection(dialect.url(settings.url()), settings.user(), settings.password())
                    .close();
        } catch (SQLException e) {
            throw unopened(settings, dialect, e);
        }
    }

    private static LedgerException unopened(LedgerSettings settings, Dialect dialect, SQLException e) {
        String text = "The ledger at " + place(settings.url()) + " cannot be opened: " + reason(e)
                + (dialect == Dialect.H2
                        ? " Check that ledger.url, ledger.user, ledger.password and ledger.file-key are right, and that no other process has the H2 file open."
                        : " Check that the database runs, and that ledger.url, ledger.user and ledger.password are right.");
        return dialect == Dialect.H2 || mayLetInLater(dialect, e)
                ? new LedgerUnavailable(text, e)
                : new LedgerException(text, e);
    }

    /** Whether PostgreSQL may give the connection later though nobody changes our settings; a wrong password or certificate stays wrong. */
    private static boolean mayLetInLater(Dialect dialect, SQLException e) {
        if (hasCause(e, CertificateException.class)) {
            return false;
        }
        String state = e.getSQLState();
        return state == null // the pool heard nothing before its time-out
                || dialect.away(state)
                        && !state.equals("08004") // no TLS there, or no such way to log in
                        && (!state.equals("08006")
                                || hasCause(e, IOException.class)); // else the driver's own objection
    }

    private static void close(HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }

    private static HikariDataSource pool(LedgerSettings settings, Dialect dialect) throws SQLException {
        String url = dialect.url(settings.url());
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(url);
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(dialect == Dialect.H2 ? FILE_MILLIS : SERVER_MILLIS);
        config.setExceptionOverride(new SQLExceptionOverride() {
            @java.lang.Override
            public Override adjudicate(SQLException fault) {
                return dialect.broken(fault.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
            }
        });
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql(dialect.greeting());
        // A large file that was not closed is repaired first, and one that is in use says so at once: neither is a
        // matter of the pool's time-out.
        try (Connection first = settings.file().isPresent()
                ? DriverManager.getConnection(url, settings.user(), settings.password())
                : null) {
            HikariDataSource pool = new HikariDataSource(config);
            try (Connection probe = pool.getConnection()) {
                probe.getMetaData();
                return pool;
            } catch (SQLException | RuntimeException e) {
                pool.close();
                throw e;
            }
        }
    }

    /** Before the first record is in it. */
    private static void closeToOthers(Path file) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.exists(file)) {
            return;
        }
        try {
            view.setPermissions(PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new LedgerException(
                    "The ledger's file " + file + " cannot be closed to other accounts (" + e.getMessage()
                            + "); let it belong to the account that runs this process.",
                    e);
        }
    }

    /**
     * Takes the connections of a server that keeps them itself.
     *
     * @throws LedgerUnavailable when it has none to give
     * @throws LedgerException when it leads to anything but PostgreSQL
     */
    static Database over(DataSource source) {
        try (Connection probe = source.getConnection()) {
            if (!probe.getMetaData().getURL().startsWith("jdbc:postgresql:")) {
                throw new LedgerException(
                        "The data source of ledger.jndi leads to a database that is not PostgreSQL. An H2 ledger is opened by"
                                + " VaxRoute itself: remove ledger.jndi and set ledger.url.",
                        null);
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable(
                    "The data source of ledger.jndi gives no connection: " + reason(e)
                            + " Look at its settings in the server, and whether the database runs.",
                    e);
        }
        DataSource greeted = new DelegatingDataSource(source) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                try (Statement greeting = connection.createStatement()) {
                    greeting.execute(Dialect.POSTGRESQL.greeting());
                    return connection;
                } catch (SQLException e) {
                    connection.close();
                    throw e;
                }
            }
        };
        Lines lines = new Lines(greeted, Dialect.POSTGRESQL);
        lines.patiently(() -> migrate(flyway(lines, Dialect.POSTGRESQL), Dialect.POSTGRESQL));
        return new Database(lines, () -> {}, Dialect.POSTGRESQL, false);
    }

    /** No database at all: whoever asks it for something is told so. */
    static Database none() {
        DataSource none = new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLTransientConnectionException("There is none where routes are only tried");
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return getConnection();
            }
        };
        return new Database(new Lines(none, Dialect.H2), () -> {}, Dialect.H2, false);
    }

    private static Flyway flyway(DataSource pool, Dialect dialect) {
        return configured(dialect).dataSource(pool).load();
    }

    /** Flyway as it makes this schema, without a database yet. */
    static FluentConfiguration configured(Dialect dialect) {
        return Flyway.configure(Database.class.getClassLoader())
                .locations("classpath:db/migration")
                // By itself Flyway lets an older build work on tables that a newer one has changed.
                .ignoreMigrationPatterns(new String[0])
                .placeholders(dialect.placeholders);
    }

    private static boolean isBehind(Flyway flyway, Dialect dialect) {
        try {
            return flyway.info().pending().length > 0;
        } catch (FlywayException e) {
            throw unmigrated(e, dialect);
        }
    }

    private static MigrateResult migrate(Flyway flyway, Dialect dialect) {
        try {
            return flyway.migrate();
        } catch (FlywayException e) {
            throw unmigrated(e, dialect);
        }
    }

    private static LedgerException unmigrated(FlywayException e, Dialect dialect) {
        SQLException cause = sqlCause(e);
        boolean plain = cause == null || isPlain(dialect, cause);
        if (cause != null && (isAway(dialect, cause) || cause.getSQLState() == null)) {
            return new LedgerUnavailable(
                    "The ledger went away while its schema was looked at or brought up to date: "
                            + reason(dialect, cause),
                    plain ? e : null);
        }
        return new LedgerException(
                "The ledger's schema could not be brought up to date: "
                        + (plain ? e.getMessage() : "a migration failed (SQL state " + cause.getSQLState() + ").")
                        + " Restore the database from its backup, or start the version that wrote it.",
                plain ? e : null);
    }

    /** What every change of the records of a connection and stage takes first. */
    void lockStanding(Connection connection, int standing) throws SQLException {
        Together together = new Together(connection);
        lockStanding(together, standing);
        together.go();
    }

    /** As {@link #lockStanding(Connection, int)}, with what is asked behind the lock. */
    void lockStanding(Together together, int standing) {
        together.ask(
                dialect.lockStanding,
                (lock, at) -> {
                    lock.setInt(at, standing);
                    return at + 1;
                },
                locked -> {});
    }

    /** Has the rest of the transaction find rows by index, also before the database knows how many there are. */
    void byIndex(Connection connection) throws SQLException {
        if (dialect.byIndex() != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(dialect.byIndex());
            }
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** Empty for a pool that belongs to the server around us. */
    Optional<PoolUse> poolUse() {
        try {
            if (!pool.isWrapperFor(HikariDataSource.class)) {
                return Optional.empty();
            }
            HikariDataSource own = pool.unwrap(HikariDataSource.class);
            HikariPoolMXBean use = own.getHikariPoolMXBean();
            return Optional.of(new PoolUse(
                    use.getActiveConnections(),
                    use.getIdleConnections(),
                    use.getThreadsAwaitingConnection(),
                    own.getMaximumPoolSize()));
        } catch (SQLException e) {
            throw new LedgerException("The ledger's pool does not say how it is used.", e);
        }
    }

    DataSource pool() {
        return pool;
    }

    /** Runs statements that each stand for themselves. */
    <T> T call(Function<JdbcClient, T> work) {
        return meaning(() -> work.apply(client));
    }

    /** Runs work in one transaction: the one that is open on this thread, or a new one. */
    <T> T transact(Function<JdbcClient, T> work) {
        return meaning(() -> transactions.execute(status -> work.apply(client)));
    }

    /** Runs questions that all see the ledger as it stood at one moment, whatever is stored meanwhile. */
    <T> T atOneMoment(Function<JdbcClient, T> work) {
        return meaning(() -> snapshots.execute(status -> work.apply(client)));
    }

    /**
     * Runs work in a transaction that begins and ends with it, so that it may commit by itself ({@link Together#goLast}).
     *
     * @throws IllegalStateException in the middle of another one
     */
    <T> T transactAlone(ConnectionCallback<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("This would commit what another transaction has begun");
        }
        return transact(sql -> jdbc(work));
    }

    /** Has something done when what is open on this thread is committed, and never when it is rolled back; at once where nothing is open. */
    void afterCommit(Runnable work) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            work.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    /** Plain JDBC on the transaction's connection, for batches. */
    <T> T jdbc(ConnectionCallback<T> work) {
        return meaning(() -> template.execute(work));
    }

    /**
     * A short statement by itself, on which more depends than its own answer: a server from which nothing is heard for so long is given up, where
     * others are waited for by minutes.
     *
     * @return how many rows it changed
     */
    int update(Duration longest, String sql, Object... parameters) {
        return jdbc(connection -> {
            int usual = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(longest.toMillis()));
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    update.setObject(i + 1, parameters[i]);
                }
                return update.executeUpdate();
            } finally {
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, usual);
                }
            }
        });
    }

    /**
     * For what reads many records with one statement: the server may say nothing for up to {@link Lines#LONG}. Begun before the transaction,
     * if there is one.
     */
    <T> T patiently(Supplier<T> work) {
        return pool.patiently(work);
    }

    /** From now on nobody waits long for the server: what is not done within {@link Lines#LAST} is rolled back and fails. For the stop. */
    void hurry() {
        pool.hurry();
    }

    /** Forces an H2 file to the disk; PostgreSQL has done so at the commit. */
    void sync() {
        if (syncFiles) {
            force();
        }
    }

    private void force() {
        meaning(() -> {
            template.execute("checkpoint sync");
            return null;
        });
    }

    /**
     * Makes sure that a row exists, in a transaction of its own.
     *
     * @return whether it was this call that made it
     */
    boolean ensure(String insert, Object... values) {
        try {
            client.sql(insert).params(values).update();
            return true;
        } catch (DataAccessException | TransactionException e) {
            SQLException cause = sqlCause(e);
            if (cause != null && Dialect.unique(cause.getSQLState())) {
                return false;
            }
            throw explain(e);
        }
    }

    /**
     * As {@link #ensure}.
     *
     * @param key the column that the database numbers
     * @return the number; empty when the row was there
     */
    OptionalLong ensureNumbered(String key, String insert, Object... values) {
        KeyHolder number = new GeneratedKeyHolder();
        try {
            client.sql(insert).params(values).update(number, key);
            return OptionalLong.of(number.getKeyAs(Long.class));
        } catch (DataAccessException | TransactionException e) {
            SQLException cause = sqlCause(e);
            if (cause != null && Dialect.unique(cause.getSQLState())) {
                return OptionalLong.empty();
            }
            throw explain(e);
        }
    }

    private <T> T meaning(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException | TransactionException e) {
            throw explain(e);
        }
    }

    private LedgerException explain(RuntimeException e) {
        SQLException cause = sqlCause(e);
        RuntimeException told = cause == null || isPlain(dialect, cause) ? e : null;
        if (cause != null && isAway(dialect, cause)) {
            return new LedgerUnavailable("The ledger cannot serve now: " + reason(dialect, cause), told);
        }
        if (e instanceof TransactionException || (cause != null && cause.getSQLState() == null)) {
            // A commit or rollback that failed, or a connection that the driver has given up: nobody knows more.
            return new LedgerUnavailable(
                    "The ledger cannot serve now: its connection broke in the middle of a transaction.", told);
        }
        return new LedgerException(
                "The ledger refused a statement (SQL state " + (cause == null ? "unknown" : cause.getSQLState()) + ").",
                cause == null ? null : told);
    }

    /** Whether neither the driver's words nor those of any cause may quote a row; otherwise the SQL state alone is told. */
    static boolean isPlain(Dialect dialect, SQLException e) {
        for (Throwable said : e) {
            if (said instanceof SQLException sql && !dialect.plain(sql.getSQLState())) {
                return false;
            }
        }
        return true;
    }

    /** Why the database cannot serve, without what stands in a row. */
    static String reason(Dialect dialect, SQLException e) {
        String state = e.getSQLState();
        if (dialect.held(state)) {
            return "another transaction held a row that this one needed (SQL state " + state + ").";
        }
        return isPlain(dialect, e) ? reason(e) : "the database failed (SQL state " + state + ").";
    }

    private static SQLException sqlCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static boolean isAway(Dialect dialect, SQLException e) {
        return dialect.away(e.getSQLState())
                || hasCause(e, IOException.class)
                || hasCause(e, SQLTransientConnectionException.class);
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String reason(SQLException e) {
        String text = e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // The deepest one that says something: a line that has ended says nothing.
            if (cause.getMessage() != null) {
                text = cause.getMessage();
            }
        }
        int end = text.indexOf('\n');
        return (end < 0 ? text : text.substring(0, end)) + " (SQL state " + e.getSQLState() + ").";
    }

    /** The url without what may be a secret. */
    private static String place(String url) {
        int options = url.indexOf(url.startsWith("jdbc:h2:") ? ';' : '?');
        return options < 0 ? url : url.substring(0, options);
    }

    static OffsetDateTime at(Instant instant) {
        return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    static Instant instant(java.sql.ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    @Override
    public void close() {
        pool.close();
        ending.run();
    }
}
