package org.vaxroute.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows nodes, gate, feeds, sources, files, held records and alarms. Exit code 1 while an alarm is open.")
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            Map<String, Object> status = gather(door);
            main.out().print(json ? Json.of(status) + System.lineSeparator() : text(status));
            main.out().flush();
            return Json.rows(status.get("alarms")).isEmpty() ? ExitCodes.OK : ExitCodes.NOT_WELL;
        }
    }

    private static Map<String, Object> gather(Door door) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("server", door.server());
        status.put("nodes", door.read("Nodes", "all", "Nodes"));
        status.put("connections", each(door, "Connection", "State", "Since", "Progress", "NextStep"));
        status.put(
                "feeds",
                each(
                        door,
                        "Feed",
                        "Backlog",
                        "OldestWaiting",
                        "LastRun",
                        "LastOutcome",
                        "NextRun",
                        "Permission",
                        "Paused"));
        status.put(
                "sources",
                each(
                        door,
                        "Source",
                        "Read",
                        "Repeated",
                        "Ready",
                        "Held",
                        "Duplicates",
                        "Dropped",
                        "LastRecord",
                        "Paused",
                        "Waits"));
        status.put("deliveries", each(door, "Delivery", "Kind", "Waiting", "NextAttempt", "LastSent", "Paused"));
        status.put("files", door.read("Files", "all", "Counts"));
        status.put("held", door.read("Held", "all", "Counts"));
        status.put("notices", door.read("Notices", "all", "Owed"));
        status.put("alarms", door.read("Alarms", "all", "Open"));
        return status;
    }

    private static List<Map<String, Object>> each(Door door, String type, String... attributes) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : door.names(type)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", name);
            for (String attribute : attributes) {
                row.put(
                        Character.toLowerCase(attribute.charAt(0)) + attribute.substring(1),
                        door.read(type, name, attribute));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String text(Map<String, Object> status) {
        StringBuilder text = new StringBuilder();
        boolean elsewhere =
                Json.rows(status.get("nodes")).stream().anyMatch(node -> "RUNNING".equals(node.get("state")));
        text.append(
                (Boolean) status.get("server")
                        ? "Server: running"
                        : elsewhere
                                ? "Server: runs inside another server, or elsewhere (read from its ledger)"
                                : "Server: not running (read from its ledger)");
        text.append(System.lineSeparator());
        section(text, "Nodes", nodes(Json.rows(status.get("nodes"))), "name", "state", "version", "seenAt", "leases");
        for (Map<String, Object> connection : Json.rows(status.get("connections"))) {
            text.append(String.format(
                    "%nConnection %s: %s since %s%n  %s%n",
                    connection.get("name"),
                    connection.get("state"),
                    connection.get("since"),
                    connection.get("nextStep")));
        }
        section(
                text,
                "Feeds",
                status.get("feeds"),
                "name",
                "backlog",
                "oldestWaiting",
                "lastRun",
                "nextRun",
                "permission");
        section(
                text,
                "Sources",
                withoutRepeated(Json.rows(status.get("sources"))),
                "name",
                "read",
                "ready",
                "held",
                "duplicates",
                "dropped",
                "lastRecord");
        section(text, "Deliveries", status.get("deliveries"), "name", "kind", "waiting", "nextAttempt", "lastSent");
        text.append(lines("Paused", status, "paused", "sources", "feeds", "deliveries"));
        text.append(lines("Waiting", status, "waits", "sources"));
        Table files = new Table("state", "files");
        Json.map(status.get("files")).forEach((state, count) -> {
            if (((Number) count).longValue() > 0) {
                files.row(state, count);
            }
        });
        text.append(String.format("%nSubmission files%n")).append(indented(files));
        section(text, "Held", status.get("held"), "connection", "source", "rule", "records", "doses", "oldest");
        section(text, "Notices owed", status.get("notices"), "id", "connection", "kind", "state", "owedAt", "next");
        section(text, "Alarms", status.get("alarms"), "raisedAt", "kind", "subject", "detail");
        return text.toString();
    }

    /** With how many leases each holds. */
    private static List<Map<String, Object>> nodes(List<Map<String, Object>> nodes) {
        return nodes.stream()
                .map(node -> {
                    Map<String, Object> row = new LinkedHashMap<>(node);
                    row.put("leases", ((List<?>) node.get("leases")).size());
                    return row;
                })
                .toList();
    }

    /** As the console counts them: a query looks back at each run, and what it meets again is no news. */
    private static List<Map<String, Object>> withoutRepeated(List<Map<String, Object>> sources) {
        return sources.stream()
                .map(source -> {
                    Map<String, Object> row = new LinkedHashMap<>(source);
                    row.put("read", number(source, "read") - number(source, "repeated"));
                    return row;
                })
                .toList();
    }

    private static long number(Map<String, Object> row, String name) {
        return ((Number) row.get(name)).longValue();
    }

    private static String lines(String title, Map<String, Object> status, String key, String... parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            for (Map<String, Object> row : Json.rows(status.get(part))) {
                if (!row.get(key).equals("")) {
                    text.append("  ").append(row.get(key)).append(System.lineSeparator());
                }
            }
        }
        return text.isEmpty() ? "" : String.format("%n%s%n", title) + text;
    }

    private static void section(StringBuilder text, String title, Object rows, String... columns) {
        List<Map<String, Object>> list = Json.rows(rows);
        text.append(String.format("%n%s%s%n", title, list.isEmpty() ? ": none" : ""));
        if (!list.isEmpty()) {
            Table table = new Table(columns);
            list.forEach(row ->
                    table.row(java.util.Arrays.stream(columns).map(row::get).toArray()));
            text.append(indented(table));
        }
    }

    private static String indented(Table table) {
        return table.toString().indent(2).replace("\n", System.lineSeparator());
    }
}
