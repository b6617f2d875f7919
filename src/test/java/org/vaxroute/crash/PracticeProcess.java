package org.vaxroute.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The practice run as a process of its own, with the class path of this one, or from the unpacked distribution that {@code -Dvaxroute.distribution}
 * names.
 */
final class PracticeProcess {
    private static final Path DISTRIBUTION = distribution();

    private static final long LOOK_MILLIS = 5;
    private static final int STACK_LINES = 25;
    private static final int LOG_LINES = 40;

    private final Path home;
    private final Process process;
    private final Instant begun = Instant.now();

    private PracticeProcess(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    /** When it was started. */
    Instant begun() {
        return begun;
    }

    /** Starts a practice run that ends by itself when everything has arrived. */
    static PracticeProcess start(Path home, int patients, boolean ftps) {
        List<String> arguments = new ArrayList<>(List.of("practice", "--short", "--exit", "--patients", "" + patients));
        if (ftps) {
            arguments.add("--ftps");
        }
        return command(home, home, arguments);
    }

    /** Starts any command for a home; what it says goes to {@code said.txt} in the outer folder. */
    static PracticeProcess command(Path outer, Path home, List<String> arguments) {
        return command(outer, home, List.of("-Xmx512m"), arguments);
    }

    /** The same with options of the Java machine. */
    static PracticeProcess command(Path outer, Path home, List<String> options, List<String> arguments) {
        return command(outer, home, options, arguments, Map.of());
    }

    /** The same with variables of the environment, from which settings may take values. */
    static PracticeProcess command(
            Path outer, Path home, List<String> options, List<String> arguments, Map<String, String> environment) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                // Many short lives: the second compiler would cost more than it gives.
                "-XX:TieredStopAtLevel=1",
                "-Djdk.tls.client.enableSessionTicketExtension=false",
                "-Duser.timezone=UTC",
                "-classpath",
                DISTRIBUTION == null ? productClassPath() : DISTRIBUTION.resolve("lib") + "/*",
                "org.vaxroute.cli.Main"));
        // With an agent that rewrites classes Java 17 itself broke down now and then over an archive.
        if (options.stream().noneMatch(option -> option.startsWith("-javaagent:"))) {
            archive().ifPresent(file -> line.add(1, "-XX:SharedArchiveFile=" + file));
        }
        line.addAll(1, options);
        line.addAll(arguments);
        line.addAll(List.of("--home", home.toString()));
        try {
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(said(outer).toFile()));
            builder.environment().putAll(environment);
            return new PracticeProcess(outer, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // As bin/class-archive makes it.
    private static Optional<Path> archive() {
        if (DISTRIBUTION == null) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(DISTRIBUTION.resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jsa")).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Without the tests' own classes: their logging settings would keep the product from writing its log.
    private static String productClassPath() {
        String separator = System.getProperty("path.separator");
        return Arrays.stream(System.getProperty("java.class.path").split(separator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .collect(Collectors.joining(separator));
    }

    private static Path distribution() {
        String named = System.getProperty("vaxroute.distribution");
        return named == null ? null : Path.of(named).toAbsolutePath();
    }

    static Path said(Path home) {
        return home.resolve("said.txt");
    }

    /** Waits until its MLLP listener takes connections, which is when all routes run; false when it ended before. */
    boolean awaitRoutes(Duration most) throws InterruptedException {
        return awaits(this::listens, most);
    }

    private boolean listens() {
        Path mark = home.resolve("work/practice/.practice-home");
        Properties ports = new Properties();
        try (var in = Files.newInputStream(mark)) {
            ports.load(in);
        } catch (IOException e) {
            return false;
        }
        String port = ports.getProperty("mllp");
        if (port == null) {
            return false;
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for something that it does; false when it ended before. */
    boolean awaits(BooleanSupplier seen, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (!seen.getAsBoolean()) {
            if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("nothing happened within " + most + "; see " + said(home));
            }
        }
        return true;
    }

    /** Whether it comes to its end by itself in this time. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Kills it with -9 after this time; false when it came to its end before. */
    boolean killAfter(Duration time) throws InterruptedException {
        if (endsWithin(time)) {
            return false;
        }
        end();
        return true;
    }

    /** Asks it to stop, as a service manager does, and says how long it took. */
    Duration terminate(Duration most) throws InterruptedException {
        long begin = System.nanoTime();
        process.destroy();
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("not stopped " + most + " after SIGTERM; see " + said(home));
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Halts it, as a machine does that is taken to another place, until it goes on. */
    void halt() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, "" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " gave " + code);
        }
    }

    long pid() {
        return process.pid();
    }

    /** What its threads were doing inside the product, and the end of its log: for a process that does not come on. */
    String lastWords() throws IOException, InterruptedException {
        Path stacks = home.resolve("stacks.txt");
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jstack")
                                .toString(),
                        "" + pid())
                .redirectErrorStream(true)
                .redirectOutput(stacks.toFile())
                .start()
                .waitFor();
        StringBuilder words = new StringBuilder();
        for (String stack : Files.readString(stacks).split("\n\n")) {
            if (stack.contains("org.vaxroute")) {
                stack.lines().limit(STACK_LINES).forEach(line -> words.append(line)
                        .append('\n'));
            }
        }
        Path log = home.resolve("work/log/vaxroute.log");
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())
                .forEach(line -> words.append(line).append('\n'));
        return words.toString();
    }

    boolean lives() {
        return process.isAlive();
    }

    /** Its exit code. */
    int awaitEnd(Duration most) throws InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("did not come to its end within " + most + "; see " + said(home));
        }
        return process.exitValue();
    }

    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
