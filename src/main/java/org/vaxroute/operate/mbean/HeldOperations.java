package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.operate.access.Caller;

/** The held records of all connections. */
final class HeldOperations implements HeldMBean {
    private static final int MOST = 1_000;

    private final Ledger ledger;

    HeldOperations(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public List<Map<String, Object>> getCounts() {
        return ledger.records().heldCounts().stream()
                .map(count -> Rows.row(
                        "connection", count.connection(),
                        "source", count.source(),
                        "rule", count.rule(),
                        "records", count.records(),
                        "doses", count.doses(),
                        "oldest", count.oldest()))
                .toList();
    }

    @Override
    public List<Map<String, Object>> list(String connection, String source, String rule, long after, int limit) {
        return ledger
                .records()
                .held(any(connection), any(source), any(rule), after, Math.min(Math.max(limit, 1), MOST))
                .stream()
                .map(record -> Rows.row(
                        "id", record.recordId(),
                        "connection", record.connection(),
                        "stage", record.stage(),
                        "source", record.source(),
                        "rule", record.rule(),
                        "doses", record.doses(),
                        "since", record.since()))
                .toList();
    }

    @Override
    public String release(long id, String why) {
        ledger.records().release(id, Caller.who(), FileOperations.reason(why));
        return "Record " + id + " is READY; it goes with the next file.";
    }

    @Override
    public String drop(long id, String why) {
        ledger.records().drop(id, Caller.who(), FileOperations.reason(why));
        return "Record " + id + " is DROPPED.";
    }

    static String any(String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
