package org.vaxroute.boot;

import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.Permission;
import org.vaxroute.ledger.Feed;
import org.vaxroute.submit.SendGate;

/** Lets assembling and delivery, which do not see the feeds' room, ask the gate. */
final class GateDoor implements SendGate {
    private final Gatekeeper gatekeeper;

    GateDoor(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    @Override
    public Answer maySend(String connection, Feed feed) {
        return answer(gatekeeper.maySend(connection, feed));
    }

    @Override
    public Answer mayDeliver(String connection, Feed feed) {
        return answer(gatekeeper.mayDeliver(connection, feed));
    }

    private static Answer answer(Permission permission) {
        return new Answer(permission.open(), permission.maxMessages(), permission.maxDoses(), permission.why());
    }
}
