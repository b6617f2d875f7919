package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.vaxroute.ledger.Answers;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.operate.access.Caller;

/** The submission files of all connections. */
final class FileOperations implements FilesMBean {
    private static final int MOST = 10_000;
    private static final int LATEST = 15;
    private static final int UNFINISHED = 85;

    private final Ledger ledger;
    private final HandedOver handedOver;
    private final Clock clock;

    FileOperations(Ledger ledger, HandedOver handedOver, Clock clock) {
        this.ledger = ledger;
        this.handedOver = handedOver;
        this.clock = clock;
    }

    @Override
    public Map<String, Long> getCounts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (FileState state : FileState.values()) {
            counts.put(state.name(), 0L);
        }
        ledger.submissionFiles()
                .counts()
                .values()
                .forEach(states -> states.forEach((state, files) -> counts.merge(state.name(), files, Long::sum)));
        return counts;
    }

    @Override
    public List<Map<String, Object>> getLatest() {
        List<SubmissionFile> latest = ledger.submissionFiles().recent(LATEST);
        List<SubmissionFile> shown = new ArrayList<>(ledger.submissionFiles().in(FileState.NOT_AWAY, UNFINISHED));
        shown.removeAll(latest);
        shown.addAll(latest);
        return shown.stream().map(FileOperations::row).toList();
    }

    @Override
    public List<Map<String, Object>> list(String state, int limit) {
        int most = Math.min(Math.max(limit, 1), MOST);
        List<SubmissionFile> files = state == null || state.isBlank()
                ? ledger.submissionFiles().recent(most)
                : ledger.submissionFiles().in(EnumSet.of(state(state)), most);
        return files.stream().map(FileOperations::row).toList();
    }

    @Override
    public String uploaded(String file, String when, String by) {
        Instant at = when == null || when.isBlank() ? clock.instant() : instant(when);
        String who = by == null || by.isBlank() ? Caller.who() : by.strip() + ", as said by " + Caller.who();
        handedOver.uploaded(file, at, who);
        return file + " is SENT.";
    }

    @Override
    public String arrived(String file, String why) {
        SubmissionFile unsure = only(file, FileState.UNSURE);
        ledger.submissionFiles().sent(unsure.id(), clock.instant(), Caller.who(), reason(why));
        return file + " is SENT.";
    }

    @Override
    public String withdraw(String file, String why) {
        SubmissionFile held = only(file, FileState.BUILT, FileState.UNSURE, FileState.SENT);
        ledger.submissionFiles().withdrawn(held.id(), Caller.who(), reason(why));
        ledger.alarms().clear(Answers.LATE, "file:" + held.name());
        return file + " is WITHDRAWN; its records are dropped.";
    }

    private SubmissionFile only(String name, FileState... allowed) {
        Set<FileState> states = Set.of(allowed);
        return ledger.submissionFiles()
                .meant(name, file -> states.contains(file.state()))
                .orElseThrow(() -> new IllegalArgumentException(ledger.submissionFiles()
                        .meant(name, file -> true)
                        .map(file -> "File " + name + " is " + file.state() + "; this can be done to a file that is "
                                + states.stream().map(Enum::name).sorted().collect(Collectors.joining(" or ")) + ".")
                        .orElse("There is no file " + name + ". \"vaxroute files\" lists them.")));
    }

    private static Map<String, Object> row(SubmissionFile file) {
        return Rows.row(
                "name", file.name(),
                "connection", file.connection(),
                "feed", file.feed(),
                "state", file.state(),
                "messages", file.messages(),
                "doses", file.doses(),
                "bytes", file.size(),
                "sha256", file.sha256(),
                "generation", file.generation(),
                "attempts", file.attempts(),
                "nextAttempt", file.nextAttempt(),
                "lastError", file.lastError(),
                "builtAt", file.builtAt(),
                "sentAt", file.sentAt(),
                "answeredAt", file.answeredAt());
    }

    private static FileState state(String word) {
        try {
            return FileState.valueOf(word.strip().toUpperCase(java.util.Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + word + "\" is no state of a file; use one of " + List.of(FileState.values()) + ".", e);
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no moment; write it in UTC as 2026-01-31T14:30:00Z.", e);
        }
    }

    static String reason(String why) {
        if (why == null || why.isBlank()) {
            throw new IllegalArgumentException("Say why; it stands on the trail. Name no patient.");
        }
        return why.strip();
    }
}
