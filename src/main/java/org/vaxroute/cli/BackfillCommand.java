package org.vaxroute.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = {
            "Plans and runs the one load of history of each connection; alone, it shows how each goes.",
            "Each step stands on the trail with your name."
        })
final class BackfillCommand implements Callable<Integer> {
    private static final String TYPE = "HistoricalLoad";
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
                                .map(connection -> loads(door, connection))
                                .toList()));
                return ExitCodes.OK;
            }
            for (String connection : main.connections(door)) {
                show(connection, door.read(TYPE, connection, "Status"));
            }
            return ExitCodes.OK;
        }
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Shows how a load goes.")
    int status(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            if (json) {
                main.out().println(Json.of(loads(door, connection)));
                return ExitCodes.OK;
            }
            show(connection, door.read(TYPE, connection, "Status"));
            return ExitCodes.OK;
        }
    }

    private static Map<String, Object> loads(Door door, String connection) {
        Map<String, Object> loads = new LinkedHashMap<>();
        loads.put("connection", connection);
        loads.put("status", door.read(TYPE, connection, "Status"));
        loads.put("plans", door.read(TYPE, connection, "Plans"));
        return loads;
    }

    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = {
                "Counts what a load would read, by year and site: records, doses, what would be held, files, days.",
                "Reads the sources whole; stores and sends nothing of them."
            })
    int plan(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(
                            names = "--site",
                            paramLabel = "SITE",
                            split = ",",
                            description =
                                    "Only the history of this site; may be repeated. Without it all of the connection's.")
                    List<String> sites) {
        try (Door door = main.door()) {
            Object job = sites == null
                    ? door.call(TYPE, connection, "plan")
                    : door.call(TYPE, connection, "planSites", String.join(",", sites));
            show(connection, JobWait.forEnd(door, job, main.err()));
            return ExitCodes.OK;
        }
    }

    @Command(name = "start", mixinStandardHelpOptions = true, description = "Starts a plan.")
    int start(@Parameters(paramLabel = "PLAN", description = "Id of the plan.") long plan) {
        try (Door door = main.door()) {
            String any = door.names(TYPE).stream()
                    .findFirst()
                    .orElseThrow(() -> new CommandFailed("No connection is in use."));
            main.out().println(door.call(TYPE, any, "start", plan));
            return ExitCodes.OK;
        }
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Stops reading and sending history.")
    int pause(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return step(connection, "pause", why);
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Goes on after a pause.")
    int resume(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why it may go on.")
                    String why) {
        return step(connection, "resume", why);
    }

    @Command(
            name = "report",
            mixinStandardHelpOptions = true,
            description = "Asks the sources again and balances them against ledger and files; exits with 1 if not.")
    int report(@Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection) {
        try (Door door = main.door()) {
            List<?> lines = JobWait.forEnd(door, door.call(TYPE, connection, "report"), main.err());
            show(connection, lines);
            return lines.get(0).equals("balances") ? ExitCodes.OK : ExitCodes.NOT_WELL;
        }
    }

    @Command(name = "waive", mixinStandardHelpOptions = true, description = "Decides that no history is sent.")
    int waive(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why.") String why) {
        return step(connection, "waive", why);
    }

    @Command(name = "reopen", mixinStandardHelpOptions = true, description = "Opens a load that had ended.")
    int reopen(
            @Parameters(paramLabel = "CONNECTION", description = CONNECTION) String connection,
            @Option(
                            names = "--plan",
                            paramLabel = "PLAN",
                            description = "Id of its plan; without it the load that ended last.")
                    Long plan,
            @Option(
                            names = "--why",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Why history runs again, with the registry's word.")
                    String why) {
        if (plan == null) {
            return step(connection, "reopen", why);
        }
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, connection, "reopenPlan", plan, why));
            return ExitCodes.OK;
        }
    }

    private int step(String connection, String operation, String why) {
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, connection, operation, why));
            return ExitCodes.OK;
        }
    }

    private void show(String connection, Object lines) {
        main.out().println(connection + ":");
        ((List<?>) lines).forEach(line -> main.out().println("  " + line));
        main.out().flush();
    }
}
