package org.vaxroute.intake;

/** A source cannot be read on: its file changed underfoot, its query fails, its database does not answer. */
public class SourceFaultException extends RuntimeException {
    private final String source;

    SourceFaultException(String source, String message, Throwable cause) {
        super(message, cause);
        this.source = source;
    }

    SourceFaultException(String source, String message) {
        this(source, message, null);
    }

    /** The id of the source. */
    public String source() {
        return source;
    }
}
