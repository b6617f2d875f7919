package org.vaxroute.ledger;

/** The outgoing text of a patient's newest record. Patient data. */
public record PatientText(long recordId, String site, byte[] text) {}
