package org.vaxroute.boot;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;

/**
 * VaxRoute inside somebody else's server. It starts and stops on threads of its own, so that none of the server's keeps anything of ours, takes
 * everything away that outlives its class loader otherwise, and leaves console and log to the server.
 */
final class ServerShell {
    private static final Logger LOG = LoggerFactory.getLogger(ServerShell.class);
    private static final long THREADS_END_SECONDS = 10;

    /** The server has a web server of its own. */
    private static final Map<String, String> OURS_OFF = Map.of("operate.http.enabled", "false");

    private final ClassLoader loader = ServerShell.class.getClassLoader();
    private final Deque<VaxRoute> running = new ArrayDeque<>();

    /**
     * Starts a VaxRoute for each home.
     *
     * @throws RuntimeException with every fault of settings and routes, or what kept one from starting; none runs then
     */
    void start(Supplier<List<Home>> homes) {
        onOwnThread("vaxroute-start", () -> {
            try {
                offerDrivers();
                homes.get().forEach(this::start);
            } catch (RuntimeException e) {
                LOG.error("VaxRoute does not start: {}", e.getMessage());
                end();
                throw e;
            }
        });
    }

    private void start(Home home) {
        List<String> faults = new StandaloneHouse().check(home, OURS_OFF);
        if (!faults.isEmpty()) {
            throw new StartFailed(
                    "VaxRoute does not start before this is mended:\n  " + String.join("\n  ", faults), null);
        }
        Settings settings = Settings.load(home, OURS_OFF);
        running.push(VaxRoute.start(settings, Clock.systemDefaultZone()));
        LOG.info("VaxRoute runs for {}", home.folder());
    }

    void stop() {
        onOwnThread("vaxroute-stop", this::end);
    }

    private void end() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        joinThreads();
        dropDrivers();
        dropLastRecord();
    }

    /** Netty's threads end seconds after their owners are closed, and would look for classes that are gone then. */
    private void joinThreads() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(THREADS_END_SECONDS);
        try {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread != Thread.currentThread()
                        && thread.getContextClassLoader() == loader
                        && thread.getName().contains("Netty")) {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                }
            }
            GlobalEventExecutor.INSTANCE.awaitInactivity(THREADS_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException neverUsed) {
            LOG.debug("No thread of Netty's own was ever started");
        }
    }

    /** The JVM looks for drivers once, before we are there. */
    private void offerDrivers() {
        Set<Class<?>> known = DriverManager.drivers().map(Object::getClass).collect(Collectors.toSet());
        for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
            if (driver.getClass().getClassLoader() == loader && !known.contains(driver.getClass())) {
                try {
                    DriverManager.registerDriver(driver);
                } catch (SQLException e) {
                    throw new StartFailed("The driver " + driver.getClass().getName() + " cannot be registered.", e);
                }
            }
        }
    }

    /** The JVM's list of drivers holds ours, and by them everything of this deployment. */
    private void dropDrivers() {
        // What stands on the JVM's own class path is never unloaded, and others may use it.
        if (loader == ClassLoader.getSystemClassLoader()) {
            return;
        }
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == loader) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    LOG.warn("The driver {} stays registered", driver.getClass().getName(), e);
                }
            }
        }
    }

    /**
     * Java 17 keeps the types of the last record class, and of the last component, whose {@code equals}, {@code hashCode} and {@code toString}
     * were linked (the handles of ObjectMethods remember what they were adapted to last), and by them the class loader. Linking each for a
     * class of its own lets ours go.
     */
    private static void dropLastRecord() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findVirtual(String.class, "intern", MethodType.methodType(String.class));
            Map.of(
                            "equals", MethodType.methodType(boolean.class, String.class, Object.class),
                            "hashCode", MethodType.methodType(int.class, String.class),
                            "toString", MethodType.methodType(String.class, String.class))
                    .forEach((method, type) -> link(lookup, method, type, component));
        } catch (ReflectiveOperationException e) {
            LOG.warn("The last record class stays linked", e);
        }
    }

    private static void link(MethodHandles.Lookup lookup, String method, MethodType type, MethodHandle component) {
        try {
            ObjectMethods.bootstrap(lookup, method, type, String.class, "component", component);
        } catch (Throwable e) {
            // All that it may throw, says its signature; the classes then stay until another record is linked.
            LOG.warn("The last record class stays linked", e);
        }
    }

    private void onOwnThread(String name, Runnable work) {
        Throwable[] fault = new Throwable[1];
        // No inherited thread-locals: they would keep what the server's thread has of us and the other way round.
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((ended, thrown) -> fault[0] = thrown);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (fault[0] != null) {
            throw new StartFailed(fault[0].getMessage(), fault[0]);
        }
    }
}
