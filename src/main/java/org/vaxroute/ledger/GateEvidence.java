package org.vaxroute.ledger;

import java.time.Instant;

/** Something that supports a step of the gate, for example {@code TEST_FILE} with a file's name, or {@code APPROVAL} with the email's reference. */
public record GateEvidence(
        long id, String connection, String kind, String subject, String detail, String who, Instant recordedAt) {}
