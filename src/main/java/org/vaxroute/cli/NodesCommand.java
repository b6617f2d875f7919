package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = "Shows which nodes work on this ledger, and lets one take no work before it is stopped.")
final class NodesCommand implements Callable<Integer> {
    private static final String TYPE = "Nodes";

    @ParentCommand
    Main main;

    @Override
    public Integer call() {
        return list(false);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Shows every node that was there within a week, what it does and the leases that it holds.",
                "GONE: it has not shown for 20 seconds and did not say that it ends."
            })
    int list(@Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            List<Map<String, Object>> nodes = Json.rows(door.read(TYPE, Main.ALL, "Nodes"));
            if (json) {
                main.out().println(Json.of(nodes));
            } else if (nodes.isEmpty()) {
                main.out().println("No node has worked on this ledger within a week.");
            } else {
                main.out().print(table(nodes));
            }
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private static Table table(List<Map<String, Object>> nodes) {
        Table table = new Table("node", "state", "version", "where", "started", "last seen", "at work on");
        for (Map<String, Object> node : nodes) {
            List<?> leases = (List<?>) node.get("leases");
            String work =
                    leases.isEmpty() ? "" : leases.size() + ": " + leases.get(0) + (leases.size() > 1 ? ", ..." : "");
            Object drained = node.get("drained");
            table.row(
                    node.get("name"),
                    node.get("state"),
                    node.get("version"),
                    node.get("place"),
                    node.get("startedAt"),
                    node.get("seenAt"),
                    drained.equals("") ? work : work.isEmpty() ? drained : work + "; " + drained);
        }
        return table;
    }

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description = {
                "Has a node take no work from now on, over restarts too, and finish what it has. An alarm stands meanwhile.",
                "It may be stopped when \"vaxroute nodes\" shows it as DRAINED; the others go on at once with what it gave back."
            })
    int drain(
            @Parameters(paramLabel = "NODE", description = "Name of the node.") String node,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return main.tell(TYPE, "drain", node, why);
    }

    @Command(name = "undrain", mixinStandardHelpOptions = true, description = "Has a drained node take work again.")
    int undrain(
            @Parameters(paramLabel = "NODE", description = "Name of the node.") String node,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return main.tell(TYPE, "undrain", node, why);
    }
}
