package org.vaxroute.feeds;

/** A step of the gate was asked for before it was earned. Nothing was changed; the message says what is missing and what to do. */
public final class GateRefused extends RuntimeException {
    private final String connection;
    private final String step;
    private final String missing;
    private final String remedy;

    GateRefused(String connection, String step, String missing, String remedy) {
        super("Connection " + connection + ", step " + step + ": " + missing + " " + remedy);
        this.connection = connection;
        this.step = step;
        this.missing = missing;
        this.remedy = remedy;
    }

    public String connection() {
        return connection;
    }

    /** The step that was asked for, such as <code>approve</code>. */
    public String step() {
        return step;
    }

    /** What is missing. */
    public String missing() {
        return missing;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
