package org.vaxroute.ledger;

import java.time.Instant;

/**
 * One file that a registry answered with.
 *
 * @param name as the registry named it, made harmless
 * @param sha256 of the bytes; one content is one answer file, however often it is fetched
 * @param keptAs name of our immutable copy in the connection's folder of answers
 * @param format form in which it was read; null before that
 * @param byPlace whether its answers stand in the order of the messages that it answers
 * @param speaksFor messages of which it says everything, so that what it does not mention was taken; 0 when it does not say
 * @param submissionFile the file that it answers as a whole; null when it does not say
 * @param messages in the file; -1 before it was looked through
 * @param readTo answers applied so far
 * @param failedWhy why it could not be read; null when it could
 */
public record AnswerFile(
        long id,
        String connection,
        String name,
        String sha256,
        long size,
        String keptAs,
        State state,
        String format,
        boolean byPlace,
        int speaksFor,
        Long submissionFile,
        int messages,
        int readTo,
        Counts counts,
        String failedWhy,
        Instant fetchedAt,
        Instant readAt) {

    /** How far it has come. */
    public enum State {
        /** Our copy is on the disk. */
        FETCHED,
        /** Everything in it has been applied. */
        READ,
        /** In no form that is known, or broken; a person must look. */
        UNREADABLE,
        /** It was UNREADABLE, and a person has read it. */
        DISMISSED
    }

    /** Its answers by what they say, and how many of them speak of no record of ours. */
    public record Counts(int accepted, int warned, int rejected, int unknown, int unmatched) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    accepted + other.accepted,
                    warned + other.warned,
                    rejected + other.rejected,
                    unknown + other.unknown,
                    unmatched + other.unmatched);
        }
    }
}
