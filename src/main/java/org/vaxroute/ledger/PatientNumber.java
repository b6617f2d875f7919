package org.vaxroute.ledger;

import org.vaxroute.hl7.Message;

/**
 * The identifier by which a patient is known: the first repetition of PID-3 that has a number. EHRs that know no number of a kind send its
 * place without one ({@code ^^^SSA^SS~4711^^^CLINIC^MR}). docs/decisions/0415.
 *
 * @param id PID-3.1; empty when no repetition has one
 * @param authority PID-3.4, with its parts
 */
public record PatientNumber(String id, String authority) {
    private static final PatientNumber NONE = new PatientNumber("", "");
    private static final int IDENTIFIERS = 3;

    /** That of a message's patient. */
    public static PatientNumber of(Message message) {
        int pid = message.find("PID", 0);
        for (int r = 1; pid >= 0 && r <= message.repetitions(pid, IDENTIFIERS); r++) {
            String id = message.field(pid, IDENTIFIERS, r, 1);
            if (!id.isEmpty()) {
                return new PatientNumber(id, message.field(pid, IDENTIFIERS, r, 4));
            }
        }
        return NONE;
    }
}
