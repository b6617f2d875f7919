package org.vaxroute.feeds;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;

/**
 * Finds the connections that may send their next test file: one at a time, the next when the last is answered, the first with a
 * single message.
 */
public final class TestSubmission {
    private static final Logger LOG = LoggerFactory.getLogger(TestSubmission.class);

    private final Ledger ledger;
    private final Gatekeeper gate;
    private final List<FeedSettings> connections;
    private final Clock clock;

    public TestSubmission(Ledger ledger, Gatekeeper gate, List<FeedSettings> connections, Clock clock) {
        this.ledger = ledger;
        this.gate = gate;
        this.connections = List.copyOf(connections);
        this.clock = clock;
    }

    /** Connections with test records waiting whose gate lets a test file be decided, or with one that is decided and not yet written. */
    public List<DueFeed> due() {
        List<DueFeed> due = new ArrayList<>();
        Set<String> mayWait = ledger.records().mayWait(Feed.TEST);
        EachConnection.look(
                ledger,
                EachConnection.of(connections, mayWait::contains),
                connection -> {
                    if (due(connection.connection())) {
                        due.add(new DueFeed(connection.connection(), Feed.TEST, clock.instant()));
                    }
                },
                (connection, e) -> LOG.error(
                        "The test feed of {} could not be looked at; the next tick tries again.",
                        connection.connection(),
                        e));
        return due;
    }

    private boolean due(String connection) {
        boolean unwritten = ledger.submissionFiles().of(connection, Feed.TEST, Set.of(FileState.BUILT)).stream()
                .anyMatch(file -> file.sha256() == null);
        if (unwritten) {
            return true;
        }
        return ledger.records().waiting(connection, Feed.TEST, 1) > 0
                && gate.maySend(connection, Feed.TEST).open();
    }
}
