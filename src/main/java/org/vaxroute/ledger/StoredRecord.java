package org.vaxroute.ledger;

import java.time.Instant;
import java.util.List;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Verdict;

/**
 * A record as the ledger knows it, without its text.
 *
 * @param laneNo its number in its lane; null when it never was READY
 * @param partOf the record that it was cut from, because these doses were held; null for a whole record
 * @param holdRule rule that holds it, or held it first; null when none did
 * @param droppedWhy reason; null unless DROPPED
 * @param controlId MSH-10 as received
 * @param sentAs MSH-10 as sent
 * @param findings rule, severity, effect and location only; reason and remedy are in the rule of that id
 */
public record StoredRecord(
        long id,
        String connection,
        Feed feed,
        String source,
        Long laneNo,
        Long partOf,
        RecordState state,
        Verdict verdict,
        String holdRule,
        String droppedWhy,
        String controlId,
        String sentAs,
        String site,
        List<StoredDose> doses,
        List<StoredFinding> findings,
        List<Change> changes,
        Instant storedAt) {}
