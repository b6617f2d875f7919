package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pause;
import org.vaxroute.ledger.WrongTransition;

/** The pauses that stand, ended in the name of whoever calls. */
final class PauseOperations implements PausesMBean {
    private final Ledger ledger;

    PauseOperations(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public List<Map<String, Object>> getStanding() {
        return ledger.pauses().standing().stream()
                .map(pause ->
                        Rows.row("kind", pause.what().word(), "id", pause.what().id(), "text", pause.text()))
                .toList();
    }

    @Override
    public String resume(String kind, String id, String why) {
        Pausable what = ledger.pauses().standing().stream()
                .map(Pause::what)
                .filter(one -> one.word().equals(kind) && one.id().equals(id))
                .findAny()
                .orElseThrow(() -> new WrongTransition("The " + kind + " " + id + " is not paused."));
        new Pausing(ledger, what).resume(why);
        return "The pause of the " + what + " is over.";
    }
}
