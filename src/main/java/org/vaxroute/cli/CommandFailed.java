package org.vaxroute.cli;

/** A command could not be carried out; the message is for the person who typed it. */
final class CommandFailed extends RuntimeException {
    CommandFailed(String message) {
        super(message);
    }

    CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
