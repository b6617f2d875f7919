package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;

/** The pace that was agreed for an account is that of all nodes together. */
class PaceOverNodesTest extends FeedCase {
    private final Account account = Account.builder("main", Account.Kind.SFTP)
            .host("registry.example")
            .user("clinic")
            .secret(() -> "word")
            .pace(new Pace(2, Duration.ofMinutes(10), TransferWindows.always()))
            .build();

    @Test
    void whatOneNodeSentCountsAtTheOther() {
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "as the test needs it");
        records.store(MAIN, Feed.ONGOING, 3);
        build(new FileLimits(1, 9_000));
        try (Ledger second = another(clock)) {
            Outbox here = new Outbox(ledger, OPEN, clock);
            Outbox there = new Outbox(second, OPEN, clock);
            List<SubmissionFile> files = here.due(account);
            assertThat(files).hasSize(3);

            deliver(files.get(0));
            assertThat(there.mayLeave(account)).isTrue();
            deliver(there.due(account).get(0));

            assertThat(here.mayLeave(account)).isFalse();
            assertThat(there.due(account)).isEmpty();
            clock.advance(Duration.ofMinutes(10));
            assertThat(there.due(account)).hasSize(1);
        }
    }
}
