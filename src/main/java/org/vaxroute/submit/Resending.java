package org.vaxroute.submit;

import java.util.List;
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
        // It decides no new records. Whether the next file may be decided can hang on this very file.
        SendGate.Answer answer = gate.mayDeliver(file.connection(), file.feed());
        if (!answer.open()) {
            throw new IllegalArgumentException("File " + name + " cannot be sent again now: " + answer.why());
        }
        List<Task> said = ledger.tasks().ofFile(file.id());
        boolean waits = said.stream().anyMatch(task -> task.settling() == Answer.Settling.WAIT);
        if (waits && told.isBlank()) {
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

    private SubmissionFile find(String name) {
        return ledger.submissionFiles()
                .meant(name, file -> file.state().mayBecome(FileState.REFUSED))
                .orElseThrow(() -> new IllegalArgumentException(ledger.submissionFiles()
                        .meant(name, file -> true)
                        .map(file -> "File " + name + " is " + file.state() + advice(file.state()))
                        .orElse("There is no file " + name + ". \"vaxroute files\" lists them.")));
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
