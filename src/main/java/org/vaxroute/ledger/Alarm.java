package org.vaxroute.ledger;

import java.time.Instant;

/** Something that a person must know; raised once until it clears. */
public record Alarm(long id, String kind, String subject, String detail, Instant raisedAt, Instant clearedAt) {}
