package org.vaxroute.hl7;

/**
 * Why a file may not be taken.
 *
 * @param code what it is; the names are stable
 * @param message the number of the message in the file, from 1; 0 when it is about no message
 * @param offset the position in the file, in bytes from 0
 * @param text what is wrong and what to do, for people; never content of the file
 */
public record Fault(Code code, int message, long offset, String text) {
    /** The kinds of fault. */
    public enum Code {
        /** Nothing in it. */
        EMPTY,
        /** Zero bytes: a compressed, encrypted or UTF-16 file. */
        BINARY,
        /** Text without a single HL7 header. */
        NOT_HL7,
        /** Lines before the first message or behind a trailer. */
        TEXT_OUTSIDE,
        /** FHS without FTS. */
        FILE_TRUNCATED,
        /** BHS without BTS. */
        BATCH_TRUNCATED,
        /** BTS without BHS, or FTS without FHS. */
        TRAILER_ALONE,
        /** The last message breaks off. */
        MESSAGE_CUT,
        /** A message over the limit. */
        MESSAGE_TOO_LONG,
        /** BTS-1 is not the number of messages of the batch. */
        BATCH_COUNT,
        /** FTS-1 is the number neither of the file's batches nor of its messages. */
        FILE_COUNT
    }
}
