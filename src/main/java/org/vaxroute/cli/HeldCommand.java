package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "held",
        mixinStandardHelpOptions = true,
        description = "Lists the records that are kept back, by id and rule, and settles them. Shows no patient data.")
final class HeldCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Option(names = "--connection", paramLabel = "ID", defaultValue = "", description = "Only this connection.")
    String connection;

    @Option(names = "--source", paramLabel = "ID", defaultValue = "", description = "Only this source.")
    String source;

    @Option(names = "--rule", paramLabel = "RULE", defaultValue = "", description = "Only records held by this rule.")
    String rule;

    @Option(names = "--after", paramLabel = "ID", defaultValue = "0", description = "Only ids above this one.")
    long after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    int limit;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            List<Map<String, Object>> held =
                    Json.rows(door.call("Held", "all", "list", connection, source, rule, after, limit));
            if (held.isEmpty()) {
                main.out().println("Nothing is held.");
                return ExitCodes.OK;
            }
            Table table = new Table("id", "connection", "source", "rule", "doses", "since");
            held.forEach(row -> table.row(
                    row.get("id"),
                    row.get("connection"),
                    row.get("source"),
                    row.get("rule"),
                    row.get("doses"),
                    row.get("since")));
            main.out().print(table);
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    @Command(name = "release", mixinStandardHelpOptions = true, description = "Lets held records go as they are.")
    int release(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return settle("release", ids, why);
    }

    @Command(name = "drop", mixinStandardHelpOptions = true, description = "Leaves held records out for good.")
    int drop(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return settle("drop", ids, why);
    }

    private int settle(String operation, List<Long> ids, String why) {
        try (Door door = main.door()) {
            for (long id : ids) {
                main.out().println(door.call("Held", "all", operation, id, why));
            }
            return ExitCodes.OK;
        }
    }
}
