package org.vaxroute.ledger;

import java.time.Instant;

/**
 * A line of an answer that speaks of no record that could be found.
 *
 * @param answer name of our copy of the answer file
 * @param position of the line or message in it, from 1
 * @param ambiguous whether several records fit
 * @param code what it says; empty when it gives no code
 * @param since when it was fetched
 */
public record UnmatchedLine(
        String answer,
        int position,
        String connection,
        boolean ambiguous,
        String code,
        Answer.Outcome outcome,
        Instant since) {}
