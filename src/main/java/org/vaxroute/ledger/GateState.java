package org.vaxroute.ledger;

/** The steps from testing to live production. */
public enum GateState {
    REGISTERED,
    TESTING,
    REVIEW_REQUESTED,
    APPROVED,
    LIVE,
    SUSPENDED
}
