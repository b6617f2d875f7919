package org.vaxroute.intake;

import java.util.List;
import java.util.Objects;
import org.vaxroute.hl7.Message;
import org.vaxroute.rules.Change;
import org.vaxroute.rules.Judgement;
import org.vaxroute.rules.Verdict;

/**
 * What a {@link DryRun} says of one message, or of a file or text that is no message.
 *
 * @param index number of the message in its file, from 1; 0 for what is no message, which has one finding
 * @param controlId MSH-10 as received; null for what is no message
 * @param judgement findings in the order of their locations
 * @param changes what transforms changed, in order; places only
 * @param outgoing the text that would be sent, may hold patient data; null for what is no message
 */
public record Tried(int index, String controlId, Judgement judgement, List<Change> changes, Message outgoing) {
    public Tried {
        Objects.requireNonNull(judgement, "judgement");
        changes = List.copyOf(changes);
    }

    /** Whether this is a message at all. */
    public boolean message() {
        return outgoing != null;
    }

    /** Whether the message, or one of its doses, would be kept back. */
    public boolean held() {
        return judgement.verdict() == Verdict.HELD || judgement.doses().contains(Verdict.HELD);
    }
}
