package org.vaxroute.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The benchmark's words: <code>end-to-end</code> and <code>heap</code>, each with <code>messages=N</code>, <code>ledger=h2</code> or
 * <code>pg</code> (both if not said), <code>passes=N</code>, <code>rivals=no</code>, <code>every=no</code> (no run with HAPI reading
 * every record) and <code>set.KEY=VALUE</code> for a setting of vaxroute.properties; <code>mllp</code> with <code>messages=N</code> and <code>away=MICROSECONDS</code> (how long each piece to and from PostgreSQL is on its way), and
 * <code>jdbc</code> with <code>doses=N</code>, and the same of the others. <code>files</code> drops <code>messages=N</code> files of one. <code>hot-path</code> measures the single steps, with
 * JMH's own words after it.
 * <code>answers</code> reads, matches and applies the answers to <code>messages=N</code> records; <code>recheck</code> judges
 * <code>messages=N</code> held records again. <code>age</code> compares a day of <code>day=N</code> records in a ledger of <code>few=N</code> with
 * one of <code>many=N</code>. With nodes as processes of their own, on PostgreSQL: <code>nodes</code> carries <code>messages=N</code> of <code>connections=N</code> by
 * <code>nodes=N</code>, at once or over a <code>day=SECONDS</code>, with <code>topic=N</code> of the connections out of Kafka, with <code>faults=N</code> that befall nodes, PostgreSQL and Kafka meanwhile (<code>seed=N</code> repeats their order), and <code>statements=N</code>, also of <code>mllp</code> and <code>end-to-end</code>, says which took most of PostgreSQL's time; <code>fairness</code> times a feed of <code>feed=N</code> records beside a load of
 * <code>history=N</code>; <code>kafka</code> reads <code>messages=N</code> from a topic of <code>partitions=N</code>.
 */
public final class Main {
    private static final String CHILD = "child";
    private static final List<String> CLUSTERS = List.of("nodes", "fairness", "kafka");

    private Main() {}

    public static void main(String[] args) throws Exception {
        Path shipped = Path.of("").toAbsolutePath();
        System.setProperty("vaxroute.log.file", shipped.resolve("target/bench/vaxroute.log").toString());
        System.setProperty("vaxroute.log.console", "ERROR");
        System.setProperty("logback.configurationFile", "logback.xml");
        String word = args.length == 0 ? "end-to-end" : args[0];
        if (word.equals("hot-path")) {
            hotPath(args);
            return;
        }
        Map<String, String> said = said(args);
        if (word.equals("answers")) {
            for (String ledger : said.containsKey("ledger") ? List.of(said.get("ledger")) : List.of("h2", "pg")) {
                new AnswerSpeed(shipped, shipped.resolve("target/bench/answers"))
                        .run(ledger, Integer.parseInt(said.getOrDefault("messages", "200000")));
            }
            System.exit(0);
        }
        if (word.equals("recheck")) {
            for (String ledger : said.containsKey("ledger") ? List.of(said.get("ledger")) : List.of("h2", "pg")) {
                new RecheckSpeed(shipped, shipped.resolve("target/bench/recheck"))
                        .run(ledger, Integer.parseInt(said.getOrDefault("messages", "40000")));
            }
            System.exit(0);
        }
        if (word.equals("age")) {
            for (String ledger : said.containsKey("ledger") ? List.of(said.get("ledger")) : List.of("h2", "pg")) {
                new LedgerAge(shipped.resolve("target/bench/age"))
                        .run(
                                ledger,
                                Integer.parseInt(said.getOrDefault("few", "10000")),
                                Integer.parseInt(said.getOrDefault("many", "1000000")),
                                Integer.parseInt(said.getOrDefault("day", "5000")));
            }
            System.exit(0);
        }
        if (CLUSTERS.contains(word)) {
            System.out.println("Machine: " + Machine.describe());
            System.out.println("Commit: " + commit());
            Path place = shipped.resolve("target/bench").resolve(word);
            switch (word) {
                case "nodes" -> NodesRun.run(shipped, place, said);
                case "fairness" -> FairnessRun.run(shipped, place, said);
                default -> KafkaRun.run(shipped, place, said);
            }
            System.exit(0);
        }
        if (word.equals(CHILD)) {
            Machine.watchHeap();
            child(shipped, said);
            System.exit(0);
        }
        Map<String, String> heap = Map.of("messages", "1000000", "passes", "1", "rivals", "no", "every", "no");
        switch (word) {
            case "end-to-end", "mllp", "jdbc", "files" -> said.put("word", word);
            case "heap" -> heap.forEach(said::putIfAbsent);
            default ->
                throw new IllegalArgumentException(
                        word + " is no word of the benchmark: end-to-end, heap, mllp, jdbc, files, answers, recheck, age, nodes, fairness, kafka or hot-path.");
        }
        System.out.println("Machine: " + Machine.describe());
        System.out.println("Commit: " + commit());
        System.out.println("Command: mvn -q -Pbench test-compile exec:exec@bench -Dbench.args=\"" + String.join(" ", args) + "\"");
        for (String ledger : said.containsKey("ledger") ? List.of(said.get("ledger")) : List.of("h2", "pg")) {
            said.put("ledger", ledger);
            process(said);
        }
    }

    private static void hotPath(String[] args) throws CommandLineOptionException, RunnerException {
        String[] own = Arrays.copyOfRange(args, 1, args.length);
        ChainedOptionsBuilder options =
                new OptionsBuilder().parent(new CommandLineOptions(own)).include(HotPath.class.getSimpleName());
        new Runner(options.build()).run();
    }

    private static Map<String, String> said(String[] args) {
        Map<String, String> said = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(args[i] + " is not understood; write name=value.");
            }
            said.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        return said;
    }

    private static void process(Map<String, String> said) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), CHILD));
        said.forEach((name, value) -> command.add(name + "=" + value));
        int end = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (end != 0) {
            throw new IllegalStateException("The run with " + said + " ended with " + end + "; target/bench/vaxroute.log says more.");
        }
    }

    private static void child(Path shipped, Map<String, String> said) throws Exception {
        Map<String, String> more = new HashMap<>();
        said.forEach((name, value) -> {
            if (name.startsWith("set.")) {
                more.put(name.substring(4), value);
            }
        });
        String ledger = said.get("ledger");
        Path work = shipped.resolve("target" + File.separator + "bench").resolve(ledger);
        switch (said.getOrDefault("word", "end-to-end")) {
            case "mllp" -> {
                MllpRun.run(
                        shipped,
                        work,
                        ledger,
                        Integer.parseInt(said.getOrDefault("messages", "50000")),
                        Integer.parseInt(said.getOrDefault("statements", "0")),
                        Integer.parseInt(said.getOrDefault("away", "0")),
                        more);
                return;
            }
            case "jdbc" -> {
                JdbcRun.run(shipped, work, ledger, Integer.parseInt(said.getOrDefault("doses", "1000000")), more);
                return;
            }
            case "files" -> {
                FilesRun.run(
                        shipped,
                        work,
                        ledger,
                        Integer.parseInt(said.getOrDefault("messages", "3000")),
                        Integer.parseInt(said.getOrDefault("passes", "2")),
                        more);
                return;
            }
            default -> {}
        }
        new EndToEnd(
                        shipped,
                        work,
                        ledger,
                        Integer.parseInt(said.getOrDefault("messages", "100000")),
                        Integer.parseInt(said.getOrDefault("statements", "0")),
                        more)
                .run(
                        Integer.parseInt(said.getOrDefault("passes", "2")),
                        !"no".equals(said.get("rivals")),
                        !"no".equals(said.get("every")));
    }

    private static String commit() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
        String commit = new String(git.getInputStream().readAllBytes()).strip();
        git.waitFor();
        return commit.isEmpty() ? "unknown" : commit;
    }
}
