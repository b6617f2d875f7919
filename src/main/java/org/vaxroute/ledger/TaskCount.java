package org.vaxroute.ledger;

import java.time.Instant;

/**
 * How many tasks of one kind there are.
 *
 * @param oldest when the first of them was first said
 */
public record TaskCount(
        String connection, Task.State state, Answer.Settling settling, String code, long tasks, Instant oldest) {}
