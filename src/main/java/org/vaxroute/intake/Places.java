package org.vaxroute.intake;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.KeptLease;

/**
 * How many sources this node reads at once. One long reading must not keep the others waiting, so there are several places, of which history
 * takes one at most. A place is taken under the source's lease and is free when that is. docs/decisions/0304.
 *
 * <p>Asked and taken by one thread.
 */
final class Places {
    private final int all;
    private final Map<KeptLease, Feed> taken = new ConcurrentHashMap<>();

    Places(int all) {
        this.all = all;
    }

    /** Whether another source of this feed may be read now. */
    boolean isFree(Feed feed) {
        taken.keySet().removeIf(lease -> !lease.isKept());
        return taken.size() < all && (feed != Feed.HISTORICAL || !taken.containsValue(Feed.HISTORICAL));
    }

    void take(KeptLease lease, Feed feed) {
        taken.put(lease, feed);
    }
}
