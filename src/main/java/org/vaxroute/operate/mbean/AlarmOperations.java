package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Ledger;

/** The open alarms. */
final class AlarmOperations implements AlarmsMBean {
    private final Ledger ledger;

    AlarmOperations(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public int getCount() {
        return ledger.alarms().open().size();
    }

    @Override
    public List<Map<String, Object>> getOpen() {
        return ledger.alarms().open().stream()
                .map(alarm -> Rows.row(
                        "kind", alarm.kind(),
                        "subject", alarm.subject(),
                        "detail", alarm.detail(),
                        "raisedAt", alarm.raisedAt()))
                .toList();
    }
}
