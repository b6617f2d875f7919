package org.vaxroute.practice;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Which steps of a rehearsal were taken; a step is noted when it is done, so that a kill repeats at most the one that was under way. */
public final class StoryLog {
    private final Path file;
    private final Set<String> done;

    private StoryLog(Path file, Set<String> done) {
        this.file = file;
        this.done = done;
    }

    public static StoryLog open(Path file) {
        return new StoryLog(file, Journal.names(file));
    }

    public boolean isDone(String step) {
        return done.contains(step);
    }

    /** What was noted behind this word, as in {@code "month 2026-03-02"}. */
    public Optional<String> noted(String word) {
        return done.stream()
                .filter(step -> step.startsWith(word + " "))
                .map(step -> step.substring(word.length() + 1))
                .findFirst();
    }

    /** Notes a step. */
    public void done(String step) {
        if (done.add(step)) {
            Journal.name(file, step);
        }
    }
}
