package org.vaxroute.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.vaxroute.practice.Channel;
import org.vaxroute.practice.Expectation;
import org.vaxroute.practice.PracticeEhr;

/**
 * Many small connections, each with a file of two records now and then, beside one that hands over all it has in one file at once. What
 * left is read from the folders into which files are laid.
 */
final class Crowd {
    private static final long SEED = 7;
    private static final int OF_A_FILE = 2;
    private static final String LARGE = "large";

    private final RunHome home;
    private final List<String> small = new ArrayList<>();
    private final Deque<String> messages = new ArrayDeque<>();
    private final Map<String, Set<SentRecords.Dose>> told = new HashMap<>();
    private final Map<String, Long> droppedAt = new HashMap<>();
    private Duration longest = Duration.ZERO;
    private int file;

    /** @param patients of all of them together; few of them are the small ones' */
    Crowd(RunHome home, Path folder, int connections, int patients, Clock clock) throws Exception {
        this.home = home;
        for (int n = 0; n < connections; n++) {
            small.add("small-" + n);
            home.beside("small-" + n, place("small-" + n), 20);
        }
        home.beside(LARGE, place(LARGE), 500);
        try (PracticeEhr ehr = PracticeEhr.create(folder, SEED, patients, clock)) {
            var expected = ehr.expectedByControlId(Channel.HL7_FILE).values().iterator();
            try (Stream<String> all = ehr.messages(Channel.HL7_FILE)) {
                all.forEach(text -> {
                    if (expected.next() == Expectation.DELIVERED) {
                        messages.add(text);
                    }
                });
            }
        }
    }

    private static String place(String connection) {
        return "work/to-upload/" + connection;
    }

    /** Ids of the connections. */
    List<String> connections() {
        List<String> all = new ArrayList<>(small);
        all.add(LARGE);
        return all;
    }

    /** Lays the large one's file: all but what the small ones are to have. */
    void dropLarge(int rounds) throws IOException {
        List<String> its = new ArrayList<>();
        while (messages.size() > rounds * small.size() * OF_A_FILE) {
            its.add(messages.removeLast());
        }
        drop(LARGE, its);
    }

    /** Lays a file for each small one that has nothing on its way. */
    void dropSmall() throws IOException {
        for (String connection : small) {
            if (!droppedAt.containsKey(connection) && messages.size() >= OF_A_FILE) {
                drop(connection, List.of(messages.removeFirst(), messages.removeFirst()));
                droppedAt.put(connection, System.nanoTime());
            }
        }
    }

    private void drop(String connection, List<String> texts) throws IOException {
        texts.forEach(text -> told.computeIfAbsent(connection, id -> new HashSet<>())
                .addAll(EhrDesk.lots(text).keySet()));
        Path part = home.drop().resolve(connection + "-files").resolve("day-" + ++file + ".hl7.part");
        Files.writeString(
                part,
                "FHS|^~\\&|PRACTICE EHR|0042170005\rBHS|^~\\&|PRACTICE EHR|0042170005\r" + String.join("", texts)
                        + "BTS|" + texts.size() + "\rFTS|1\r",
                StandardCharsets.UTF_8);
        Files.move(
                part,
                part.resolveSibling(part.getFileName().toString().replace(".part", "")),
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** Looks which small ones have everything, and how long that took. */
    void look() throws IOException {
        for (String connection : List.copyOf(droppedAt.keySet())) {
            if (sent(connection).doses().containsAll(told.get(connection))) {
                Duration took = Duration.ofNanos(System.nanoTime() - droppedAt.remove(connection));
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
        }
    }

    /** The longest that a small one's file took, as far as it was looked at. */
    Duration longest() {
        return longest;
    }

    int records() {
        return told.values().stream().mapToInt(Set::size).sum();
    }

    /**
     * How what left differs from what was handed over; empty when all is there once, but for what is held.
     *
     * @param held how many doses the ledger holds back, by connection: among thousands of made-up patients there are some that a rule stops
     */
    List<String> differences(Map<String, Integer> held) throws IOException {
        List<String> differences = new ArrayList<>();
        for (String connection : connections()) {
            SentRecords sent = sent(connection);
            sent.faults().forEach(fault -> differences.add(connection + ": " + fault));
            Set<SentRecords.Dose> missing = new HashSet<>(told.getOrDefault(connection, Set.of()));
            missing.removeAll(sent.doses());
            Set<SentRecords.Dose> foreign = new HashSet<>(sent.doses());
            foreign.removeAll(told.getOrDefault(connection, Set.of()));
            if (missing.size() != held.getOrDefault(connection, 0) || !foreign.isEmpty()) {
                differences.add(connection + ": " + missing.size() + " doses are missing, "
                        + held.getOrDefault(connection, 0) + " held, " + foreign.size() + " are not its own");
            }
        }
        return differences;
    }

    /** What stood in its folder under a final name. */
    private SentRecords sent(String connection) throws IOException {
        return SentRecords.in(home.folder().resolve(place(connection)));
    }
}
