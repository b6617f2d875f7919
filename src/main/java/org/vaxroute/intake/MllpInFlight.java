package org.vaxroute.intake;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Stops reading from a connection that has too many messages waiting for their answer, so that one sender cannot fill
 * the memory. One per connection, after the decoder.
 */
final class MllpInFlight extends ChannelDuplexHandler {
    private final int limit;
    private int waiting;

    MllpInFlight(int limit) {
        this.limit = limit;
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
        if (--waiting <= limit / 2) {
            context.channel().config().setAutoRead(true);
        }
        context.write(answer, promise);
    }
}
