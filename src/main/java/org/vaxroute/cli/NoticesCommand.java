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

    private static final Listing NOTICES = new Listing(
            "No notice is owed.", "id", "connection", "kind", "state", "to", "owed=owedAt", "sent=sentAt", "next");

    @ParentCommand
    Main main;

    @Option(names = "--json", description = "Write JSON, for other programs.")
    boolean json;

    @Override
    public Integer call() {
        return list(false, json);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists what is owed.")
    int list(
            @Option(names = "--all", description = "Also what was sent, the latest first.") boolean all,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            return NOTICES.print(
                    main.out(),
                    Json.rows(all ? door.call(TYPE, "all", "list", LATEST) : door.read(TYPE, "all", "Owed")),
                    json);
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
