package org.vaxroute.operate.mbean;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;
import org.vaxroute.ledger.Trail;
import org.vaxroute.ledger.TrailEntry;

/** The ledger as a whole. */
final class LedgerOperations implements LedgerMBean {
    private static final int MOST = 1_000;

    private final Ledger ledger;
    private final Clock clock;

    LedgerOperations(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public boolean isAnswering() {
        try {
            ledger.check();
            return true;
        } catch (LedgerUnavailable away) {
            return false;
        }
    }

    @Override
    public Map<String, Object> audit() {
        Balance balance = ledger.conservation().balance();
        return Rows.row(
                "balanced", balance.balanced(),
                "lines", balance.lines().stream().map(LedgerOperations::row).toList(),
                "differences",
                        balance.differences().stream()
                                .map(difference -> Rows.row(
                                        "subject", difference.subject(),
                                        "what", difference.what(),
                                        "expected", difference.expected(),
                                        "found", difference.found()))
                                .toList());
    }

    private static Map<String, Object> row(Balance.Line line) {
        return Rows.row(
                "connection", line.connection(),
                "source", line.source(),
                "feed", line.feed(),
                "read", line.read().records(),
                "ready", line.ready().records(),
                "batched", line.batched().records(),
                "sent", line.sent().records(),
                "held", line.held().records(),
                "duplicate", line.duplicate().records(),
                "superseded", line.superseded().records(),
                "dropped", line.dropped().records(),
                "dosesRead", line.read().doses());
    }

    @Override
    public List<Map<String, Object>> trail(int limit) {
        return ledger.trail().recent(portion(limit)).stream()
                .map(LedgerOperations::row)
                .toList();
    }

    @Override
    public List<Map<String, Object>> review(String who, String subject, int days, long before, int limit) {
        Trail.Filter filter = new Trail.Filter(
                days > 0 ? clock.instant().minus(Duration.ofDays(days)) : null,
                HeldOperations.any(who),
                HeldOperations.any(subject));
        return ledger.trail().list(filter, before > 0 ? before : Long.MAX_VALUE, portion(limit)).stream()
                .map(LedgerOperations::row)
                .toList();
    }

    private static Map<String, Object> row(TrailEntry entry) {
        return Rows.row(
                "id", entry.id(),
                "at", entry.at(),
                "who", entry.who(),
                "action", entry.action(),
                "subject", entry.subject(),
                "detail", entry.detail());
    }

    private static int portion(int limit) {
        return Math.min(Math.max(limit, 1), MOST);
    }

    @Override
    public List<Map<String, Object>> arrivals(int limit) {
        return ledger.sourceFiles().recent(portion(limit)).stream()
                .map(file -> Rows.row(
                        "name", file.name(),
                        "connection", file.connection(),
                        "source", file.source(),
                        "feed", file.feed(),
                        "state", file.state(),
                        "messages", file.messages(),
                        "stored", file.messagesStored(),
                        "failedWhy", file.failedWhy(),
                        "takenAt", file.takenAt()))
                .toList();
    }
}
