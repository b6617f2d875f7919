package org.vaxroute.ledger;

import java.util.Objects;

/**
 * What is to become of a held record.
 *
 * @param held as it was when it was looked at
 * @param now with outgoing text and judgement as they are now; its doses are those of the held record, in their order
 * @param released whether a person lets it go; the judgement counts no more then
 */
public record Settled(HeldText held, TakenRecord now, boolean released) {
    public Settled {
        Objects.requireNonNull(held, "held");
        Objects.requireNonNull(now, "now");
    }
}
