package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.AnswerFile;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.FileLimits;
import org.vaxroute.submit.Resending;

/** What a console is told of answers, and what it may do with them. */
class AnswerOperationsTest extends FeedCase {
    private static final Caller OTTO = new Caller("otto", Role.OPERATOR, Caller.Door.CONSOLE);

    private AnswerOperations operations;

    @BeforeEach
    void operations() {
        operations =
                new AnswerOperations(ledger, new Resending(ledger, id -> assembly(FileLimits.DEFAULT), OPEN), clock);
    }

    private AnswerFile fetched(String connection, String keptAs) {
        return ledger.answers().keep(connection, "A.ack.hl7", new byte[32], 100, keptAs);
    }

    private AnswerFile unreadable(String connection, String keptAs) {
        AnswerFile file = fetched(connection, keptAs);
        ledger.answers().unreadable(file.id(), "The file is in no form that is known here.");
        return file;
    }

    private AnswerFile.State state(AnswerFile file) {
        return ledger.answers().find(file.id()).orElseThrow().state();
    }

    @Test
    void whoSendsAFileAgainIsToldFirstWhatThatDoesAndStandsOnTheTrail() throws Exception {
        ledger.gates().of(MAIN);
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "live already");
        records.store(MAIN, Feed.ONGOING, 3);
        SubmissionFile file = ledger.submissionFiles()
                .assemble(new Assembly(
                        MAIN,
                        Feed.ONGOING,
                        "main",
                        "/in",
                        100,
                        Long.MAX_VALUE,
                        "FHS-3=EHR",
                        assembly(FileLimits.DEFAULT).names()))
                .orElseThrow();
        ledger.submissionFiles().built(file.id(), new byte[32], 1000, 3, 3);
        deliver(file);

        assertThat(operations.outlook(MAIN + "/" + file.name()))
                .containsEntry("messages", 3)
                .containsEntry("answered", 0)
                .containsEntry("said", List.of())
                .containsEntry("wordNeeded", false)
                .containsEntry("not", "");
        assertThatThrownBy(() -> operations.resend(file.name(), "", " ")).hasMessageContaining("Say why");

        String said = OTTO.call(() -> operations.resend(MAIN + "/" + file.name(), "", "The registry lost it."));

        assertThat(said).contains("is REFUSED; its records travel in ");
        assertThat(ledger.trail().of("file:" + file.name()))
                .anyMatch(entry -> entry.who().equals("otto") && entry.detail().contains("The registry lost it."));
        assertThat(operations.outlook(file.name()).get("not").toString()).contains("REFUSED already");
    }

    @Test
    void anAnswerThatNobodyCouldReadIsPutAsideAndReadAgain() throws Exception {
        AnswerFile picture = unreadable(MAIN, "p-1");
        assertThat(operations.getNotUnderstood()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("answer", "p-1")
                .containsEntry("state", "UNREADABLE")
                .containsEntry("loose", 0));

        assertThatThrownBy(() -> operations.dismiss("p-1", "")).hasMessageContaining("Say why");
        assertThat(OTTO.call(() -> operations.dismiss("p-1", "a greeting"))).contains("DISMISSED");
        assertThat(operations.getNotUnderstood()).isEmpty();
        assertThatThrownBy(() -> operations.dismiss("p-1", "twice")).hasMessageContaining("nothing to put aside");

        assertThat(OTTO.call(() -> operations.again(MAIN + "/p-1"))).contains("is read again");
        assertThat(state(picture)).isEqualTo(AnswerFile.State.FETCHED);
        assertThatThrownBy(() -> operations.again("p-1")).hasMessageContaining("only what is UNREADABLE");
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> history =
                (List<Map<String, Object>>) operations.show("p-1").get("history");
        assertThat(history)
                .extracting(entry -> entry.get("who") + " " + entry.get("action") + " " + entry.get("detail"))
                .containsExactly("otto answer-dismiss a greeting", "otto answer-again ");
    }

    @Test
    void theLinesOfOneAnswerAreShownWithoutTheirWords() {
        AnswerFile file = fetched(MAIN, "l-1");
        ledger.answers().begin(file.id(), "ack", 1, true, 0, null);
        ledger.answers()
                .apply(
                        file.id(),
                        List.of(new Answer(
                                1,
                                "ZZZZ-1",
                                Answer.Outcome.REJECTED,
                                List.of(new Answer.Item(
                                        "CLR-100",
                                        Answer.Severity.ERROR,
                                        Answer.Scope.PATIENT,
                                        "",
                                        0,
                                        "Ann Doe is unknown",
                                        "",
                                        "",
                                        Answer.Settling.MEND,
                                        true)))),
                        Duration.ZERO,
                        ZoneOffset.UTC);
        ledger.answers().finished(file.id());

        Map<String, Object> shown = operations.show("l-1");

        assertThat(shown.toString()).doesNotContain("Doe");
        assertThat((List<?>) shown.get("lines")).singleElement().satisfies(line -> assertThat(line.toString())
                .contains("CLR-100", "no record"));
        assertThat(operations.getNotUnderstood())
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("state", "READ").containsEntry("loose", 1));
    }

    /** Two connections may be sent the same bytes, of which each has a copy of the same name. */
    @Test
    void theAnswerOfTheConnectionThatIsNamedIsMeant() {
        AnswerFile ours = unreadable(MAIN, "s-1");
        AnswerFile theirs = unreadable("north", "s-1");

        operations.dismiss(MAIN + "/s-1", "a greeting");

        assertThat(state(ours)).isEqualTo(AnswerFile.State.DISMISSED);
        assertThat(state(theirs)).isEqualTo(AnswerFile.State.UNREADABLE);
        assertThat(ledger.trail().of("answer:s-1")).hasSize(1);
        assertThatThrownBy(() -> operations.show("south/s-1")).hasMessageContaining("There is no answer south/s-1");
    }
}
