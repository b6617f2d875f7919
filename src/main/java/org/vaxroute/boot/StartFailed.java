package org.vaxroute.boot;

/** Something that the settings name is not there or not usable; the text says what and how to mend it. */
public final class StartFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
