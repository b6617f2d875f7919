package org.vaxroute.ledger;

import java.time.Instant;

/**
 * The right to be the only one who does something for a while.
 *
 * @param fence grows with every new holder; whoever comes with an old one is turned away
 * @param until by the database's clock, which alone counts
 */
public record Lease(String name, String owner, long fence, Instant until) {}
