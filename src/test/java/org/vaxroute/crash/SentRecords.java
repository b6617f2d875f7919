package org.vaxroute.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What stands in a folder of batch files or in message texts, read by splitting lines at bars and nothing else: a reader that
 * shares no code with the product.
 */
public final class SentRecords {
    /** One dose of one patient, as often as it was found, and where. */
    public record Dose(String patient, String order) {}

    private final Map<Dose, List<String>> doses = new HashMap<>();
    private final Map<String, List<String>> controlIds = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    /** Nothing yet. */
    public static SentRecords empty() {
        return new SentRecords();
    }

    public static SentRecords in(Path folder) throws IOException {
        SentRecords found = new SentRecords();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(one -> !one.toString().endsWith(".part"))
                        .sorted()
                        .toList()) {
                    found.file(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
                }
            }
        }
        return found;
    }

    private void file(String name, String text) {
        int messages = 0;
        String last = "";
        for (String line : text.split("\r")) {
            last = line.substring(0, Math.min(3, line.length()));
            if (last.equals("MSH")) {
                messages++;
            }
            if (last.equals("BTS") && !line.split("\\|")[1].equals("" + messages)) {
                faults.add(name + ": BTS-1 is not the number of messages");
            }
        }
        if (!text.startsWith("FHS|") || !last.equals("FTS")) {
            faults.add(name + ": not a whole batch file");
        }
        for (String message : text.split("(?m)(?=^MSH\\|)")) {
            if (message.startsWith("MSH|")) {
                message(name, message);
            }
        }
    }

    /** Takes one message; its name is for the report. */
    public void message(String where, String text) {
        String patient = "";
        String order = "";
        for (String line : text.split("[\r\n]+")) {
            String[] fields = line.split("\\|", -1);
            switch (fields[0]) {
                case "MSH" ->
                    controlIds
                            .computeIfAbsent(fields[9], id -> new ArrayList<>())
                            .add(where);
                case "PID" -> patient = fields[3].split("\\^")[0];
                case "ORC" -> order = fields[3].split("\\^")[0];
                case "RXA" -> {
                    doses.computeIfAbsent(new Dose(patient, order), dose -> new ArrayList<>())
                            .add(where);
                    order = "";
                }
                default -> {}
            }
        }
    }

    public Set<Dose> doses() {
        return new HashSet<>(doses.keySet());
    }

    /** The names of the files in which a dose stands; none when it is not there. */
    public List<String> where(Dose dose) {
        return doses.getOrDefault(dose, List.of());
    }

    /** Everything that stands there more often than once, and every file that is not whole. */
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        controlIds.forEach((id, files) -> {
            if (files.size() > 1) {
                all.add("message " + id + " in " + files);
            }
        });
        doses.forEach((dose, files) -> {
            if (files.size() > 1) {
                all.add("dose " + dose + " in " + files);
            }
        });
        return all;
    }
}
