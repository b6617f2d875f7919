package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Copies the ledger as it stands, with settings, routes and tables, also while the server runs.",
            "The backup holds patient data and no secrets. Keep work/out beside it: it holds what left since."
        })
final class BackupCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            description = "Where a new folder for the backup is made (default: work/backup of the home).")
    Path to;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            String folder = to == null ? "" : to.toAbsolutePath().normalize().toString();
            main.out().println(door.call("Backup", "all", "backup", folder));
            return ExitCodes.OK;
        }
    }
}
