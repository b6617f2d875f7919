package org.vaxroute.ledger;

import java.time.Instant;

/** How many records of a source one rule holds. */
public record HeldCount(String connection, String source, String rule, long records, long doses, Instant oldest) {}
