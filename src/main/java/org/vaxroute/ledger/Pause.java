package org.vaxroute.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A pause that stands. */
public record Pause(Pausable what, String who, String why, Instant since) {
    /** For a person who wonders why nothing moves: what, who, since when, why and how to go on. */
    public String text() {
        return "The " + what + " is paused by " + who + " since " + since.truncatedTo(ChronoUnit.SECONDS) + ": " + why
                + (why.matches(".*[.!?]") ? "" : ".");
    }

    /** The command that ends it. */
    public String remedy() {
        return "Go on with it: vaxroute resume " + what + " --why ....";
    }
}
