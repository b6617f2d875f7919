package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Leases;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.ledger.Node;

/** Several nodes as processes, as the distribution starts them, on one PostgreSQL and one home, in which every connection is live. */
final class BenchCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration STOP = Duration.ofMinutes(2);
    private static final int TICKS = 100;
    private static final String LEDGER = "VAXROUTE_LEDGER";

    private final Path home;
    private final BenchLedger ledger;
    private final AccountsServer server;
    private final List<Process> nodes = new ArrayList<>();
    private final List<Map<String, String>> ways = new ArrayList<>();
    private final Ledger opened;
    private Connection connection;
    private double ended;
    private double endedPostgres;

    private BenchCluster(Path home, BenchLedger ledger, AccountsServer server) throws SQLException {
        this.home = home;
        this.ledger = ledger;
        this.server = server;
        this.opened = Ledger.open(
                new LedgerSettings(ledger.url(), ledger.user(), BenchLedger.PASSWORD, 2, true), Clock.systemUTC());
        this.connection = connect();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(ledger.url(), ledger.user(), BenchLedger.PASSWORD);
    }

    /**
     * Writes the home and starts database and server; no node yet.
     *
     * @param connections id to the settings of its own, sources among them
     * @param global settings of vaxroute.properties
     */
    static BenchCluster make(
            Path shipped, Path folder, Map<String, Map<String, Object>> connections, Map<String, Object> global)
            throws IOException, SQLException {
        BenchHome home = BenchHome.make(shipped, folder.resolve("home"));
        AccountsServer server = new AccountsServer(folder, connections.keySet());
        BenchLedger ledger = BenchLedger.start("pg");
        home.secret("account", BenchServer.PASSWORD);
        home.secret("ledger", BenchLedger.PASSWORD);
        Map<String, Object> all = new TreeMap<>();
        all.put("ledger.url", "{{env:" + LEDGER + ":" + ledger.url() + "}}");
        all.put("ledger.user", ledger.user());
        all.put("ledger.password", "secret:file:config/secrets/ledger");
        all.put("cluster.enabled", true);
        all.put("cluster.node", "{{env:VAXROUTE_NODE}}");
        all.put("intake.file.min-age", "0s");
        all.put("operate.http.port", 0);
        // Camel keeps an object for each of these and each account.
        all.put("deliver.throttle-files", 2_000);
        all.putAll(global);
        home.write("config/vaxroute.properties", all);
        for (Map.Entry<String, Map<String, Object>> one : connections.entrySet()) {
            home.connection(one.getKey(), server.port(), server.knownHosts(), one.getKey(), one.getValue());
        }
        return new BenchCluster(home.folder(), ledger, server);
    }

    /** Makes a connection live without the steps before it. */
    void live(String connection) {
        opened.gates().move(connection, opened.gates().state(connection), GateState.LIVE, "bench", "the benchmark");
    }

    /** Says by which address a node reaches PostgreSQL, and what else its environment is to have; for each node in order, before it is started. */
    void way(String host, Map<String, String> more) {
        Map<String, String> way = new TreeMap<>(more);
        way.put(LEDGER, ledger.url().replace("localhost", host));
        ways.add(way);
    }

    void startNodes(int count) throws IOException {
        for (int node = 0; node < count; node++) {
            nodes.add(node(node));
        }
        await("all nodes run", () -> opened.nodes().all().stream()
                        .filter(node -> node.state() == Node.State.RUNNING)
                        .count()
                >= count);
    }

    private Process node(int number) throws IOException {
        return process("node-" + number, List.of("run"), number < ways.size() ? ways.get(number) : Map.of());
    }

    /** Kills a node with -9 and starts it again; what it has cost so far still counts. */
    synchronized void killNode(int number) throws IOException, InterruptedException {
        Process node = nodes.get(number);
        ended += seconds(node);
        node.destroyForcibly().waitFor();
        nodes.set(number, node(number));
    }

    /** Asks a node to stop, waits until it has, and starts it again. */
    synchronized void restartNode(int number) throws IOException, InterruptedException {
        Process node = nodes.get(number);
        ended += seconds(node);
        node.destroy();
        if (!node.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Node " + number + " did not stop; see " + said());
        }
        nodes.set(number, node(number));
    }

    /** Halts a node for a while, as a machine does that is taken to another place. */
    void haltNode(int number, Duration time) throws IOException, InterruptedException {
        // Until it asks whether it may go on, and is told that it may not.
        server.halts(time.plus(Leases.HOLD));
        signal(number, "STOP");
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
        signal(number, "CONT");
    }

    private void signal(int number, String name) throws IOException, InterruptedException {
        long pid = nodes.get(number).pid();
        if (new ProcessBuilder("kill", "-" + name, "" + pid).inheritIO().start().waitFor() != 0) {
            throw new IOException("No signal " + name + " reached node " + number);
        }
    }

    /** Drains a node, has it started again or not, and lets it work. */
    void drainNode(int number, boolean restart) throws IOException, InterruptedException {
        String name = "node-" + number;
        awaitState(name, Node.State.RUNNING);
        opened.nodes().drain(name, "bench", "the benchmark");
        awaitState(name, Node.State.DRAINED);
        if (restart) {
            restartNode(number);
        }
        opened.nodes().undrain(name, "bench", "the benchmark");
    }

    private void awaitState(String node, Node.State state) {
        await(node + " " + state, () -> opened.nodes().find(node).map(Node::state).orElse(Node.State.GONE) == state);
    }

    /** Restarts PostgreSQL, which is away for a while. */
    void restartDatabase(Duration away) throws IOException, InterruptedException {
        synchronized (this) {
            endedPostgres += ledger.cpuSeconds();
        }
        ledger.restart(away);
    }

    /** Where the nodes keep their ledger. */
    BenchLedger database() {
        return ledger;
    }

    /** Runs a command beside the nodes, at the door of the first if it runs, and says its exit code. */
    int command(String... words) throws IOException, InterruptedException {
        return process("node-0", List.of(words), Map.of()).waitFor();
    }

    private Process process(String node, List<String> words, Map<String, String> environment) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx512m",
                "-XX:Tier4InvocationThreshold=20000",
                "-XX:Tier4MinInvocationThreshold=2400",
                "-XX:Tier4CompileThreshold=60000",
                "-XX:Tier4BackEdgeThreshold=160000",
                "-Djdk.tls.client.enableSessionTicketExtension=false",
                "-cp",
                // Without the tests' own classes: their logging settings would keep the product from writing its log.
                Arrays.stream(System.getProperty("java.class.path").split(":"))
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .collect(Collectors.joining(":")),
                "org.vaxroute.cli.Main"));
        line.addAll(words);
        line.addAll(List.of("--home", home.toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said().toFile()));
        builder.environment().put("VAXROUTE_NODE", node);
        builder.environment().putAll(environment);
        return builder.start();
    }

    Path said() {
        return home.resolve("said.txt");
    }

    Path home() {
        return home;
    }

    AccountsServer server() {
        return server;
    }

    Ledger ledger() {
        return opened;
    }

    /** Asks PostgreSQL, and while it is away asks again. */
    synchronized long ask(String query) {
        long end = System.nanoTime() + STOP.toNanos();
        while (true) {
            try {
                if (connection.isClosed()) {
                    connection = connect();
                }
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(query)) {
                    row.next();
                    return row.getLong(1);
                }
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the database forces its commits to the disk. */
    String fsync() {
        return ask("select count(*) from pg_settings where name in ('fsync', 'synchronous_commit') and setting = 'on'") == 2 ? "on" : "OFF";
    }

    /** Records in files that the server has. */
    long sent() {
        return ask("select coalesce(sum(messages), 0) from submission_file where state = 'SENT'");
    }

    /** Records stored, each once. */
    long stored() {
        return ask("select coalesce(sum(records_read - repeated), 0) from source_position");
    }

    /** Waits, and fails at once when a node ends by itself. */
    void await(String what, BooleanSupplier done) {
        long begin = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (endedByItself()) {
                throw new IllegalStateException("A node ended by itself; see " + said());
            }
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("Not within " + PATIENCE + ": " + what);
            }
            pause();
        }
    }

    private synchronized boolean endedByItself() {
        return nodes.stream().anyMatch(node -> !node.isAlive());
    }

    private static double seconds(Process node) {
        return node.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** Processor time so far, in seconds: of all nodes, of PostgreSQL, of this process with its SFTP server, and of the whole machine. */
    record Cpu(double nodes, double postgres, double server, double machine, long at) {
        Cpu since(Cpu before) {
            return new Cpu(
                    nodes - before.nodes,
                    postgres - before.postgres,
                    server - before.server,
                    machine - before.machine,
                    at - before.at);
        }

        double seconds() {
            return at / 1e9;
        }

        /** Cores that we had, and cores that somebody else had. */
        double ours() {
            return (nodes + postgres + server) / seconds();
        }

        double others() {
            return Math.max(0, machine / seconds() - ours());
        }
    }

    synchronized Cpu cpu() throws IOException {
        double own = ended;
        for (Process node : nodes) {
            own += seconds(node);
        }
        return new Cpu(own, endedPostgres + ledger.cpuSeconds(), Machine.cpuNanos() / 1e9, machine(), System.nanoTime());
    }

    private static double machine() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+");
        double busy = 0;
        // user nice system, then idle and iowait, then irq softirq steal
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(fields[field]) / (double) TICKS;
        }
        return busy;
    }

    /** Stops the nodes in good order. */
    void stopNodes() throws InterruptedException {
        nodes.forEach(Process::destroy);
        for (Process node : nodes) {
            if (!node.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("A node did not stop; see " + said());
            }
        }
        nodes.clear();
    }

    @Override
    public void close() throws IOException, SQLException {
        nodes.forEach(Process::destroyForcibly);
        opened.close();
        connection.close();
        ledger.close();
        server.close();
    }
}
