package org.vaxroute.practice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers that are written and not yet due, and those that never come unless somebody asks. */
final class OutTray {
    private static final String PART = ".part";

    /** What the answers to a file are called, behind its name. */
    private static final String ENDING = "[.](ack[.]hl7|rsp[.]txt|log[.]txt|report[.]html|errors[.]txt)$";

    private final RegistryFolder folder;

    OutTray(RegistryFolder folder) {
        this.folder = folder;
    }

    /** Keeps an answer until it is due. */
    void lay(String name, String text, Instant due) throws IOException {
        write(folder.tray().resolve(due.toEpochMilli() + "_" + name), text);
    }

    /** Keeps an answer that does not come. */
    void lose(String name, String text) throws IOException {
        write(folder.lost().resolve(name), text);
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + PART);
        Files.writeString(part, text, StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Lays what is due into the results. */
    void handOut(Instant now) throws IOException {
        for (Path kept : files(folder.tray())) {
            if (isDue(kept, now)) {
                String name = kept.getFileName().toString().split("_", 2)[1];
                Files.move(kept, folder.results().resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Lays the lost answers to a file into the results after all; answers how many there were. */
    int handOutLost(String submission) throws IOException {
        int found = 0;
        for (Path kept : files(folder.lost())) {
            if (kept.getFileName().toString().startsWith(submission + ".")) {
                Files.move(kept, folder.results().resolve(kept.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                found++;
            }
        }
        return found;
    }

    /** Names of the files whose answers were lost. */
    List<String> lost() throws IOException {
        return files(folder.lost()).stream()
                .map(file -> file.getFileName().toString().replaceFirst(ENDING, ""))
                .distinct()
                .toList();
    }

    /** Names of the files whose answers are not yet due. */
    Set<String> toCome(Instant now) throws IOException {
        return files(folder.tray()).stream()
                .filter(kept -> !isDue(kept, now))
                .map(kept -> kept.getFileName().toString().split("_", 2)[1].replaceFirst(ENDING, ""))
                .collect(Collectors.toSet());
    }

    boolean isCaughtUp(Instant now) throws IOException {
        return files(folder.tray()).stream().noneMatch(kept -> isDue(kept, now));
    }

    private static boolean isDue(Path kept, Instant now) {
        return Long.parseLong(kept.getFileName().toString().split("_", 2)[0]) <= now.toEpochMilli();
    }

    boolean isEmpty() throws IOException {
        return files(folder.tray()).isEmpty();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(PART))
                    .sorted()
                    .toList();
        }
    }
}
