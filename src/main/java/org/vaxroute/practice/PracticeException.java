package org.vaxroute.practice;

/** The practice registry or EHR cannot do its part; the message says where and what to do. */
public final class PracticeException extends RuntimeException {
    PracticeException(String message) {
        super(message);
    }

    PracticeException(String message, Throwable cause) {
        super(message, cause);
    }
}
