package org.vaxroute.answers;

import java.util.Optional;
import java.util.stream.Collectors;
import org.vaxroute.ledger.AnswerTally;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;

/** What was answered to submission files as a whole, for whoever must decide on it. */
public final class AnswerRegister {
    private final Ledger ledger;

    public AnswerRegister(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * @param errors records that the registry rejected, or whose answer does not tell
     * @param warnings records taken with a warning
     * @param summary counts and codes, for people
     */
    public record Standing(int errors, int warnings, String summary) {}

    /** The answer to a whole file; empty while it is not complete. */
    public Optional<Standing> of(SubmissionFile file) {
        SubmissionFile now = ledger.submissionFiles().find(file.id()).orElse(file);
        if (now.state() != FileState.ANSWERED) {
            return Optional.empty();
        }
        AnswerTally tally = ledger.answers().tally(now);
        String codes = tally.codes().entrySet().stream()
                .map(code -> code.getKey() + " x" + code.getValue())
                .collect(Collectors.joining(", "));
        return Optional.of(new Standing(
                tally.rejected() + tally.unanswered(),
                tally.warned(),
                tally.accepted() + " accepted, " + tally.warned() + " warned, " + tally.rejected() + " rejected, "
                        + tally.unanswered() + " without a clear answer"
                        + (codes.isEmpty() ? "" : "; " + codes)));
    }
}
