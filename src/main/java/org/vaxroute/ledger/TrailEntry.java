package org.vaxroute.ledger;

import java.time.Instant;

/** Who did what to what, and when. */
public record TrailEntry(long id, Instant at, String who, String action, String subject, String detail) {}
