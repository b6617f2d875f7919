package org.vaxroute.ledger;

import java.util.List;

/**
 * A record that waits for its file, with what it would send. Patient data.
 *
 * @param laneNo its number in its lane
 * @param doses numbers of its doses in the whole record
 */
public record WaitingText(long id, long laneNo, String source, byte[] received, byte[] outgoing, List<Integer> doses) {}
