package org.vaxroute.practice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What the practice registry knows: messages, patients and doses it has, and the files it took. Kept in one text file, a page
 * for each submission; a page that a kill cut short does not count.
 */
final class Books {
    private static final int KEY_BYTES = 10;

    private final Path file;
    private final Path archive;
    private final Set<String> messages = new HashSet<>();
    private final Set<String> patients = new HashSet<>();
    private final Set<String> doses = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final List<TakenFile> taken = new ArrayList<>();

    Books(Path file, Path archive) {
        this.file = file;
        this.archive = archive;
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
        return patients.size();
    }

    synchronized int doses() {
        return doses.size();
    }

    synchronized boolean knows(String name) {
        return names.contains(name);
    }

    /** A page for a submission; nothing of it counts before {@link #keep}. */
    Page page() {
        return new Page();
    }

    /** One submission on its way into the books. */
    final class Page {
        private final List<String> lines = new ArrayList<>();
        private final Set<String> newMessages = new HashSet<>();
        private final Set<String> added = new HashSet<>();
        private final Set<String> removed = new HashSet<>();

        boolean isNewMessage(String controlId) {
            if (messages.contains(controlId) || !newMessages.add(controlId)) {
                return false;
            }
            lines.add("message\t" + controlId);
            return true;
        }

        void patient(String key) {
            lines.add("patient\t" + digest(key));
        }

        boolean isInThisFile(String dose) {
            return added.contains(digest(dose));
        }

        boolean add(String dose) {
            String key = digest(dose);
            if (doses.contains(key) && !removed.contains(key)) {
                return false;
            }
            replace(dose);
            return true;
        }

        void replace(String dose) {
            added.add(digest(dose));
            removed.remove(digest(dose));
            lines.add("dose\t" + digest(dose));
        }

        boolean remove(String dose) {
            String key = digest(dose);
            boolean isThere = added.contains(key) || doses.contains(key) && !removed.contains(key);
            if (isThere) {
                added.remove(key);
                removed.add(key);
                lines.add("gone\t" + key);
            }
            return isThere;
        }
    }

    /** Enters a submission for good. */
    synchronized void keep(Page page, TakenFile submission) {
        List<String> lines = new ArrayList<>(page.lines);
        lines.add(String.join(
                "\t",
                "file",
                submission.name(),
                Integer.toString(submission.accepted()),
                Integer.toString(submission.warned()),
                Integer.toString(submission.rejected()),
                String.join(",", submission.controlIds())));
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
            if (text.startsWith("file\t", start) && text.charAt(end - 1) == '\n') {
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
                case "patient" -> patients.add(cells[1]);
                case "dose" -> doses.add(cells[1]);
                case "gone" -> doses.remove(cells[1]);
                case "file" ->
                    take(new TakenFile(
                            cells[1],
                            archive.resolve(cells[1]),
                            cells[5].isEmpty() ? List.of() : List.of(cells[5].split(",")),
                            Integer.parseInt(cells[2]),
                            Integer.parseInt(cells[3]),
                            Integer.parseInt(cells[4])));
                default -> throw new PracticeException("the practice registry's books " + file + " are damaged");
            }
        }
    }

    private void take(TakenFile file) {
        taken.add(file);
        names.add(file.name());
    }

    private static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
