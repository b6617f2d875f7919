package org.vaxroute.ledger;

/**
 * A record that waits for its file, with what it would send. Patient data.
 *
 * @param laneNo its number in its lane
 */
public record WaitingText(long id, long laneNo, String source, byte[] received, byte[] outgoing) {}
