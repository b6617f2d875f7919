package org.vaxroute.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "practice",
        mixinStandardHelpOptions = true,
        description = {
            "Rehearses the whole story on this machine: a made-up EHR, VaxRoute, and a practice registry.",
            "Keeps its own home under work/practice; nothing reaches any other machine. Killed and started",
            "again, it goes on where it was."
        })
final class PracticeCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Option(
            names = "--patients",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Patients in the made-up EHR (default: ${DEFAULT-VALUE}).")
    int patients;

    @Option(names = "--ftps", description = "Deliver by implicit FTPS instead of SFTP.")
    boolean ftps;

    @Option(names = "--fresh", description = "Forget the last rehearsal and start anew.")
    boolean fresh;

    @Option(names = "--exit", description = "End after the summary; exit code 0 only if the audit balances.")
    boolean exit;

    @Override
    public Integer call() throws Exception {
        boolean ends = exit || Boolean.getBoolean("vaxroute.practice.exit");
        return main.house.practice(main.home(), new House.Practice(patients, ftps, fresh, ends, System.out));
    }
}
