package org.vaxroute.boot;

import java.util.Optional;
import java.util.function.Function;
import org.vaxroute.feeds.Gatekeeper;
import org.vaxroute.feeds.Permission;
import org.vaxroute.ledger.Feed;
import org.vaxroute.submit.SendGate;

/** Lets assembling and delivery, which do not see the feeds' room, ask the gate. */
final class GateDoor implements SendGate {
    private final Gatekeeper gatekeeper;

    // Asked again in the transaction that decides: between the tick's look and that, another node may have built a
    // file.
    private Function<String, Optional<String>> history = connection -> Optional.empty();

    GateDoor(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    /** @param obstacle why no historical file of a connection may be decided now */
    void heed(Function<String, Optional<String>> obstacle) {
        history = obstacle;
    }

    @Override
    public Answer maySend(String connection, Feed feed) {
        Answer answer = answer(gatekeeper.maySend(connection, feed));
        return answer.open() && feed == Feed.HISTORICAL
                ? history.apply(connection).map(Answer::closed).orElse(answer)
                : answer;
    }

    @Override
    public Answer mayDeliver(String connection, Feed feed) {
        return answer(gatekeeper.mayDeliver(connection, feed));
    }

    private static Answer answer(Permission permission) {
        return new Answer(permission.open(), permission.maxMessages(), permission.maxDoses(), permission.why());
    }
}
