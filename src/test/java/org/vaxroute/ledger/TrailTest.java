package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrailTest extends LedgerCase {
    private List<String> details(Trail.Filter filter, long before, int limit) {
        return ledger.trail().list(filter, before, limit).stream()
                .map(TrailEntry::detail)
                .toList();
    }

    @Test
    void entriesAreFoundByTimePersonAndSubjectNewestFirst() {
        ledger.trail().append("ann", "view", "record:1", "first");
        clock.advance(Duration.ofDays(40));
        ledger.trail().append("ann", "view", "record:12", "second");
        ledger.trail().append("bob", "view", "record_12", "third");
        ledger.trail().append("ann", "assign", "task:1", "fourth");
        Trail.Filter all = new Trail.Filter(null, null, null);

        assertThat(details(all, Long.MAX_VALUE, 3)).containsExactly("fourth", "third", "second");
        long third = ledger.trail().list(all, Long.MAX_VALUE, 2).get(1).id();
        assertThat(details(all, third, 50)).containsExactly("second", "first");
        assertThat(details(new Trail.Filter(null, "ann", "record:"), Long.MAX_VALUE, 50))
                .containsExactly("second", "first");
        assertThat(details(
                        new Trail.Filter(clock.instant().minus(Duration.ofDays(30)), "ann", "record:1"),
                        Long.MAX_VALUE,
                        50))
                .containsExactly("second");
    }
}
