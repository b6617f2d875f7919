package org.vaxroute.bench;

import org.vaxroute.practice.FreePort;
import org.vaxroute.submit.CuttingProxy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.vaxroute.boot.VaxRoute;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Splitter;

/**
 * MLLP: so many senders at once, each with one connection, each sending its next message when the last one was acknowledged. An
 * acknowledgment follows the commit. The senders are threads of this process, so they take their share of the same cores.
 */
final class MllpRun {
    private static final byte[] START = {0x0b};
    private static final byte[] END = {0x1c, '\r'};
    private static final byte[] ACCEPTED = "MSA|AA|".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MILLIS = 60_000;

    private MllpRun() {}

    /**
     * @param messages of the round with the most senders; the others send fewer
     * @param statements how many of PostgreSQL's statements of that round are listed; none of H2
     * @param away for how many microseconds each piece between VaxRoute and PostgreSQL is on its way
     */
    static void run(
            Path shipped, Path work, String ledgerName, int messages, int statements, int away, Map<String, String> more)
            throws Exception {
        System.out.printf(
                Locale.ROOT, "%n%s ledger, MLLP, acknowledged after the commit, load before %.1f%n%n", ledgerName, Machine.load());
        System.out.println("| senders | messages | messages/s | p50 ms | p99 ms | p99.9 ms | CPU us/message | of it compiling | of PostgreSQL |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        BenchHome.delete(work);
        BenchHome home = BenchHome.make(shipped, work.resolve("home"));
        int port = FreePort.find();
        Map<String, String> all = new TreeMap<>(more);
        all.put("intake.mllp.enabled", "true");
        // As shipped: nothing is read from files or sent here.
        all.putIfAbsent("intake.file.poll", "2s");
        all.putIfAbsent("feed.tick", "10s");
        all.putIfAbsent("deliver.poll", "5s");
        all.put("intake.mllp.port", Integer.toString(port));
        try (BenchLedger ledger = BenchLedger.start(ledgerName);
                CuttingProxy line = away == 0 ? null : new CuttingProxy("127.0.0.2", ledger.port());
                BenchServer server = new BenchServer(Files.createDirectories(work.resolve("own")))) {
            if (line != null) {
                line.latency(Duration.ofNanos(1_000L * away));
                all.put("ledger.url", ledger.url().replace("localhost", line.host()));
            }
            home.settings(server, ledger, 100, all, Map.of("source.wire.kind", "mllp", "feed.ongoing.every", "1h"));
            try (VaxRoute vaxRoute = VaxRoute.start(Settings.load(Home.of(home.folder())), Clock.systemDefaultZone())) {
                List<byte[]> texts = texts(work, messages + messages / 2 + messages / 2 + messages / 10);
                boolean counted = statements > 0 && ledger.needsPassword();
                int at = 0;
                at = round(ledger, port, 50, texts.subList(at, at + messages / 2), "50 (warming up)", at);
                at = round(ledger, port, 1, texts.subList(at, at + messages / 10), "1", at);
                at = round(ledger, port, 10, texts.subList(at, at + messages / 2), "10", at);
                if (counted) {
                    ledger.countStatements();
                }
                at = round(ledger, port, 50, texts.subList(at, at + messages), "50", at);
                if (counted) {
                    System.out.println("\n" + ledger.statements(statements));
                }
                long stored = vaxRoute.ledger().positions().all().stream()
                        .mapToLong(position -> position.recordsRead())
                        .sum();
                System.out.printf(
                        Locale.ROOT,
                        "%n%,d messages acknowledged, %,d in the ledger%s; load after %.1f; %s%n",
                        at,
                        stored,
                        stored == at ? "" : ": WRONG",
                        Machine.load(),
                        Machine.heap());
            }
        }
        BenchHome.delete(work);
    }

    private static int round(BenchLedger ledger, int port, int senders, List<byte[]> texts, String name, int before) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(senders);
        try {
            double postgres = ledger.cpuSeconds();
            long cpu = Machine.cpuNanos();
            long compiling = Machine.compilerNanos();
            long start = System.nanoTime();
            List<Callable<long[]>> work = new ArrayList<>();
            for (int sender = 0; sender < senders; sender++) {
                int own = sender;
                work.add(() -> send(port, texts, own, senders));
            }
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> done : threads.invokeAll(work)) {
                times.add(result(done));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = Machine.cpuNanos() - cpu;
            compiling = Machine.compilerNanos() - compiling;
            postgres = ledger.cpuSeconds() - postgres;
            long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %,.0f | %.2f | %.2f | %.2f | %,.0f | %,.0f | %,.0f |%n",
                    name,
                    sorted.length,
                    sorted.length / seconds,
                    millis(sorted, 0.5),
                    millis(sorted, 0.99),
                    millis(sorted, 0.999),
                    cpu / 1e3 / sorted.length,
                    compiling / 1e3 / sorted.length,
                    1e6 * postgres / sorted.length);
            return before + sorted.length;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long[] result(Future<long[]> done) throws Exception {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    /** Sends every so-many-th message and gives how long each took, in nanoseconds. */
    private static long[] send(int port, List<byte[]> texts, int first, int step) throws IOException {
        long[] times = new long[(texts.size() - first + step - 1) / step];
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            byte[] answer = new byte[4096];
            for (int i = 0; i < times.length; i++) {
                byte[] text = texts.get(first + i * step);
                byte[] frame = new byte[text.length + 3];
                frame[0] = START[0];
                System.arraycopy(text, 0, frame, 1, text.length);
                System.arraycopy(END, 0, frame, text.length + 1, END.length);
                long start = System.nanoTime();
                out.write(frame);
                int length = read(in, answer);
                times[i] = System.nanoTime() - start;
                if (!holds(answer, length)) {
                    throw new IOException("A message was not acknowledged with AA: "
                            + new String(answer, 0, Math.min(length, 400), StandardCharsets.US_ASCII));
                }
            }
        }
        return times;
    }

    private static int read(InputStream in, byte[] answer) throws IOException {
        int length = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("The listener closed the connection.");
            }
            answer[length++] = (byte) b;
            if (b == '\r' && length > 1 && answer[length - 2] == END[0]) {
                return length;
            }
        }
    }

    private static boolean holds(byte[] answer, int length) {
        for (int at = 0; at + ACCEPTED.length <= length; at++) {
            if (Arrays.equals(answer, at, at + ACCEPTED.length, ACCEPTED, 0, ACCEPTED.length)) {
                return true;
            }
        }
        return false;
    }

    private static List<byte[]> texts(Path work, int messages) throws IOException {
        Path file = work.resolve("mllp.hl7");
        BenchInput.write(file, messages, 1);
        List<byte[]> texts = new ArrayList<>(messages);
        try (Splitter splitter = new Splitter(Files.newInputStream(file), 0, 1, Limits.STANDARD)) {
            splitter.forEachRemaining(split -> texts.add(split.text()));
        }
        return texts;
    }

}
