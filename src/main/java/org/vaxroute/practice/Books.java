package org.vaxroute.practice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the practice registry knows: messages, clients and doses it has, what is wrong and not yet corrected, and the files it took.
 * Kept in one text file, a page for each event; a page that a kill cut short does not count.
 */
final class Books {
    /** What the last line of a page begins with. */
    private static final Set<String> ENDS = Set.of("file", "account", "reported", "withdrawn");

    private final Path file;
    private final Path archive;
    private final Set<String> messages = new HashSet<>();
    private final Map<String, List<BelievedDose>> doses = new HashMap<>();
    private final Map<String, LocalDate> withdrawals = new HashMap<>();
    private final Set<Complaint> complaints = new LinkedHashSet<>();
    private final Set<String> names = new HashSet<>();
    private final List<TakenFile> taken = new ArrayList<>();
    private LocalDate reported;
    private boolean production;

    Books(Path file, Path archive, boolean production) {
        this.file = file;
        this.archive = archive;
        this.production = production;
        try {
            if (Files.exists(file)) {
                dropTornPage();
                read(Files.readAllLines(file, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new PracticeException("the practice registry's books " + file + " cannot be read", e);
        }
    }

    synchronized List<TakenFile> taken() {
        return List.copyOf(taken);
    }

    synchronized int patients() {
        return doses.size();
    }

    synchronized List<BelievedDose> doses() {
        return doses.values().stream().flatMap(List::stream).toList();
    }

    synchronized List<Complaint> complaints() {
        return List.copyOf(complaints);
    }

    synchronized boolean knows(String name) {
        return names.contains(name);
    }

    synchronized boolean isProduction() {
        return production;
    }

    /** The day of the last report; null before the first. */
    synchronized LocalDate reported() {
        return reported;
    }

    /** From now on what is accepted is kept. */
    void openProduction() {
        write(List.of("account\tPRODUCTION"));
    }

    /** A family took its consent back. */
    void withdraw(String patient, LocalDate day) {
        write(List.of("withdrawn\t" + patient + "\t" + day));
    }

    /** The report of a day was written. */
    void reported(LocalDate day) {
        write(List.of("reported\t" + day));
    }

    /** A page for a submission; nothing of it counts before {@link #keep}. */
    synchronized Page page() {
        return new Page(production);
    }

    /** One submission on its way into the books. A page of the test account judges like any other and is not kept. */
    final class Page {
        private final boolean kept;
        private final List<String> lines = new ArrayList<>();
        private final Set<String> newMessages = new HashSet<>();
        private final Map<String, List<BelievedDose>> changed = new HashMap<>();
        private final Set<BelievedDose> added = new HashSet<>();

        private Page(boolean kept) {
            this.kept = kept;
        }

        boolean isTest() {
            return !kept;
        }

        boolean isNewMessage(String controlId) {
            if (messages.contains(controlId) || !newMessages.add(controlId)) {
                return false;
            }
            lines.add("message\t" + controlId);
            return true;
        }

        /** The day since which no older consent counts; null when none was taken back. */
        LocalDate withdrawn(String patient) {
            return withdrawals.get(patient);
        }

        void patient(String patient) {
            lines.add("patient\t" + patient);
        }

        /** What was said of the client before is settled, or said again by what follows. */
        void settleClient(String patient) {
            lines.add("settled\t" + patient + "\t\tclient");
        }

        void settleDose(String patient, String order) {
            lines.add("settled\t" + patient + "\t" + order + "\tdose");
        }

        void complain(Complaint complaint) {
            lines.add(complaint.line());
        }

        boolean isInThisFile(BelievedDose dose) {
            return added.stream().anyMatch(other -> isSame(other, dose));
        }

        /** @return false when this vaccination of the patient is there already, whatever its order number */
        boolean add(BelievedDose dose) {
            List<BelievedDose> there = of(dose.patient());
            if (there.stream().anyMatch(other -> isSame(other, dose))) {
                return false;
            }
            enter(there, dose);
            return true;
        }

        /** In place of the dose of this order, else of this vaccination; added when there is neither. */
        void replace(BelievedDose dose) {
            List<BelievedDose> there = of(dose.patient());
            there.stream()
                    .filter(other -> other.order().equals(dose.order()))
                    .findFirst()
                    .or(() ->
                            there.stream().filter(other -> isSame(other, dose)).findFirst())
                    .ifPresent(old -> leave(there, old));
            enter(there, dose);
        }

        /** @return false when no dose has this order number, day and vaccine */
        boolean remove(BelievedDose dose) {
            List<BelievedDose> there = of(dose.patient());
            if (!there.contains(dose)) {
                return false;
            }
            leave(there, dose);
            return true;
        }

        private List<BelievedDose> of(String patient) {
            return changed.computeIfAbsent(patient, p -> new ArrayList<>(doses.getOrDefault(p, List.of())));
        }

        private void enter(List<BelievedDose> there, BelievedDose dose) {
            there.add(dose);
            added.add(dose);
            lines.add(line("dose", dose));
        }

        private void leave(List<BelievedDose> there, BelievedDose dose) {
            there.remove(dose);
            added.remove(dose);
            lines.add(line("gone", dose));
        }

        private static boolean isSame(BelievedDose one, BelievedDose other) {
            return one.patient().equals(other.patient()) && one.isSameVaccination(other.given(), other.vaccine());
        }
    }

    /** Enters a submission for good. */
    void keep(Page page, TakenFile submission) {
        List<String> lines = new ArrayList<>(page.kept ? page.lines : List.of());
        lines.add(String.join(
                "\t",
                "file",
                submission.name(),
                Integer.toString(submission.accepted()),
                Integer.toString(submission.warned()),
                Integer.toString(submission.rejected()),
                String.join(",", submission.controlIds()),
                submission.isTest() ? "test" : "production"));
        write(lines);
    }

    private static String line(String word, BelievedDose dose) {
        return String.join("\t", word, dose.patient(), dose.order(), dose.given(), dose.vaccine());
    }

    private synchronized void write(List<String> lines) {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
            while (text.hasRemaining()) {
                out.write(text);
            }
        } catch (IOException e) {
            throw new PracticeException("the practice registry's books " + file + " cannot be written", e);
        }
        read(lines);
    }

    // What stands behind the last whole page would otherwise be read as the beginning of the next one.
    private void dropTornPage() throws IOException {
        String text = Files.readString(file);
        int end = text.length();
        while (end > 0) {
            int start = text.lastIndexOf('\n', end - 2) + 1;
            if (ENDS.contains(text.substring(start, end).split("\t", 2)[0]) && text.charAt(end - 1) == '\n') {
                break;
            }
            end = start;
        }
        if (end < text.length()) {
            Files.writeString(file, text.substring(0, end));
        }
    }

    private void read(List<String> lines) {
        for (String line : lines) {
            String[] cells = line.split("\t", -1);
            switch (cells[0]) {
                case "message" -> messages.add(cells[1]);
                case "patient" -> doses.computeIfAbsent(cells[1], patient -> new ArrayList<>());
                case "dose" -> doses.get(cells[1]).add(dose(cells));
                case "gone" -> doses.get(cells[1]).remove(dose(cells));
                case "settled" ->
                    complaints.removeIf(said -> said.patient().equals(cells[1])
                            && said.scope().equals(cells[3])
                            && (said.isOfClient() || said.order().equals(cells[2])));
                case "complaint" -> complaints.add(Complaint.of(cells));
                case "account" -> production = true;
                case "withdrawn" -> withdrawals.put(cells[1], LocalDate.parse(cells[2]));
                case "reported" -> {
                    reported = LocalDate.parse(cells[1]);
                    complaints.removeIf(Complaint::isOnce);
                }
                case "file" ->
                    take(new TakenFile(
                            cells[1],
                            archive.resolve(cells[1]),
                            cells[5].isEmpty() ? List.of() : List.of(cells[5].split(",")),
                            Integer.parseInt(cells[2]),
                            Integer.parseInt(cells[3]),
                            Integer.parseInt(cells[4]),
                            cells[6].equals("test")));
                default -> throw new PracticeException("the practice registry's books " + file + " are damaged");
            }
        }
    }

    private static BelievedDose dose(String[] cells) {
        return new BelievedDose(cells[1], cells[2], cells[3], cells[4]);
    }

    private void take(TakenFile file) {
        taken.add(file);
        names.add(file.name());
    }
}
