package org.vaxroute.intake;

import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.netty.NettyConstants;
import org.apache.camel.support.AsyncProcessorSupport;
import org.vaxroute.ledger.Chunk;

/**
 * The commit step of the MLLP intake: puts each message in a line without holding a thread, sends what waits as chunks
 * through the route {@code mllp-chunk}, and lets each answer go in the order in which the messages of its connection came. There are two
 * lines, so that one is prepared while the database commits the other; a connection stays in one.
 */
public final class GroupCommitStep extends AsyncProcessorSupport implements CamelContextAware {
    static final String CHUNKS = "direct:mllp-chunk";

    private static final int LINES = 2;

    private final MllpIntake intake;
    private final int most;
    private CamelContext context;
    private ProducerTemplate chunks;
    private final List<GroupCommit> lines = new ArrayList<>();

    public GroupCommitStep(MllpIntake intake, MllpSettings settings) {
        this.intake = intake;
        this.most = settings.group();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        byte[] text = exchange.getMessage().getBody(byte[].class);
        lines.get(line(exchange)).offer(new GroupCommit.Arrival(text, answer -> {
            exchange.getMessage().setBody(answer);
            callback.done(false);
        }));
        return false;
    }

    private static int line(Exchange exchange) {
        ChannelHandlerContext connection = exchange.getMessage()
                .getHeader(NettyConstants.NETTY_CHANNEL_HANDLER_CONTEXT, ChannelHandlerContext.class);
        return Math.floorMod(connection.channel().id().hashCode(), LINES);
    }

    private boolean stored(Chunk chunk) {
        Exchange sent = chunks.send(
                CHUNKS, ExchangePattern.InOut, one -> one.getMessage().setBody(chunk));
        return sent.getException() == null && sent.getProperty(StoreStep.STORED) != null;
    }

    @Override
    protected void doStart() {
        chunks = context.createProducerTemplate();
        for (int line = 1; line <= LINES; line++) {
            lines.add(new GroupCommit(
                    "mllp-committer-" + line,
                    most,
                    texts -> intake.answers(texts, this::stored),
                    (List<GroupCommit.Arrival> group) ->
                            group.forEach(one -> one.answer().accept(intake.notStored(one.text())))));
        }
    }

    @Override
    protected void doStop() throws Exception {
        lines.forEach(GroupCommit::close);
        lines.clear();
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
