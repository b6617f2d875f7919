package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.vaxroute.crash.agent.KillAgent;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.HeldRecord;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/** {@code vaxroute run} as a process of its own between an EHR and a registry that outlive it. */
final class CrashHouse implements AutoCloseable {
    static final Path PLACE = Path.of("target/kills").toAbsolutePath();
    static final Duration LONGEST = Duration.ofMinutes(6);

    /** Within this a process that is told to stop has drained and stopped. */
    static final Duration STOP = Duration.ofSeconds(30);

    private static final int LOOK_MILLIS = 50;

    /** The two databases of a ledger. */
    enum Database {
        H2,
        POSTGRESQL
    }

    final RunHome home;
    final EhrDesk ehr;
    final PracticeRegistry registry;
    private final LedgerSettings settings;
    private final Clock clock = Clock.systemDefaultZone();
    private final Path agent;
    private PracticeProcess running;

    /**
     * Sets everything up and takes the connection over as one that is live.
     *
     * @param place an empty folder
     * @param postgres null for a ledger on H2
     */
    CrashHouse(Path place, EmbeddedPostgres postgres, int patients) throws Exception {
        home = new RunHome(place);
        settings = ledger(postgres);
        agent = agent();
        registry = PracticeRegistry.start(
                place.resolve("registry"),
                RegistryOptions.of(clock).stableFor(Duration.ofMillis(200)).habits(RegistryHabits.plain()));
        ehr = new EhrDesk(place.resolve("ehr"), home.drop(), patients, home.mllpPort(), clock);
        home.database(ehr);
        home.write(registry, false);
        running = PracticeProcess.command(
                place,
                place,
                List.of("-Xmx512m"),
                List.of(
                        "gate",
                        "adopt",
                        RunHome.CONNECTION,
                        "--reference",
                        "practice",
                        "--cut-off",
                        "1970-01-01T00:00:00Z"));
        assertThat(running.awaitEnd(LONGEST)).as("adopting; see %s", said()).isZero();
    }

    private LedgerSettings ledger(EmbeddedPostgres postgres) throws Exception {
        if (postgres == null) {
            return LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", home.folder());
        }
        String name = home.folder().getFileName().toString().toLowerCase().replace('-', '_');
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("drop database if exists " + name);
            sql.execute("create database " + name);
        }
        String url = postgres.getJdbcUrl("postgres", name);
        home.ledger(url, "postgres");
        return new LedgerSettings(url, "postgres", "postgres", 3, true);
    }

    /** Starts it with what the agent shall do, such as {@code point=before commit;time=3}, and options of the Java machine. */
    PracticeProcess start(String orders, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        if (all.stream().noneMatch(option -> option.startsWith("-Xmx"))) {
            all.add("-Xmx512m");
        }
        // Many short lives: these classes were verified often enough.
        all.add("-XX:+UnlockDiagnosticVMOptions");
        all.add("-XX:-BytecodeVerificationRemote");
        all.add("-javaagent:" + agent + "=jar=" + halt(agent) + ";" + orders);
        running = PracticeProcess.command(home.folder(), home.folder(), all, List.of("run"));
        return running;
    }

    PracticeProcess running() {
        return running;
    }

    PracticeProcess start() {
        return start("point=none;time=0");
    }

    /** Waits until the registry has everything and we have all its answers; true when the process ended before. */
    boolean awaitAll() throws Exception {
        return awaitAll(LONGEST);
    }

    boolean awaitAll(Duration longest) throws Exception {
        long end = System.nanoTime() + longest.toNanos();
        while (!isDone()) {
            if (running.endsWithin(Duration.ofMillis(LOOK_MILLIS))) {
                return true;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not done within " + longest + ": " + ehr.differences(books()) + "; see "
                        + said() + " and the log in work/log\n" + stand());
            }
        }
        // A little longer, for the last steps of the last answers.
        return running.endsWithin(Duration.ofMillis(1500));
    }

    /** How everything stands, for a run that does not come to its end. */
    private String stand() throws Exception {
        StringBuilder stand = new StringBuilder();
        stand.append("messages unanswered: ").append(!ehr.isSilent());
        stand.append(", registry's tray empty: ").append(registry.isTrayEmpty());
        stand.append(", its files: ").append(registry.taken().size());
        try (Stream<Path> waiting = Files.list(registry.dropOff())) {
            stand.append(", in its drop-off: ")
                    .append(waiting.map(Path::getFileName).toList());
        }
        stand.append('\n').append(running.lastWords());
        running.end();
        try (Ledger ledger = Ledger.open(settings, clock)) {
            ledger.alarms().open().forEach(alarm -> stand.append(alarm).append('\n'));
            ledger.submissionFiles().recent(10).forEach(file -> stand.append(file)
                    .append('\n'));
            stand.append(ledger.conservation().balance());
        }
        return stand.toString();
    }

    private boolean isDone() throws IOException {
        return ehr.isSilent()
                && registry.isTrayEmpty()
                && ehr.differences(books()).isEmpty()
                && count(registry.results())
                        <= count(home.folder().resolve("work/answers").resolve(RunHome.CONNECTION));
    }

    private static long count(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        AtomicLong count = new AtomicLong();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count.addAndGet(file.getFileName().toString().startsWith(".") ? 0 : 1);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // What is just being fetched gets its name while we look.
                return FileVisitResult.CONTINUE;
            }
        });
        return count.get();
    }

    /** Lets it come to the end without any fault, and holds the registry's books, the ledger and the audit against the sources. */
    RegistryBooks assertEndsWell() throws Exception {
        List<SubmissionFile> open = List.of();
        for (int life = 1; life <= 3; life++) {
            start();
            assertThat(awaitAll()).as("ended by itself; see %s", said()).isFalse();
            running.terminate(STOP);
            try (Ledger ledger = Ledger.open(settings, clock)) {
                open = ledger.submissionFiles().recent(10_000).stream()
                        .filter(file -> file.state() != FileState.ANSWERED)
                        .toList();
            }
            if (open.isEmpty()) {
                break;
            }
        }
        assertThat(open).as("files that are not answered").isEmpty();
        RegistryBooks books = books();
        assertThat(ehr.differences(books)).isEmpty();
        try (Ledger ledger = Ledger.open(settings, clock)) {
            Balance balance = ledger.conservation().balance();
            assertThat(balance.differences()).isEmpty();
            assertThat(ledger.records().held(null, null, null, 0, 1000))
                    .extracting(HeldRecord::recordId)
                    .hasSize(ehr.held());
        }
        running = PracticeProcess.command(home.folder(), home.folder(), List.of("-Xmx512m"), List.of("audit"));
        assertThat(running.awaitEnd(LONGEST)).as("audit; see %s", said()).isZero();
        return books;
    }

    RegistryBooks books() throws IOException {
        return RegistryBooks.of(home.folder().resolve("registry/archive"));
    }

    Path said() {
        return PracticeProcess.said(home.folder());
    }

    /**
     * The agent as a jar of its own; the product's class path does not hold it. What it writes calls of into the platform's classes lies
     * in a second jar, for the loader of those.
     */
    private static synchronized Path agent() throws IOException {
        Files.createDirectories(PLACE);
        Path jar = PLACE.resolve("kill-agent-" + ProcessHandle.current().pid() + ".jar");
        if (Files.exists(jar)) {
            return jar;
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        jar(halt(jar), manifest, true);
        manifest.getMainAttributes().putValue("Premain-Class", KillAgent.class.getName());
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        jar(jar, manifest, false);
        return jar;
    }

    private static Path halt(Path agent) {
        return agent.resolveSibling(agent.getFileName().toString().replace("kill-agent", "halt"));
    }

    private static void jar(Path jar, Manifest manifest, boolean halt) throws IOException {
        Path classes = Path.of("target/test-classes");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.list(classes.resolve("org/vaxroute/crash/agent"))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().equals("Halt.class") == halt) {
                    entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, entries);
                    entries.closeEntry();
                }
            }
        }
        jar.toFile().deleteOnExit();
    }

    @Override
    public void close() throws Exception {
        running.end();
        ehr.close();
        registry.close();
    }
}
