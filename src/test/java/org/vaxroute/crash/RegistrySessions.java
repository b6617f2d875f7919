package org.vaxroute.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The registry's own book of sessions, read to see whether two were ever open at a time. */
record RegistrySessions(int count, List<String> together) {
    /** A time in which a node was halted: its sessions stand open, and nobody can close them. */
    record Halt(Instant from, Instant to) {
        boolean holds(Instant moment) {
            return !moment.isBefore(from) && !moment.isAfter(to);
        }
    }

    // A server hears of the end of a session a moment after the other side has closed it.
    private static final Duration LATE = Duration.ofSeconds(2);

    static RegistrySessions of(Path file, List<Halt> halts) throws IOException {
        Map<String, Instant> open = new TreeMap<>();
        List<String> together = new ArrayList<>();
        int count = 0;
        List<String[]> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(line -> line.split("\t"))
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            String[] line = lines.get(i);
            Instant moment = Instant.parse(line[0]);
            if (line[1].equals("closed")) {
                open.remove(line[2]);
                continue;
            }
            count++;
            for (String other : open.keySet()) {
                if (!closedSoon(lines, i, other, moment) && halts.stream().noneMatch(halt -> halt.holds(moment))) {
                    together.add("session " + line[2] + " was opened at " + moment + ", while " + other
                            + " was open since " + open.get(other));
                }
            }
            open.put(line[2], moment);
        }
        return new RegistrySessions(count, together);
    }

    private static boolean closedSoon(List<String[]> lines, int from, String session, Instant moment) {
        return lines.stream()
                .skip(from)
                .anyMatch(line -> line[1].equals("closed")
                        && line[2].equals(session)
                        && Instant.parse(line[0]).isBefore(moment.plus(LATE)));
    }
}
