package org.vaxroute.ledger;

import java.util.Objects;

/**
 * What a registry wants to be told again, from its profile.
 *
 * @param changedDosesOnly whether only new and changed doses of a record go, where others of it were sent before; otherwise the whole record
 * @param correction how the changed content of a dose that was sent is told
 */
public record ResendRules(boolean changedDosesOnly, Correction correction) {
    /** Whole records, and changes as updates. */
    public static final ResendRules DEFAULT = new ResendRules(false, Correction.UPDATE);

    /** How a registry is told that a dose has other content now. */
    public enum Correction {
        /** The dose with RXA-21 U and the ORC-3 that it had. */
        UPDATE,
        /** A message that deletes it as it was last sent, and behind it one that adds it anew, both with the ORC-3 that it had. */
        DELETE_ADD
    }

    public ResendRules {
        Objects.requireNonNull(correction, "correction");
    }
}
