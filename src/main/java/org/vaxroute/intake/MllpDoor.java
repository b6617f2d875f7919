package org.vaxroute.intake;

import io.netty.channel.ChannelHandlerContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of the MLLP listener, so that it can be closed without cutting off an answer. */
public final class MllpDoor {
    private final Set<MllpInFlight> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /** Lets nobody in, reads nothing more, and closes each connection as soon as what it sent has been answered. */
    public void finish() {
        closing = true;
        open.forEach(MllpInFlight::finish);
    }

    /** Lets senders in again. */
    public void open() {
        closing = false;
    }

    /** Whether no connection is open. */
    public boolean isEmpty() {
        return open.isEmpty();
    }

    void entered(MllpInFlight connection, ChannelHandlerContext context) {
        open.add(connection);
        // After it is on the list: either this sees that the door closes, or the closing sees it there.
        if (closing) {
            context.close();
        }
    }

    void left(MllpInFlight connection) {
        open.remove(connection);
    }
}
