package org.vaxroute.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.Expectation;
import org.vaxroute.practice.PracticeEhr;

/**
 * An EHR that outlives the process it feeds: it lays files, keeps a database and sends messages until they are acknowledged, corrects
 * doses that it has told before, and knows what the registry has to believe in the end.
 */
final class EhrDesk implements AutoCloseable {
    private static final long SEED = 42;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ").withZone(ZoneOffset.UTC);
    private static final int LOT = 15;

    private final Path drop;
    private final Clock clock;
    private final String databaseUrl;
    private final String databaseUser;
    private final List<Integer> mllpPorts;
    private final Map<SentRecords.Dose, String> told = new HashMap<>();
    /** Messages of patients that leave whole and have a lot to correct, by channel. */
    private final Map<Channel, List<String>> correctable = new HashMap<>();

    /** The doses of each patient of whom one dose, we do not say which, has to be held. */
    private final List<Set<SentRecords.Dose>> oneHeld = new ArrayList<>();

    private final BlockingQueue<String> outgoing = new LinkedBlockingQueue<>();
    private final Thread sender = new Thread(this::send, "ehr-messages");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger unanswered = new AtomicInteger();
    private int correction;
    private int lines;
    private int records;
    private int held;

    EhrDesk(Path folder, Path drop, int patients, int mllpPort, Clock clock) throws Exception {
        this(folder, drop, patients, List.of(mllpPort), clock);
    }

    /** @param mllpPorts of equal listeners; each new line goes to the next of them, as a balancer would lead it */
    EhrDesk(Path folder, Path drop, int patients, List<Integer> mllpPorts, Clock clock) throws Exception {
        this.drop = drop;
        this.clock = clock;
        this.mllpPorts = mllpPorts;
        try (PracticeEhr ehr = PracticeEhr.create(folder, SEED, patients, clock)) {
            databaseUrl = ehr.databaseUrl();
            databaseUser = ehr.databaseUser();
            for (Channel channel : Channel.values()) {
                var expected = ehr.expectedByControlId(channel).values().iterator();
                correctable.put(channel, new ArrayList<>());
                try (Stream<String> messages = ehr.messages(channel)) {
                    messages.forEach(text -> add(channel, text, expected.next()));
                }
            }
            try (Stream<String> messages = ehr.messages(Channel.MLLP)) {
                messages.forEach(this::queue);
            }
            ehr.fileDropper().dropHl7(drop.resolve("clinic-files"), 6, 0);
            ehr.fileDropper().dropCsv(drop.resolve("clinic-tables"), 6, 0);
        }
        sender.setDaemon(true);
        sender.start();
    }

    String databaseUrl() {
        return databaseUrl;
    }

    String databaseUser() {
        return databaseUser;
    }

    /** Records that were handed over so far, corrections among them. */
    int records() {
        return records;
    }

    int corrections() {
        return correction;
    }

    private void add(Channel channel, String text, Expectation expectation) {
        records++;
        boolean whole = expectation == Expectation.DELIVERED || expectation == Expectation.WARNED;
        held += whole ? 0 : 1;
        Map<SentRecords.Dose, String> lots = lots(text);
        if (whole) {
            told.putAll(lots);
        } else if (expectation == Expectation.DOSE_HELD) {
            oneHeld.add(lots.keySet());
        }
        if (expectation == Expectation.DELIVERED && !Set.copyOf(lots.values()).equals(Set.of(""))) {
            correctable.get(channel).add(text);
        }
    }

    static Map<SentRecords.Dose, String> lots(String message) {
        Map<SentRecords.Dose, String> lots = new HashMap<>();
        String patient = "";
        String order = "";
        for (String line : message.split("\r")) {
            String[] fields = line.split("\\|", -1);
            switch (fields[0]) {
                case "PID" -> patient = fields[3].split("\\^")[0];
                case "ORC" -> order = fields[3].split("\\^")[0];
                case "RXA" -> lots.put(new SentRecords.Dose(patient, order), fields[LOT]);
                default -> {}
            }
        }
        return lots;
    }

    private void queue(String message) {
        unanswered.incrementAndGet();
        outgoing.add(message);
    }

    /**
     * Corrects the lot of one dose in each channel. The database must not be open elsewhere.
     */
    void correct(Random random) throws Exception {
        correctOutsideOfTheDatabase(random);
        correct(Channel.DATABASE, random, text -> {});
    }

    /** The same for messages and files alone, whoever reads the database meanwhile. */
    void correctOutsideOfTheDatabase(Random random) throws Exception {
        correct(Channel.MLLP, random, this::queue);
        correct(Channel.HL7_FILE, random, text -> lay("correction-" + correction + ".hl7", text));
    }

    private interface Way {
        void go(String message) throws Exception;
    }

    private void correct(Channel channel, Random random, Way way) throws Exception {
        List<String> all = correctable.get(channel);
        if (all.isEmpty()) {
            return;
        }
        int which = random.nextInt(all.size());
        String[] lines = all.get(which).split("\r");
        correction++;
        String lot = "COR" + correction;
        String patient = "";
        String order = "";
        boolean done = false;
        for (int i = 0; i < lines.length; i++) {
            String[] fields = lines[i].split("\\|", -1);
            switch (fields[0]) {
                case "MSH" -> {
                    fields[6] = STAMP.format(clock.instant());
                    fields[9] = fields[9].split("-C")[0] + "-C" + correction;
                    lines[i] = String.join("|", fields);
                }
                case "PID" -> patient = fields[3].split("\\^")[0];
                case "ORC" -> order = fields[3].split("\\^")[0];
                case "RXA" -> {
                    if (!done && !fields[LOT].isEmpty()) {
                        done = true;
                        fields[LOT] = lot;
                        lines[i] = String.join("|", fields);
                        told.put(new SentRecords.Dose(patient, order), lot);
                        if (channel == Channel.DATABASE) {
                            correctRow(order, lot);
                        }
                    }
                }
                default -> {}
            }
        }
        String text = String.join("\r", lines) + "\r";
        all.set(which, text);
        records++;
        way.go(text);
    }

    private void correctRow(String dose, String lot) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl, databaseUser, "");
                PreparedStatement update =
                        connection.prepareStatement("update dose set lot = ?, changed_at = ? where dose_id = ?")) {
            update.setString(1, lot);
            update.setObject(2, clock.instant().atOffset(ZoneOffset.UTC));
            update.setString(3, dose);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("no dose " + dose);
            }
        }
    }

    private void lay(String name, String message) throws IOException {
        Path part = drop.resolve("clinic-files").resolve(name + ".part");
        Files.writeString(
                part,
                "FHS|^~\\&|PRACTICE EHR|0042170005\rBHS|^~\\&|PRACTICE EHR|0042170005\r" + message + "BTS|1\rFTS|1\r",
                StandardCharsets.UTF_8);
        Files.move(part, part.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Says how the registry's books differ from what the sources held; empty when they agree. */
    List<String> differences(RegistryBooks books) {
        List<String> differences = new ArrayList<>(books.faults());
        told.forEach((dose, lot) -> {
            String there = books.lots().get(dose);
            if (!lot.equals(there)) {
                differences.add(dose + " is from lot " + lot + ", the registry has " + there);
            }
        });
        Set<SentRecords.Dose> unknown = new HashSet<>(books.lots().keySet());
        unknown.removeAll(told.keySet());
        for (Set<SentRecords.Dose> doses : oneHeld) {
            Set<SentRecords.Dose> there = new HashSet<>(doses);
            there.retainAll(books.lots().keySet());
            unknown.removeAll(doses);
            if (there.size() != doses.size() - 1) {
                differences.add("of " + doses + " one has to be held, the registry has " + there);
            }
        }
        unknown.forEach(dose -> differences.add(dose + " was told by no source"));
        return differences;
    }

    /** Records of which something must be held for a person. */
    int held() {
        return held;
    }

    boolean isSilent() {
        return unanswered.get() == 0;
    }

    private void send() {
        Socket socket = null;
        while (!isClosed()) {
            try {
                String message = outgoing.poll(200, TimeUnit.MILLISECONDS);
                if (message == null) {
                    continue;
                }
                boolean answered = false;
                while (!answered && !isClosed()) {
                    try {
                        if (socket == null) {
                            socket = connect();
                        }
                        answered = isAccepted(socket, message);
                    } catch (IOException e) {
                        socket = null;
                    }
                    if (!answered && closed.await(100, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                unanswered.decrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
        int port = mllpPorts.get(lines++ % mllpPorts.size());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        return socket;
    }

    private static boolean isAccepted(Socket socket, String message) throws IOException {
        OutputStream out = socket.getOutputStream();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x0B);
        frame.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        frame.write(0x1C);
        frame.write('\r');
        out.write(frame.toByteArray());
        out.flush();
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        for (int b = in.read(); b != 0x1C; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed");
            }
            answer.append((char) b);
        }
        in.read();
        return answer.indexOf("\rMSA|AA|") > 0;
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        sender.interrupt();
        sender.join(10_000);
    }
}
