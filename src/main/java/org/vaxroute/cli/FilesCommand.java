package org.vaxroute.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        description = "Lists submission files, newest first, and settles those that need a person.")
final class FilesCommand implements Callable<Integer> {
    private static final Listing FILES = new Listing(
            "No files.",
            "name",
            "connection",
            "feed",
            "state",
            "messages",
            "doses",
            "bytes",
            "sent=sentAt",
            "next attempt=nextAttempt",
            "last error=lastError");

    @ParentCommand
    Main main;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "",
            description =
                    "Only files that are BUILT, SENDING, UPLOADED, SENT, ANSWERED, UNSURE, REFUSED or WITHDRAWN; the oldest first.")
    String state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            return FILES.print(main.out(), Json.rows(door.call("Files", Main.ALL, "list", state, limit)), json);
        }
    }

    @Command(
            name = "uploaded",
            mixinStandardHelpOptions = true,
            description = "Says that you uploaded a file that was handed over in a folder.")
    int uploaded(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(
                            names = "--when",
                            paramLabel = "TIME",
                            defaultValue = "",
                            description = "When, as 2026-01-31T14:30:00Z (default: now).")
                    String when,
            @Option(
                            names = "--by",
                            paramLabel = "NAME",
                            defaultValue = "",
                            description = "Who uploaded it, if it was not you.")
                    String by) {
        return main.tell("Files", "uploaded", file, when, by);
    }

    @Command(
            name = "arrived",
            mixinStandardHelpOptions = true,
            description = "Settles a file that is UNSURE: the registry has it.")
    int arrived(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "How you know.") String why) {
        return main.tell("Files", "arrived", file, why);
    }

    @Command(
            name = "withdraw",
            mixinStandardHelpOptions = true,
            description = "Takes back a file that did not arrive; its records are dropped.")
    int withdraw(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return main.tell("Files", "withdraw", file, why);
    }

    @Command(
            name = "resend",
            mixinStandardHelpOptions = true,
            description = {
                "Sends the records of a file again that the registry refused as a whole, or lost, under a new name.",
                "A file that was answered record by record is never sent again: corrected records go by themselves."
            })
    int resend(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why,
            @Option(
                            names = "--told",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description =
                                    "The registry's word that it may be sent again, where it failed on its own side.")
                    String told) {
        return main.tell("Answers", "resend", file, told, why);
    }
}
