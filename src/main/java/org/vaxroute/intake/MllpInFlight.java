package org.vaxroute.intake;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Stops reading from a connection that has too many messages waiting for their answer, so that one sender cannot fill
 * the memory, or when the listener is to be closed. One per connection, after the decoder.
 */
final class MllpInFlight extends ChannelDuplexHandler {
    private final int limit;
    private final MllpDoor door;
    private volatile ChannelHandlerContext connection;
    private int waiting;
    private boolean finishing;

    MllpInFlight(int limit, MllpDoor door) {
        this.limit = limit;
        this.door = door;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        connection = context;
        door.entered(this, context);
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        door.left(this);
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (++waiting >= limit) {
            context.channel().config().setAutoRead(false);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object answer, ChannelPromise promise) {
        if (--waiting <= limit / 2 && !finishing) {
            context.channel().config().setAutoRead(true);
        }
        if (finishing && waiting == 0) {
            promise.addListener(written -> context.close());
        }
        context.write(answer, promise);
    }

    /** Reads nothing more, and closes the connection as soon as what was read is answered. */
    void finish() {
        connection.executor().execute(() -> {
            if (!finishing) {
                finishing = true;
                connection.channel().config().setAutoRead(false);
                if (waiting == 0) {
                    connection.close();
                }
            }
        });
    }
}
