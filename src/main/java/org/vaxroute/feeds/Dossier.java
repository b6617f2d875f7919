package org.vaxroute.feeds;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Gate;
import org.vaxroute.ledger.GateEvidence;
import org.vaxroute.ledger.GateState;
import org.vaxroute.ledger.Stage;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Everything that counts for the gate of one connection at a moment: where it stands, what is on record, which files there are.
 *
 * @param gate where it stands
 * @param settings what its gate asks for
 * @param evidence what is on record, oldest first
 * @param testFiles its test files, oldest first
 * @param productionFiles its production files, oldest first; only filled while it is APPROVED, when they count
 */
public record Dossier(
        Gate gate,
        GateSettings settings,
        List<GateEvidence> evidence,
        List<SubmissionFile> testFiles,
        List<SubmissionFile> productionFiles) {

    /** Names of the error-free test files, oldest first. A file counts once, however often it is attested. */
    public List<String> cleanTestFiles() {
        return testFiles.stream()
                .filter(file ->
                        settled(file).filter(Evidence.TEST_FILE_CLEAN::equals).isPresent())
                .map(SubmissionFile::name)
                .toList();
    }

    /** Names of the test files that came back with errors, oldest first. */
    public List<String> faultyTestFiles() {
        return faultyFiles().stream().map(SubmissionFile::name).toList();
    }

    private List<SubmissionFile> faultyFiles() {
        return testFiles.stream()
                .filter(file ->
                        settled(file).filter(Evidence.TEST_FILE_FAULTY::equals).isPresent())
                .toList();
    }

    /** How testing goes, for a person: <code>2 of 3 error-free test files; file 2, A26034.1.hl7 had errors: ...</code>. */
    public String progress() {
        String waiting = openTestFile()
                .map(file -> "; " + file.name() + " is " + file.state())
                .orElse("");
        return cleanTestFiles().size() + " of " + settings.cleanFiles() + " error-free test files" + faults() + waiting;
    }

    /** What should be done next, with the command. */
    public String nextStep() {
        String connection = gate.connection();
        return switch (gate.state()) {
            case REGISTERED -> "Next step: vaxroute gate test " + connection + ".";
            case TESTING ->
                cleanTestFiles().size() >= settings.cleanFiles()
                        ? "Next step: vaxroute gate request-review " + connection + "."
                        : "Next step: error-free test files; they are built by themselves from what sources with feed = test hand over. So far "
                                + progress() + ".";
            case REVIEW_REQUESTED ->
                spoiltSince() + "Next step, when the registry's Production email has come: vaxroute gate approve "
                        + connection + " --date ... --sender ... --reference ....";
            case APPROVED -> howToLive();
            case LIVE ->
                "The ongoing feed runs by itself. Look every morning: vaxroute status. "
                        + (historyAgreed()
                                ? "History: vaxroute backfill status " + connection + "."
                                : historyWaived()
                                        ? "History was waived."
                                        : "History is not settled: when the registry has agreed to it, vaxroute gate agree-history "
                                                + connection
                                                + " --reference ...; if there is none, vaxroute backfill waive "
                                                + connection + " --why ....");
            case SUSPENDED ->
                "Next step, when its reason is settled: vaxroute gate resume " + connection + " --why ....";
        };
    }

    String faults() {
        StringBuilder text = new StringBuilder();
        List<SubmissionFile> sent = testFiles.stream().filter(Dossier::counts).toList();
        for (SubmissionFile file : faultyFiles()) {
            text.append("; file ")
                    .append(sent.indexOf(file) + 1)
                    .append(", ")
                    .append(file.name())
                    .append(" had errors: ")
                    .append(last(file).map(GateEvidence::detail).orElse(""));
        }
        return text.toString();
    }

    Optional<SubmissionFile> file(String name) {
        return Stream.concat(testFiles.stream(), productionFiles.stream())
                .filter(file -> file.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The test file that has not come to its end yet. */
    Optional<SubmissionFile> openTestFile() {
        return testFiles.stream()
                .filter(Dossier::counts)
                .filter(file -> settled(file).isEmpty())
                .findFirst();
    }

    /** Files whose answer would count for the gate and is not on record. */
    List<SubmissionFile> unsettled() {
        return Stream.concat(testFiles.stream(), productionFiles.stream())
                .filter(file -> file.state().delivered() || file.state() == FileState.UNSURE)
                .filter(file -> settled(file).isEmpty())
                .toList();
    }

    /** Test files that count as error-free by an answer: a registry may answer again, and worse. A person's word stands. */
    List<SubmissionFile> cleanByAnswer() {
        return testFiles.stream()
                .filter(file -> last(file)
                        .filter(item -> item.kind().equals(Evidence.TEST_FILE_CLEAN.name()))
                        .filter(item -> item.who().equals(Gatekeeper.ANSWERS))
                        .isPresent())
                .toList();
    }

    /** The request for review named files as error-free that are so no more. */
    private String spoiltSince() {
        List<String> named = evidence.stream()
                .filter(item -> item.kind().equals(Evidence.REVIEW_REQUEST.name()))
                .reduce((earlier, later) -> later)
                .map(item -> List.of(item.subject().split(" ")))
                .orElse(List.of());
        List<String> spoilt = faultyTestFiles().stream().filter(named::contains).toList();
        return spoilt.isEmpty()
                ? ""
                : "Named in the request for review, and answered with errors since: " + String.join(", ", spoilt)
                        + ". Tell the registry, or test on: vaxroute gate retest " + gate.connection() + " --why .... ";
    }

    boolean noTestFileYet() {
        return testFiles.stream().noneMatch(Dossier::counts);
    }

    /** The production file that stands for the connection's first; one that came back with errors makes room for another. */
    Optional<SubmissionFile> firstProductionFile() {
        return productionFiles.stream()
                .filter(Dossier::counts)
                .filter(file ->
                        settled(file).filter(Evidence.FIRST_FILE_FAULTY::equals).isEmpty())
                .findFirst();
    }

    Optional<String> cleanFirstFile() {
        return productionFiles.stream()
                .filter(file ->
                        settled(file).filter(Evidence.FIRST_FILE_CLEAN::equals).isPresent())
                .map(SubmissionFile::name)
                .findFirst();
    }

    String whyNotLive() {
        return firstProductionFile()
                .map(file -> "The first production file " + file.name() + " is " + file.state() + " and not confirmed.")
                .orElse("No first production file has left that came back without an error.");
    }

    String howToLive() {
        return firstProductionFile()
                .map(file -> "Wait for the registry's answer to " + file.name()
                        + ", or attest it: vaxroute gate attest " + gate.connection() + " " + file.name()
                        + " --reply ...; then vaxroute gate live " + gate.connection() + ".")
                .orElse("Let the ongoing feed send its first production file: vaxroute feed run " + gate.connection()
                        + ".");
    }

    boolean retesting() {
        return evidence.stream()
                .map(GateEvidence::kind)
                .filter(kind -> kind.equals(Evidence.RETEST.name()) || kind.equals(Evidence.RETEST_END.name()))
                .reduce((earlier, later) -> later)
                .filter(Evidence.RETEST.name()::equals)
                .isPresent();
    }

    /** A retest goes on, and the state (still) permits it: settings may have changed since it began. */
    boolean retestingAllowed() {
        boolean approved = gate.state() == GateState.APPROVED || gate.state() == GateState.LIVE;
        return retesting() && (gate.state() == GateState.SUSPENDED || approved && settings.separateAccount());
    }

    private boolean historyWaived() {
        return evidence.stream()
                .anyMatch(item -> item.kind().equals(Evidence.HISTORY.name())
                        && item.subject().equals("waived"));
    }

    boolean historyAgreed() {
        return evidence.stream().anyMatch(item -> item.kind().equals(Evidence.HISTORY_AGREEMENT.name()));
    }

    /** What is on record of a file; the latest word counts. */
    Optional<Evidence> settled(SubmissionFile file) {
        return last(file).map(item -> Evidence.valueOf(item.kind()));
    }

    private Optional<GateEvidence> last(SubmissionFile file) {
        // Of files of earlier versions a test file and a production file may have one name.
        String kind = file.stage() == Stage.TEST ? "TEST_FILE_" : "FIRST_FILE_";
        return evidence.stream()
                .filter(item -> item.subject().equals(file.name()))
                .filter(item -> item.kind().startsWith(kind))
                .reduce((earlier, later) -> later);
    }

    private static boolean counts(SubmissionFile file) {
        return file.state() != FileState.WITHDRAWN && file.state() != FileState.REFUSED;
    }
}
