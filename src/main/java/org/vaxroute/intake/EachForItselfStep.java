package org.vaxroute.intake;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** Keeps the failure of one source from being the failure of the tick that read several; each has raised its own alarm. */
public final class EachForItselfStep implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange before, Exchange one) {
        return before == null ? one : before;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange one, Exchange whole) {
        return whole;
    }
}
