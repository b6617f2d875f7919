package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Balance;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.LedgerUnavailable;

/** The ledger as a whole. */
final class LedgerOperations implements LedgerMBean {
    private static final int MOST = 1_000;

    private final Ledger ledger;

    LedgerOperations(Ledger ledger) {
        this.ledger = ledger;
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
        return ledger.trail().recent(Math.min(Math.max(limit, 1), MOST)).stream()
                .map(entry -> Rows.row(
                        "at", entry.at(),
                        "who", entry.who(),
                        "action", entry.action(),
                        "subject", entry.subject(),
                        "detail", entry.detail()))
                .toList();
    }

    @Override
    public List<Map<String, Object>> arrivals(int limit) {
        return ledger.sourceFiles().recent(Math.min(Math.max(limit, 1), MOST)).stream()
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
