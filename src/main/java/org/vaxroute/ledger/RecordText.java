package org.vaxroute.ledger;

/**
 * The texts of a record. Patient data: only for the one door through which people see it, and for sending.
 *
 * @param received as it came from the source
 * @param outgoing as it is, or would be, sent, before MSH-10 is set; the same array when nothing was changed
 */
public record RecordText(byte[] received, byte[] outgoing) {}
