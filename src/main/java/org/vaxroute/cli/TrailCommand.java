package org.vaxroute.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "trail",
        mixinStandardHelpOptions = true,
        description = {
            "Shows who did what and when, newest first: people's commands, views of records, logins at the registry.",
            "Shows no patient data."
        })
final class TrailCommand implements Callable<Integer> {
    private static final Listing ENTRIES =
            new Listing("The trail has nothing of that.", "at", "who", "action", "subject", "detail");

    @ParentCommand
    Main main;

    @Option(
            names = "--who",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Only by this person or part of VaxRoute, as the trail writes the name.")
    String who;

    @Option(
            names = "--subject",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only on what begins so, such as record: or record:4711.")
    String subject;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "0",
            description = "Only of the last so many days (default: all).")
    int days;

    @Mixin
    ListOptions wanted;

    @Override
    public Integer call() {
        try (Door door = main.door()) {
            return ENTRIES.print(
                    main.out(),
                    (before, portion) ->
                            Json.rows(door.call("Ledger", Main.ALL, "review", who, subject, days, before, portion)),
                    0,
                    wanted.limit,
                    wanted.json);
        }
    }
}
