package org.vaxroute.answers;

/** An answer, or what is needed to read it, is not as it must be. The text says what, where, and what to do; it holds no patient data. */
public final class AnswerException extends RuntimeException {
    public AnswerException(String message) {
        super(message);
    }

    public AnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
