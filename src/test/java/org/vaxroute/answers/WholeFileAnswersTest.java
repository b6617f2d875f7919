package org.vaxroute.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vaxroute.ledger.Alarm;
import org.vaxroute.ledger.Answers;
import org.vaxroute.ledger.Assembly;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.RecordState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.Task;
import org.vaxroute.ledger.Tasks;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.submit.AssemblySettings;
import org.vaxroute.submit.FeedCase;
import org.vaxroute.submit.FileLimits;
import org.vaxroute.submit.Resending;
import org.vaxroute.submit.SendGate;

/** Files that the registry refused as a whole, failed on, lost, or of which nobody knew: from its words to the next generation. */
class WholeFileAnswersTest extends FeedCase {
    private static final String REFUSED =
            "FHS|^~\\&|R|R|||20260203||%1$s.ack.hl7||||%1$s\rMSH|^~\\&|R|R|||20260203||ACK^V04^ACK|1|P|2.5.1\r"
                    + "MSA|AR|\rERR||FHS^1|207^Application error^HL70357|E||||FIR-104::File could not be processed\rFTS|1\r";
    private static final String JOB = "IMMUNIZATION DATA EXCHANGE - RESPONSE\n\nJob Name: %s\nStatus: %s\n"
            + "Error: The loader stopped\n\nSUMMARY\nClients processed: 0\n\nREJECTED CLIENTS\n  None\n";

    private final ResultsHouse.Registry registry = new ResultsHouse.Registry();
    private final AssemblySettings settings = assembly(FileLimits.DEFAULT);
    private final Looks looks = new Looks(List.of());
    private int laid;

    @BeforeEach
    void live() {
        ledger.gates().of(MAIN);
        ledger.gates().move(MAIN, GateState.REGISTERED, GateState.LIVE, "ann", "live already");
    }

    private SubmissionFile assembled() {
        records.store(MAIN, Feed.ONGOING, 3);
        return ledger.submissionFiles()
                .assemble(new Assembly(
                        MAIN, Feed.ONGOING, "main", "/in", 100, Long.MAX_VALUE, "FHS-3=EHR", settings.names()))
                .orElseThrow();
    }

    private SubmissionFile sent(SubmissionFile file) {
        ledger.submissionFiles().built(file.id(), new byte[32], 1000, file.messages(), file.doses());
        return deliver(file);
    }

    private SubmissionFile unsure(SubmissionFile file) {
        ledger.submissionFiles().built(file.id(), new byte[32], 1000, file.messages(), file.doses());
        ledger.submissionFiles().sending(file.id());
        return ledger.submissionFiles().unsure(file.id(), "The connection broke at the end.");
    }

    /** The registry lays an answer down; it is fetched, read and applied as by the routes. */
    private void answers(SubmissionFile file, String ending, String text) {
        registry.lay(file.name() + ending + "." + ++laid, text);
        AnswerArchive archive = new AnswerArchive(work.resolve("answers"));
        new AnswerCollector(ledger, archive, looks, clock, AnswerCollector.Checkpoint.NONE)
                .collect(ResultsHouse.account("sftp", "results"), registry);
        AnswerDesk desk = desk(archive);
        desk.waiting().forEach(waiting -> {
            desk.chunks(waiting).forEachRemaining(desk::apply);
            desk.finish(waiting);
        });
    }

    private AnswerDesk desk(AnswerArchive archive) {
        return new AnswerDesk(
                ledger,
                archive,
                Map.of(
                        MAIN,
                        AnswerFormats.load(
                                List.of(Path.of("config/registries/national"), Path.of("config/registries/immtrac2")))),
                Map.of(
                        MAIN,
                        new Silence(
                                Silence.Means.NOTHING,
                                Duration.ZERO,
                                Duration.ofDays(30),
                                Duration.ZERO,
                                java.time.ZoneOffset.UTC)),
                looks,
                2,
                clock);
    }

    /** Kinds of the alarms that stand after the tick of the route. */
    private List<String> alarms() {
        desk(new AnswerArchive(work.resolve("answers"))).settleSilent();
        return ledger.alarms().open().stream().map(Alarm::kind).toList();
    }

    private String accepting(SubmissionFile file) throws IOException {
        return accepting(file, 0, file.messages());
    }

    private String accepting(SubmissionFile file, int from, int to) throws IOException {
        StringBuilder text =
                new StringBuilder("FHS|^~\\&|R|R|||20260203||" + file.name() + ".ack||||" + file.name() + "\r");
        members(file, ledger).subList(from, to).forEach(id -> text.append(
                        "MSH|^~\\&|R|R|||20260203||ACK^V04^ACK|1|P|2.5.1\rMSA|AA|")
                .append(id)
                .append('\r'));
        return text.append("FTS|1\r").toString();
    }

    private Resending resending() {
        return new Resending(ledger, connection -> settings, OPEN);
    }

    private FileState state(SubmissionFile file) {
        return ledger.submissionFiles().find(file.id()).orElseThrow().state();
    }

    private List<Task> tasks() {
        return ledger.tasks().list(Tasks.Filter.ALL, 0, 100);
    }

    private static List<String> members(SubmissionFile file, org.vaxroute.ledger.Ledger ledger) throws IOException {
        List<String> ids = new ArrayList<>();
        ledger.submissionFiles().read(file, record -> ids.add(record.controlId()));
        return ids;
    }

    @Test
    void aRefusedFileGoesAgainUnderANewNameAndIsDoneWhenThatIsAnswered() throws IOException {
        SubmissionFile file = sent(assembled());
        answers(file, ".ack.hl7", REFUSED.formatted(file.name()));

        assertThat(state(file)).as("no record of it was looked at").isEqualTo(FileState.SENT);
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEmpty();
        assertThat(tasks()).singleElement().satisfies(task -> {
            assertThat(task.about()).isEqualTo(Task.About.FILE);
            assertThat(task.file()).isEqualTo(file.name());
            assertThat(task.state()).isEqualTo(Task.State.OPEN);
            assertThat(task.code()).isEqualTo("FIR-104");
        });
        assertThat(alarms()).contains(AnswerDesk.FILE_REFUSED);

        SubmissionFile next = resending().resend(file.name(), "", "ann", "The envelope was mended.");

        assertThat(alarms()).doesNotContain(AnswerDesk.FILE_REFUSED);

        assertThat(state(file)).isEqualTo(FileState.REFUSED);
        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.replaces()).isEqualTo(file.id());
        assertThat(next.name()).isNotEqualTo(file.name());
        assertThat(members(next, ledger)).isEqualTo(members(file, ledger)).hasSize(3);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
        assertThat(ledger.trail().of("file:" + file.name()))
                .anyMatch(entry -> entry.who().equals("ann") && entry.detail().contains("The envelope was mended."));
        assertThatThrownBy(() -> resending().resend(file.name(), "", "ann", "twice"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("REFUSED already");

        sent(next);
        answers(file, ".ack.hl7", REFUSED.formatted(file.name()) + "\r");
        assertThat(tasks()).as("the old refusal repeated").hasSize(1);
        assertThat(alarms()).doesNotContain(AnswerDesk.FILE_REFUSED);
        answers(next, ".ack.hl7", accepting(next));

        assertThat(state(next)).isEqualTo(FileState.ANSWERED);
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(tasks()).singleElement().extracting(Task::state).isEqualTo(Task.State.CLOSED);
        assertThatThrownBy(() -> resending().resend(next.name(), "", "ann", "once more"))
                .hasMessageContaining("never sent again");
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aJobThatFailedOnTheRegistrysSideWaitsForItsWord() {
        SubmissionFile file = sent(assembled());
        answers(file, ".rsp.txt", JOB.formatted(file.name(), "EXCEPTION"));

        assertThat(tasks()).singleElement().satisfies(task -> {
            assertThat(task.state()).isEqualTo(Task.State.ASLEEP);
            assertThat(task.settling()).isEqualTo(org.vaxroute.ledger.Answer.Settling.WAIT);
        });
        assertThatThrownBy(() -> resending().resend(file.name(), "", "ann", "It failed."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--told");
        assertThat(state(file)).isEqualTo(FileState.SENT);

        SubmissionFile next = resending().resend(file.name(), "help desk, 3 Feb", "ann", "The loader runs again.");

        assertThat(state(file)).isEqualTo(FileState.REFUSED);
        assertThat(next.state()).isEqualTo(FileState.BUILT);
        assertThat(ledger.trail().of("file:" + file.name()))
                .anyMatch(entry -> entry.detail().contains("help desk, 3 Feb"));
    }

    @Test
    void aJobThatEndedInAnErrorIsARefusal() {
        SubmissionFile file = sent(assembled());
        answers(file, ".rsp.txt", JOB.formatted(file.name(), "ERROR"));

        assertThat(tasks()).singleElement().extracting(Task::state).isEqualTo(Task.State.OPEN);
        assertThat(resending().resend(file.name(), "", "ann", "Mended.").generation())
                .isEqualTo(2);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aFileOfWhichNobodyKnewIsSettledByWhateverTheRegistrySaysOfIt() throws IOException {
        SubmissionFile accepted = unsure(assembled());
        SubmissionFile refused = unsure(assembled());
        SubmissionFile lost = unsure(assembled());
        answers(accepted, ".ack.hl7", accepting(accepted));
        answers(refused, ".ack.hl7", REFUSED.formatted(refused.name()));

        assertThat(state(accepted)).isEqualTo(FileState.ANSWERED);
        assertThat(state(refused)).as("it arrived, or nobody could refuse it").isEqualTo(FileState.SENT);
        assertThat(state(lost)).isEqualTo(FileState.UNSURE);
        assertThat(ledger.trail().of("file:" + accepted.name()))
                .anyMatch(entry -> entry.action().equals("file-arrived"));

        SubmissionFile again = resending().resend(lost.name(), "", "ann", "The registry never got it.");
        assertThat(members(again, ledger)).isEqualTo(members(lost, ledger));
        resending().resend(refused.name(), "", "ann", "Mended.");
        assertThat(ledger.submissionFiles().in(java.util.EnumSet.of(FileState.UNSURE), 10))
                .isEmpty();
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aFileThatWasAnsweredInPartIsDoneWhenItsNextGenerationIsAnswered() throws IOException {
        SubmissionFile file = sent(assembled());
        answers(file, ".ack.hl7", accepting(file, 0, 1));

        SubmissionFile next = sent(resending().resend(file.name(), "", "ann", "The registry lost the rest of it."));
        answers(next, ".ack.hl7", accepting(next));

        assertThat(state(next)).isEqualTo(FileState.ANSWERED);
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aFileThatIsAnsweredAfterAllDoesNotGoTwice() throws IOException {
        SubmissionFile file = sent(assembled());
        answers(file, ".ack.hl7", REFUSED.formatted(file.name()));
        SubmissionFile next = resending().resend(file.name(), "", "ann", "No other answer for a week.");

        answers(file, ".ack.hl7", accepting(file));

        assertThat(state(next)).isEqualTo(FileState.WITHDRAWN);
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(tasks()).singleElement().extracting(Task::state).isEqualTo(Task.State.CLOSED);
        assertThat(ledger.trail().of("file:" + next.name()))
                .anyMatch(entry -> entry.detail().contains("has answered all of " + file.name()));
        assertThat(ledger.conservation().balance().lines().get(0).sent().records())
                .isEqualTo(3);
        assertThat(ledger.conservation().balance().differences()).isEmpty();
    }

    @Test
    void aFileThatIsAnsweredInPartAfterAllWaitsForTheRest() throws IOException {
        SubmissionFile file = sent(assembled());
        SubmissionFile next = resending().resend(file.name(), "", "ann", "No answer for a week.");
        ledger.submissionFiles().built(next.id(), new byte[32], 1000, next.messages(), next.doses());

        answers(file, ".ack.hl7", accepting(file, 0, 1));

        assertThat(state(next)).isEqualTo(FileState.BUILT);
        assertThat(ledger.alarms().open()).anySatisfy(alarm -> {
            assertThat(alarm.kind()).isEqualTo(Answers.LATE);
            assertThat(alarm.detail()).contains(file.name(), "vaxroute files withdraw " + next.name());
        });
        assertThatThrownBy(() -> ledger.submissionFiles().sending(next.id()))
                .isInstanceOf(WrongTransition.class)
                .hasMessageContaining("has answered the file that it replaces");
        answers(file, ".ack.hl7", accepting(file, 1, 3));

        assertThat(state(next)).isEqualTo(FileState.WITHDRAWN);
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(ledger.alarms().open()).extracting(Alarm::kind).doesNotContain(Answers.LATE);
    }

    @Test
    void aResponseThatSpeaksForTheWholeFileKeepsItFromGoingTwice() {
        SubmissionFile file = sent(assembled());
        SubmissionFile next = resending().resend(file.name(), "", "ann", "No answer for a week.");

        answers(file, ".rsp.txt", JOB.formatted(file.name(), "COMPLETE").replace("processed: 0", "processed: 3"));

        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(state(next)).isEqualTo(FileState.WITHDRAWN);
    }

    @Test
    void aNextGenerationThatHasBegunToLeaveIsDoneWithItsOwnAnswer() throws IOException {
        SubmissionFile file = sent(assembled());
        SubmissionFile next = resending().resend(file.name(), "", "ann", "No answer for a week.");
        ledger.submissionFiles().built(next.id(), new byte[32], 1000, next.messages(), next.doses());
        ledger.submissionFiles().sending(next.id());

        answers(file, ".ack.hl7", accepting(file));

        assertThat(state(next)).as("its own bytes are still on the way").isEqualTo(FileState.SENDING);
        ledger.submissionFiles().uploaded(next.id());
        ledger.submissionFiles().sent(next.id());
        answers(next, ".ack.hl7", accepting(next));
        assertThat(state(next)).isEqualTo(FileState.ANSWERED);
    }

    @Test
    void anAnswerThatComesBeforeTheUploadIsKnownToBeOverCounts() throws IOException {
        SubmissionFile file = assembled();
        ledger.submissionFiles().built(file.id(), new byte[32], 1000, file.messages(), file.doses());
        // Where renaming is forbidden the line may break behind the last byte, and the next attempt waits.
        ledger.submissionFiles().sending(file.id());

        answers(file, ".ack.hl7", accepting(file));

        assertThat(ledger.answers().unmatchedCount()).isZero();
        assertThat(ledger.answers().outcomes(MAIN, Stage.PRODUCTION)).isEqualTo(Map.of(RecordState.ACCEPTED, 3L));
        assertThat(state(file)).isEqualTo(FileState.ANSWERED);
    }

    @Test
    void aGateThatIsShutKeepsTheFileWhereItIs() {
        SubmissionFile file = sent(assembled());
        SendGate shut = new SendGate() {
            @Override
            public Answer maySend(String connection, Feed feed) {
                return Answer.OPEN;
            }

            @Override
            public Answer mayDeliver(String connection, Feed feed) {
                return Answer.closed("The connection is SUSPENDED.");
            }
        };

        Resending resending = new Resending(ledger, connection -> settings, shut);
        assertThat(resending.outlook(file.name()).not()).contains("SUSPENDED");
        assertThatThrownBy(() -> resending.resend(file.name(), "", "ann", "Mended."))
                .hasMessageContaining("SUSPENDED");
        assertThat(state(file)).isEqualTo(FileState.SENT);
    }

    @Test
    void whoeverDecidesAboutAFileIsToldFirstWhatSendingItAgainDoes() throws IOException {
        SubmissionFile file = sent(assembled());
        answers(file, ".ack.hl7", REFUSED.formatted(file.name()));
        Resending.Outlook refused = resending().outlook(file.name());

        assertThat(refused.not()).isEmpty();
        assertThat(refused.file().messages()).isEqualTo(3);
        assertThat(refused.answered()).isZero();
        assertThat(refused.said()).containsExactly("FIR-104");
        assertThat(refused.wordNeeded()).isFalse();
        assertThat(state(file)).as("looking does nothing").isEqualTo(FileState.SENT);
        assertThat(ledger.trail().of("file:" + file.name()))
                .noneMatch(entry -> entry.action().equals("file-refused"));

        SubmissionFile failed = sent(assembled());
        answers(failed, ".rsp.txt", JOB.formatted(failed.name(), "EXCEPTION"));
        assertThat(resending().outlook(failed.name()).wordNeeded()).isTrue();

        SubmissionFile lost = sent(assembled());
        answers(lost, ".ack.hl7", accepting(lost, 0, 1));
        assertThat(resending().outlook(MAIN + "/" + lost.name()).answered()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNotToGoAgainIsSaidToBeSoInTheWordsOfTheRefusal() throws IOException {
        SubmissionFile answered = sent(assembled());
        answers(answered, ".ack.hl7", accepting(answered));
        SubmissionFile refused = sent(assembled());
        resending().resend(refused.name(), "", "ann", "The registry lost it.");
        SubmissionFile waiting = assembled();

        for (SubmissionFile file : List.of(answered, refused, waiting)) {
            Resending.Outlook outlook = resending().outlook(file.name());
            assertThat(outlook.not()).contains(file.name()).contains(state(file).name());
            assertThat(outlook.overtaken()).isFalse();
            assertThatThrownBy(() -> resending().resend(file.name(), "", "ann", "once more"))
                    .hasMessage(outlook.not());
        }
        assertThatThrownBy(() -> resending().outlook("NOTHING.hl7")).hasMessageContaining("There is no file");
    }
}
