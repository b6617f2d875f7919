package org.vaxroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vaxroute.boot.VaxRoute;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.ledger.Balance;

/** Many files of one message each in a drop folder, from the moment they lie there to the last of them in .done; each message must be in the ledger once. */
final class FilesRun {
    private static final String DONE = ".done";

    private FilesRun() {}

    /** @param passes so many times, in one process: the first is cold */
    static void run(Path shipped, Path work, String ledgerName, int files, int passes, Map<String, String> more) throws Exception {
        System.out.printf(Locale.ROOT, "%n%s ledger, %,d files of one message, load before %.1f%n%n", ledgerName, files, Machine.load());
        System.out.println("| pass | s | files/s | ms/file | CPU ms/file | of it compiling |");
        System.out.println("|---|---|---|---|---|---|");
        BenchHome.delete(work);
        BenchHome home = BenchHome.make(shipped, work.resolve("home"));
        try (BenchLedger ledger = BenchLedger.start(ledgerName);
                BenchServer server = new BenchServer(Files.createDirectories(work.resolve("own")))) {
            home.settings(server, ledger, 100, new TreeMap<>(more));
            try (VaxRoute vaxRoute = VaxRoute.start(Settings.load(Home.of(home.folder())), Clock.systemDefaultZone())) {
                for (int pass = 1; pass <= passes; pass++) {
                    Path made = make(work.resolve("made-" + pass), files, pass);
                    long cpu = Machine.cpuNanos();
                    long compiling = Machine.compilerNanos();
                    long start = System.nanoTime();
                    for (Path file : in(made)) {
                        Files.move(file, home.drop().resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                    }
                    long all = (long) pass * files;
                    VaxRouteRun.await(() -> put(home.drop().resolve(DONE)) == all);
                    double took = System.nanoTime() - start;
                    cpu = Machine.cpuNanos() - cpu;
                    compiling = Machine.compilerNanos() - compiling;
                    System.out.printf(
                            Locale.ROOT,
                            "| %d | %.1f | %,.0f | %.1f | %.2f | %.2f |%n",
                            pass,
                            took / 1e9,
                            files / (took / 1e9),
                            took / 1e6 / files,
                            cpu / 1e6 / files,
                            compiling / 1e6 / files);
                    prove(vaxRoute.ledger().conservation().balance(), all);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%nload after %.1f; %s%n", Machine.load(), Machine.heap());
        BenchHome.delete(work);
    }

    private static Path make(Path folder, int files, int pass) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < files; i++) {
            BenchInput.write(folder.resolve(String.format(Locale.ROOT, "visit-%d-%06d.hl7", pass, i)), 1, (long) pass * files + i);
        }
        return folder;
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static long put(Path done) {
        String[] names = done.toFile().list();
        return names == null ? 0 : names.length;
    }

    private static void prove(Balance balance, long files) {
        long read = balance.lines().stream().mapToLong(line -> line.read().records()).sum();
        if (!balance.differences().isEmpty() || read != files) {
            throw new IllegalStateException(read + " of " + files + " messages are in the ledger, differences: " + balance.differences()
                    + ": this run is worth nothing.");
        }
    }
}
