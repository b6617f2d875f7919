package org.vaxroute.ledger;

import java.util.List;
import org.vaxroute.rules.Verdict;

/**
 * A held record with its texts, for looking at it again. Patient data.
 *
 * @param received the text as received, with every dose that it had
 * @param outgoing what would be sent if it went as it is
 * @param doses numbers in the received text of the doses that this record holds; null when it holds all of them
 * @param findings rule and place of what was found when it was stored
 * @param newest outgoing text of the newest record that told the registry who the patient is, when that one is newer; null otherwise
 * @param newestId id of that record; 0 when there is none
 */
public record HeldText(
        long id,
        String connection,
        String source,
        Feed feed,
        Verdict verdict,
        byte[] received,
        byte[] outgoing,
        List<Integer> doses,
        List<StoredFinding> findings,
        byte[] newest,
        long newestId) {}
