package org.vaxroute.submit;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.vaxroute.ledger.Answer;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.Task;

/** Sends the records of a file again that the registry refused as a whole, or lost: under a new name that refers to the old one. */
public final class Resending {
    private final Ledger ledger;
    private final Function<String, AssemblySettings> settings;
    private final SendGate gate;

    /** @param settings by connection */
    public Resending(Ledger ledger, Function<String, AssemblySettings> settings, SendGate gate) {
        this.ledger = ledger;
        this.settings = settings;
        this.gate = gate;
    }

    /**
     * What sending a file again means, for whoever is about to decide it.
     *
     * @param answered how many of its records the registry has answered; they go again with the others, and count as answered
     * @param said codes by which the registry refused it as a whole, or failed on its own side; the newest first
     * @param wordNeeded whether the registry failed on its own side, so that it must have said that the file may be sent again
     * @param overtaken whether it would undo something newer, so that it may be withdrawn instead
     * @param not why it is not to be sent again; empty when it may
     */
    public record Outlook(
            SubmissionFile file, int answered, List<String> said, boolean wordNeeded, boolean overtaken, String not) {}

    /**
     * Tells what {@link #resend} would do with a file, or why it would refuse, and does nothing.
     *
     * @throws IllegalArgumentException when there is no such file
     */
    public Outlook outlook(String name) {
        SubmissionFile file = find(name);
        List<Task> said = ledger.tasks().ofFile(file.id());
        Optional<String> shut = shut(file);
        Optional<String> overtaken =
                shut.isPresent() ? shut : ledger.submissionFiles().overtaken(file.id());
        return new Outlook(
                file,
                ledger.submissionFiles().answeredOf(file.id()),
                said.stream().map(Task::code).distinct().toList(),
                waits(said),
                shut.isEmpty() && overtaken.isPresent(),
                overtaken.orElse(""));
    }

    /**
     * Decides the next generation of a file, which leaves with the next run of its feed. FHS-12 of it names the refused one.
     *
     * @param told the registry's word that it may be sent again; needed where it has said that it failed on its own side, else empty
     * @param why without patient data
     * @return the next generation
     * @throws IllegalArgumentException when this file is not to be sent again, saying why not
     * @throws org.vaxroute.ledger.WrongTransition when it would undo something newer, saying of which records and what to do
     */
    public SubmissionFile resend(String name, String told, String who, String why) {
        SubmissionFile file = find(name);
        shut(file).ifPresent(not -> {
            throw new IllegalArgumentException(not);
        });
        if (waits(ledger.tasks().ofFile(file.id())) && told.isBlank()) {
            throw new IllegalArgumentException("The registry failed on its own side with file " + name
                    + ". Wait until it says that the file may be sent again, and give its word with --told.");
        }
        AssemblySettings connection = settings.apply(file.connection());
        return ledger.submissionFiles()
                .refused(
                        file.id(),
                        connection.names(),
                        connection.envelopes().get(file.stage()).text(),
                        who,
                        told.isBlank() ? why : why + " (The registry's word: " + told.strip() + ")");
    }

    /** The file of that name that can be sent again; else the newest, whose state tells why not. */
    private SubmissionFile find(String name) {
        return ledger.submissionFiles()
                .meant(name, file -> file.state().mayBecome(FileState.REFUSED))
                .or(() -> ledger.submissionFiles().meant(name).stream().findFirst())
                .orElseThrow(() ->
                        new IllegalArgumentException("There is no file " + name + ". \"vaxroute files\" lists them."));
    }

    /** Why no file of this state, or none of its feed, is sent again now. */
    private Optional<String> shut(SubmissionFile file) {
        if (!file.state().mayBecome(FileState.REFUSED)) {
            return Optional.of("File " + file.name() + " is " + file.state() + advice(file.state()));
        }
        // It decides no new records. Whether the next file may be decided can hang on this very file.
        SendGate.Answer answer = gate.mayDeliver(file.connection(), file.feed());
        return answer.open()
                ? Optional.empty()
                : Optional.of("File " + file.name() + " cannot be sent again now: " + answer.why());
    }

    private static boolean waits(List<Task> said) {
        return said.stream().anyMatch(task -> task.settling() == Answer.Settling.WAIT);
    }

    private static String advice(FileState state) {
        return switch (state) {
            case ANSWERED ->
                ", so it was taken as a whole and is never sent again. Records that were refused go again by themselves, once the EHR sends"
                        + " them corrected.";
            case REFUSED -> " already; its records travel in the next generation.";
            case WITHDRAWN -> "; its records are dropped. Have the EHR send them again.";
            default -> "; it has not left yet and goes by itself.";
        };
    }
}
