package org.vaxroute.intake;

/** The process stops in the middle of a reading. Nothing is wrong: the source goes on from its position at the next start. */
public final class IntakeStoppedException extends RuntimeException {
    IntakeStoppedException(String message) {
        super(message);
    }
}
