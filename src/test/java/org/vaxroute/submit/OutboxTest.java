package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.SubmissionFile;

/** Which files may leave. */
class OutboxTest extends FeedCase {
    private final Account account = Account.builder("main", Account.Kind.SFTP)
            .host("registry.example")
            .user("clinic")
            .secret(() -> "word")
            .build();

    private void accepted(SubmissionFile file, int messages) throws IOException {
        List<Answer> answers = new ArrayList<>();
        ledger.submissionFiles().read(file, record -> {
            if (answers.size() < messages) {
                answers.add(
                        new Answer(answers.size() + 1, record.controlId(), Answer.Outcome.ACCEPTED, List.of(), null));
            }
        });
        AnswerFile answer = ledger.answers().keep(MAIN, "answer", new byte[32], 100, "answer");
        ledger.answers().begin(answer.id(), "ack", answers.size(), true, 0, file.id());
        ledger.answers().apply(answer.id(), answers, Duration.ZERO, java.time.ZoneOffset.UTC);
    }

    @Test
    void whatIsAnsweredAfterAllDoesNotGoAgainAndNothingWaitsBehindIt() throws IOException {
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "as the test needs it");
        records.store(MAIN, Feed.ONGOING, 2);
        build(new FileLimits(2, 9_000));
        Outbox outbox = new Outbox(ledger, OPEN, clock);
        SubmissionFile lost = deliver(outbox.due(account).get(0));
        SubmissionFile next = new Resending(ledger, id -> assembly(FileLimits.DEFAULT), OPEN)
                .resend(lost.name(), "", "ann", "No answer for a week.");
        records.store(MAIN, Feed.ONGOING, 2);
        build(new FileLimits(2, 9_000));
        assertThat(outbox.due(account))
                .hasSize(2)
                .extracting(SubmissionFile::id)
                .contains(next.id());

        accepted(lost, 1);

        assertThat(outbox.due(account)).singleElement().satisfies(behind -> assertThat(behind.firstNo())
                .isGreaterThan(next.lastNo()));
    }
}
