package org.vaxroute.feeds;

import java.util.Optional;
import org.vaxroute.ledger.SubmissionFile;

/** What the registry answered to a submission file, as far as answers have been read. */
@FunctionalInterface
public interface AnswerBook {
    /** No answers are read; every file is settled by attesting. */
    AnswerBook EMPTY = file -> Optional.empty();

    /** The answer to the whole file; empty while it is not there or not complete. */
    Optional<Answer> of(SubmissionFile file);

    /**
     * @param errors records or doses that the registry rejected
     * @param warnings records or doses taken with a warning
     * @param summary what a person should read of it: codes and counts, no patient data
     */
    record Answer(int errors, int warnings, String summary) {}
}
