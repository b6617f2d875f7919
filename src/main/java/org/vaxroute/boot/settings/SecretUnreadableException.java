package org.vaxroute.boot.settings;

/** A secret that a setting refers to cannot be read; the message says which and what to do, and never holds the secret. */
public class SecretUnreadableException extends RuntimeException {
    private final String problem;
    private final String remedy;

    SecretUnreadableException(String problem, String remedy) {
        super(problem + ". " + remedy + ".");
        this.problem = problem;
        this.remedy = remedy;
    }

    String problem() {
        return problem;
    }

    String remedy() {
        return remedy;
    }
}
