package org.vaxroute.rules;

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
}
