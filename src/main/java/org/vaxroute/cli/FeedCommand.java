package org.vaxroute.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "feed",
        mixinStandardHelpOptions = true,
        description = "Runs the ongoing feed of a connection at once, whatever its schedule says.")
final class FeedCommand {
    @ParentCommand
    Main main;

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the ongoing feed due at once; the server builds its files at its next tick.",
                "Where no server runs, the run is owed until one does."
            })
    int run(
            @Parameters(paramLabel = "CONNECTION", description = "Id of the connection, the name of its settings file.")
                    String connection) {
        try (Door door = main.door()) {
            main.out().println(door.call("Feed", connection + ".ongoing", "runNow"));
            if (!door.server()) {
                main.out().println("No server runs: it is done when you start one (vaxroute run).");
            }
            return ExitCodes.OK;
        }
    }
}
