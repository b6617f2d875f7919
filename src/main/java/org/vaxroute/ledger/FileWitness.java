package org.vaxroute.ledger;

/**
 * Hears of every step of a submission file before the step is committed, so that it can be written down outside of the database. A step that
 * was told and not committed is taken again or was taken in truth; it is never later than the truth.
 */
@FunctionalInterface
public interface FileWitness {
    /**
     * @param file as it was before the step
     * @param state that it gets
     */
    void step(SubmissionFile file, FileState state);
}
