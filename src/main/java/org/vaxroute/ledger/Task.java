package org.vaxroute.ledger;

import java.time.Instant;
import java.util.List;

/**
 * One thing that a person must see to, or that was seen to: one for each patient, or submission file, and cause.
 *
 * @param about what it is about
 * @param subject number that stands for the patient (a keyed hash, the same in all tasks of the patient) or the submission file
 * @param cause the registry's code, with the field where the code alone says too little
 * @param code the registry's code; empty when it gave none
 * @param location where it was last said to be; empty when nowhere
 * @param settling what is to be done about it
 * @param site of the record that it was last said of; empty for a file
 * @param record id of the newest record of which it was said; null for a file
 * @param file name of the submission file that it came in; null when that is not known
 * @param answer name of our copy of the answer that said it last
 * @param position of the line or message in that answer, from 1
 * @param said how often the registry has said it
 * @param doses that the registry must accept before this is done; empty when it is about the patient alone
 * @param assignee who sees to it; null for nobody yet
 * @param closedWhy null while it is not closed
 */
public record Task(
        long id,
        String connection,
        Stage stage,
        About about,
        long subject,
        String cause,
        String code,
        String location,
        Answer.Severity severity,
        Answer.Settling settling,
        State state,
        String site,
        Long record,
        String file,
        String answer,
        int position,
        int said,
        List<Dose> doses,
        String assignee,
        String closedWhy,
        Instant firstSaidAt,
        Instant lastSaidAt,
        Instant changedAt,
        Instant closedAt) {

    public Task {
        doses = List.copyOf(doses);
    }

    Task with(List<Dose> these) {
        return new Task(
                id,
                connection,
                stage,
                about,
                subject,
                cause,
                code,
                location,
                severity,
                settling,
                state,
                site,
                record,
                file,
                answer,
                position,
                said,
                these,
                assignee,
                closedWhy,
                firstSaidAt,
                lastSaidAt,
                changedAt,
                closedAt);
    }

    /** What a task is about. */
    public enum About {
        PATIENT,
        FILE
    }

    /** Where a task stands. */
    public enum State {
        /** Somebody has to act. */
        OPEN,
        /** The registry works on it; it opens by itself when that takes too long. */
        ASLEEP,
        /** True, and nobody here can change it. */
        FILED,
        /** Done. */
        CLOSED;

        /** Where a task of this kind begins. */
        static State first(Answer.Settling settling) {
            return switch (settling) {
                case MEND, REVIEW -> OPEN;
                case WAIT -> ASLEEP;
                case NOT_ACTIONABLE -> FILED;
                case BENIGN -> CLOSED;
            };
        }
    }

    /**
     * A dose of the newest record in which the registry refused or questioned it.
     *
     * @param position in that record as it was sent, from 1
     * @param date RXA-3; null when it has no readable date
     * @param cvx RXA-5.1
     */
    public record Dose(long record, int position, java.time.LocalDate date, String cvx) {}
}
