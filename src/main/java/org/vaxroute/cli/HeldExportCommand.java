package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes held records with the names of their patients into a CSV file that only you can read.",
            "Each export stands on the trail with your name and the records in it."
        })
final class HeldExportCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 9_999;

    @ParentCommand
    HeldCommand held;

    @Spec
    CommandSpec spec;

    @Mixin
    HeldOptions which;

    @Option(names = "--csv", paramLabel = "FILE", required = true, description = "The file; it must not exist.")
    Path csv;

    @Option(names = "--consent", description = "What waits for consent, by clinic.")
    boolean consent;

    @Option(
            names = "--birthdays",
            paramLabel = "DAYS",
            description = "Instead: patients who within so many days, 1 to " + MOST_DAYS
                    + ", come to a birthday at which consent must be given anew.")
    Integer birthdays;

    @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "What it is for.")
    String why;

    @Override
    public Integer call() {
        if (consent && birthdays != null || (consent || birthdays != null) && !which.rule.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Take one of --rule, --consent and --birthdays.");
        }
        if (birthdays != null && (birthdays < 1 || birthdays > MOST_DAYS)) {
            throw new ParameterException(
                    spec.commandLine(), "--birthdays is 1 to " + MOST_DAYS + "; " + birthdays + " is not.");
        }
        Main main = held.main;
        String what = birthdays != null ? "birthdays" : consent ? "consent" : "held";
        int days = birthdays == null ? 0 : birthdays;
        try (Door door = main.door()) {
            Door.Export list = new Door.Export(what, which.connection, which.source, which.rule, days, why);
            long rows = ClinicFile.make(csv, out -> door.export(list, out));
            main.out()
                    .println(rows + " rows in " + csv
                            + ", which only you can read. It holds patient data: delete it when done.");
            return ExitCodes.OK;
        }
    }
}
