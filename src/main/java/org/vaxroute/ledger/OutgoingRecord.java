package org.vaxroute.ledger;

/**
 * One member of a submission file.
 *
 * @param controlId the MSH-10 that it must be sent with
 * @param text what is to be sent, still with the MSH-10 and the segment ends (CR, LF or CRLF) that it had when it was stored
 * @param doses ORDER groups in it
 * @param trace what the ledger knows it by
 */
public record OutgoingRecord(long recordId, String controlId, byte[] text, int doses, RecordTrace trace) {}
