package org.vaxroute.intake;

import java.util.List;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.AsyncProcessorSupport;
import org.vaxroute.ledger.Chunk;

/**
 * The commit step of the MLLP intake: puts each message in line without holding a thread, sends what waits as chunks
 * through the route {@code mllp-chunk}, and lets each answer go in the order in which the messages came.
 */
public final class GroupCommitStep extends AsyncProcessorSupport implements CamelContextAware {
    static final String CHUNKS = "direct:mllp-chunk";

    private final MllpIntake intake;
    private final int most;
    private CamelContext context;
    private ProducerTemplate chunks;
    private GroupCommit commit;

    public GroupCommitStep(MllpIntake intake, MllpSettings settings) {
        this.intake = intake;
        this.most = settings.group();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        byte[] text = exchange.getMessage().getBody(byte[].class);
        commit.offer(new GroupCommit.Arrival(text, answer -> {
            exchange.getMessage().setBody(answer);
            callback.done(false);
        }));
        return false;
    }

    private MllpIntake.Fate store(Chunk chunk, GroupCommit.Turn turn) {
        Exchange sent = chunks.send(CHUNKS, ExchangePattern.InOut, one -> {
            one.getMessage().setBody(chunk);
            one.setProperty(StoreStep.TURN, turn);
        });
        Optional<?> stored = sent.getProperty(StoreStep.STORED, Optional.class);
        if (sent.getException() != null || stored == null) {
            return MllpIntake.Fate.NOT_STORED;
        }
        return stored.isPresent() ? MllpIntake.Fate.STORED : MllpIntake.Fate.PAUSED;
    }

    @Override
    protected void doStart() {
        chunks = context.createProducerTemplate();
        commit = new GroupCommit(
                most,
                (texts, turn) -> intake.answers(texts, chunk -> store(chunk, turn), turn),
                (List<GroupCommit.Arrival> group) ->
                        group.forEach(one -> one.answer().accept(intake.notStored(one.text()))));
    }

    @Override
    protected void doStop() throws Exception {
        commit.close();
        chunks.close();
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }
}
