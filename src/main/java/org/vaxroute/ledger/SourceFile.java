package org.vaxroute.ledger;

import java.time.Instant;

/**
 * A file from an EHR.
 *
 * @param messages messages that the first pass counted
 * @param doses doses that the first pass counted
 * @param offset byte at which to go on reading
 * @param messagesStored messages that are in the ledger
 * @param failedWhy why it was not taken; null unless FAILED
 */
public record SourceFile(
        long id,
        String connection,
        String source,
        Feed feed,
        String name,
        long size,
        SourceFileState state,
        long messages,
        long doses,
        long offset,
        int messagesStored,
        String failedWhy,
        Instant takenAt) {}
