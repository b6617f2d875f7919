package org.vaxroute.intake;

import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.vaxroute.hl7.Hl7FormatException;
import org.vaxroute.hl7.Message;
import org.vaxroute.ledger.Chunk;
import org.vaxroute.ledger.TakenRecord;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Finding;
import org.vaxroute.rules.Severity;

/**
 * Puts the records of a split back into their chunk ({@code aggregationStrategy: "#sameChunk"}), so that the steps after
 * the split see the chunk again.
 *
 * <p>A step that turned the record's body into text or a HAPI message has changed the outgoing text. A record whose own
 * steps failed is held with the finding {@value #FAILED}; the others go on.
 */
public final class SameChunkStep implements AggregationStrategy {
    /** Rule id of the finding on a record for which a site's own route step failed. */
    public static final String FAILED = "ROUTE-STEP-FAILED";

    @Override
    public Exchange aggregate(Exchange before, Exchange one) {
        throw new IllegalStateException("#sameChunk works in a split over a chunk's records only.");
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange one, Exchange whole) {
        Chunk chunk = whole.getMessage().getBody(Chunk.class);
        if (chunk == null) {
            throw new IllegalStateException("#sameChunk works in a split over a chunk's records only.");
        }
        TakenRecord record = chunk.records().get(one.getProperty(Exchange.SPLIT_INDEX, Integer.class));
        String excluded = one.getProperty(ExcludeStep.REASON, String.class);
        if (excluded != null) {
            record.exclude(excluded);
        }
        Throwable failure = one.getException();
        if (failure == null) {
            failure = one.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        if (failure != null) {
            one.setException(null);
            Findings.hold(
                    record,
                    failed("A step of the route stopped with "
                            + failure.getClass().getSimpleName() + " on this record."));
        } else {
            takeChanges(record, one);
        }
        return whole;
    }

    private static void takeChanges(TakenRecord record, Exchange one) {
        Object body = one.getMessage().getBody();
        if (body == record || !record.readable()) {
            return;
        }
        String text = one.getMessage().getBody(String.class);
        try {
            Message changed = Message.parse(text == null ? "" : text);
            if (!changed.text().equals(record.message().text())) {
                record.message(changed, List.of(new Change("route-step", "")));
            }
        } catch (Hl7FormatException e) {
            Findings.hold(record, failed("A step of the route left a text that is no HL7 message."));
        }
    }

    private static Finding failed(String reason) {
        return new Finding(
                FAILED,
                Severity.ERROR,
                Effect.MESSAGE,
                "",
                reason,
                "Look at the site's own steps in the intake route, then recheck the record.");
    }
}
