package org.vaxroute.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vaxroute.ledger.EditableText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "held",
        mixinStandardHelpOptions = true,
        subcommands = HeldExportCommand.class,
        description = {
            "Lists the records that are kept back, by id and rule, and settles them. Only show, edit and export show patient data.",
            "Each step stands on the trail with your name."
        })
final class HeldCommand implements Callable<Integer> {
    static final String TYPE = "Held";
    private static final Listing HELD =
            new Listing("Nothing is held.", "id", "connection", "source", "rule", "doses", "since");
    private static final Listing AT_SITES =
            new Listing("Nothing is held.", "connection", "site", "rule", "records", "patients", "oldest");
    private static final Listing CONSENT =
            new Listing("No record waits for consent.", "connection", "site", "rule", "records", "patients", "oldest");
    private static final String WHY_HELP = "Why; name no patient.";

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Mixin
    HeldOptions which;

    @Option(names = "--after", paramLabel = "ID", defaultValue = "0", description = "Only ids above this one.")
    long after;

    @Mixin
    ListOptions wanted;

    @Override
    public Integer call() {
        return list(which, after, wanted);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists held records by rising id; shows no patient data.")
    int list(
            @Mixin HeldOptions which,
            @Option(names = "--after", paramLabel = "ID", defaultValue = "0", description = "Only ids above this one.")
                    long after,
            @Mixin ListOptions some) {
        try (Door door = main.door()) {
            return HELD.print(
                    main.out(),
                    (behind, most) -> Json.rows(door.call(
                            TYPE, Main.ALL, "list", which.connection, which.source, which.rule, behind, most)),
                    after,
                    some.limit,
                    some.json);
        }
    }

    @Command(
            name = "sites",
            mixinStandardHelpOptions = true,
            description = "How many records and patients each rule holds at each clinic; no patient data.")
    int sites(
            @Mixin HeldOptions which,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            return AT_SITES.print(
                    main.out(),
                    Json.rows(door.call(TYPE, Main.ALL, "bySite", which.connection, which.source, which.rule)),
                    json);
        }
    }

    @Command(
            name = "consent",
            mixinStandardHelpOptions = true,
            description = {
                "The work list of consent: what is missing, by clinic and rule; no patient data.",
                "With names, for the clinic: \"vaxroute held export --consent --csv FILE\"."
            })
    int consent(@Option(names = "--json", description = "Write JSON, for other programs.") boolean json) {
        try (Door door = main.door()) {
            return CONSENT.print(main.out(), Json.rows(door.call(TYPE, Main.ALL, "consent")), json);
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows one record with everything that is known of it: patient data.",
                "Each look stands on the trail with your name."
            })
    int show(
            @Parameters(paramLabel = "ID", description = "Id of the record.") long id,
            @Option(names = "--text", description = "Also the text as received and as it would be sent.") boolean text,
            @Option(
                            names = "--hl7",
                            description =
                                    "Only the message, one segment a line, to be corrected in a file of yours; of a held record its own doses only.")
                    boolean hl7,
            @Option(names = "--json", description = "Write JSON, for other programs.") boolean json,
            @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "Why you look.")
                    String why) {
        try (Door door = main.door()) {
            if (hl7) {
                EditableText message = door.message(id, why);
                System.out.write(message.text(), 0, message.text().length);
                System.out.flush();
                if (message.version() != null) {
                    main.err()
                            .printf(
                                    "Version %s; give it back with your correction: vaxroute held edit %d --file FILE --began-with %s --why TEXT%n",
                                    message.version(), id, message.version());
                }
            } else {
                main.out().print(door.record(id, json ? "json" : text ? "text" : "summary", why));
                main.out().flush();
            }
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "edit",
            mixinStandardHelpOptions = true,
            description = {
                "Corrects the text of a held record, in your editor (VISUAL or EDITOR) or from a file, and judges it again.",
                "The text as received is kept. Patient data: for stewards, on the trail with your name.",
                "Correct it in the EHR too: what the EHR sends next is judged as it comes."
            })
    int edit(
            @Parameters(paramLabel = "ID", description = "Id of the record.") long id,
            @Option(names = "--file", paramLabel = "FILE", description = "Take the corrected message from this file.")
                    Path file,
            @Option(
                            names = "--began-with",
                            paramLabel = "VERSION",
                            description =
                                    "Version of the text that the file began with, as show --hl7 says it; not needed for a text that nobody has edited yet.")
                    String version,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = WHY_HELP) String why) {
        if (file == null && version != null) {
            throw new ParameterException(
                    spec.commandLine(), "--began-with goes with --file; an editor begins with the text as it is now.");
        }
        if (file == null && System.console() == null) {
            throw new ParameterException(spec.commandLine(), "There is no terminal for an editor here; use --file.");
        }
        try (Door door = main.door()) {
            main.out().println(file == null ? editedByHand(door, id, why) : door.edit(id, read(file), version, why));
            return ExitCodes.OK;
        }
    }

    /** What is refused may be edited on, so that nobody types it twice. */
    private String editedByHand(Door door, long id, String why) {
        TextEditor editor = TextEditor.of(System.getenv(), main.house.runFolder(main.home()));
        EditableText opened = door.open(id, why);
        byte[] before = TextEditor.segments(opened.text());
        byte[] text = before;
        while (true) {
            text = editor.edit(text, "record-" + id + ".hl7");
            if (Arrays.equals(text, before)) {
                return "Nothing was changed.";
            }
            try {
                return door.edit(id, text, opened.version(), why);
            } catch (CommandFailed refused) {
                String again = System.console().readLine("%s%nEdit on? [Y/n] ", refused.getMessage());
                if (again == null || again.strip().toLowerCase(Locale.ROOT).startsWith("n")) {
                    throw refused;
                }
            }
        }
    }

    private static byte[] read(Path file) {
        try {
            return TextEditor.segments(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CommandFailed("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = "Lets held records go as they are; doses of which a newer record speaks stay behind.")
    int release(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = WHY_HELP) String why) {
        return settle("release", ids, all, which, why);
    }

    @Command(name = "drop", mixinStandardHelpOptions = true, description = "Leaves held records out for good.")
    int drop(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", required = true, description = WHY_HELP) String why) {
        return settle("drop", ids, all, which, why);
    }

    @Command(
            name = "recheck",
            mixinStandardHelpOptions = true,
            description = {
                "Judges held records again, from the text as received, by transforms, rules and tables as their files are now.",
                "What passes goes with the next file. Doing it twice, or breaking it off, does no harm."
            })
    int recheck(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the records.") List<Long> ids,
            @Option(names = "--all", description = "All that are held, or of them what the next options say.")
                    boolean all,
            @Mixin HeldOptions which,
            @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "What was mended.")
                    String why) {
        return settle("recheck", ids, all, which, why);
    }

    @Command(
            name = "real-person",
            mixinStandardHelpOptions = true,
            description = {
                "Remembers that the patients of these records are real, and judges the records again.",
                "Rules about test patients hold no record of these patients any more."
            })
    int realPerson(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the records.") List<Long> ids,
            @Option(
                            names = "--why",
                            paramLabel = "TEXT",
                            required = true,
                            description = "How you know; name no patient.")
                    String why) {
        return each("realPerson", ids, why);
    }

    private int settle(String what, List<Long> ids, boolean all, HeldOptions which, String why) {
        boolean named = ids != null && !ids.isEmpty();
        if (named == all || named && which.any()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Name records by their ids, or say --all, with --connection, --source or --rule to mean a part.");
        }
        return all ? job(what, which, why) : each(what, ids, why);
    }

    private int each(String operation, List<Long> ids, String why) {
        try (Door door = main.door()) {
            for (long id : ids) {
                main.out().println(door.call(TYPE, Main.ALL, operation, id, why));
            }
            return ExitCodes.OK;
        }
    }

    /** Looks on until the job has ended; on a server it goes on without us. */
    private int job(String what, HeldOptions which, String why) {
        try (Door door = main.door()) {
            Object id = door.call(TYPE, Main.ALL, "begin", what, which.connection, which.source, which.rule, why);
            main.out().println("Job " + id + (door.server() ? " runs on the server; vaxroute jobs shows it." : "."));
            main.out().flush();
            JobWait.forEnd(door, id, main.out()).forEach(main.out()::println);
            main.out().flush();
            return ExitCodes.OK;
        }
    }
}
