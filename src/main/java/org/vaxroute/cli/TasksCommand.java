package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "tasks",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what the registry complained of, one task for each patient and cause. Shows no patient data.",
            "A task closes by itself when the registry accepts the corrected record."
        })
final class TasksCommand implements Callable<Integer> {
    private static final Listing TASKS = new Listing(
            "No tasks.",
            "id",
            "state",
            "class",
            "code=cause",
            "what=meaning",
            "site",
            "record=of",
            "doses",
            "said",
            "days=ageDays",
            "assignee");

    @ParentCommand
    Main main;

    @Mixin
    Filter filter;

    @Mixin
    ListOptions wanted;

    /** Which tasks are wanted. */
    static final class Filter {
        @Option(names = "--connection", paramLabel = "ID", defaultValue = "", description = "Only this connection.")
        String connection;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "",
                description =
                        "Only open, asleep, filed or closed ones; all for all (default: all that are not closed).")
        String state;

        @Option(
                names = "--class",
                paramLabel = "CLASS",
                defaultValue = "",
                description = "Only mend, wait, benign, not-actionable or review.")
        String kind;

        @Option(names = "--code", paramLabel = "CODE", defaultValue = "", description = "Only this code.")
        String code;

        @Option(names = "--site", paramLabel = "ID", defaultValue = "", description = "Only this site.")
        String site;

        @Option(
                names = "--assignee",
                paramLabel = "NAME",
                defaultValue = "",
                description = "Only those of this person; nobody for those of nobody.")
        String assignee;

        List<Map<String, Object>> page(Door door, long after, int limit) {
            return Json.rows(
                    door.call("Tasks", Main.ALL, "list", connection, state, kind, code, site, assignee, after, limit));
        }
    }

    @Override
    public Integer call() {
        return list(filter, wanted);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The same as without a word.")
    int list(@Mixin Filter these, @Mixin ListOptions some) {
        try (Door door = main.door()) {
            return TASKS.print(
                    main.out(),
                    (after, portion) -> these.page(door, after, portion).stream()
                            .map(task -> some.json ? task : shown(task))
                            .toList(),
                    0,
                    some.limit,
                    some.json);
        }
    }

    /** In one column the record that a task is about, or the file. */
    private static Map<String, Object> shown(Map<String, Object> task) {
        Map<String, Object> row = new HashMap<>(task);
        row.put("of", task.get("about").equals("FILE") ? task.get("file") : task.get("record"));
        return row;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows one task: what to do, its doses, what people did.")
    int show(
            @Parameters(paramLabel = "ID", description = "Id of the task.") long id,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean asJson) {
        try (Door door = main.door()) {
            Map<String, Object> task = Json.map(door.call("Tasks", Main.ALL, "show", id));
            if (asJson) {
                main.out().println(Json.of(task));
            } else {
                print(task);
            }
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private void print(Map<String, Object> task) {
        main.out().println("Task " + task.get("id") + ": " + task.get("state") + ", " + task.get("class"));
        line("code", task.get("cause"));
        line("meaning", task.get("meaning"));
        line("what to do", task.get("remedy"));
        line("where", task.get("location"));
        line("connection", task.get("connection") + " " + task.get("stage"));
        line("site", task.get("site"));
        line("record", task.get("record"));
        line("file", task.get("file"));
        line("said by", task.get("answer") + " line " + task.get("line"));
        line("how often", task.get("said") + ", first " + task.get("since") + ", last " + task.get("lastSaid"));
        line("assignee", task.get("assignee"));
        line("closed", task.get("closedAt") == null ? null : task.get("closedAt") + ": " + task.get("closedWhy"));
        for (Map<String, Object> dose : Json.rows(task.get("doses"))) {
            line("dose", dose.get("dose") + " of record " + dose.get("record") + ", CVX " + dose.get("cvx"));
        }
        for (Map<String, Object> entry : Json.rows(task.get("history"))) {
            line("" + entry.get("at"), entry.get("who") + " " + entry.get("action") + ": " + entry.get("detail"));
        }
    }

    private void line(String name, Object value) {
        if (value != null && !value.toString().isEmpty()) {
            main.out().println("  " + name + ": " + value);
        }
    }

    @Command(name = "assign", mixinStandardHelpOptions = true, description = "Gives a task to somebody.")
    int assign(
            @Parameters(paramLabel = "ID", description = "Id of the task.") long id,
            @Parameters(paramLabel = "NAME", description = "Who sees to it; \"\" gives it back.") String to) {
        return main.tell("Tasks", "assign", id, to);
    }

    @Command(name = "comment", mixinStandardHelpOptions = true, description = "Writes a comment to a task.")
    int comment(
            @Parameters(paramLabel = "ID", description = "Id of the task.") long id,
            @Parameters(paramLabel = "TEXT", description = "The comment; name no patient.") String text) {
        return main.tell("Tasks", "comment", id, text);
    }

    @Command(
            name = "close",
            mixinStandardHelpOptions = true,
            description = "Closes tasks by your word, such as when nothing is left to mend.")
    int close(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the tasks.") List<Long> ids,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return tellAll("close", ids, why);
    }

    @Command(
            name = "reopen",
            mixinStandardHelpOptions = true,
            description = "Opens tasks that are closed, asleep or filed.")
    int reopen(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the tasks.") List<Long> ids,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
                    String why) {
        return tellAll("reopen", ids, why);
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes tasks into a table for the clinic, for your account only: by record, without names.",
                "With --with-names as CSV with the patients' names; that stands on the trail with your name."
            })
    int export(
            @Parameters(paramLabel = "FILE", description = "File to be made: .csv or .xlsx.") Path file,
            @Mixin Filter these,
            @Option(
                            names = "--with-names",
                            description = "With patients; a CSV file, narrowed by --connection and --code only.")
                    boolean withNames,
            @Option(
                            names = "--why",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "With --with-names: what it is for.")
                    String why) {
        if (withNames) {
            return exportNames(file, these, why);
        }
        List<Map<String, Object>> tasks = new ArrayList<>();
        try (Door door = main.door()) {
            long after = 0;
            List<Map<String, Object>> page;
            do {
                page = these.page(door, after, Listing.PORTION);
                tasks.addAll(page);
                after = page.isEmpty()
                        ? after
                        : ((Number) page.get(page.size() - 1).get("id")).longValue();
            } while (page.size() == Listing.PORTION);
        }
        new TaskSheet(tasks).write(file);
        main.out().println(tasks.size() + (tasks.size() == 1 ? " task" : " tasks") + " in " + file);
        main.out().flush();
        return ExitCodes.OK;
    }

    private int exportNames(Path file, Filter these, String why) {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")
                || !(these.state + these.kind + these.site + these.assignee).isEmpty()) {
            throw new CommandFailed(
                    "With --with-names the file must end with .csv, and only --connection and --code narrow it.");
        }
        try (Door door = main.door()) {
            Door.Export list = new Door.Export("tasks", these.connection, "", these.code, 0, why);
            long rows = ClinicFile.make(file, out -> door.export(list, out));
            main.out()
                    .println(rows + " tasks in " + file
                            + ", which only you can read. It holds patient data: delete it when done.");
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    private int tellAll(String operation, List<Long> ids, String why) {
        try (Door door = main.door()) {
            ids.forEach(id -> main.out().println(door.call("Tasks", Main.ALL, operation, id, why)));
            main.out().flush();
            return ExitCodes.OK;
        }
    }
}
