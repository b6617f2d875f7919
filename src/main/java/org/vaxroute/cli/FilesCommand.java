package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
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
    @ParentCommand
    Main main;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "",
            description = "Only files that are BUILT, SENDING, UPLOADED, SENT, ANSWERED, UNSURE, REFUSED or WITHDRAWN.")
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
            List<Map<String, Object>> files = Json.rows(door.call("Files", "all", "list", state, limit));
            if (json) {
                main.out().println(Json.of(files));
            } else if (files.isEmpty()) {
                main.out().println("No files.");
            } else {
                main.out().print(table(files));
            }
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private static Table table(List<Map<String, Object>> files) {
        Table table = new Table(
                "name",
                "connection",
                "feed",
                "state",
                "messages",
                "doses",
                "bytes",
                "sent",
                "next attempt",
                "last error");
        for (Map<String, Object> file : files) {
            table.row(
                    file.get("name"),
                    file.get("connection"),
                    file.get("feed"),
                    file.get("state"),
                    file.get("messages"),
                    file.get("doses"),
                    file.get("bytes"),
                    file.get("sentAt"),
                    file.get("nextAttempt"),
                    file.get("lastError"));
        }
        return table;
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
        return tell("uploaded", file, when, by);
    }

    @Command(
            name = "arrived",
            mixinStandardHelpOptions = true,
            description = "Settles a file that is UNSURE: the registry has it.")
    int arrived(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "How you know.") String why) {
        return tell("arrived", file, why);
    }

    @Command(
            name = "withdraw",
            mixinStandardHelpOptions = true,
            description = "Takes back a file that did not arrive; its records are dropped.")
    int withdraw(
            @Parameters(paramLabel = "FILE", description = "Name of the file.") String file,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return tell("withdraw", file, why);
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
        try (Door door = main.door()) {
            main.out().println(door.call("Answers", "all", "resend", file, told, why));
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private int tell(String operation, Object... arguments) {
        try (Door door = main.door()) {
            main.out().println(door.call("Files", "all", operation, arguments));
            return ExitCodes.OK;
        }
    }
}
