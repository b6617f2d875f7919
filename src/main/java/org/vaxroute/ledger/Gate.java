package org.vaxroute.ledger;

import java.time.Instant;

/**
 * Where a connection stands.
 *
 * @param resumeTo the state it was suspended from; null unless SUSPENDED
 * @param why reason of the last step; null when none was given
 */
public record Gate(String connection, GateState state, GateState resumeTo, String why, Instant since) {}
