package org.vaxroute.intake;

import org.apache.camel.Exchange;
import org.vaxroute.ledger.TakenRecord;

/**
 * Leaves one record out of what is sent, inside a split over a chunk's records: {@code bean: {ref: exclude, method:
 * "because('walk-in rehearsal patient')"}}. The record is stored as DROPPED with the reason.
 */
public final class ExcludeStep {
    static final String REASON = "vaxroute.excluded";

    /** @param reason why, without anything that a field contains */
    public void because(String reason, Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof TakenRecord record) {
            record.exclude(reason);
        } else {
            exchange.setProperty(REASON, reason);
        }
    }
}
