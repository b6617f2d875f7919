package org.vaxroute.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        description = {
            "Shows where each connection stands between testing and live production, and takes the steps.",
            "Each step stands on the trail with your name."
        })
final class GateCommand implements Callable<Integer> {
    private static final String CONNECTION = "Id of the connection, the name of its settings file.";

    @ParentCommand
    Main main;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            if (json) {
                main.out()
                        .println(Json.of(main.connections(door).stream()
                                .map(connection -> standing(door, connection))
                                .toList()));
                return ExitCodes.OK;
            }
            for (String connection : main.connections(door)) {
                main.out()
                        .println(connection + ": " + door.read("Connection", connection, "State") + " since "
                                + door.read("Connection", connection, "Since"));
                main.out().println("  " + door.read("Connection", connection, "NextStep"));
            }
            return ExitCodes.OK;
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows the evidence on record.")
    int show(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            if (json) {
                Map<String, Object> standing = standing(door, connection);
                standing.put("evidence", door.read("Connection", connection, "Evidence"));
                main.out().println(Json.of(standing));
                return ExitCodes.OK;
            }
            Table table = new Table("at", "kind", "subject", "detail", "who");
            Json.rows(door.read("Connection", connection, "Evidence"))
                    .forEach(row -> table.row(
                            row.get("at"), row.get("kind"), row.get("subject"), row.get("detail"), row.get("who")));
            main.out().println(connection + ": " + door.read("Connection", connection, "State"));
            main.out().println(door.read("Connection", connection, "NextStep"));
            main.out().print(table);
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private static Map<String, Object> standing(Door door, String connection) {
        Map<String, Object> standing = new LinkedHashMap<>();
        standing.put("connection", connection);
        standing.put("state", door.read("Connection", connection, "State"));
        standing.put("since", door.read("Connection", connection, "Since"));
        standing.put("next", door.read("Connection", connection, "NextStep"));
        return standing;
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = "Begins testing: the test feed may send, nothing else can.")
    int test(@Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection) {
        return step(connection, "test");
    }

    @Command(
            name = "attest",
            mixinStandardHelpOptions = true,
            description = "Records that the registry found a test file clean or faulty.")
    int attest(
            @Parameters(index = "0", paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Parameters(index = "1", paramLabel = "FILE", description = "Name of the submission file.") String file,
            @Option(names = "--faulty", description = "The registry found errors in it (default: none).")
                    boolean faulty,
            @Option(
                            names = "--reply",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Reference of the registry's reply, such as date and sender of its email.")
                    String reply) {
        return step(connection, "attest", file, !faulty, reply);
    }

    @Command(
            name = "request-review",
            mixinStandardHelpOptions = true,
            description = "Asks the registry to review the test files.")
    int requestReview(@Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection) {
        return step(connection, "requestReview");
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Records the registry's Production email.")
    int approve(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--date", paramLabel = "YYYY-MM-DD", required = true, description = "Date of the email.")
                    String date,
            @Option(names = "--sender", paramLabel = "ADDRESS", required = true, description = "Who sent it.")
                    String sender,
            @Option(
                            names = "--reference",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Its subject or message id.")
                    String reference) {
        return step(connection, "approve", date, sender, reference);
    }

    @Command(
            name = "live",
            mixinStandardHelpOptions = true,
            description = "Opens the ongoing feed, once the first production file was found clean.")
    int live(@Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection) {
        return step(connection, "live");
    }

    @Command(
            name = "adopt",
            mixinStandardHelpOptions = true,
            description = "Takes over an organization that is live with the registry already.")
    int adopt(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(
                            names = "--reference",
                            paramLabel = "TEXT",
                            required = true,
                            description = "The registry's word that it is live.")
                    String reference,
            @Option(
                            names = "--cut-off",
                            paramLabel = "TIME",
                            required = true,
                            description =
                                    "For the record: doses entered before this moment, as 2026-01-31T00:00:00Z, were reported by the former system."
                                            + " What is read begins with source.<id>.start.")
                    String cutOff,
            @Option(names = "--history", description = "A historical load is planned (default: it is waived).")
                    boolean history) {
        return step(connection, "adopt", reference, cutOff, history);
    }

    @Command(
            name = "agree-history",
            mixinStandardHelpOptions = true,
            description = "Puts the registry's agreement to a historical load on record.")
    int agreeHistory(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(
                            names = "--reference",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Reference of the agreement.")
                    String reference) {
        return step(connection, "agreeHistory", reference);
    }

    @Command(
            name = "suspend",
            mixinStandardHelpOptions = true,
            description = "Stops everything that leaves for a connection.")
    int suspend(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return step(connection, "suspend", why);
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Goes on where the connection was suspended.")
    int resume(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why it may go on.")
                    String why) {
        return step(connection, "resume", why);
    }

    @Command(name = "retest", mixinStandardHelpOptions = true, description = "Tests anew while suspended.")
    int retest(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return step(connection, "retest", why);
    }

    private int step(String connection, String operation, Object... arguments) {
        try (Door door = main.door()) {
            main.out().println(door.call("Connection", connection, operation, arguments));
            return ExitCodes.OK;
        }
    }
}
