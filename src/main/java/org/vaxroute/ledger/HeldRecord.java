package org.vaxroute.ledger;

import java.time.Instant;

/** One line of the work list of held records. */
public record HeldRecord(
        long recordId, String connection, Stage stage, String source, String rule, int doses, Instant since) {}
