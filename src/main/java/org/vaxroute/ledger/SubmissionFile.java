package org.vaxroute.ledger;

import java.time.Instant;

/**
 * One batch file. Its members are the records {@code firstNo} to {@code lastNo} of its lane, in that order.
 *
 * @param generation 1, or more when earlier files over the same records were refused
 * @param replaces the file of the generation before; null for the first
 * @param series of its name: the name with the number left open
 * @param sequence number within the series of its name
 * @param envelope what the assembler handed in
 * @param sha256 of the bytes; null until they were written for the first time
 * @param size in bytes; -1 until they were written
 * @param attempts uploads begun so far
 * @param nextAttempt not to be tried before this; null when it may go at once
 * @param decidedAt the moment that stands in the file's headers
 */
public record SubmissionFile(
        long id,
        String connection,
        Stage stage,
        Feed feed,
        int laneId,
        long firstNo,
        long lastNo,
        int generation,
        Long replaces,
        String account,
        String folder,
        String name,
        String series,
        long sequence,
        String envelope,
        FileState state,
        int messages,
        long doses,
        String sha256,
        long size,
        int attempts,
        Instant nextAttempt,
        String lastError,
        Instant decidedAt,
        Instant builtAt,
        Instant sentAt,
        Instant answeredAt) {}
