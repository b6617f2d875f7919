package org.vaxroute.feeds;

import java.time.Instant;
import org.vaxroute.ledger.Feed;

/** A run of a feed that is due and ours to do. Lives as the body of one exchange. */
public final class DueFeed {
    private final String connection;
    private final Feed feed;
    private final Instant scheduledFor;

    DueFeed(String connection, Feed feed, Instant scheduledFor) {
        this.connection = connection;
        this.feed = feed;
        this.scheduledFor = scheduledFor;
    }

    public String getConnection() {
        return connection;
    }

    public Feed getFeed() {
        return feed;
    }

    /** The instant of the schedule, by which the run is claimed. */
    public Instant getScheduledFor() {
        return scheduledFor;
    }

    @Override
    public String toString() {
        return connection + " " + feed.name().toLowerCase(java.util.Locale.ROOT) + " due " + scheduledFor;
    }
}
