package org.vaxroute.rules;

import java.util.List;

/**
 * What all rules together say of one record.
 *
 * @param verdict of the record as a whole: {@code HELD} for a message-level error or when every dose is held
 * @param doses verdict of each ORDER group in order; the first dose is at index 0
 * @param findings in the order of the message; what concerns a whole dose follows its segments, what concerns the whole
 *     message comes last
 */
public record Judgement(Verdict verdict, List<Verdict> doses, List<Finding> findings) {
    public Judgement {
        doses = List.copyOf(doses);
        findings = List.copyOf(findings);
    }

    /** True when some doses may go and others may not, so the record has to be cut in two. */
    public boolean partlyHeld() {
        return verdict != Verdict.HELD && verdict != Verdict.UNREADABLE && doses.contains(Verdict.HELD);
    }

    /** The verdict on text that is no HL7 message, for which only this one finding can be given. */
    public static Judgement unreadable(Finding why) {
        return new Judgement(Verdict.UNREADABLE, List.of(), List.of(why));
    }
}
