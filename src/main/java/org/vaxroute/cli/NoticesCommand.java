package org.vaxroute.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "notices",
        mixinStandardHelpOptions = true,
        description = {
            "Notices to the registry and the EHR vendor, and mail about alarms; alone, it shows what is owed.",
            "With mail.host set they are mailed by themselves; without, drafts lie in work/notices for you to send."
        })
final class NoticesCommand implements Callable<Integer> {
    private static final String TYPE = "Notices";
    private static final int LATEST = 200;

    @ParentCommand
    Main main;

    @Override
    public Integer call() {
        return list(false);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists what is owed.")
    int list(@Option(names = "--all", description = "Also what was sent, the latest first.") boolean all) {
        try (Door door = main.door()) {
            Table table = new Table("id", "connection", "kind", "state", "to", "owed", "sent", "next");
            Json.rows(all ? door.call(TYPE, "all", "list", LATEST) : door.read(TYPE, "all", "Owed"))
                    .forEach(row -> table.row(
                            row.get("id"),
                            row.get("connection"),
                            row.get("kind"),
                            row.get("state"),
                            row.get("to"),
                            row.get("owedAt"),
                            row.get("sentAt"),
                            row.get("next")));
            main.out().print(table);
            main.out().flush();
            return ExitCodes.OK;
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows the whole text of a notice.")
    int show(@Parameters(paramLabel = "ID", description = "Id of the notice.") long id) {
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, "all", "show", id));
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "sent",
            mixinStandardHelpOptions = true,
            description = "Says that you sent notices yourself, or that they are not to be sent.")
    int sent(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the notices.") List<Long> ids,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = "How and when, or why not.")
                    String why) {
        try (Door door = main.door()) {
            ids.forEach(id -> main.out().println(door.call(TYPE, "all", "sent", id, why)));
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "send",
            mixinStandardHelpOptions = true,
            description = "Mails a draft after all, once mail.host is set.")
    int send(@Parameters(paramLabel = "ID", description = "Id of the notice.") long id) {
        try (Door door = main.door()) {
            main.out().println(door.call(TYPE, "all", "send", id));
            return ExitCodes.OK;
        }
    }
}
