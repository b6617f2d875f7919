package org.vaxroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.vaxroute.FaultsPage;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerSettings;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.PracticeEhr;
import org.vaxroute.practice.PracticeRegistry;
import org.vaxroute.practice.RegistryHabits;
import org.vaxroute.practice.RegistryOptions;

/**
 * Much at once and for long, on {@code vaxroute run} with the heap that it is shipped with and a ledger on H2: nothing is lost, and
 * descriptors, threads and memory stay where they are. The gate of these homes is closed, so only the way into the ledger is loaded.
 *
 * <p>The long form only: {@code -Dvaxroute.faults.all=true}; {@code -Dvaxroute.load.megabytes} is the size of the batch file (default
 * 5,000), {@code -Dvaxroute.load.files} the number of files (default 50,000). What was measured goes into docs/faults.md.
 */
@Tag("slower")
class LoadIT {
    private static final boolean ALL = Boolean.getBoolean("vaxroute.faults.all");
    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final int TEMPLATES = 400;
    private static final Map<String, String> ROWS = new TreeMap<>();

    private final Clock clock = Clock.systemDefaultZone();
    private Path place;
    private RunHome home;
    private PracticeRegistry registry;
    private PracticeProcess running;
    private List<String> templates;

    @BeforeEach
    void setUp(TestInfo test) throws Exception {
        assumeTrue(ALL, "the long form only");
        place = CrashHouse.PLACE.resolve(test.getTestMethod().orElseThrow().getName());
        Homes.delete(place);
        home = new RunHome(place);
        registry = PracticeRegistry.start(
                place.resolve("registry"), RegistryOptions.of(clock).habits(RegistryHabits.plain()));
        try (PracticeEhr ehr = PracticeEhr.create(place.resolve("ehr"), 7, TEMPLATES, clock);
                Stream<String> messages = ehr.messages(Channel.MLLP)) {
            templates = messages.toList();
        }
    }

    @AfterEach
    void end() throws Exception {
        if (running != null) {
            running.end();
        }
        if (registry != null) {
            registry.close();
        }
    }

    /** The n-th message of a source: another patient, other orders and another control id each time. */
    private String message(int number) {
        String template = templates.get(number % templates.size());
        String mark = "L" + number;
        StringBuilder text = new StringBuilder(template.length() + 64);
        for (String line : template.split("\r")) {
            String[] fields = line.split("\\|", -1);
            switch (fields[0]) {
                case "MSH" -> fields[9] = mark;
                case "PID" -> fields[3] = fields[3].replaceFirst("\\^", mark + "^");
                case "ORC" ->
                    fields[3] = fields[3].startsWith("9999") ? fields[3] : fields[3].replaceFirst("\\^", mark + "^");
                default -> {}
            }
            text.append(String.join("|", fields)).append('\r');
        }
        return text.toString();
    }

    private Figures start() throws Exception {
        home.write(registry, false);
        running = PracticeProcess.command(place, place, List.of("-Xmx512m"), List.of("run"));
        assertThat(awaitListening())
                .as("ended; see %s", PracticeProcess.said(place))
                .isTrue();
        return new Figures(running);
    }

    private boolean awaitListening() throws InterruptedException {
        while (running.lives()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), home.mllpPort())) {
                return socket.isConnected();
            } catch (IOException e) {
                if (running.endsWithin(Duration.ofMillis(50))) {
                    return false;
                }
            }
        }
        return false;
    }

    @Test
    void twoHundredMllpConnections() throws Exception {
        int connections = 200;
        int each = 50;
        try (Figures figures = start()) {
            ExecutorService senders = Executors.newFixedThreadPool(connections);
            long begin = System.nanoTime();
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int from = i * each;
                results.add(senders.submit(() -> send(from, each)));
            }
            int accepted = 0;
            for (Future<Integer> result : results) {
                accepted += result.get();
            }
            double seconds = seconds(begin);
            senders.shutdownNow();
            assertThat(accepted).isEqualTo(connections * each);
            row(
                    "MLLP, 200 connections at once",
                    "%,d messages acknowledged after their commit in %.0f s (%,.0f a second)"
                            .formatted(accepted, seconds, accepted / seconds),
                    figures);
            assertRead("clinic-messages", accepted);
        }
    }

    private int send(int from, int number) throws IOException {
        int accepted = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), home.mllpPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(120_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (int i = from; i < from + number; i++) {
                accepted += isAccepted(in, out, message(i)) ? 1 : 0;
            }
        }
        return accepted;
    }

    private static boolean isAccepted(InputStream in, OutputStream out, String message) throws IOException {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[text.length + 3];
        frame[0] = 0x0B;
        System.arraycopy(text, 0, frame, 1, text.length);
        frame[text.length + 1] = 0x1C;
        frame[text.length + 2] = '\r';
        out.write(frame);
        out.flush();
        StringBuilder answer = new StringBuilder();
        for (int b = in.read(); b != 0x1C; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed in an answer");
            }
            answer.append((char) b);
        }
        in.read();
        return answer.indexOf("\rMSA|AA|") > 0;
    }

    @Test
    void aDropFolderWithFiftyThousandFiles() throws Exception {
        int files = Integer.getInteger("vaxroute.load.files", 50_000);
        Path drop = Files.createDirectories(home.drop().resolve("clinic-files"));
        for (int i = 0; i < files; i++) {
            Files.writeString(drop.resolve("visit-%06d.hl7".formatted(i)), message(i), StandardCharsets.UTF_8);
        }
        long begin = System.nanoTime();
        try (Figures figures = start()) {
            awaitEmpty(drop);
            double seconds = seconds(begin);
            row(
                    "a drop folder with " + "%,d files".formatted(files),
                    "read in %.0f s, the start included (%,.0f files a second)".formatted(seconds, files / seconds),
                    figures);
            assertRead("clinic-files", files);
        }
    }

    @Test
    void aVeryLargeBatchFile() throws Exception {
        long wanted = 1_000_000L * Integer.getInteger("vaxroute.load.megabytes", 5_000);
        Path drop = Files.createDirectories(home.drop().resolve("clinic-files"));
        Path part = drop.resolve("all.hl7.part");
        int messages = 0;
        long size = 0;
        try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            out.write("FHS|^~\\&|PRACTICE EHR|0042170005\rBHS|^~\\&|PRACTICE EHR|0042170005\r");
            while (size < wanted) {
                String message = message(messages++);
                out.write(message);
                size += message.length();
            }
            out.write("BTS|" + messages + "\rFTS|1\r");
        }
        Files.move(part, drop.resolve("all.hl7"), StandardCopyOption.ATOMIC_MOVE);
        long begin = System.nanoTime();
        try (Figures figures = start()) {
            awaitEmpty(drop);
            double seconds = seconds(begin);
            row(
                    "one batch file of %.1f GB".formatted(size / 1e9),
                    "%,d messages read in %.0f s (%,.0f a second), ledger %,d MB"
                            .formatted(messages, seconds, messages / seconds, ledgerSize(place)),
                    figures);
            assertRead("clinic-files", messages);
        }
    }

    @Test
    void aPatientWithFiveHundredDoses() throws Exception {
        StringBuilder text = new StringBuilder();
        String template = templates.stream()
                .filter(message -> message.contains("\rRXR|"))
                .findFirst()
                .orElseThrow();
        int first = template.indexOf("\rORC|") + 1;
        int second = template.indexOf("\rORC|", first) + 1;
        String dose = template.substring(first, second > 0 ? second : template.length());
        text.append(template, 0, first);
        for (int i = 1; i <= 500; i++) {
            text.append(dose.replaceFirst("\\|([^|^]*)\\^PRACTICE", "|many" + i + "^PRACTICE"));
        }
        try (Figures figures = start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), home.mllpPort())) {
            socket.setSoTimeout(120_000);
            long begin = System.nanoTime();
            assertThat(isAccepted(socket.getInputStream(), socket.getOutputStream(), text.toString()))
                    .isTrue();
            double whole = seconds(begin);
            begin = System.nanoTime();
            String again = withControlId(text.toString(), "again");
            assertThat(isAccepted(socket.getInputStream(), socket.getOutputStream(), again))
                    .isTrue();
            row(
                    "a patient with 500 doses",
                    "%,d bytes acknowledged in %.2f s, told again in %.2f s"
                            .formatted(text.length(), whole, seconds(begin)),
                    figures);
            assertRead("clinic-messages", 2);
        }
    }

    @Test
    void aMessageOfTenMegabytes() throws Exception {
        home.with("intake.largest-message", "16MB");
        String template = templates.stream()
                .filter(message -> message.contains("\rOBX|"))
                .findFirst()
                .orElseThrow();
        String large = template + "NTE|1|L|" + "x".repeat(10_000_000) + "\r";
        try (Figures figures = start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), home.mllpPort())) {
            socket.setSoTimeout(120_000);
            long begin = System.nanoTime();
            assertThat(isAccepted(socket.getInputStream(), socket.getOutputStream(), large))
                    .isTrue();
            double seconds = seconds(begin);
            Path drop = Files.createDirectories(home.drop().resolve("clinic-files"));
            Path part = drop.resolve("large.hl7.part");
            Files.writeString(part, message(1) + withControlId(large, "large") + message(2));
            Files.move(part, drop.resolve("large.hl7"), StandardCopyOption.ATOMIC_MOVE);
            awaitEmpty(drop);
            row(
                    "a message of 10 MB (intake.largest-message = 16MB)",
                    "acknowledged in %.2f s by MLLP, and read from a file between two others".formatted(seconds),
                    figures);
            assertRead("clinic-files", 3);
            assertRead("clinic-messages", 1);
        }
    }

    @Test
    void aMonthOfFeedsOnAFastClock() throws Exception {
        Path outer = CrashHouse.PLACE.resolve("month");
        Homes.delete(outer);
        Homes.ship(outer);
        long begin = System.nanoTime();
        running = PracticeProcess.command(
                outer, outer, List.of("-Xmx512m"), List.of("practice", "--days", "30", "--exit"));
        try (Figures figures = new Figures(running)) {
            assertThat(running.awaitEnd(LONGEST))
                    .as("exit code; see %s", PracticeProcess.said(outer))
                    .isZero();
            Figures.Look before = figures.highest(2, 3);
            Figures.Look after = figures.highest(3, 3);
            row(
                    "a month of daily feeds on the story's clock",
                    ("played in %.0f s; descriptors %d then %d, threads %d then %d, resident %d MB then %d MB in the second"
                                    + " and the last third; ledger %,d MB in the end")
                            .formatted(
                                    seconds(begin),
                                    before.descriptors(),
                                    after.descriptors(),
                                    before.threads(),
                                    after.threads(),
                                    before.memory(),
                                    after.memory(),
                                    ledgerSize(outer.resolve("work/practice"))),
                    figures);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 20);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 20);
        }
    }

    private static String withControlId(String message, String id) {
        String[] msh = message.substring(0, message.indexOf('\r')).split("\\|", -1);
        msh[9] = id;
        return String.join("|", msh) + message.substring(message.indexOf('\r'));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static long ledgerSize(Path home) throws IOException {
        return Files.size(home.resolve("work/ledger.mv.db")) / 1_000_000;
    }

    private void awaitEmpty(Path drop) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (hasFiles(drop)) {
            assertThat(running.endsWithin(Duration.ofMillis(500)))
                    .as("ended; see %s", PracticeProcess.said(place))
                    .isFalse();
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    private static boolean hasFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".hl7"));
        }
    }

    /** Stops it and looks whether the ledger holds so many records of the source, and balances. */
    private void assertRead(String source, long records) throws Exception {
        if (running.lives()) {
            running.terminate(CrashHouse.STOP);
        }
        try (Ledger ledger = Ledger.open(LedgerSettings.of("jdbc:h2:file:work/ledger", "vaxroute", "", place), clock)) {
            Balance balance = ledger.conservation().balance();
            assertThat(balance.differences()).isEmpty();
            assertThat(balance.lines().stream()
                            .filter(line -> line.source().equals(source))
                            .mapToLong(line -> line.read().records())
                            .sum())
                    .isEqualTo(records);
        }
    }

    private static void row(String load, String what, Figures figures) {
        ROWS.put(load, "| " + load + " | " + what + " | " + figures.inWords() + " |");
        System.out.println("load: " + ROWS.get(load));
    }

    @AfterAll
    static void write() throws IOException {
        if (ALL && !ROWS.isEmpty()) {
            FaultsPage.section(
                    "load",
                    "| load | what came of it | the process |\n|---|---|---|\n" + String.join("\n", ROWS.values()));
        }
    }
}
