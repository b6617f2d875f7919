package org.vaxroute.ledger;

/** The two worlds that a record or file can belong to; nothing ever moves from one to the other. */
public enum Stage {
    TEST,
    PRODUCTION
}
