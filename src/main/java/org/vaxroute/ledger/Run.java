package org.vaxroute.ledger;

import java.time.Instant;

/**
 * A due run that somebody claimed.
 *
 * @param endedAt null while it goes on, or when its owner died
 * @param outcome how it ended; while it goes on, what it waits for, null when for nothing
 */
public record Run(
        String connection,
        String subject,
        Instant scheduledFor,
        Instant claimedAt,
        String owner,
        Instant endedAt,
        String outcome) {}
