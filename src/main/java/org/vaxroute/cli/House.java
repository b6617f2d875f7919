package org.vaxroute.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import org.vaxroute.operate.held.RecordDoor;

/** What the command line asks of the part that starts VaxRoute; found as a service, because dependencies point down. */
public interface House {
    /**
     * Finds the home folder.
     *
     * @param named what the user named with {@code --home}, or {@code null}
     * @throws RuntimeException saying how to name one, when there is none
     */
    Path home(Path named);

    /** The folder in which a running server of this home leaves its token and address. */
    Path runFolder(Path home);

    /**
     * Runs the server until the process is told to stop.
     *
     * @param terminal takes what must not stand in the log, such as a rehearsal's password
     * @return the process's exit code
     */
    int run(Path home, PrintWriter terminal) throws Exception;

    /**
     * Runs the practice registry and the practice EHR with a server between them.
     *
     * @return the process's exit code
     */
    int practice(Path home, Practice options) throws Exception;

    /**
     * How a rehearsal goes.
     *
     * @param days how many days of daily feeds are told after going live; 0 for the short form, which only reads, sends and is answered
     * @param byHand nothing is told and every step is left to the commands; the days do not count then
     * @param patients how many the made-up EHR has
     * @param habits how the practice registry conducts itself otherwise than it would
     * @param ftps deliver by implicit FTPS instead of SFTP
     * @param fresh start anew instead of going on
     * @param exit end after the summary
     * @param terminal where progress and summary are shown
     */
    record Practice(
            int days,
            boolean byHand,
            int patients,
            Map<String, String> habits,
            boolean ftps,
            boolean fresh,
            boolean exit,
            PrintStream terminal) {}

    /**
     * Brings the ledger of a home back from a backup and leaves everything paused. No server of the home may run.
     *
     * @param terminal takes what a person has to know
     * @throws RuntimeException when it cannot be done, or a person has to say something first
     */
    void restore(Path home, Restoring order, PrintWriter terminal);

    /**
     * What is restored.
     *
     * @param folder of the backup
     * @param lastFiles name of the last file that the registry has, by connection, as far as a person said it
     * @param who restores, for the trail and the pauses
     */
    record Restoring(Path folder, Map<String, String> lastFiles, String who) {}

    /** Every fault of the settings and the routes, each one line with file, line, key and remedy. */
    List<String> check(Path home);

    /** Connections that are switched off, of which a check says nothing, and sources of which nothing is taken; each with the setting. */
    List<String> notInUse(Path home);

    /**
     * Looks at everything that a server of this home depends on: database, accounts, clock.
     *
     * @param serverRuns asked when the ledger cannot be opened: a running server has an H2 file for itself
     */
    List<Symptom> doctor(Path home, BooleanSupplier serverRuns);

    /**
     * One thing that was looked at.
     *
     * @param what was looked at
     * @param well whether it is as it should be
     * @param finding what was found, and what to do if it is not well
     */
    record Symptom(String what, boolean well, String finding) {}

    /**
     * Opens the ledger of a home that no server runs for, and registers the operations in this process.
     *
     * @return to be closed when the command is done
     */
    Opened open(Path home);

    /** A home's ledger, opened by this process. */
    interface Opened extends AutoCloseable {
        /** The door to patient data. */
        RecordDoor records();
    }

    /** The one that this build holds. */
    static House find() {
        return ServiceLoader.load(House.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "This build is incomplete: it has no " + House.class.getName() + " service."));
    }
}
