package org.vaxroute.intake;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Closes a connection at once when its peer is not on the list or too many are open. One per connection, first in line. */
final class MllpPeers extends ChannelInboundHandlerAdapter {
    private final Set<InetAddress> allowed;
    private final int mostConnections;
    private final AtomicInteger open;
    private final SourceAlarms alarms;

    /**
     * @param allowed the peers that may connect; empty lets everybody in
     * @param open how many connections the listener has, shared by its handlers
     */
    MllpPeers(Set<InetAddress> allowed, int mostConnections, AtomicInteger open, SourceAlarms alarms) {
        this.allowed = allowed;
        this.mostConnections = mostConnections;
        this.open = open;
        this.alarms = alarms;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        int connections = open.incrementAndGet();
        InetAddress peer = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        if (!allowed.isEmpty() && !allowed.contains(peer)) {
            alarms.raise(
                    "mllp.peer." + peer.getHostAddress(),
                    "An MLLP connection from " + peer.getHostAddress()
                            + " was closed: the address is not in intake.mllp.peers. Add it there if the sender is known.");
            context.close();
        } else if (connections > mostConnections) {
            alarms.raise(
                    "mllp.connections",
                    "An MLLP connection from " + peer.getHostAddress() + " was closed: " + mostConnections
                            + " are open already. Raise intake.mllp.connections if the senders need more.");
            context.close();
        } else {
            super.channelActive(context);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        open.decrementAndGet();
        super.channelInactive(context);
    }
}
