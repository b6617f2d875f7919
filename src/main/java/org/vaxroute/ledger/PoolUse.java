package org.vaxroute.ledger;

/**
 * How the ledger's database connections are used.
 *
 * @param awaited threads that wait for one
 * @param most that may be open at once
 */
public record PoolUse(int active, int idle, int awaited, int most) {}
