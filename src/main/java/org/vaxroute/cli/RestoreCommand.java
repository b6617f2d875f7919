package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Brings the ledger back from a backup, enters what left since from work/out, and leaves everything paused.",
            "The server must not run. It may be interrupted and repeated. docs/operations.md has the whole course."
        })
final class RestoreCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "The folder that vaxroute backup made.")
    Path folder;

    @Option(
            names = "--last-file",
            paramLabel = "CONNECTION=NAME",
            description =
                    "The last file that the registry has of this connection, or none; asked for where work/out does not prove it.")
    Map<String, String> lastFiles = Map.of();

    @Option(
            names = "--settled",
            paramLabel = "CONNECTION",
            description =
                    "After a restore: all is read of which nobody knew whether it was sent; hold no more of what comes.")
    String settled;

    @Option(names = "--why", paramLabel = "TEXT", description = "With --settled: why; name no patient.")
    String why;

    @Override
    public Integer call() {
        if ((folder == null) == (settled == null) || (settled == null) != (why == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Name the folder of a backup, or --settled CONNECTION with --why TEXT.");
        }
        if (settled != null) {
            try (Door door = main.door()) {
                main.out().println(door.call("Backup", "all", "settled", settled, why));
                return ExitCodes.OK;
            }
        }
        Path home = main.home();
        if (main.server(main.house.runFolder(home)).isPresent()) {
            throw new CommandFailed("A server runs for this home. Stop it (SIGTERM), then repeat the restore.");
        }
        main.house.restore(
                home,
                new House.Restoring(folder, lastFiles, System.getProperty("user.name", "unknown") + " (command line)"),
                main.out());
        return ExitCodes.OK;
    }
}
