package org.vaxroute.rules;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of rules or transforms that cannot be used. Stops the start-up; the message begins with file and line and says
 * what to do.
 */
public final class RuleFileException extends RuntimeException {
    public RuleFileException(String message) {
        super(message);
    }

    public RuleFileException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Throws one that names all of these, a line each; does nothing when there are none. */
    static void throwAll(List<RuleFileException> faults) {
        if (!faults.isEmpty()) {
            throw new RuleFileException(
                    faults.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining("\n")),
                    faults.get(0));
        }
    }
}
