package org.vaxroute.ledger;

/**
 * The texts of a record. Patient data: only for the one door through which people see it, and for sending.
 *
 * @param received as it came from the source
 * @param edited as a person corrected it last, with every dose that the source's message had; null when nobody did
 * @param outgoing as it is, or would be, sent, before MSH-10 is set; the same array when nothing was changed
 */
public record RecordText(byte[] received, byte[] edited, byte[] outgoing) {}
