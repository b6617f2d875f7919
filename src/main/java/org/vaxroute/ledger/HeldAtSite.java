package org.vaxroute.ledger;

import java.time.Instant;

/**
 * What one rule holds at one site.
 *
 * @param patients how many patients the records are of
 * @param oldest since when the oldest is held
 */
public record HeldAtSite(String connection, String site, String rule, long records, long patients, Instant oldest) {}
