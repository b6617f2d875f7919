package org.vaxroute.operate.mbean;

import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.Pausable;
import org.vaxroute.ledger.Pause;
import org.vaxroute.operate.access.Caller;

/** Pauses one thing and goes on with it, in the name of whoever calls. */
final class Pausing {
    private final Ledger ledger;
    private final Pausable what;

    Pausing(Ledger ledger, Pausable what) {
        this.ledger = ledger;
        this.what = what;
    }

    /** Who paused it, since when and why; empty while it is not paused. */
    String text() {
        return ledger.pauses().of(what).map(Pause::text).orElse("");
    }

    String pause(String why) {
        ledger.pauses().pause(what, Caller.who(), FileOperations.reason(why));
        return "The " + what + " is paused. It stays so, over restarts too, until somebody resumes it.";
    }

    String resume(String why) {
        ledger.pauses().resume(what, Caller.who(), FileOperations.reason(why));
        return "The " + what + " goes on.";
    }
}
