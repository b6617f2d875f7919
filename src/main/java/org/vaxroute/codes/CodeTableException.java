package org.vaxroute.codes;

/** A code table that cannot be used. The message names the file, the line where known, and what to do. */
public final class CodeTableException extends RuntimeException {
    public CodeTableException(String message) {
        super(message);
    }

    public CodeTableException(String message, Throwable cause) {
        super(message, cause);
    }
}
