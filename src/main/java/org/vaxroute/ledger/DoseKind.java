package org.vaxroute.ledger;

/** What an ORDER group tells of: RXA-20 decides first (RE, NA), then RXA-9 (00 is given here, 01 to 08 is from elsewhere). */
public enum DoseKind {
    NEW,
    HISTORICAL,
    REFUSED,
    NOT_GIVEN
}
