package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.vaxroute.boot.VaxRoute;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.feeds.OngoingFeed;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SourceFile;
import org.vaxroute.ledger.SourceFileState;

/** The product itself, started as shipped in a home of its own: one file dropped, and timed until its last message is SENT. */
final class VaxRouteRun {
    private static final Duration LOOK = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofHours(2);

    private VaxRouteRun() {}

    /**
     * What a run did.
     *
     * @param stored from the drop to the commit of the last chunk
     * @param took from the drop to the last file SENT
     * @param cpu of this process meanwhile; a PostgreSQL server's is not in it, that of the SFTP server on loopback is
     * @param compiling the part of it that the JVM's compilers took
     * @param database processor time of a PostgreSQL server meanwhile
     */
    record Timed(
            Duration stored,
            Duration took,
            Duration cpu,
            Duration compiling,
            Duration database,
            int files,
            long held,
            boolean exact) {}

    static Timed run(BenchHome home, BenchLedger ledger, Path work, int messages, long seed, int referee, Map<String, String> more)
            throws IOException {
        Files.createDirectories(work);
        Path input = work.resolve("export-" + seed + ".hl7");
        BenchInput.write(input, messages, seed);
        try (BenchServer server = new BenchServer(work)) {
            home.settings(server, ledger, referee, more);
            try (VaxRoute vaxRoute = VaxRoute.start(Settings.load(Home.of(home.folder())), Clock.systemDefaultZone())) {
                if (vaxRoute.ledger().gates().state(BenchHome.CONNECTION) == GateState.REGISTERED) {
                    vaxRoute.gatekeeper().adopt(BenchHome.CONNECTION, "the benchmark", Instant.EPOCH, false, "bench");
                }
                return timed(vaxRoute.ledger(), ledger, server, home, input, messages, seed);
            }
        }
    }

    private static Timed timed(
            Ledger ledger, BenchLedger database, BenchServer server, BenchHome home, Path input, int messages, long seed)
            throws IOException {
        long before = sent(ledger);
        long heldBefore = held(ledger);
        long cpu = Machine.cpuNanos();
        long compiling = Machine.compilerNanos();
        double databaseBefore = database.cpuSeconds();
        long start = System.nanoTime();
        Path dropped = home.drop().resolve(input.getFileName());
        Files.move(input, dropped, StandardCopyOption.ATOMIC_MOVE);
        await(() -> ledger.sourceFiles().recent(1).stream()
                .filter(file -> dropped.endsWith(file.name()))
                .map(SourceFile::state)
                .anyMatch(state -> state == SourceFileState.STORED || state == SourceFileState.DONE));
        Duration stored = Duration.ofNanos(System.nanoTime() - start);
        runNow(ledger);
        long held = held(ledger) - heldBefore;
        await(() -> sent(ledger) - before >= messages - held);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Duration used = Duration.ofNanos(Machine.cpuNanos() - cpu);
        Duration compiled = Duration.ofNanos(Machine.compilerNanos() - compiling);
        Duration ofDatabase = Duration.ofMillis(Math.round(1_000 * (database.cpuSeconds() - databaseBefore)));
        BenchServer.Arrived arrived = server.arrived(messages, seed);
        return new Timed(stored, took, used, compiled, ofDatabase, arrived.files(), held, arrived.exactly(messages - held));
    }

    /** As an operator's "run now": the feed's own clock would add up to a second of waiting. */
    static void runNow(Ledger ledger) {
        ledger.runs()
                .claim(BenchHome.CONNECTION, OngoingFeed.SUBJECT, Instant.now().truncatedTo(ChronoUnit.MILLIS), "bench");
    }

    static long sent(Ledger ledger) {
        return ledger.submissionFiles().of(BenchHome.CONNECTION, Feed.ONGOING).stream()
                .filter(file -> file.state() == FileState.SENT)
                .mapToLong(file -> file.messages())
                .sum();
    }

    static long held(Ledger ledger) {
        return ledger.positions().all().stream()
                .mapToLong(position -> position.stored().held())
                .sum();
    }

    static void await(BooleanSupplier done) {
        Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(LOOK).until(done::getAsBoolean);
    }
}
