package org.vaxroute.intake;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.vaxroute.ledger.Chunk;

/** The read step of the JDBC intake: which sources are due, and the chunks of one of them. */
public final class JdbcReader {
    static final String DUE = "vaxroute.due";

    private final JdbcRuns runs;
    private final StoreStep store;
    private final int ahead;

    public JdbcReader(JdbcRuns runs, StoreStep store, IntakeSettings settings) {
        this.runs = runs;
        this.store = store;
        this.ahead = settings.ahead();
    }

    /** The due sources, their runs claimed; one split each. */
    public List<JdbcRuns.Due> due() {
        return runs.due();
    }

    /** The chunks of the due source that is the body, read as the route asks for them; none while its database is being read. */
    public Iterator<Chunk> chunks(Exchange exchange) {
        JdbcRuns.Due due = exchange.getMessage().getBody(JdbcRuns.Due.class);
        exchange.setProperty(DUE, due);
        HandOver<Chunk> handOver = store.handOver(due.source().id(), ahead);
        var reading = new JdbcChunks[1];
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange ended) {
                try {
                    close();
                } catch (RuntimeException e) {
                    runs.stopped(due);
                    throw e;
                }
                if (reading[0] == null) {
                    runs.waits(due);
                } else if (handOver.settled()) {
                    runs.done(due, !reading[0].stopped(), reading[0].ahead());
                } else {
                    runs.stopped(due);
                }
            }

            @Override
            public void onFailure(Exchange ended) {
                try {
                    close();
                } finally {
                    runs.stopped(due);
                }
            }

            private void close() {
                handOver.close();
                if (reading[0] != null) {
                    reading[0].close();
                }
            }
        });
        exchange.setProperty(StoreStep.HAND_OVER, handOver);
        try {
            reading[0] = runs.chunks(due);
            return handOver.untilOver(reading[0]);
        } catch (DatabaseInUse e) {
            return Collections.emptyIterator();
        }
    }
}
