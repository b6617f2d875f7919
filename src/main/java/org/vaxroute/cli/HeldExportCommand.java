package org.vaxroute.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vaxroute.operate.access.OwnerOnly;
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
            defaultValue = "0",
            description =
                    "Instead: patients who within so many days come to a birthday at which consent must be given anew.")
    int birthdays;

    @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "What it is for.")
    String why;

    @Override
    public Integer call() throws IOException {
        if (consent && birthdays > 0 || (consent || birthdays > 0) && !which.rule.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Take one of --rule, --consent and --birthdays.");
        }
        Main main = held.main;
        String what = birthdays > 0 ? "birthdays" : consent ? "consent" : "held";
        try (Door door = main.door()) {
            OwnerOnly.create(csv);
            long rows;
            try (OutputStream out = Files.newOutputStream(csv)) {
                rows = door.export(
                        new Door.Export(what, which.connection, which.source, which.rule, birthdays, why), out);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(csv);
                throw e;
            }
            main.out()
                    .println(rows + " rows in " + csv
                            + ", which only you can read. It holds patient data: delete it when done.");
            return ExitCodes.OK;
        }
    }
}
