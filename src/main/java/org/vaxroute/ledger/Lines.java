package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The connections of a pool, and how long whoever uses one waits for a server that says nothing: something between us may have forgotten the
 * line, and then no word ever comes. docs/decisions/0309.
 */
final class Lines extends DelegatingDataSource implements AutoCloseable {
    /** What a statement may take, unless it is known to read much. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    /** What a statement may take that reads a whole ledger. */
    static final Duration LONG = Duration.ofMinutes(5);

    /** What a transaction may take at the stop. */
    static final Duration LAST = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Dialect dialect;
    private final ThreadLocal<Boolean> patient = ThreadLocal.withInitial(() -> false);
    private final Map<Connection, Long> inUse = new IdentityHashMap<>();
    private ScheduledExecutorService watch;

    Lines(DataSource pool, Dialect dialect) {
        super(pool);
        this.dialect = dialect;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        if (dialect == Dialect.POSTGRESQL) {
            try {
                connection.setNetworkTimeout(
                        Runnable::run, Math.toIntExact((patient.get() ? LONG : SILENCE).toMillis()));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            synchronized (inUse) {
                forgetClosed();
                inUse.put(connection, System.nanoTime());
            }
        }
        return connection;
    }

    private void forgetClosed() {
        inUse.keySet().removeIf(connection -> {
            try {
                return connection.isClosed();
            } catch (SQLException e) {
                LOG.debug("A connection does not say whether it is closed: {}", e.getMessage());
                return true;
            }
        });
    }

    /** Has this thread's connections wait up to {@link #LONG}. */
    <T> T patiently(Supplier<T> work) {
        boolean before = patient.get();
        patient.set(true);
        try {
            return work.get();
        } finally {
            patient.set(before);
        }
    }

    /** From now on gives up every connection that was in use for longer than {@link #LAST}. */
    synchronized void hurry() {
        if (watch != null || dialect != Dialect.POSTGRESQL) {
            return;
        }
        watch = Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "vaxroute-lines"));
        watch.scheduleWithFixedDelay(this::giveUpSlow, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUpSlow() {
        List<Connection> slow = new ArrayList<>();
        synchronized (inUse) {
            forgetClosed();
            long now = System.nanoTime();
            inUse.forEach((connection, since) -> {
                if (now - since >= LAST.toNanos()) {
                    slow.add(connection);
                }
            });
            slow.forEach(inUse::remove);
        }
        for (Connection connection : slow) {
            LOG.warn(
                    "A step still waits for the ledger {} s after it began; it is given up for the stop, and done again after the next start.",
                    LAST.toSeconds());
            try {
                // To close a line by TLS may wait for the other side too.
                connection.abort(work -> daemon(work, "vaxroute-line-end").start());
            } catch (SQLException e) {
                LOG.warn("A connection to the ledger could not be given up: {}", e.getMessage());
            }
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.shutdownNow();
            watch = null;
        }
    }
}
